// SPDX-License-Identifier: Apache-2.0
// The page of a real study against weft sweep pareto --json.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {openStudy} from './open_study.mjs';

const answers = JSON.parse(readFileSync('pages/study.json', 'utf8'));
const done = answers.points.filter(({exit}) => exit === 'done');
const objectives = answers.objectives.map(({metric}) => metric);

test('every figure is that of the answers', async (context) => {
  const {page, picture, close} = await openStudy(context, 'study/study.html');
  const seen = await page.evaluate(() => {
    const {points} = weft;
    return {
      exits: points.exit, messages: points.message, indices: [...points.index],
      front: [...points.front], axes: points.axes.map((column) =>
          [column.name, Array.from(points.exit, (_, point) => points.text(column, point))]),
      metrics: points.metrics.map(({key, values}) => [key.slice('metric:'.length), [...values]]),
    };
  });
  assert.deepEqual(seen.exits, answers.points.map(({exit}) => exit));
  assert.deepEqual(seen.messages, answers.points.map(({message}) => message));
  assert.deepEqual(seen.indices, answers.points.map(({index}) => index));
  assert.deepEqual(seen.front.map((one) => one === 1), answers.points.map(({front}) => front));
  for (const [name, texts] of seen.axes) {
    assert.deepEqual(texts, answers.points.map(({values}) => values[name]), name);
  }
  const names = new Set(done.flatMap(({figures}) => Object.keys(figures)));
  assert.deepEqual(new Set(seen.metrics.map(([name]) => name)), names);
  for (const [name, values] of seen.metrics) {
    answers.points.forEach(({figures}, i) => figures[name] === undefined ?
        assert.ok(Number.isNaN(values[i]) || values[i] === null, `${name} of ${i}`) :
        assert.ok(Math.abs(values[i] - figures[name]) <= 1e-7 * Math.abs(figures[name]),
                  `${name} of ${i}: ${values[i]} is not ${figures[name]}`));
  }
  await picture('study', true);
  await close();
});

test('the heading counts and says why points have no figures', async (context) => {
  const {page, close} = await openStudy(context, 'study/study.html');
  const head = await page.textContent('header');
  assert.match(head, new RegExp(`${answers.study}${answers.description}`));
  assert.match(head, new RegExp(`points${answers.counts.points}`));
  assert.match(head, new RegExp(`with figures${answers.counts.with_figures}`));
  assert.match(head, new RegExp(`keep the constraints${answers.counts.feasible}`));
  assert.match(head, new RegExp(`Without figures: ${answers.points.length - done.length} refused`));
  assert.match(head, /\d+× fable-1m does not fit/);
  await close();
});

test('objectives are drawn, the front as steps through its points', async (context) => {
  const {page, state, drawn, pixel, close} = await openStudy(context, 'study/study.html');
  const {x, y} = await state();
  assert.deepEqual([x, y], objectives.map((metric) => `metric:${metric}`));
  assert.deepEqual(await drawn(), done.map(({index}) => index));
  const line = await page.evaluate(() => weft.scatter.line);
  assert.deepEqual([...line].sort((a, b) => a - b), [...answers.front].sort((a, b) => a - b));
  assert.ok(line.length > 1);
  const missed = done.find((point) => point.figures.time_per_token > answers.constraints[0].at_most);
  const kept = await pixel(answers.front[0]);
  const hollow = await pixel(missed.index);
  assert.deepEqual(hollow, [241, 241, 238, 255], 'hollow as the ground');
  assert.notDeepEqual(kept, hollow);
  assert.ok((await pixel(answers.front[0], 6.5))[3] > 0, 'a ring');
  await close();
});

test('hovering tells a point, a click pins it, another is set against it', async (context) => {
  const {page, place, state, picture, settle, close} = await openStudy(context, 'study/study.html');
  const [first, second] = answers.front;
  const from = await place(first);
  await page.mouse.move(from.x, from.y);
  await settle();
  assert.equal((await state()).cursor, first);
  const panel = await page.textContent('.panel');
  assert.match(panel, new RegExp(`point ${first}`));
  const point = answers.points[first];
  for (const value of Object.values(point.values)) {
    assert.ok(panel.includes(value), value);
  }
  assert.ok(panel.includes(point.figures.cycles.toLocaleString('en-US')));
  assert.match(panel, /on the Pareto front · keeps the constraints/);
  await page.mouse.click(from.x, from.y);
  assert.equal((await state()).pin, first);
  const to = await place(second);
  await page.mouse.move(to.x, to.y);
  await settle();
  const ratio = answers.points[second].figures.cycles / point.figures.cycles;
  const percent = `${Math.abs(100 * (ratio - 1)).toFixed(1)} %`;
  assert.ok((await page.textContent('.panel')).includes(percent), percent);
  await picture('study-pinned');
  await page.mouse.move(5, 5);
  await settle();
  assert.equal((await state()).cursor, null);
  await page.mouse.click(from.x, from.y);
  assert.equal((await state()).pin, null);
  await close();
});

test('keys walk, pin and let go', async (context) => {
  const {page, state, close} = await openStudy(context, 'study/study.html');
  await page.focus('canvas.over');
  const line = await page.evaluate(() => weft.scatter.line);
  await page.keyboard.press('ArrowRight');
  assert.equal((await state()).cursor, line[0]);
  await page.keyboard.press('ArrowRight');
  assert.equal((await state()).cursor, line[1]);
  assert.match(await page.textContent('.said'), new RegExp(`point ${line[1]}: tokens per second`));
  await page.keyboard.press('Enter');
  assert.equal((await state()).pin, line[1]);
  await page.keyboard.press('ArrowUp');
  const above = (await state()).cursor;
  assert.notEqual(above, line[1]);
  assert.ok(await page.evaluate(([a, b]) => weft.scatter.py[a] < weft.scatter.py[b],
                                [above, line[1]]));
  await page.keyboard.press('Escape');
  const {pin, cursor, color} = await state();
  assert.deepEqual([pin, cursor], [null, null]);
  await page.keyboard.press(']');
  assert.notEqual((await state()).color, color);
  await page.keyboard.press('x');
  assert.ok((await state()).logX);
  await page.keyboard.press('k');
  assert.ok((await state()).onlyKept);
  await page.keyboard.press('0');
  assert.ok(!(await state()).onlyKept);
  await page.keyboard.press('?');
  assert.ok(await page.isVisible('#keys table'));
  await close();
});

test('values of axes are left out by a click, here and in the tables', async (context) => {
  const {page, drawn, picture, close} = await openStudy(context, 'study/study.html');
  const side = '16x16';
  await page.click(`.legend button:has-text("${side}")`);
  const left = done.filter(({values}) => values.side !== side).map(({index}) => index);
  assert.deepEqual(await drawn(), left);
  const better = await page.evaluate(() => weft.scatter.line);
  assert.ok(better.length > 0 && better.every((point) => left.includes(point)));
  await page.click('#filters summary');
  await page.click('#filters button:has-text("slow")', {modifiers: ['Shift']});
  assert.deepEqual(await drawn(), done.filter(
      ({values}) => values.side !== side && values.hop === 'slow').map(({index}) => index));
  const all = answers.points.filter(({values}) => values.side !== side && values.hop === 'slow');
  assert.match(await page.textContent('#all .pages'), new RegExp(`of ${all.length}`));
  await picture('study-filtered', true);
  await page.click('#scatter button:has-text("show all")');
  assert.deepEqual(await drawn(), done.map(({index}) => index));
  await close();
});

test('figures and scales can be chosen', async (context) => {
  const {page, drawn, picture, close} = await openStudy(context, 'study/study.html');
  const at = (point) => page.evaluate((which) => weft.scatter.px[which], point);
  const [a, b, c] = ['6x6', '8x8', '16x16'].map((side) => done.find(
      ({values}) => values.side === side && values.setup === '0 cycles').index);
  await page.selectOption('#x', 'metric:tiles');
  const linear = (await at(b) - await at(a)) / (await at(c) - await at(b));
  assert.ok(Math.abs(linear - (64 - 36) / (256 - 64)) < 1e-3, `${linear}`);
  await page.click('button[title^="across: log"]');
  const log = (await at(b) - await at(a)) / (await at(c) - await at(b));
  assert.ok(Math.abs(log - Math.log(64 / 36) / Math.log(256 / 64)) < 1e-3, `${log}`);
  await page.selectOption('#color', 'metric:utilization');
  await page.selectOption('#y', 'axis:seq');
  assert.equal((await drawn()).length, done.length);
  assert.deepEqual(await page.evaluate(() => weft.scatter.line), [], 'an axis has no better end');
  await page.selectOption('#x', 'metric:error_percent');
  assert.ok(await page.isDisabled('button[title^="across: log"]'), '0 has no logarithm');
  await picture('study-chosen');
  await close();
});

test('tables hold the front, the best, what it hangs on and every point', async (context) => {
  const {page, rows, state, close} = await openStudy(context, 'study/study.html');
  assert.deepEqual((await rows('#front')).map(([point]) => Number(point)), answers.front);
  const best = await rows('#best');
  assert.deepEqual(best.map(([, , , point]) => Number(point)),
                   answers.best.map(({point}) => point));
  assert.match(best[1][1], /without the limit on time per token/);
  const hangs = await page.$$eval('#sensitivity summary', (all) => all.map((one) =>
      [one.querySelector('.axis').textContent, one.querySelector('.share').textContent]));
  for (const {axis, share} of answers.sensitivity) {
    assert.ok(hangs.some(([name, text]) => name === axis && text === `${(100 * share).toFixed(0)} %`),
              `${axis} ${share}`);
  }
  const {values} = answers.sensitivity.find(({axis}) => axis === 'side');
  const means = (await rows('#sensitivity .objective:first-child details:first-of-type'))
      .map(([name, mean, , , count]) => [name, mean, Number(count)]);
  assert.deepEqual(means, values.map(({value, mean, points}) => [
    value, Number(mean.toPrecision(5)).toLocaleString('en-US', {maximumSignificantDigits: 5}), points]));
  await page.selectOption('#all select', 'without');
  assert.match(await page.textContent('#all tbody'), /refused: fable-1m does not fit/);
  await page.selectOption('#all select', 'done');
  await page.click('#all th button:has-text("area")');
  const least = [...done].sort((a, b) => a.figures.area - b.figures.area)[0];
  assert.equal((await rows('#all'))[0][0], `${least.index}`);
  await page.click('#all th button:has-text("area")');
  assert.equal(await page.getAttribute('#all th:has-text("area")', 'aria-sort'), 'descending');
  await page.click('#all [aria-label="page after"]');
  assert.match(await page.textContent('#all .pages'), /26 to 50/);
  await page.click('#all tbody button >> nth=0');
  assert.equal((await state()).pin, Number((await rows('#all'))[0][0]));
  await page.click('summary:has-text("this scatter as a table")');
  await page.waitForSelector('#scatter .as-table tbody tr');  // it is filled once it has opened
  assert.equal((await rows('#scatter .as-table')).length, 25);
  await close();
});

test('a point that was run again leads to its report, another says how', async (context) => {
  const {page, set, close} = await openStudy(context, 'study/study.html');
  const [first, second] = answers.front;
  await set({pin: second});
  assert.match(await page.textContent('.panel .command'),
               new RegExp(`^weft sweep rerun \\S*study --point ${second}$`));
  await set({pin: first});
  assert.equal(await page.getAttribute('.report a', 'href'), `points/${first}/report.html`);
  await close({leaves: async () => {
    await page.click('.report a');
    await page.waitForFunction(() => globalThis.weft?.runs);
    const report = JSON.parse(readFileSync(`pages/study/points/${first}/report.json`, 'utf8'));
    assert.equal(await page.evaluate(() => weft.runs[0].cycles), report.cycles);
    assert.equal(report.cycles, answers.points[first].figures.cycles);
  }});
});

test('it is as legible in the dark', async (context) => {
  const {page, set, picture, close} =
      await openStudy(context, 'study/study.html', {dark: true});
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
               'rgb(19, 21, 23)');
  await set({pin: answers.front[0], color: 'metric:utilization'});
  await picture('study-dark', true);
  await close();
});

test('two studies share the scatter, and their points are set against each other', async (context) => {
  const {page, drawn, rows, picture, close} = await openStudy(context, 'study/difference.html');
  const other = JSON.parse(readFileSync('pages/difference.json', 'utf8'));
  const shapes = await page.evaluate(() => [...weft.scatter.drawn].map((at) => weft.points.study[at]));
  assert.equal(new Set(shapes).size, 2);
  assert.ok((await drawn()).length > done.length);
  assert.match(await page.textContent('.legend'), /A: \S*studyB: \S*narrow/);
  assert.match(await page.textContent('#difference'), new RegExp(`${other.points.length} points in both`));
  const first = (await rows('#difference'))[0];
  const {values, before, after} = other.points[0];
  assert.deepEqual(first.slice(0, values.length), values);
  const by = 100 * (after.tokens_per_second / before.tokens_per_second - 1);
  assert.equal(first[values.length + 2], `${by < 0 ? '\u2212' : '+'}${Math.abs(by).toFixed(1)} %`);
  await picture('studies', true);
  await close();
});
