// The dashboard: what is chosen, what is asked for it, what is shown of the answer.

import { ApiError, call, hasKey, rememberKey } from './api.js';
import { breakdown, currencies, OTHER, total } from './breakdown.js';
import { costChart } from './chart.js';
import { approximate, moneyFormat, percent } from './money.js';
import { periods } from './periods.js';

const POLL_MS = 2000;
const LATE_SECONDS = 60;
const PALETTE = ['#3a6fd8', '#1f9e8f', '#e2a03a', '#c4533c', '#7d5fb0', '#4fa3d1', '#8a9a3a', '#cf7aa2', '#b0763f'];
const OTHER_COLOR = '#8d99a8';
const NONE_COLOR = '#aab4c0';

const $ = (id) => document.getElementById(id);
const chosen = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const choice = { measure: 'effective', basis: 'all', range: '7d', ...chosen };
const colors = new Map();

let chart;
let answers;
let fresh;
let shownFor;
let loading = 0;

function keepChoice() {
  const kept = ['tenant', 'by', 'measure', 'basis', 'range', 'currency'].filter((name) => choice[name]);
  history.replaceState(null, '', `#${new URLSearchParams(kept.map((name) => [name, choice[name]]))}`);
}

// ---------------------------------------------------------------- choices

function fill(select, groups, value) {
  select.replaceChildren(...groups.flatMap(([label, values]) => {
    const options = values.map((name) => new Option(name, name, false, name === value));
    if (!label || values.length === 0) {
      return options;
    }
    const group = document.createElement('optgroup');
    group.label = label;
    group.append(...options);
    return [group];
  }));
}

async function loadTenants() {
  const { tenants } = await call('tenants');
  if (!tenants.includes(choice.tenant)) {
    [choice.tenant] = tenants;
  }
  fill($('tenant'), [['', tenants]], choice.tenant);
  $('tenant-field').hidden = tenants.length < 2;
}

async function loadNames() {
  const { dimensions, columns } = await call('dimensions', [['tenant', choice.tenant]]);
  // A dimension of the same name as a column is asked for in full.
  const own = dimensions.map((id) => (columns.includes(id) ? `User:Defined:${id}` : id));
  const names = [...own, ...columns];
  if (!names.includes(choice.by)) {
    [choice.by] = own.length > 0 ? own : ['ServiceName'];
  }
  fill($('by'), [['Dimensions', own], ['Bill', columns]], choice.by);
}

function listen() {
  for (const name of ['tenant', 'by', 'measure', 'range', 'currency']) {
    $(name).addEventListener('change', (event) => choose(name, event.target.value));
  }
  for (const radio of document.getElementsByName('basis')) {
    radio.checked = radio.value === choice.basis;
    radio.addEventListener('change', () => choose('basis', radio.value));
  }
  $('measure').value = choice.measure;
  $('range').value = choice.range;
  $('controls').addEventListener('submit', (event) => event.preventDefault());
  $('key-form').addEventListener('submit', () => {
    rememberKey($('key').value);
    $('key').value = '';
    guarded(begin);
  });
  document.addEventListener('visibilitychange', () => guarded(refresh));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => guarded(show));
}

function choose(name, value) {
  choice[name] = value;
  keepChoice();
  guarded(async () => {
    if (name === 'tenant') {
      answers = undefined;
      fresh = undefined;
      await loadNames();
    }
    if (name === 'basis' || name === 'currency') {
      show();
    } else {
      await refresh();
    }
  });
}

// ---------------------------------------------------------------- asking

async function refresh() {
  if (document.hidden || !choice.tenant) {
    return;
  }
  const answer = await call('freshness', [['tenant', choice.tenant]]);
  fresh = { ...answer, at: performance.now() };
  showAge();
  const wanted = [choice.tenant, choice.by, choice.measure, choice.range, answer.snapshot_id].join('\n');
  if (wanted !== shownFor) {
    await ask(answer, wanted);
  }
}

async function ask(freshness, wanted) {
  const turn = ++loading;
  if (!freshness.newest_charge_hour) {
    answers = { billed: [], estimated: [], period: periods(choice.range, new Date().toISOString()), by: choice.by };
  } else {
    const period = periods(choice.range, freshness.newest_charge_hour);
    const by = choice.by;
    const parameters = [
      ['tenant', choice.tenant],
      ['by', period.name],
      ['by', by],
      ['measure', choice.measure],
      ['from', period.from],
      ['to', period.to],
      ['as-of', freshness.snapshot_id],
    ];
    const [billed, estimated] = await Promise.all(
      ['billed', 'estimated'].map((basis) => call('cost', [...parameters, ['basis', basis]])));
    if (turn !== loading) {
      return;
    }
    answers = { billed, estimated, period, by };
  }
  shownFor = wanted;
  show();
}

/** Runs what asks the server; what was shown stays when it fails. */
async function guarded(action) {
  try {
    await action();
    $('notice').hidden = true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      if (!$('key-dialog').open) {
        if (hasKey()) {
          $('key-hint').textContent = 'The server does not know that key. Try another.';
        }
        $('key-dialog').showModal();
      }
      return;
    }
    const lost = !(error instanceof ApiError) || error.status >= 500;
    $('notice').textContent = error instanceof ApiError ? error.message : 'The server cannot be reached. Trying again.';
    $('notice').hidden = false;
    if (lost) {
      $('freshness').dataset.state = 'lost';
    }
    if (!answers) {
      stage('empty', 'Nothing to show yet.');
    }
  }
}

// ---------------------------------------------------------------- showing

function stage(state, text = '') {
  document.querySelector('.stage').dataset.state = state;
  $('state').textContent = text;
}

function showAge() {
  if (!fresh) {
    return;
  }
  if (fresh.lag_seconds === null) {
    $('age').textContent = 'no data yet';
    return;
  }
  const seconds = fresh.lag_seconds + (performance.now() - fresh.at) / 1000;
  $('freshness').dataset.state = seconds < LATE_SECONDS ? 'fresh' : 'late';
  $('age').textContent = `data ${age(seconds)} old`;
}

function age(seconds) {
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  const steps = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const [size, unit] = steps.find(([step]) => seconds >= step);
  return `${Math.floor(seconds / size)} ${unit}`;
}

function label(row) {
  switch (row.element) {
    case OTHER: return `Other (${row.count})`;
    case null: return 'Unallocated';
    case '': return '(empty)';
    default: return row.element;
  }
}

function color(row) {
  if (row.element === OTHER) {
    return OTHER_COLOR;
  }
  if (row.element === null) {
    return NONE_COLOR;
  }
  const key = `${answers.by}\n${row.element}`;
  if (!colors.has(key)) {
    colors.set(key, freeColor());
  }
  return colors.get(key);
}

/** The palette's colour that the fewest elements of this dimension have; each keeps its own. */
function freeColor() {
  const uses = new Map(PALETTE.map((value) => [value, 0]));
  for (const [key, value] of colors) {
    if (key.startsWith(`${answers.by}\n`)) {
      uses.set(value, uses.get(value) + 1);
    }
  }
  return [...uses].sort((a, b) => a[1] - b[1])[0][0];
}

function show() {
  if (!answers) {
    return;
  }
  const known = currencies(answers);
  const currency = known.includes(choice.currency) ? choice.currency : known[0];
  fill($('currency'), [['', known]], currency);
  $('currency-field').hidden = known.length < 2;
  const { period, by } = answers;
  const measure = $('measure').selectedOptions[0].text;
  $('chart-title').textContent = `${measure} cost per ${period.name.toLowerCase()} by ${by}`;
  $('table-title').textContent = `${by}, ${$('range').selectedOptions[0].text}`;
  $('element-head').textContent = by;
  $('snapshot').textContent = fresh?.snapshot_id ? `Snapshot ${fresh.snapshot_id}` : '';
  const { rows, all, none } = breakdown(answers, period.name, by, currency, choice.basis);
  rows.forEach((row, i) => Object.assign(row, { id: `s${i}`, label: label(row), color: color(row) }));
  showFigures(all, none, currency);
  showRows(rows, all, currency);
  if (rows.length === 0) {
    stage('empty', 'No cost in this period. Choose a longer one, or wait for the first usage to arrive.');
    return;
  }
  stage('ready');
  chart ??= costChart($('chart'));
  chart.show({
    rows,
    currency,
    period: period.name,
    labels: period.labels,
    bases: choice.basis === 'all' ? ['billed', 'estimated'] : [choice.basis],
    total: (amounts) => total(amounts, choice.basis),
  });
}

function showFigures(all, none, currency) {
  const money = currency ? moneyFormat(currency) : () => '–';
  const sum = total(all, choice.basis);
  const unallocated = none ? total(none, choice.basis) : 0n;
  $('total-label').textContent = { all: 'Total', billed: 'Total billed', estimated: 'Total estimated' }[choice.basis];
  $('total').textContent = money(sum);
  $('billed').textContent = money(all.billed);
  $('estimated').textContent = money(all.estimated);
  const share = document.createElement('small');
  share.textContent = unallocated === 0n ? '' : ` ${percent(unallocated, sum)}`;
  $('unallocated').replaceChildren(money(unallocated), share);
}

function showRows(rows, all, currency) {
  const money = currency ? moneyFormat(currency) : String;
  const whole = total(all, choice.basis);
  $('rows').replaceChildren(...rows.map((row) => {
    const line = document.createElement('tr');
    const head = document.createElement('th');
    head.scope = 'row';
    head.title = row.label;
    head.className = typeof row.element === 'string' && row.element !== '' ? '' : 'quiet';
    const swatch = document.createElement('span');
    swatch.className = row.element === null ? 'swatch hatched' : 'swatch';
    swatch.style.backgroundColor = row.color;
    head.append(swatch, row.label);
    const value = total(row.amounts, choice.basis);
    line.append(head, number(money(row.amounts.billed)), number(money(row.amounts.estimated)),
      number(money(value), 'total'), meter(row, value, whole));
    line.addEventListener('mouseenter', () => chart?.point(row.label));
    line.addEventListener('mouseleave', () => chart?.point());
    return line;
  }));
}

function number(text, more = '') {
  const cell = document.createElement('td');
  cell.className = `number ${more}`;
  cell.textContent = text;
  return cell;
}

function meter(row, value, whole) {
  const cell = document.createElement('td');
  const box = document.createElement('div');
  box.className = 'meter';
  const bar = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  bar.setAttribute('aria-hidden', 'true');
  const part = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  const share = whole === 0n ? 0 : Math.min(1, Math.abs(approximate(value) / approximate(whole)));
  part.setAttribute('width', `${(share * 100).toFixed(1)}%`);
  part.setAttribute('height', '100%');
  part.setAttribute('fill', row.color);
  bar.append(part);
  const text = document.createElement('span');
  text.textContent = percent(value, whole);
  box.append(bar, text);
  cell.append(box);
  return cell;
}

// ---------------------------------------------------------------- running

async function begin() {
  await loadTenants();
  if (!choice.tenant) {
    fresh = { lag_seconds: null };
    showAge();
    stage('empty', 'No tenant has any cost yet. This page shows the first within seconds of its arrival.');
    return;
  }
  await loadNames();
  keepChoice();
  await refresh();
}

async function poll() {
  await guarded(choice.tenant && $('by').value ? refresh : begin);
  setTimeout(poll, POLL_MS);
}

stage('loading', 'Loading…');
listen();
setInterval(showAge, 500);
poll();
