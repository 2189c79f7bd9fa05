// The periods that are shown: they end with the newest hour of the data, not with the viewer's clock.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const RANGES = {
  '24h': { name: 'Hour', count: 24 },
  '7d': { name: 'Day', count: 7 },
  '30d': { name: 'Day', count: 30 },
  '12m': { name: 'Month', count: 12 },
};

function start(name, time) {
  const date = new Date(time);
  switch (name) {
    case 'Hour': return Math.floor(time / HOUR) * HOUR;
    case 'Day': return Math.floor(time / DAY) * DAY;
    default: return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
}

function step(name, time, count) {
  const date = new Date(time);
  switch (name) {
    case 'Hour': return time + count * HOUR;
    case 'Day': return time + count * DAY;
    default: return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count, 1);
  }
}

/** As the API writes it. */
function text(name, time) {
  const iso = new Date(time).toISOString();
  switch (name) {
    case 'Hour': return `${iso.slice(0, 13)}:00:00Z`;
    case 'Day': return iso.slice(0, 10);
    default: return iso.slice(0, 7);
  }
}

/** The periods of `range` up to the one that holds `newest`: {name, from, to, labels}. */
export function periods(range, newest) {
  const { name, count } = RANGES[range];
  const last = start(name, Date.parse(newest));
  const labels = [];
  for (let i = count - 1; i >= 0; i--) {
    labels.push(text(name, step(name, last, -i)));
  }
  return {
    name,
    labels,
    from: new Date(step(name, last, 1 - count)).toISOString(),
    to: new Date(step(name, last, 1)).toISOString(),
  };
}

const SHORT = {
  Hour: new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' }),
  Day: new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
  Month: new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric', timeZone: 'UTC' }),
};

const LONG = {
  Hour: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23', timeZone: 'UTC' }),
  Day: new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeZone: 'UTC' }),
  Month: new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
};

export const axisLabel = (name, label) => SHORT[name].format(new Date(label));
export const fullLabel = (name, label) => `${LONG[name].format(new Date(label))}${name === 'Hour' ? ' UTC' : ''}`;
