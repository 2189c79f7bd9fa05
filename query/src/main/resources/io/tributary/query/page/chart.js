// Stacked bars over time: each element in its colour, below what is billed, above it paler what is
// estimated.

import { approximate, moneyFormat } from './money.js';
import { axisLabel, fullLabel } from './periods.js';

/** How much of an element's colour its estimated part keeps; the rest is the card behind it. */
const ESTIMATED_STRENGTH = 0.45;

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** `color` mixed into what is behind it: opaque, so that grid lines do not show through. */
function pale(color) {
  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const behind = parts(css('--card'));
  const mixed = parts(color).map((part, i) =>
    Math.round(part * ESTIMATED_STRENGTH + behind[i] * (1 - ESTIMATED_STRENGTH)));
  return `rgb(${mixed.join(',')})`;
}

function cell(tag, text, className = '') {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

/** Texts only ever become text nodes: a tag value is never markup. */
function tip(view, index, label) {
  const box = document.createElement('div');
  box.className = 'tip';
  box.append(cell('h3', fullLabel(view.period, label)));
  const table = document.createElement('table');
  const money = moneyFormat(view.currency);
  for (const row of view.rows) {
    const at = row.amounts.periods.get(view.labels[index]);
    const value = at ? view.total(at) : 0n;
    if (value !== 0n) {
      const line = table.insertRow();
      const head = cell('th', '');
      const swatch = cell('span', '', row.element === null ? 'swatch hatched' : 'swatch');
      swatch.style.backgroundColor = row.color;
      head.append(swatch, row.label);
      line.append(head, cell('td', money(value)));
    }
  }
  box.append(table);
  return box;
}

function series(view, row, basis) {
  return {
    name: row.label,
    id: `${row.id}:${basis}`,
    type: 'bar',
    stack: 'cost',
    barMaxWidth: 44,
    barCategoryGap: '28%',
    itemStyle: {
      color: basis === 'estimated' ? pale(row.color) : row.color,
      ...(row.element === null
        ? { decal: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4, color: css('--card') } }
        : {}),
    },
    emphasis: { focus: 'series' },
    blur: { itemStyle: { opacity: 0.2 } },
    data: view.labels.map((label) => approximate(row.amounts.periods.get(label)?.[basis] ?? 0n)),
  };
}

function options(view) {
  const quiet = css('--quiet');
  const axis = moneyFormat(view.currency, { notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1 });
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 18, right: 18, top: 16, bottom: 12, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      axisPointer: { type: 'shadow', shadowStyle: { color: quiet, opacity: 0.1 } },
      backgroundColor: css('--card'),
      borderColor: css('--line'),
      textStyle: { color: css('--text') },
      formatter: ([first]) => tip(view, first.dataIndex, view.labels[first.dataIndex]),
    },
    xAxis: {
      type: 'category',
      data: view.labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: css('--line') } },
      axisLabel: { color: quiet, fontSize: 12, hideOverlap: true, formatter: (label) => axisLabel(view.period, label) },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      splitLine: { lineStyle: { color: css('--line') } },
      axisLabel: { color: quiet, fontSize: 12, formatter: (value) => axis(BigInt(Math.round(value * 1e6)) * 10n ** 12n) },
    },
    series: view.bases.flatMap((basis) => view.rows.map((row) => series(view, row, basis))),
  };
}

/** A chart in `element` that is drawn again by `show(view)` and points out a row by `point(row)`. */
export function costChart(element) {
  const chart = window.echarts.init(element);
  new ResizeObserver(() => chart.resize()).observe(element);
  return {
    show(view) {
      chart.setOption(options(view), { replaceMerge: ['series'] });
    },
    point(label) {
      chart.dispatchAction(label === undefined ? { type: 'downplay' } : { type: 'highlight', seriesName: label });
    },
  };
}
