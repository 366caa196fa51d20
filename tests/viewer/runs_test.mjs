// SPDX-License-Identifier: Apache-2.0
// Pages of real runs against their report.json.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {comparesTwo, everyVerb} from './every_verb.mjs';
import {openPage} from './open_page.mjs';

const kBins = ['compute', 'setup', 'moving', 'input', 'output', 'unit', 'memory', 'idle'];

const reportOf = (folder) => JSON.parse(readFileSync(`pages/${folder}/report.json`, 'utf8'));

async function binsAreThoseOf(page, folder) {
  const report = reportOf(folder);
  const shares = await page.evaluate(async (bins) => {
    const run = weft.runs[0];
    const out = {};
    for (const bin of bins) {
      const plane = await run.plane(bin);
      out[bin] = plane.reduce((sum, cycles) => sum + cycles, 0) / (run.cycles * run.tiles);
    }
    return out;
  }, kBins);
  let sum = 0;
  for (const bin of kBins) {
    assert.ok(Math.abs(shares[bin] - report.bins[bin]) < 1e-9, bin);
    sum += shares[bin];
  }
  assert.ok(Math.abs(sum - 1) < 1e-9, 'they sum to 1');
  return report;
}

test('fable-1m with values on mesh32', async (context) => {
  const {page, set, pixel, picture, close} = await openPage(context, 'fable/report.html');
  const report = await binsAreThoseOf(page, 'fable');
  const head = await page.textContent('.heads');
  assert.match(head, new RegExp(report.cycles.toLocaleString('en-US')));
  assert.match(head, /pass/);
  assert.match(head, /What limits this run/);
  assert.equal((await page.$$('#limits li')).length, 3);
  assert.match(await page.textContent('#verdicts'), /0\.999 of it/);
  assert.match(await page.textContent('#path'), /recv\.set/);
  await set({metric: 'input', fromZero: true});
  const first = await pixel(20, 20);
  await set({metric: 'setup'});
  assert.notDeepEqual(await pixel(20, 20), first);
  await picture('fable', true);
  await close();
});

/// How far power over time, summed, is off the energy of a tile, in half steps of a byte: at most.
async function powerOffBy(page) {
  return page.evaluate(async () => {
    const run = weft.runs[0];
    const {slice, slices, cycles, added, scale, width, height} = run.facts.timeline;
    const lengths = Array.from({length: slices}, (_, i) => {
      const [begin, end] = [i * slice, Math.min(cycles, (i + 1) * slice)];
      return added.reduce((sum, [at, iterations, period]) => sum +
          iterations * Math.max(0, Math.min(end, at) - Math.max(begin, at - period)), end - begin);
    });
    const {zero, full} = run.scale('power');
    const bytes = await run.series('power', 'mean');
    const energy = await run.plane('energy');
    const cells = width * height;
    const wanted = new Float64Array(cells);
    const tiles = new Float64Array(cells);
    energy.forEach((picojoules, tile) => {
      const cell = Math.floor(Math.floor(tile / run.width) / scale) * width +
          Math.floor(tile % run.width / scale);
      wanted[cell] += picojoules * 1e-12;
      tiles[cell] += 1;
    });
    let most = 0;
    for (let cell = 0; cell < cells; ++cell) {
      let joules = 0;
      for (let i = 0; i < slices; ++i) {
        const watts = zero + bytes[i * cells + cell] / 255 * (full - zero);
        joules += watts * tiles[cell] * lengths[i] / run.facts.report.frequency;
      }
      const halfStep = (full - zero) / 510 * run.facts.report.seconds * tiles[cell];
      most = Math.max(most, Math.abs(joules - wanted[cell]) / halfStep);
    }
    const watts = await weft.wattsOf(run);
    const mean = watts.reduce((sum, value, i) => sum + value * lengths[i], 0) / run.cycles;
    return {most, mean: mean / run.facts.report.energy.watts, peak: Math.max(...watts)};
  });
}

test('power over time sums to the energy of every tile', async (context) => {
  for (const name of ['fable', 'llama']) {
    const {page, set, picture, close} = await openPage(context, `${name}/report.html`);
    const {most, mean, peak} = await powerOffBy(page);
    assert.ok(most <= 1.01, `${name}: half a step of a byte, not ${most}`);
    assert.ok(Math.abs(mean - 1) < 0.02, `${name}: mean power off by ${mean}`);
    assert.ok(peak >= reportOf(name).energy.watts);
    await set({metric: 'power', time: 0.5});
    assert.match(await page.textContent('.legend'), /power.*W to .*W/);
    await page.evaluate(() => document.getElementById('bins').scrollIntoView());
    await picture(`${name}-power`);
    await page.evaluate(() => document.getElementById('wafer').scrollIntoView());
    await picture(`${name}-power-map`);
    await close();
  }
});

test('it is as legible in the dark', async (context) => {
  const {page, picture, close} = await openPage(context, 'fable/report.html', {dark: true});
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(ground, 'rgb(19, 21, 23)');
  await picture('fable-dark', true);
  await close();
});

test('everything one does with a page, on fable-1m', async (context) => {
  const opened = await openPage(context, 'fable/report.html');
  await everyVerb(opened, {x: 11, y: 14}, 'fable');
  await opened.close();
});

test('a slower fabric beside it', async (context) => {
  const opened = await openPage(context, 'fables.html');
  const {page, set, picture, close} = opened;
  await comparesTwo(opened, [reportOf('fable'), reportOf('slower')]);
  await set({mode: 'difference', metric: 'input'});
  await page.evaluate(() => document.getElementById('wafer').scrollIntoView());
  await picture('fables-difference');
  await set({mode: 'both'});
  await picture('fables', true);
  await close();
});

test('a decode step of Llama-3-8B on wse2', async (context) => {
  const {page, set, place, picture, close} = await openPage(context, 'llama/report.html');
  await binsAreThoseOf(page, 'llama');
  await picture('llama', true);
  await set({metric: 'macs'});
  const at = await place(100, 100);
  await page.mouse.click(at.x, at.y);
  await page.waitForSelector('.panel >> text=role');
  assert.match(await page.textContent('.panel'), /layers 0-10/);
  await page.evaluate(() => document.getElementById('wafer').scrollIntoView());
  await picture('llama-pinned');
  await close();
});

test('everything one does with a page, on Llama-3-8B', async (context) => {
  const opened = await openPage(context, 'llama/report.html');
  await everyVerb(opened, {x: 200, y: 470}, 'llama');
  await opened.close();
});

test('Llama-3-8B on a machine with faster ramps beside it', async (context) => {
  const opened = await openPage(context, 'llamas.html');
  const {page, picture, close} = opened;
  await comparesTwo(opened, [reportOf('llama'), reportOf('ramps')]);
  await page.evaluate(() => document.getElementById('wafer').scrollIntoView());
  await picture('llamas-difference');
  await close();
});

test('the roofline is of ops or of tiles', async (context) => {
  const {page, picture, close} = await openPage(context, 'llama/report.html');
  const points = () => page.$$eval('#roofline circle', (all) => all.length);
  const products = reportOf('llama').op_totals.filter(
      (op) => op.name && op.macs > 0 && op.words_sent + op.words_received > 0);
  assert.equal(await points(), products.length);
  assert.match(await page.textContent('#roofline svg'), /attention.*gate_up/s);
  await page.evaluate(() => document.getElementById('roofline').scrollIntoView());
  await picture('llama-roofline');
  await page.click('#roofline >> text=tiles');
  assert.ok(await points() > products.length);
  await close();
});

test('other machines stand in groups by where their figures come from', async (context) => {
  const {page, picture, close} = await openPage(context, 'llama/report.html', {dark: true});
  const compared = JSON.parse(readFileSync('pages/compared.json', 'utf8'));
  assert.deepEqual(await page.evaluate(() => weft.runs[0].facts.throughput), compared);
  for (const origin of ['simulated', 'measured', 'published', 'roofline']) {
    const rows = compared.rows.filter((row) => row.origin === origin);
    const shown = await page.$$eval(`#throughput tbody.${origin} tr`, (all) => all.map(
        (row) => [...row.cells].map((cell) => cell.textContent)).filter((cells) => cells.length > 1));
    assert.equal(shown.length, rows.length, origin);
    rows.forEach((row, i) => {
      assert.ok(shown[i][0].endsWith(row.device));
      const rate = row.tokens_per_second_per_user;
      assert.equal(Number(shown[i][1].replaceAll(',', '')) || 0, rate === null ? 0 :
          rate >= 100 ? Math.round(rate) : Number(rate.toPrecision(3)));
    });
  }
  assert.equal(await page.textContent('#throughput tbody.simulated th'), 'wafer, this run');
  await page.evaluate(() => document.getElementById('throughput').scrollIntoView());
  await picture('llama-throughput-dark');
  await close();
});
