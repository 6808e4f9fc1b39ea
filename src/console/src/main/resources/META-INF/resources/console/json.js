// @ts-check
/** JSON with every digit of large integers, where the browser tells them. */

/** @param {string} text @returns {any} */
export function parseExactly(text) {
  return /\d{16}/.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text);
}

/** @this {any} @param {string} _key @param {any} value @param {{source?: string}} [context] */
function exactInteger(_key, value, context) {
  const digits = context?.source;
  const rounded = typeof value === 'number' && !Number.isSafeInteger(value);
  return rounded && digits && /^-?\d+$/.test(digits) ? BigInt(digits) : value;
}

/** Writes what parseExactly has read. @param {unknown} value @param {number} [indent] @returns {string} */
export function writeExactly(value, indent) {
  const {rawJSON} = /** @type {any} */ (JSON);
  return JSON.stringify(value, (_key, member) => typeof member !== 'bigint' ? member
      : rawJSON ? rawJSON(String(member)) : Number(member), indent);
}
