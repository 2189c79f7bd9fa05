// What the two answers (billed and estimated) come to, per element and period. Exact throughout.

import { units } from './money.js';

export const OTHER = Symbol('other');
const SHOWN = 9;

function tally() {
  return { billed: 0n, estimated: 0n, periods: new Map() };
}

function add(element, period, basis, value) {
  element[basis] += value;
  const at = element.periods.get(period) ?? { billed: 0n, estimated: 0n };
  at[basis] += value;
  element.periods.set(period, at);
}

export const total = (amounts, basis) =>
  basis === 'all' ? amounts.billed + amounts.estimated : amounts[basis];

/** Currencies of the answers, the one with most rows first. */
export function currencies(answers) {
  const rows = new Map();
  for (const row of [...answers.billed, ...answers.estimated]) {
    rows.set(row.currency, (rows.get(row.currency) ?? 0) + 1);
  }
  return [...rows].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([currency]) => currency);
}

/**
 * Elements of one currency, largest first; `null` is what has no element and comes last, after
 * OTHER, which holds all beyond the largest.
 */
export function breakdown(answers, period, name, currency, basis) {
  const elements = new Map();
  const all = tally();
  for (const kind of ['billed', 'estimated']) {
    for (const row of answers[kind]) {
      if (row.currency === currency) {
        const element = elements.get(row[name]) ?? tally();
        elements.set(row[name], element);
        const value = units(row.cost);
        add(element, row[period], kind, value);
        add(all, row[period], kind, value);
      }
    }
  }
  const none = elements.get(null);
  elements.delete(null);
  const size = (amounts) => {
    const value = total(amounts, basis);
    return value < 0n ? -value : value;
  };
  const sorted = [...elements].sort(([a, x], [b, y]) =>
    size(x) === size(y) ? (a < b ? -1 : 1) : size(x) < size(y) ? 1 : -1);
  return { rows: [...largest(sorted), ...(none ? [{ element: null, amounts: none }] : [])], all, none };
}

function largest(sorted) {
  const rows = sorted.slice(0, SHOWN).map(([element, amounts]) => ({ element, amounts }));
  const rest = sorted.slice(SHOWN);
  if (rest.length > 0) {
    const other = tally();
    for (const [, amounts] of rest) {
      for (const [period, at] of amounts.periods) {
        add(other, period, 'billed', at.billed);
        add(other, period, 'estimated', at.estimated);
      }
    }
    rows.push({ element: OTHER, amounts: other, count: rest.length });
  }
  return rows;
}
