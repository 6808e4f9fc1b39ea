// @ts-check
/** How figures and times read. */

const WHOLE = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const TENTHS = new Intl.NumberFormat('en', {maximumFractionDigits: 1});
const SHORT = new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 1});
const CLOCK = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'});
const PRECISE = new Intl.DateTimeFormat(
    undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23'});
const DAY = new Intl.DateTimeFormat(
    undefined, {month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});

const NONE = '–';
export const MIB = 1_048_576;

/** @param {number | null | undefined} value */
export const count = value => value === null || value === undefined ? NONE : WHOLE.format(value);

/** @param {number | null | undefined} value */
export const rate = value => value === null || value === undefined ? NONE : value < 100 ? TENTHS.format(value) : WHOLE.format(value);

/** For an axis. @param {number} value */
export const short = value => SHORT.format(value);

/** @param {number | null | undefined} value */
export function millis(value) {
  if (value === null || value === undefined) {
    return NONE;
  }
  return value === 0 ? '0 ms' : value >= 1000 ? `${TENTHS.format(value / 1000)} s` : value >= 10 ? `${WHOLE.format(value)} ms` : `${value.toFixed(value < 1 ? 2 : 1)} ms`;
}

/** @param {number | null | undefined} value */
export function bytes(value) {
  if (value === null || value === undefined) {
    return NONE;
  }
  return value >= 1024 * MIB ? `${TENTHS.format(value / 1024 / MIB)} GiB` : `${WHOLE.format(value / MIB)} MiB`;
}

/** @param {number | undefined} seconds */
export function duration(seconds) {
  if (seconds === undefined) {
    return NONE;
  }
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  return days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes} min`
      : minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}

/** @param {number} time milliseconds since the Unix epoch */
export const clock = time => CLOCK.format(time);

/** @param {number} time */
export const precise = time => PRECISE.format(time);

/** With its day, where that is not today. @param {number} time */
export const moment = time => new Date(time).toDateString() === new Date().toDateString() ? CLOCK.format(time) : DAY.format(time);
