// SPDX-License-Identifier: Apache-2.0
// All that is known of the tile under the pointer, or of the one that is pinned.
import {kBinColors, kBinLabels, kBins} from './colors';
import {el, table} from './dom';
import {bytes, commas, percent, short} from './format';
import {Tile} from './map';
import {Run} from './run';

const kMostLines = 400;

async function figures(run: Run, tile: Tile): Promise<Map<string, number>> {
  const at = tile.y * run.width + tile.x;
  const planes = await Promise.all(run.facts.planes.map(({name}) => run.plane(name)));
  return new Map(run.facts.planes.map(({name}, i) => [name, planes[i][at]]));
}

/// Cycles by bin, out of `whole`.
function bins(known: Map<string, number>, whole: number): HTMLElement {
  const bar = el('div', {class: 'bar', 'aria-hidden': 'true'});
  const rows = kBins.map((bin) => {
    const share = (known.get(bin) ?? 0) / whole;
    const part = el('span', {});
    part.style.width = `${100 * share}%`;
    part.style.background = kBinColors[bin];
    bar.append(part);
    const swatch = el('i', {class: 'swatch'});
    swatch.style.background = kBinColors[bin];
    return [el('span', {}, swatch, kBinLabels[bin]), percent(share), commas(known.get(bin) ?? 0)];
  });
  return el('div', {}, bar, table(['', 'share', 'cycles'], rows));
}

/// What lies in the table of neighbors is left out where there is one.
function work(run: Run, known: Map<string, number>, links: boolean): HTMLElement {
  const rows: [string, string][] = [];
  for (const {name, label, unit} of run.facts.planes.filter(
           ({name}) => !kBins.includes(name) && (links || !name.startsWith('link_')))) {
    const value = known.get(name)!;
    rows.push([label, unit === 'bytes' ? `${bytes(value)} of ${bytes(run.facts.report.sram.bytes)}` :
        unit === 'pJ' ? short(value * 1e-12, 'J') :
        label.includes(unit) ? commas(value) : `${commas(value)} ${unit}`]);
    if (name === 'energy' && run.facts.report.seconds) {
      rows.push(['mean power', short(value * 1e-12 / run.facts.report.seconds, 'W')]);
    }
  }
  return table(['', ''], rows);
}

/// Neighbors: what goes to them and what comes from them.
async function neighbors(run: Run, tile: Tile): Promise<HTMLElement | null> {
  if (!run.has('link_north')) {
    return null;
  }
  const sides = [['north', 0, -1, 'south'], ['east', 1, 0, 'west'], ['south', 0, 1, 'north'],
                 ['west', -1, 0, 'east']] as const;
  const rows = [];
  for (const [side, dx, dy, back] of sides) {
    const x = tile.x + dx;
    const y = tile.y + dy;
    if (x >= 0 && y >= 0 && x < run.width && y < run.height) {
      const out = (await run.plane(`link_${side}`))[tile.y * run.width + tile.x];
      const into = (await run.plane(`link_${back}`))[y * run.width + x];
      rows.push([`${side} (${x + run.x0},${y + run.y0})`, commas(out), commas(into)]);
    }
  }
  return table(['neighbor', 'words to it', 'from it'], rows);
}

async function program(run: Run, tile: Tile): Promise<HTMLElement | null> {
  const role = await run.roleAt(tile.x, tile.y);
  if (!role) {
    return null;
  }
  const colors = [...new Set(role.code.flatMap((line) => line.match(/\bc\d+\b/g) ?? []))].sort(
      (a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  const lines = role.code.slice(0, kMostLines).map(
      (line, pc) => `${String(pc).padStart(4)}  ${line}`);
  if (role.code.length > kMostLines) {
    lines.push(`      \u2026 ${role.code.length - kMostLines} more: weft disasm mapped.bundle`);
  }
  return el('div', {},
            el('p', {}, 'role ', el('code', {}, role.name),
               colors.length > 0 && ` \u00b7 colors ${colors.join(' ')}`),
            role.code.length > 0 ?
                el('details', {class: 'program'},
                   el('summary', {}, `program, ${role.code.length} instructions`),
                   el('pre', {}, lines.join('\n'))) :
                el('p', {class: 'note'}, 'Its program is not in the recording: ',
                   el('code', {}, 'weft disasm mapped.bundle')));
}

/// Where nothing is pinned: all tiles together.
export function allTiles(runs: Run[]): HTMLElement[] {
  return runs.map((run) => {
    const whole = run.cycles * run.tiles;
    const known = new Map(kBins.map((bin) => [bin, run.facts.report.bins[bin] * whole]));
    return el('div', {class: 'tile'},
              el('h3', {}, 'All tiles', el('small', {}, runs.length > 1 ? run.facts.name : '')),
              bins(known, whole));
  });
}

/// A panel for one tile of each run; `value` is what the map shows there.
export async function tilePanel(runs: Run[], tile: Tile, pinned: boolean,
                                value: string): Promise<HTMLElement[]> {
  const parts: HTMLElement[] = [];
  for (const run of runs) {
    if (tile.x >= run.width || tile.y >= run.height) {
      continue;
    }
    const known = await figures(run, tile);
    const outlines = (run.facts.floorplan?.outlines ?? []).filter(
        ({tiles: [x, y, width, height]}) => tile.x + run.x0 >= x && tile.x + run.x0 < x + width &&
            tile.y + run.y0 >= y && tile.y + run.y0 < y + height);
    parts.push(el('div', {class: 'tile'},
        el('h3', {}, `Tile (${tile.x + run.x0},${tile.y + run.y0})`,
           el('small', {}, runs.length > 1 ? `${run.facts.name} ` : '', pinned ? 'pinned' : '')),
        el('p', {class: 'value'}, value),
        outlines.length > 0 && el('p', {}, outlines.map(({name}) => name).join(' \u00b7 ')),
        await program(run, tile), bins(known, run.cycles), work(run, known, !pinned),
        pinned && await neighbors(run, tile)));
  }
  return parts;
}
