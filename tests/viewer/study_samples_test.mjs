// SPDX-License-Identifier: Apache-2.0
// Pages of studies whose every figure is known (sample_studies.cpp).
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {near, viridis} from './open_page.mjs';
import {openStudy} from './open_study.mjs';

/// As in sample_studies.cpp.
function drawnFigure(point, stream) {
  const mixed = (point + 1) * (stream + 17) * 7919 % 99991;
  return ((mixed * mixed + 31 * stream) % 99991) / 99991;
}
const area = (point) => 50 + 400 * drawnFigure(point, 1);
const speed = (point) => 2000 * drawnFigure(point, 2) * (area(point) / (area(point) + 100)) + 1;
const utilization = (point) => drawnFigure(point, 3);
const points = Array.from({length: 200}, (_, i) => i).filter((point) => point % 10 !== 9);
const kept = points.filter((point) => utilization(point) >= 0.25);

test('a color is the figure of its point', async (context) => {
  const {set, pixel, page, close} = await openStudy(context, 'few.html');
  // An axis has no better end, so that no front runs through points.
  await set({color: 'metric:utilization', onlyKept: true, x: 'axis:side', logX: false});
  const all = kept.map(utilization);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const alone = await page.evaluate(() => {
    const {drawn, px, py} = weft.scatter;
    return [...drawn].filter((a) => drawn.every(
        (b) => a === b || Math.hypot(px[a] - px[b], py[a] - py[b]) > 14));
  });
  assert.ok(alone.length > 20);
  for (const point of alone) {
    const share = Math.round(63 * (utilization(point) - least) / (most - least)) / 63;
    near((await pixel(point)).slice(0, 3), viridis(share), `point ${point}`);
  }
  await close();
});

test('the front holds who nobody is better than in both', async (context) => {
  const {page, close} = await openStudy(context, 'few.html');
  const wanted = kept.filter((point) => !kept.some((other) =>
      speed(other) >= speed(point) && area(other) <= area(point) &&
      (speed(other) > speed(point) || area(other) < area(point))));
  const line = await page.evaluate(() => weft.scatter.line);
  assert.deepEqual([...line].sort((a, b) => a - b), wanted);
  assert.ok(line.every((point, i) => i === 0 || speed(line[i - 1]) <= speed(point)), 'in order');
  await close();
});

test('the nearest point is told, of those at one place the one on top', async (context) => {
  const {page, set, close} = await openStudy(context, 'few.html');
  const wrong = await page.evaluate(() => {
    const {px, py, drawn, canvas} = weft.scatter;
    const found = [];
    for (let i = 0; i < 400; ++i) {
      const x = (i * 7919) % canvas.clientWidth;
      const y = (i * 104729) % canvas.clientHeight;
      const distance = (point) => Math.hypot(px[point] - x, py[point] - y);
      const nearest = [...drawn].reduce((a, b) => distance(b) <= distance(a) ? b : a);
      const wanted = distance(nearest) < 16 ? nearest : null;
      if (weft.scatter.pointAt(x, y) !== wanted) {
        found.push([x, y, wanted, weft.scatter.pointAt(x, y)]);
      }
    }
    return found;
  });
  assert.deepEqual(wrong, []);
  await set({x: 'axis:sram', y: 'axis:sram'});
  assert.ok(await page.evaluate(() => weft.scatter.alike(weft.scatter.drawn[0]) > 1));
  await close();
});

test('text of a study is text, and paths may hold anything', async (context) => {
  const {page, set, rows, picture, close} = await openStudy(context, 'few.html');
  assert.match(await page.textContent('header'), /knows <b>in advance<\/b>/);
  assert.match(await page.textContent('header'), /20 refused.*side 4 does not fit: <tile> "\(1,1\)"/);
  await set({pin: 3});
  assert.equal(await page.getAttribute('.report a', 'href'), 'points%20of%20%231/3/report.html');
  await set({pin: 4});
  assert.equal(await page.textContent('.command'),
               String.raw`weft sweep rerun 'out/it'\''s few' --point 4`);
  await set({pin: 9});
  assert.match(await page.textContent('.panel'), /refused: side 4 does not fit/);
  assert.ok((await rows('#all')).length > 0);
  await picture('study-few', true);
  await close();
});

test('an axis of many values is filtered by a range', async (context) => {
  const {page, drawn, close} = await openStudy(context, 'few.html');
  await page.click('#filters summary');
  await page.fill('[aria-label="side from"]', '120');
  await page.keyboard.press('Tab');
  assert.deepEqual(await drawn(), points.filter((point) => point % 50 >= 20));
  await page.fill('[aria-label="side to"]', '130');
  await page.keyboard.press('Enter');
  assert.deepEqual(await drawn(), points.filter((point) => point % 50 >= 20 && point % 50 <= 30));
  await close();
});

test('a study without figures says so', async (context) => {
  const {page, rows, picture, close} = await openStudy(context, 'none.html');
  assert.match(await page.textContent('header'), /with figures0/);
  assert.match(await page.textContent('header'), /200 missing/);
  assert.equal((await rows('#all')).length, 25);
  assert.equal(await page.$('#scatter'), null);
  await picture('study-none', true);
  await close();
});
