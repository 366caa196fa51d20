// SPDX-License-Identifier: Apache-2.0
// Opens a page in headless Chromium; whatever it asks for or complains of is a fault.
import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {chromium} from 'playwright-core';

const program = process.env.WEFT_CHROMIUM ?? '/usr/bin/chromium';

/// `context` is that of the test, at whose end the browser goes.
export async function openPage(context, name, options = {}) {
  const browser = await chromium.launch({executablePath: program, args: ['--no-sandbox']});
  context.after(() => browser.close());
  const page = await browser.newPage({
    viewport: {width: 1400, height: 900}, colorScheme: options.dark ? 'dark' : 'light'});
  page.setDefaultTimeout(20_000);
  const faults = [];
  const requests = [];
  page.on('console', (message) => {
    // These tests read pixels; the page does not.
    if (!message.text().includes('willReadFrequently')) {
      faults.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  const address = pathToFileURL(resolve('pages', name)).href;
  await page.goto(address);
  await page.waitForFunction(() => globalThis.weft?.times?.whole, null, {timeout: 60_000});

  /// Waits until the map shows what the state says.
  const settle = () => page.evaluate(async () => {
    await weft.wafer.update();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  });
  return {
    page, settle,
    set: async (state) => {
      await page.evaluate((change) => weft.store.set(change), state);
      await settle();
    },
    /// Red, green and blue in the middle of a tile of a map.
    pixel: (x, y, map = 0) => page.evaluate(([x, y, map]) => {
      const {canvas, view} = weft.wafer.maps[map];
      const left = canvas.clientWidth / 2 + (x + 0.5 - view.x) * view.zoom;
      const top = canvas.clientHeight / 2 + (y + 0.5 - view.y) * view.zoom;
      const scale = canvas.width / canvas.clientWidth;
      const data = canvas.getContext('2d').getImageData(left * scale, top * scale, 1, 1).data;
      return [data[0], data[1], data[2]];
    }, [x, y, map]),
    /// Where a tile lies on the screen.
    place: (x, y, map = 0) => page.evaluate(([x, y, map]) => {
      const {canvas, view} = weft.wafer.maps[map];
      canvas.scrollIntoView({block: 'center'});
      const box = canvas.getBoundingClientRect();
      return {x: box.left + canvas.clientWidth / 2 + (x + 0.5 - view.x) * view.zoom,
              y: box.top + canvas.clientHeight / 2 + (y + 0.5 - view.y) * view.zoom};
    }, [x, y, map]),
    picture: async (file, fullPage = false) => {
      mkdirSync('pictures', {recursive: true});
      await page.screenshot({path: `pictures/${file}.png`, fullPage});
    },
    /// `leaves`: what goes on to other pages; what they ask for is theirs.
    close: async ({leaves} = {}) => {
      const asked = [...requests];
      await leaves?.();
      await browser.close();
      assert.deepEqual(faults, [], 'the console is empty');
      assert.deepEqual(asked, [address], 'nothing but the file is asked for');
    },
  };
}

const kViridis = ['440154', '482475', '414487', '355f8d', '2a788e', '21918c', '22a884', '44bf70',
                  '7ad151', 'bddf26', 'fde725'];

/// The color that stands for a share of the range.
export function viridis(share) {
  const place = Math.round(255 * Math.min(1, Math.max(0, share))) / 255 * (kViridis.length - 1);
  const stop = Math.min(Math.floor(place), kViridis.length - 2);
  return [0, 2, 4].map((at) => {
    const from = parseInt(kViridis[stop].slice(at, at + 2), 16);
    const to = parseInt(kViridis[stop + 1].slice(at, at + 2), 16);
    return from + (to - from) * (place - stop);
  });
}

export function near(seen, wanted, what) {
  const apart = Math.max(...seen.map((value, i) => Math.abs(value - wanted[i])));
  assert.ok(apart <= 3, `${what}: ${seen} is not ${wanted.map(Math.round)}`);
}
