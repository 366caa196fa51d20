// SPDX-License-Identifier: Apache-2.0
// A table of points of which some are there at a time, in the order somebody clicks for.
import {el} from '../dom';
import {Points} from './points';
import {Store} from './state';

export interface TableColumn {
  head: string;
  text: (point: number) => string;
  /// What the order goes by; a text is ordered as text.
  by: (point: number) => number | string;
  words?: boolean;  // stands left
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'string' || typeof b === 'string') {
    return String(a).localeCompare(String(b), 'en');
  }
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a - b;
}

export class PagedTable {
  readonly element = el('div', {class: 'paged'});
  private page = 0;
  private column: TableColumn | null = null;
  private down = false;
  private members: number[] = [];
  private sorted: number[] = [];

  constructor(private readonly store: Store, private columns: TableColumn[],
              private readonly size: number) {
    store.listen((changed) => changed.has('pin') && this.mark());
  }
  /// Shows these points, in this order until somebody asks for another one.
  show(members: number[], columns = this.columns) {
    this.members = members;
    this.columns = columns;
    this.column = columns.find(({head}) => head === this.column?.head) ?? null;
    this.page = 0;
    this.sort();
  }

  private sort() {
    const {column} = this;
    this.sorted = this.members;
    if (column) {
      const keys = new Map(this.members.map((point) => [point, column.by(point)]));
      const sign = this.down ? -1 : 1;
      this.sorted = [...this.members].sort((a, b) =>
          sign * compare(keys.get(a)!, keys.get(b)!) || a - b);
    }
    this.draw();
  }
  private order(column: TableColumn) {
    this.down = this.column === column ? !this.down : false;
    this.column = column;
    this.page = 0;
    this.sort();
    const at = this.columns.indexOf(column);
    (this.element.querySelectorAll('th button')[at] as HTMLElement).focus();
  }
  private head(column: TableColumn) {
    const on = this.column === column;
    const arrow = on ? (this.down ? ' \u2193' : ' \u2191') : '';
    return el('th', {class: column.words ? 'words' : 'number',
                     'aria-sort': on ? (this.down ? 'descending' : 'ascending') : 'none'},
              el('button', {class: 'link', click: () => this.order(column)}, column.head + arrow));
  }
  private row(point: number) {
    return el('tr', {'data-point': point}, ...this.columns.map((column, i) =>
        el('td', {class: column.words ? 'words' : 'number'}, i > 0 ? column.text(point) :
            el('button', {class: 'link', title: 'pin it',
                          click: () => this.store.set({pin: point, cursor: null})},
               column.text(point)))));
  }
  private draw() {
    const pages = Math.max(1, Math.ceil(this.sorted.length / this.size));
    const first = this.page * this.size;
    const here = this.sorted.slice(first, first + this.size);
    const turn = (text: string, name: string, to: number) => {
      const button = el('button', {'aria-label': name, click: () => {
        this.page = to;
        this.draw();
        this.element.querySelector<HTMLElement>(`[aria-label="${name}"]`)?.focus();
      }}, text);
      button.disabled = to < 0 || to >= pages || to === this.page;
      return button;
    };
    const count = this.sorted.length.toLocaleString('en-US');
    this.element.replaceChildren(
        el('div', {class: 'scroll'}, el('table', {},
            el('thead', {}, el('tr', {}, ...this.columns.map((column) => this.head(column)))),
            el('tbody', {}, ...here.map((point) => this.row(point))))),
        el('p', {class: 'pages'}, pages > 1 && turn('\u00ab', 'first page', 0),
           pages > 1 && turn('\u2039', 'page before', this.page - 1),
           pages > 1 ? ` ${(first + 1).toLocaleString('en-US')} to ${
               (first + here.length).toLocaleString('en-US')} of ${count} ` :
               this.sorted.length > 12 || this.sorted.length === 0 ? `${count} points` : '',
           pages > 1 && turn('\u203a', 'page after', this.page + 1),
           pages > 1 && turn('\u00bb', 'last page', pages - 1)));
    this.mark();
  }
  private mark() {
    for (const row of this.element.querySelectorAll<HTMLElement>('tbody tr')) {
      row.classList.toggle('pinned', Number(row.dataset.point) === this.store.state.pin);
    }
  }
}

export function pointColumn(points: Points, studies: number): TableColumn {
  return {head: 'point', text: (point) => studies > 1 ? points.name(point) : `${points.index[point]}`,
          by: (point) => point};
}
