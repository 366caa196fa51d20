// SPDX-License-Identifier: Apache-2.0
// What one does with a page, done as one does it: by pointer, wheel and buttons. What is drawn and
// written is held to the figures of the run.
import assert from 'node:assert/strict';
import {near, viridis} from './open_page.mjs';

/// Share of the most of any tile, for each tile of a square around `at`.
async function shares(page, plane, at) {
  return page.evaluate(async ([plane, at]) => {
    const run = weft.runs[0];
    const values = await run.plane(plane);
    const most = values.reduce((a, b) => Math.max(a, b), 0);
    return [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => {
      const [x, y] = [at.x + dx, at.y + dy];
      return {x, y, share: values[y * run.width + x] / most};
    }));
  }, [plane, at]);
}

async function zoomInOn({page, settle, place}, at) {
  const {x, y} = await place(at.x, at.y);
  const before = await page.evaluate(() => weft.wafer.maps[0].view.zoom);
  await page.mouse.move(x, y);
  for (let i = 0; i < 12 && await page.evaluate(() => weft.wafer.maps[0].view.zoom) < 20; ++i) {
    await page.mouse.wheel(0, -500);
    await settle();
  }
  const under = await page.evaluate(([x, y]) => {
    const map = weft.wafer.maps[0];
    const box = map.canvas.getBoundingClientRect();
    return map.tileAt(x - box.left, y - box.top);
  }, [x, y]);
  // The wheel says where it was turned in whole pixels.
  const apart = Math.max(Math.abs(under.x - at.x), Math.abs(under.y - at.y));
  assert.ok(apart <= 1 / before, `what lies under the pointer stays there: ${JSON.stringify(under)}`);
}

async function switchMetrics({page, set, settle, pixel}, at) {
  await page.click('.toolbar >> text=from 0');
  await set({outlines: false});
  for (const [metric, label] of [['macs', 'MACs'], ['link_east', 'link east'],
                                 ['input', 'wait: input']]) {
    await page.selectOption('#metric', metric);
    await settle();
    assert.match(await page.textContent('.legend'), new RegExp(label));
    for (const {x, y, share} of await shares(page, metric, at)) {
      near(await pixel(x, y), viridis(share), `${metric} of tile ${x},${y}`);
    }
  }
}

async function scrub({page, settle, pixel}, at) {
  for (const step of [30, 500, 970]) {
    await page.locator('.scrubber input').evaluate((slider, value) => {
      slider.value = value;
      slider.dispatchEvent(new Event('input'));
    }, step);
    await settle();
    const {slice, slices, share} = await page.evaluate(async ([step, at]) => {
      const run = weft.runs[0];
      const {width, height, scale, slices} = run.facts.timeline;
      const slice = run.time.slice(Math.min(run.cycles - 1, step / 1000 * run.cycles));
      const all = await run.series('input', 'mean');
      const cell = Math.floor(at.y / scale) * width + Math.floor(at.x / scale);
      const most = all.reduce((a, b) => Math.max(a, b), 0);
      return {slice, slices, share: all[slice * width * height + cell] / most};
    }, [step, at]);
    assert.ok((await page.textContent('.scrubber output')).includes(`slice ${slice + 1} of ${slices}`));
    near(await pixel(at.x, at.y), viridis(share), `slice ${slice}`);
  }
  await page.click('.scrubber .play');
  await page.waitForFunction(() => weft.store.state.time < 0.97 || weft.store.state.time >= 1);
  await page.evaluate(() => weft.store.set({playing: false}));
  await page.click('.scrubber >> text=whole run');
  await settle();
}

async function pin({page, place}, at) {
  const {x, y} = await place(at.x, at.y);
  await page.mouse.click(x, y);
  await page.mouse.move(2, 2);
  await page.waitForSelector('.panel >> text=pinned');
  const text = await page.textContent('.panel');
  const known = await page.evaluate(async (at) => {
    const run = weft.runs[0];
    const cycles = await run.plane('compute');
    return {x: run.x0 + at.x, y: run.y0 + at.y,
            compute: cycles[at.y * run.width + at.x].toLocaleString('en-US'),
            role: (await run.roleAt(at.x, at.y)).name};
  }, at);
  assert.ok(text.includes(`Tile (${known.x},${known.y})`), text);
  assert.ok(text.includes(known.compute) && text.includes(`role ${known.role}`), text);
  assert.match(text, /north \(\d+,\d+\)/);
  assert.match(text, /program, \d\d+ instructions/);
}

/// Zooms, switches the figure, scrubs, plays, pins and lets go at `at`, a tile that is on no edge.
export async function everyVerb(opened, at, name) {
  const {page, set, picture} = opened;
  await zoomInOn(opened, at);
  await switchMetrics(opened, at);
  await scrub(opened, at);
  await pin(opened, at);
  await picture(`${name}-pinned-near`);
  await page.click('.toolbar >> text=fit');
  assert.ok(await page.evaluate(() => weft.wafer.maps[0].view.fitted));
  await page.focus('canvas.wafer');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => weft.store.state.pin), null);
  await set({outlines: true});
}

/// Two runs: their cycles in the table, the difference of a figure at tiles of the map.
export async function comparesTwo(opened, reports) {
  const {page, settle} = opened;
  const table = await page.textContent('#compare');
  for (const report of reports) {
    assert.ok(table.includes(report.cycles.toLocaleString('en-US')), 'its cycles');
  }
  await page.selectOption('#metric', 'input');
  await page.click('.toolbar >> text=B \u2212 A');
  await settle();
  const apart = await page.evaluate(async () => {
    const [a, b] = weft.runs;
    const [first, second] = [await a.plane('input'), await b.plane('input')];
    return [[0, 0], [5, 9], [20, 3]].map(([x, y]) => {
      const at = y * a.width + x;
      return weft.wafer.valueAt(0, x, y) - (second[at] / b.cycles - first[at] / a.cycles);
    });
  });
  for (const error of apart) {
    assert.ok(Math.abs(error) < 1e-6, 'B less A');
  }
}
