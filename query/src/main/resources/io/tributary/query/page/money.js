// Exact amounts: decimal texts are added as whole numbers of 1E-18 and rounded only to be shown.

const SCALE = 18;
const UNIT = 10n ** BigInt(SCALE);

/** The whole number of 1E-18 that a plain decimal text stands for. */
export function units(text) {
  const negative = text.startsWith('-');
  const [whole, fraction = ''] = (negative ? text.slice(1) : text).split('.');
  const value = BigInt(whole) * UNIT + BigInt(fraction.padEnd(SCALE, '0'));
  return negative ? -value : value;
}

/** The decimal text of a whole number of 1E-18. */
export function decimal(value) {
  const digits = (value < 0n ? -value : value).toString().padStart(SCALE + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}

/** Near enough for the length of a bar, never for a figure. */
export function approximate(value) {
  return Number(decimal(value));
}

/** Formats amounts of a currency for people; a currency unknown to ISO 4217 keeps its own name. */
export function moneyFormat(currency, options = {}) {
  const known = /^[A-Z]{3}$/.test(currency);
  const format = new Intl.NumberFormat(undefined, {
    ...(known ? { style: 'currency', currency } : { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    ...options,
  });
  return (value) => (known ? format.format(decimal(value)) : `${format.format(decimal(value))} ${currency}`);
}

/** Part of a whole in percent, as text. */
export function percent(part, whole) {
  return whole === 0n ? '' : `${(Number((part * 10000n) / whole) / 100).toFixed(1)} %`;
}
