// SPDX-License-Identifier: Apache-2.0
// A page of a study, with what tests of it ask.
import {openPage} from './open_page.mjs';

export async function openStudy(context, name, options = {}) {
  const opened = await openPage(context, name, options);
  const {page} = opened;
  /// Waits until what follows the pointer is drawn.
  const settle = () => page.evaluate(() => new Promise(
      (done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));
  const state = () => page.evaluate(() => ({
    ...weft.store.state, hidden: [...weft.store.state.hidden].map(([key, set]) => [key, [...set]])}));
  return {
    ...opened, settle, state,
    set: async (change) => {
      await page.evaluate((given) => weft.store.set(given), change);
      await settle();
    },
    /// Where a point is drawn on the screen.
    place: (point) => page.evaluate((which) => {
      const {canvas, px, py} = weft.scatter;
      canvas.scrollIntoView({block: 'center'});
      const box = canvas.getBoundingClientRect();
      return {x: box.left + px[which], y: box.top + py[which]};
    }, point),
    /// Red, green, blue and alpha of the points, so far from the middle of one.
    pixel: (point, right = 0, down = 0) => page.evaluate(([which, dx, dy]) => {
      const {dots, px, py} = weft.scatter;
      const scale = dots.width / dots.clientWidth;
      return [...dots.getContext('2d').getImageData(
          Math.round((px[which] + dx) * scale), Math.round((py[which] + dy) * scale), 1, 1).data];
    }, [point, right, down]),
    drawn: () => page.evaluate(() => [...weft.scatter.drawn].sort((a, b) => a - b)),
    rows: (selector) => page.$$eval(`${selector} tbody tr`,
        (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent))),
  };
}
