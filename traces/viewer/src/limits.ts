// SPDX-License-Identifier: Apache-2.0
// The first screen: what was run, its figures, and in words what limits it.
import {el} from './dom';
import {commas, percent, seconds, short} from './format';
import {Reason} from './data';
import {Run} from './run';

/// A time as a share of the run.
function per(report: any, time: number | null): string {
  return time && report.seconds ? percent(time / report.seconds) : '';
}

/// Name, figure, remark.
export function keyFigures(run: Run): [string, string, string][] {
  const report = run.facts.report;
  const rows: [string, string, string][] = [
    ['cycles', commas(report.cycles),
     `${seconds(report.seconds)} at ${short(report.frequency, 'Hz')}`],
  ];
  if (report.tokens_per_second) {
    const gap = report.time_per_output_token;
    const batch = report.batch ?? 1;
    rows.push([batch > 1 ? `tokens/s of ${batch} sequences` : 'tokens/s',
               commas(report.tokens_per_second),
               gap ? `${seconds(gap)} a token` : report.phase]);
  }
  const first = report.time_to_first_token;
  if (report.phase === 'generate' && per(report, first)) {
    rows.push(['to first token', seconds(first),
               `reading the prompt is ${per(report, first)} of the run`]);
  }
  rows.push(['utilization', percent(report.utilization, 2), `${short(report.macs)} MACs`]);
  if (report.energy) {
    rows.push(['energy', short(report.energy.joules, 'J'),
               `${short(report.energy.watts, 'W')}${report.energy.assumed ? ', assumed prices' : ''}`]);
  }
  const audits = report.audits.filter((audit: any) => audit.ok).length;
  rows.push(['check', report.check.verdict,
             report.check.against === 'none' ? `self-audit ${audits} of ${report.audits.length}` :
                                               `against ${report.check.against}`]);
  const off = report.engine.error_percent;
  rows.push(['engine', report.engine.name,
             report.engine.exact ? 'exact' : off === null ? 'error not measured' : `off by ${off} %`]);
  return rows;
}

export function subtitle(run: Run): string {
  const {region, phase, batch, prompt_tokens: read, new_tokens: made, cached_tokens: cached} =
      run.facts.report;
  const beside = batch > 1 ? `, batch ${batch}` : '';
  const where = region.x || region.y ? ` at (${region.x},${region.y})` : '';
  const before = phase === 'decode' ? `${commas(cached)} cached` : `${commas(read)} prompt`;
  return `${phase}, ${before} + ${commas(made)} new tokens${beside} \u00b7 ` +
      `${region.width}\u00d7${region.height} tiles${where}`;
}

export function header(run: Run): HTMLElement {
  return el('header', {},
            el('h1', {}, run.title, el('small', {}, subtitle(run))),
            el('dl', {class: 'figures'}, ...keyFigures(run).map(
                ([name, figure, remark]) => el('div', {}, el('dt', {}, name),
                                               el('dd', {}, figure, el('small', {}, remark))))));
}

/// What stands between backticks is code.
function withCode(text: string): (Node | string)[] {
  return text.split('`').map((part, i) => i % 2 ? el('code', {}, part) : part);
}

/// `chosen` is called with the reason that somebody wants to see on the map.
export function limits(run: Run, chosen: (reason: Reason) => void): HTMLElement {
  const {basis, reasons, of_path: ofPath} = run.facts.limits;
  const rows = reasons.map((reason) => {
    const meter = el('span', {class: 'meter'}, el('span', {}));
    (meter.firstChild as HTMLElement).style.width = `${Math.min(100, 100 * reason.share)}%`;
    const fields = reason.fields.length > 0 &&
        el('span', {class: 'fields'}, ...reason.fields.flatMap(
            (field) => [el('code', {title: 'a number of the machine; to try another: ' +
                `weft run \u2026 --set ${field}=VALUE`}, field), ' ']));
    return el('li', {},
              el('button', {class: 'reason', title: 'show it on the wafer',
                            click: () => chosen(reason)},
                 el('strong', {}, percent(reason.share)), meter, el('span', {}, reason.what)),
              reason.ops && el('p', {}, `in ${reason.ops}`),
              reason.where && el('p', {}, ...withCode(reason.where)),
              el('p', {}, 'Would help: ', reason.mend, '. ', fields));
  });
  return el('section', {id: 'limits'}, el('h2', {}, 'What limits this run ',
            el('small', {}, `shares ${basis}`)), el('ol', {}, ...rows),
            !ofPath && el('p', {class: 'note'}, 'Shares count the time of every tile alike. ',
                          el('code', {}, `weft report ${run.facts.name}`),
                          ' simulates once more and says what the run hangs on: the shares of its ' +
                          'critical path.'));
}
