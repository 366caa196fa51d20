// SPDX-License-Identifier: Apache-2.0
// Pages of real runs against their report.json.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {openPage} from './open_page.mjs';

const kBins = ['compute', 'setup', 'moving', 'input', 'output', 'unit', 'memory', 'idle'];

async function binsAreThoseOf(page, folder) {
  const report = JSON.parse(readFileSync(`pages/${folder}/report.json`, 'utf8'));
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

test('it is as legible in the dark', async (context) => {
  const {page, picture, close} = await openPage(context, 'fable/report.html', {dark: true});
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(ground, 'rgb(19, 21, 23)');
  await picture('fable-dark', true);
  await close();
});

test('a slower fabric beside it', async (context) => {
  const {page, set, picture, close} = await openPage(context, 'fables.html');
  const rows = await page.textContent('#compare');
  assert.match(rows, /cycles288,014/);
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
