// SPDX-License-Identifier: Apache-2.0
// How long 100,000 points take: said, and held only to what no host may miss. The figure aimed at
// is 33 ms a frame while the pointer moves.
import assert from 'node:assert/strict';
import {statSync} from 'node:fs';
import {test} from 'node:test';
import {openStudy} from './open_study.mjs';

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

test('a study of 100,000 points', async (context) => {
  const {page, picture, close} = await openStudy(context, 'many.html');
  assert.equal(await page.evaluate(() => weft.scatter.drawn.length), 90_000);
  await picture('study-many', true);
  const said = await page.evaluate(() => ({
    'first text': weft.times.words, 'first picture': weft.times.painted, 'all of it': weft.times.whole}));
  const changes = {color: {color: 'metric:utilization'}, scale: {logY: true},
                   figure: {x: 'metric:cycles'}, filter: {onlyKept: true}};
  for (const [what, change] of Object.entries(changes)) {
    said[`another ${what}`] = await page.evaluate(async (given) => {
      const begin = performance.now();
      weft.store.set(given);
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return performance.now() - begin;
    }, change);
  }
  const hover = await page.evaluate(async () => {
    const {canvas} = weft.scatter;
    canvas.scrollIntoView({block: 'center'});
    const box = canvas.getBoundingClientRect();
    const frames = [];
    const scripts = [];
    let seen = 0;
    let before = await new Promise(requestAnimationFrame);
    for (let i = 0; i < 120; ++i) {
      const begin = performance.now();
      canvas.dispatchEvent(new PointerEvent('pointermove', {
        clientX: box.left + 90 + 6 * i, clientY: box.top + 20 + 4 * i, bubbles: true}));
      scripts.push(performance.now() - begin);
      seen += weft.store.state.cursor === null ? 0 : 1;
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - before);
      before = now;
    }
    return {frames, scripts, seen};
  });
  assert.ok(hover.seen > 60, `${hover.seen} of 120 places have a point`);
  said['hovering: a frame'] = median(hover.frames);
  said['hovering: the slowest frame'] = Math.max(...hover.frames);
  said['hovering: script'] = median(hover.scripts);
  context.diagnostic(`the file: ${(statSync('pages/many.html').size / 1e6).toFixed(1)} MB`);
  for (const [what, milliseconds] of Object.entries(said)) {
    context.diagnostic(`${what}: ${milliseconds.toFixed(1)} ms`);
    assert.ok(milliseconds < 10_000, what);
  }
  await close();
});
