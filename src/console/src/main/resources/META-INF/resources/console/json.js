// @ts-check
/**
 * JSON with every digit of large integers, which JavaScript's numbers have no room for: they are marked before the text is read, and
 * written without the mark.
 */

/** A character that means nothing to anybody. */
const MARK = '\uE0F1';
const LARGE = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** @param {string} text */
function mark(text) {
  return /\d{16}/.test(text)
      ? text.replace(LARGE, token => token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${MARK}${token}"`)
      : text;
}

/** Reads JSON. @param {string} text @returns {any} */
export const parseExactly = text => JSON.parse(mark(text));

/** Writes what parseExactly has read. @param {unknown} value @param {number} [indent] @returns {string} */
export function writeExactly(value, indent) {
  const text = JSON.stringify(value, undefined, indent);
  return text !== undefined && text.includes(MARK) ? text.replace(new RegExp(`"${MARK}(-?\\d+)"`, 'g'), '$1') : text;
}

/** A WebSocket whose messages keep their large integers. */
export class ExactSocket extends WebSocket {
  /** @param {((event: any) => void) | null} listener */
  set onmessage(listener) {
    super.onmessage = listener && (event => listener({data: mark(event.data)}));
  }

  get onmessage() {
    return super.onmessage;
  }
}
