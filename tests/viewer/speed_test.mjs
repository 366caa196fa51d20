// SPDX-License-Identifier: Apache-2.0
// How long 745,500 tiles take: said, and held only to what no host may miss. The figures aimed at
// are 2 s to the first picture and 33 ms a frame.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openPage} from './open_page.mjs';

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

test('a wafer of 745,500 tiles', async (context) => {
  const paints = [];
  const maps = [];
  for (let i = 0; i < 5; ++i) {
    const {page, close} = await openPage(context, 'wafer.html');
    const [paint, map] = await page.evaluate(() => [
      performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
      weft.times.painted]);
    paints.push(paint);
    maps.push(map);
    await close();
  }
  const {page, set, picture, close} = await openPage(context, 'wafer.html');
  assert.equal(await page.evaluate(() => weft.runs[0].tiles), 745_500);
  await picture('wafer');
  /// Draws and reads a pixel back, so that nothing is left to be done later.
  const frames = (change) => page.evaluate(async (kind) => {
    const {wafer, store} = weft;
    const times = [];
    const context = wafer.maps[0].canvas.getContext('2d');
    for (let i = 0; i < 40; ++i) {
      const begin = performance.now();
      if (kind === 'zoom') {
        wafer.maps[0].zoom(i < 20 ? 1.2 : 1 / 1.2);
        wafer.draw();
      } else if (kind === 'pan') {
        wafer.maps[0].pan(i < 20 ? 12 : -12, i % 2 ? 30 : -30);
        wafer.draw();
      } else {
        store.state.time = (i + 0.5) / 40;
        await wafer.update();
      }
      context.getImageData(5, 5, 1, 1);
      times.push(performance.now() - begin);
    }
    return times;
  }, change);
  const said = {'first text': median(paints), 'first map': median(maps)};
  said.zoom = median(await frames('zoom'));
  said.pan = median(await frames('pan'));
  await page.evaluate(() => (weft.wafer.maps[0].fit(), weft.wafer.draw()));
  await set({links: true});
  await picture('wafer-links');
  said['pan with links'] = median(await frames('pan'));
  await page.evaluate(() => (weft.wafer.maps[0].fit(), weft.wafer.draw()));
  await set({links: false, metric: 'compute', time: 0});
  said.play = median(await frames('play'));
  // From one frame to the next, as the browser shows them.
  said['frame while playing'] = median(await page.evaluate(async () => {
    const times = [];
    weft.store.set({time: 0, playing: true});
    let before = await new Promise(requestAnimationFrame);
    for (let i = 0; i < 90; ++i) {
      const now = await new Promise(requestAnimationFrame);
      times.push(now - before);
      before = now;
    }
    weft.store.set({playing: false});
    return times;
  }));
  await set({time: 0.4});
  await picture('wafer-moment');
  for (const [what, milliseconds] of Object.entries(said)) {
    context.diagnostic(`${what}: ${milliseconds.toFixed(1)} ms`);
    assert.ok(milliseconds < 10_000, what);
  }
  await close();
});
