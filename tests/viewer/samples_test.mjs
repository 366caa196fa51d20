// SPDX-License-Identifier: Apache-2.0
// Pages whose every figure is known (tests/traces/timeline_sample.cpp).
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {near, openPage, viridis} from './open_page.mjs';

const kWidth = 24;
const kHeight = 16;
const kCycles = 100_000;
const tiles = Array.from({length: kWidth * kHeight}, (_, i) => [i % kWidth, Math.floor(i / kWidth)]);
const compute = (x, y) => 10_000 + 37 * x + 11 * y + (x * 7_919 + y * 104_729) % 997;
const linkEast = (x, y) => 1_000 + 7 * x + (y % 3);
const wave = (cell, slice) =>
    Math.max(0, 250 - Math.trunc(250 * Math.abs(cell - Math.trunc(slice * 12 / 20)) / 3));

test('every tile has the color of its figure', async (context) => {
  const {set, pixel, picture, close} = await openPage(context, 'small.html');
  await set({metric: 'compute', time: null, fromZero: true, outlines: false});
  const all = tiles.map(([x, y]) => compute(x, y));
  const most = Math.max(...all);
  const least = Math.min(...all);
  for (const [x, y] of [[0, 0], [23, 0], [0, 15], [23, 15], [11, 7]]) {
    near(await pixel(x, y), viridis(compute(x, y) / most), `tile ${x},${y}`);
  }
  await set({fromZero: false});
  for (const [x, y] of [[0, 0], [23, 15], [11, 7]]) {
    const share = (compute(x, y) - least) / (most - least);
    near(await pixel(x, y), viridis(share), `tile ${x},${y} between least and most`);
  }
  await picture('small');
  await close();
});

test('another figure is another map', async (context) => {
  const {page, set, pixel, picture, close} = await openPage(context, 'small.html');
  await page.selectOption('#metric', 'link_east');
  await set({fromZero: true, outlines: false});
  const most = linkEast(22, 2);
  near(await pixel(10, 5), viridis(linkEast(10, 5) / most), 'link east');
  near(await pixel(23, 5), viridis(0), 'the last column has none');
  assert.match(await page.textContent('.legend'), /link east.*to 1\.2 %/);
  await picture('small-link');
  const offered = await page.$$eval('#metric option', (all) => all.map((one) => one.value));
  for (const key of ['compute', 'idle', 'utilization', 'macs', 'words_sent', 'words_received',
                     'link', 'link_north', 'energy', 'power', 'sram_bytes']) {
    assert.ok(offered.includes(key), `${key} is offered`);
  }
  await close();
});

test('scrubbing shows the slice of that moment', async (context) => {
  const {page, set, pixel, picture, close} = await openPage(context, 'small.html');
  await set({metric: 'compute', outlines: false, fromZero: true});
  for (const slice of [0, 4, 9]) {
    await set({time: (slice + 0.5) * 2_000 / kCycles});
    for (const cell of [0, 3, 6, 11]) {
      near(await pixel(2 * cell, 5), viridis(wave(cell, slice) / 250), `slice ${slice} cell ${cell}`);
    }
  }
  assert.match(await page.textContent('.scrubber output'), /slice 10 of 20/);
  await picture('small-moment');
  await close();
});

test('an iteration that was added shows the period before it', async (context) => {
  const {page, set, pixel, close} = await openPage(context, 'small.html');
  await set({metric: 'compute', outlines: false, fromZero: true});
  // 60,000 cycles were added at cycle 20,000, in periods of 10,000.
  for (const [cycle, slice] of [[20_500, 5], [29_500, 9], [30_500, 5], [79_900, 9], [81_000, 10]]) {
    await set({time: cycle / kCycles});
    assert.equal(await page.evaluate((at) => weft.runs[0].time.slice(at), cycle), slice);
    near(await pixel(12, 5), viridis(wave(6, slice) / 250), `cycle ${cycle}`);
    const said = await page.textContent('.scrubber output');
    assert.equal(said.includes('recurred'), cycle < 80_000);
  }
  await close();
});

test('power over time has watts everywhere', async (context) => {
  const {page, set, pixel, picture, close} = await openPage(context, 'small.html');
  const watts = (byte) => 10e-6 + byte / 255 * 14e-6;
  await set({metric: 'power', outlines: false, fromZero: true, pin: {x: 6, y: 5}});
  for (const slice of [0, 4, 9]) {
    await set({time: (slice + 0.5) * 2_000 / kCycles});
    const shown = watts(wave(3, slice));
    near(await pixel(6, 5), viridis(shown / watts(250)), `slice ${slice}`);
    assert.ok((await page.textContent('.panel .value')).includes(
        `power ${(1e6 * shown).toPrecision(4)} \u00b5W`), 'the tile in words');
  }
  assert.match(await page.textContent('.legend'), /power.*23\.73 \u00b5W.*mean of 2\u00d72 tiles/);
  await picture('small-power');
  await set({time: null});
  assert.match(await page.textContent('.legend'), /W.*whole run, every tile/);
  const all = Array.from({length: 20}, (_, slice) => 32 * Array.from(
      {length: 12}, (_, cell) => watts(wave(cell, slice))).reduce((a, b) => a + b));
  const shown = await page.evaluate(() => weft.wattsOf(weft.runs[0]));
  shown.forEach((value, slice) => assert.ok(Math.abs(value / all[slice] - 1) < 1e-9, `${slice}`));
  const most = Math.max(...all);
  assert.ok((await page.textContent('#bins .power p')).includes(
      `idle draw 3.840 mW, most ${(1e3 * most).toPrecision(4)} mW`));
  assert.ok((await page.getAttribute('#bins .power .chart', 'aria-label')).includes('mW'));
  await page.$eval('#bins details.as-table', (one) => (one.open = true));
  await page.waitForSelector('#bins td');
  assert.ok((await page.textContent('#bins table')).includes(`${(1e3 * all[7]).toPrecision(4)} mW`));
  await close();
});

test('where cells are tiles the most of a cell is the tile', async (context) => {
  const {page, close} = await openPage(context, 'tiles.html');
  const [mean, most] = await page.evaluate(async () => Promise.all(
      ['mean', 'max'].map(async (kind) => [...await weft.runs[0].series('compute', kind)])));
  assert.ok(mean.length > 0);
  assert.deepEqual(most, mean);
  await close();
});

test('zoom keeps what lies under the pointer, pan moves it, fit shows all', async (context) => {
  const {page, settle, place, picture, close} = await openPage(context, 'small.html');
  const at = await place(5, 4);
  await page.mouse.move(at.x, at.y);
  await page.mouse.wheel(0, -600);
  await settle();
  const tile = () => page.evaluate(([x, y]) => {
    const map = weft.wafer.maps[0];
    const box = map.canvas.getBoundingClientRect();
    return map.tileAt(x - box.left, y - box.top);
  }, [at.x, at.y]);
  assert.deepEqual(await tile(), {x: 5, y: 4});
  const zoom = await page.evaluate(() => weft.wafer.maps[0].view.zoom);
  await picture('small-zoomed');
  await page.mouse.down();
  await page.mouse.move(at.x + 2 * zoom, at.y + zoom, {steps: 4});
  await page.mouse.up();
  assert.deepEqual(await tile(), {x: 3, y: 3});
  await page.click('text=fit');
  assert.ok(await page.evaluate(() => weft.wafer.maps[0].view.fitted));
  await close();
});

test('a tile that is pinned shows its figures, program and neighbors', async (context) => {
  const {page, place, picture, close} = await openPage(context, 'small.html');
  const at = await place(6, 3);
  await page.mouse.click(at.x, at.y);
  await page.waitForSelector('.panel .program');
  await page.mouse.move(0, 0);
  await page.waitForSelector('.panel >> text=pinned');
  const text = await page.textContent('.panel');
  assert.match(text, /Tile \(6,3\)/);
  assert.match(text, new RegExp((compute(6, 3)).toLocaleString('en-US')));
  assert.match(text, /role body/);
  assert.match(text, /colors c3 c5/);
  assert.match(text, /recv\.set t0, c3/);
  assert.match(text, /north \(6,2\)/);
  assert.match(text, new RegExp(`east \\(7,3\\)${linkEast(6, 3).toLocaleString('en-US')}125`));
  assert.match(text, /layers 0-1/);
  await picture('small-pinned');
  await page.mouse.click(at.x, at.y);
  assert.equal(await page.evaluate(() => weft.store.state.pin), null);
  await close();
});

test('all of it can be done by keys', async (context) => {
  const {page, settle, close} = await openPage(context, 'small.html');
  await page.focus('canvas.wafer');
  const state = () => page.evaluate(() => ({...weft.store.state}));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  assert.deepEqual((await state()).cursor, {x: 13, y: 9});
  await page.keyboard.press('Enter');
  assert.deepEqual((await state()).pin, {x: 13, y: 9});
  const metric = (await state()).metric;
  await page.keyboard.press(']');
  assert.notEqual((await state()).metric, metric);
  await page.keyboard.press('.');
  assert.ok((await state()).time > 0);
  await page.keyboard.press('w');
  assert.equal((await state()).time, null);
  await page.keyboard.press('l');
  assert.ok((await state()).links);
  await page.keyboard.press('+');
  await settle();
  assert.ok(!(await page.evaluate(() => weft.wafer.maps[0].view.fitted)));
  await page.keyboard.press('Escape');
  assert.equal((await state()).pin, null);
  await page.keyboard.press('?');
  assert.ok(await page.isVisible('#keys table'));
  await page.keyboard.press('Space');
  assert.ok((await state()).playing);
  await page.waitForFunction(() => weft.store.state.time > 0);
  await close();
});

test('links are drawn where words went', async (context) => {
  const {set, pixel, page, picture, close} = await openPage(context, 'small.html');
  await set({metric: 'idle', outlines: false, links: false});
  const before = await page.evaluate(() => weft.wafer.maps[0].canvas.toDataURL().length);
  await set({links: true});
  const after = await page.evaluate(() => weft.wafer.maps[0].canvas.toDataURL().length);
  assert.ok(after > before, 'something was drawn');
  assert.ok(await pixel(1, 1));
  await picture('small-links');
  await close();
});

test('the critical path leads to its tiles', async (context) => {
  const {page, settle, pixel, picture, close} = await openPage(context, 'small.html');
  await page.click('#path button >> nth=0');
  await settle();
  assert.deepEqual(await page.evaluate(() => weft.store.state.pin), {x: 3, y: 2});
  // Just above the pinned tile lies its ring.
  near(await pixel(3, 2 - 0.62), [0xd0, 0, 0x6f], 'a ring');
  await picture('small-path');
  await close();
});

test('every figure has a text', async (context) => {
  const {page, close} = await openPage(context, 'small.html');
  for (const details of await page.$$('details.as-table')) {
    await details.evaluate((one) => (one.open = true));
    await page.waitForFunction((one) => one.querySelector('td'), details);
  }
  const names = await page.$$eval('canvas, .chart, .roofline',
                                  (all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
  for (const one of names.filter((_, i) => i < 5)) {
    assert.ok(one.length > 10 || one === '', one);
  }
  assert.ok(names.filter((one) => one.length > 10).length >= 4);
  await close();
});

test('two runs stand side by side, and their difference is drawn', async (context) => {
  const {page, set, pixel, picture, close} = await openPage(context, 'two.html');
  assert.equal(await page.evaluate(() => weft.store.state.mode), 'both');
  await picture('two');
  await set({metric: 'compute', mode: 'difference', outlines: false});
  assert.match(await page.textContent('.legend'), /\u22121\.0 %|-1\.0 % to 1\.0 %/);
  near(await pixel(4, 4), [0x7f, 0x27, 0x04], 'more in B');
  await set({metric: 'input'});
  near(await pixel(4, 4), [0x08, 0x30, 0x6b], 'less in B');
  await picture('two-difference');
  await page.click('text=B \u2212 A');
  await close();
});
