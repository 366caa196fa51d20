// SPDX-License-Identifier: Apache-2.0
// Elements without a framework.

type Child = Node | string | number | null | undefined | false;
type Attributes = Record<string, string | number | boolean | ((event: any) => void)>;

function fill(element: Element, attributes: Attributes, children: Child[]) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false) {
      element.setAttribute(name, String(value));
    }
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
}

export function el<K extends keyof HTMLElementTagNameMap>(
    tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

export function svg(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  fill(element, attributes, children);
  return element;
}

/// Rows of cells; the first row is the head. Numbers stand right.
export function table(head: Child[], rows: Child[][], name = ''): HTMLTableElement {
  const cell = (tag: 'td' | 'th') => (child: Child, column: number) =>
      el(tag, column > 0 ? {class: 'number'} : {}, child);
  return el('table', name ? {class: name} : {},
            el('thead', {}, el('tr', {}, ...head.map(cell('th')))),
            el('tbody', {}, ...rows.map((row) => el('tr', {}, ...row.map(cell('td'))))));
}

/// The same figures as text; made when somebody opens it.
export function asTable(what: string, make: () => Node | Promise<Node>): HTMLDetailsElement {
  const body = el('div', {class: 'scroll'});
  const details = el('details', {class: 'as-table'}, el('summary', {}, what), body);
  details.addEventListener('toggle', async () => {
    if (details.open) {
      body.replaceChildren(await make());
    }
  });
  return details;
}

export function section(id: string, title: string, ...children: Child[]): HTMLElement {
  return el('section', {id}, el('h2', {}, title), ...children);
}

export const color = (name: string) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();
