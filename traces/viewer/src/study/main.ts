// SPDX-License-Identifier: Apache-2.0
// The page of a study. What is read in words is there before the figures are unpacked; tables are
// made when the first picture stands.
import {el, section, table} from '../dom';
import {allPoints, scatterTable} from './all_points';
import {bestTable, differenceTable, frontTable} from './answers';
import {attach, canBeLog, kKeys, toolbar} from './controls';
import {readFacts, StudyFacts} from './facts';
import {header, withoutFigures} from './head';
import {filterPanel, legend} from './legend';
import {pointPanel} from './point_panel';
import {Points} from './points';
import {Scatter} from './scatter';
import {sensitivity} from './sensitivity';
import {State, Store} from './state';

const facts = readFacts();
const {studies} = facts;
const times: Record<string, number> = {};
const page = document.getElementById('page')!;
const which = (study: number) => studies.length > 1 ? `${'AB'[study]}: ${studies[study].folder}` : '';

/// The first two objectives, or the only one over the first axis that has several values.
function firstState(points: Points): State {
  const known = studies[0].objectives.map(({metric}) => `metric:${metric}`)
      .filter((key) => points.metrics.some((column) => column.key === key));
  const axis = (points.axes.find(({texts}) => texts.length > 1) ?? points.axes[0]).key;
  const x = known.length > 1 ? known[0] : axis;
  const y = known.length > 1 ? known[1] : known[0] ?? points.metrics[0]?.key ?? axis;
  const color = studies.length > 1 ? '' :
      (points.axes.find(({key, texts}) => key !== x && texts.length > 1) ?? {key: ''}).key;
  const wide = (key: string) => {
    const column = points.column(key);
    const values = column.values.filter((value) => Number.isFinite(value));
    const least = values.reduce((a, b) => Math.min(a, b), Infinity);
    return canBeLog(column) && values.reduce((a, b) => Math.max(a, b), 0) / least > 50;
  };
  return {x, y, color, logX: wide(x), logY: wide(y), onlyKept: false, hidden: new Map(),
          ranges: new Map(), cursor: null, pin: null};
}

/// One box a study where there are two.
function each(make: (facts: StudyFacts, study: number) => HTMLElement) {
  const boxes = studies.map((one, study) => el('div', {class: 'run'},
      studies.length > 1 && el('h3', {}, which(study)), make(one, study)));
  return el('div', {class: boxes.length > 1 ? 'boxes two' : 'boxes'}, ...boxes);
}

function below(points: Points, store: Store) {
  if (facts.difference) {
    page.append(section('difference', 'A and B', differenceTable(points, facts.difference)));
  }
  if (points.metrics.length > 0) {
    page.append(
        section('front', 'Pareto front',
                each((one, study) => frontTable(points, one, study, store))),
        section('best', 'Best points', each((one, study) => bestTable(points, one, study, store))),
        section('sensitivity', 'What it hangs on',
                each((one, study) => sensitivity(points, one, study))));
  }
  page.append(section('all', 'All points', allPoints(points, studies, store)));
}

async function start() {
  const points = await Points.read(facts);
  times.read = performance.now();
  document.querySelectorAll('header').forEach((head, study) => {
    const said = withoutFigures(points, study);
    if (said) {
      head.append(said);
    }
  });
  const store = new Store(firstState(points));
  (globalThis as any).weft = {facts, points, store, times};
  if (points.metrics.length > 0) {
    const scatter = new Scatter(points, studies, store);
    (globalThis as any).weft.scatter = scatter;
    const describe = () => {
      const [x, y] = scatter.columns();
      scatter.canvas.setAttribute('aria-label', `${scatter.drawn.length} points, ${y.name} over ` +
          `${x.name}; arrow keys walk from point to point, enter pins one`);
    };
    scatter.whenDrawn(describe);
    page.append(section('scatter', 'The points', toolbar(scatter, store),
        el('div', {class: 'wafer-area'}, el('div', {}, scatter.element, legend(scatter, store),
            filterPanel(scatter, store)), pointPanel(scatter, store)),
        scatterTable(scatter, store),
        el('details', {id: 'keys'}, el('summary', {}, 'keys'), table(['', ''], kKeys))));
    attach(scatter, store);
    scatter.draw();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => scatter.draw());
  }
  times.map = performance.now();
  requestAnimationFrame(() => setTimeout(() => {
    times.painted = performance.now();
    below(points, store);
    times.whole = performance.now();
  }));
}

page.replaceChildren(el('div', {class: studies.length > 1 ? 'heads two' : 'heads'},
    ...studies.map((one, study) => header(one, which(study)))));
times.words = performance.now();
if (document.readyState === 'loading') {
  document.addEventListener('DOMContentLoaded', () => void start());
} else {
  void start();
}
