// @ts-check
/** Small helpers for elements. Text is only ever text: nothing here takes HTML. */

/** @param {string} id @returns {any} */
export const byId = id => document.getElementById(id);

/**
 * Makes an element.
 * @param {string} tag
 * @param {Record<string, any>} [traits] attributes; `class`, `text`, `on` (listeners by event) and `data` are understood, false and
 *   undefined ones are left out
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function element(tag, traits = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) {
    if (name === 'text') {
      made.textContent = value;
    } else if (name === 'on') {
      Object.entries(value).forEach(([event, listener]) => made.addEventListener(event, /** @type {any} */ (listener)));
    } else if (name === 'data') {
      Object.assign(made.dataset, value);
    } else if (value !== false && value !== undefined) {
      made.setAttribute(name, value === true ? '' : String(value));
    }
  }
  made.append(...children);
  return made;
}

/** Writes a text where it is another one: an unchanged one costs no layout. @param {Element} into @param {string} text */
export function write(into, text) {
  if (into.textContent !== text) {
    into.textContent = text;
  }
}

/**
 * Does something at most once per frame of the screen, however often it is asked to, and no more often than every so many milliseconds.
 * @param {() => void} work
 * @param {number} [pause]
 */
export function perFrame(work, pause = 0) {
  let waiting = false;
  let last = -Infinity;
  const run = () => {
    waiting = false;
    last = performance.now();
    work();
  };
  return () => {
    if (!waiting) {
      waiting = true;
      const wait = last + pause - performance.now();
      if (wait > 0) {
        setTimeout(() => requestAnimationFrame(run), wait);
      } else {
        requestAnimationFrame(run);
      }
    }
  };
}

/** @param {string} text @param {'good' | 'bad'} [kind] */
export function toast(text, kind = 'good') {
  const list = byId('toasts');
  const note = element('p', {class: `toast ${kind}`, text});
  list.append(note);
  while (list.childElementCount > 4) {
    list.firstElementChild.remove();
  }
  setTimeout(() => note.remove(), kind === 'bad' ? 12_000 : 6_000);
}
