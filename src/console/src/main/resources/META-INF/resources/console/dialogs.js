// @ts-check
/** Questions before what cannot be taken back. The browser's own dialogs keep the focus inside and give it back. */

import {element} from './dom.js';

/**
 * Asks, and says whether the answer was yes.
 * @param {{title: string, text: string, yes: string, details?: Node}} question
 * @returns {Promise<boolean>}
 */
export function confirm({title, text, yes, details}) {
  const dialog = element('dialog', {class: 'ask', 'aria-labelledby': 'ask-title', 'aria-describedby': 'ask-text'},
      element('form', {method: 'dialog'},
          element('h2', {id: 'ask-title', text: title}),
          element('p', {id: 'ask-text', text}),
          ...(details ? [details] : []),
          element('div', {class: 'buttons'},
              // The harmless answer has the focus: a hasty Enter does nothing.
              element('button', {value: 'no', class: 'quiet', autofocus: true, text: 'Cancel'}),
              element('button', {value: 'yes', class: 'danger', text: yes}))));
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * Shows something until it is closed.
 * @param {string} title
 * @param {Node[]} content
 * @returns {HTMLDialogElement}
 */
export function show(title, content) {
  const dialog = element('dialog', {class: 'sheet', 'aria-labelledby': 'sheet-title'},
      element('div', {class: 'sheet-head'},
          element('h2', {id: 'sheet-title', text: title}),
          element('button', {type: 'button', class: 'quiet', text: 'Close', on: {click: () => dialog.close()}})),
      ...content);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
