import { h } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import htm from 'htm';
import { number } from './format.js';
import { restOf, useForm } from './state.js';

export const html = htm.bind(h);

export const ICON = new URL('./icon.svg', import.meta.url).href;

/** What went wrong, except for what the named fields say themselves. */
export function Trouble({ problem, fields = [], onRetry }) {
  const text = restOf(problem, fields);
  if (!text) return null;
  return html`<div class="trouble" role="alert">
    <p>${text} ${problem.retryAfter && `Try again in ${problem.retryAfter} seconds.`}</p>
    ${problem.requestId && html`<p class="quiet">Request ${problem.requestId}</p>`}
    ${onRetry && html`<button type="button" onClick=${onRetry}>Try again</button>`}
  </div>`;
}

/** A labelled input, or a menu of `options` (texts by value), with its hint and its error. */
export function Field({ label, error, hint, options, class: className = '', ...input }) {
  const id = useId();
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const isCheck = input.type === 'checkbox';
  const common = {
    id,
    'aria-describedby': about || undefined,
    'aria-invalid': error ? 'true' : undefined,
    ...input,
    ...(isCheck && { checked: Boolean(input.value), value: undefined }),
  };
  const control = options
    ? html`<select ...${common}>
        ${Object.entries(options).map(
          ([value, text]) =>
            html`<option key=${value} value=${value} selected=${value === input.value}>${text}</option>`,
        )}
      </select>`
    : html`<input ...${common} />`;
  return html`<div class="field ${isCheck ? 'check' : ''} ${className}">
    <label for=${id}>${label}</label>
    ${control} ${hint && html`<p class="quiet" id="${id}-hint">${hint}</p>`}
    ${error && html`<p class="error" id="${id}-error">${error}</p>`}
  </div>`;
}

/** A modal dialog: the browser keeps the focus inside, and Escape closes it. */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef();
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current.showModal();
    return () => opener?.focus?.();
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog ref=${dialog} aria-labelledby=${id} onCancel=${cancel}>
    <h2 id=${id}>${title}</h2>
    ${children}
  </dialog>`;
}

/** Asks before `onConfirm`; with `typed`, that text has to be typed. */
export function Confirm({ title, text, action, typed, onConfirm, onClose }) {
  const form = useForm({ typed: '' }, async () => {
    await onConfirm();
    onClose();
  });
  const isReady = !typed || form.values.typed.trim() === typed.trim();
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${form.submit}>
      <p>${text}</p>
      ${
        typed &&
        html`<${Field} label=${`Type “${typed}” to confirm`} autocomplete="off" ...${form.bind('typed')} />`
      }
      <${Trouble} problem=${form.problem} />
      <div class="actions">
        <button type="button" onClick=${onClose}>Cancel</button>
        <button class="danger" disabled=${!isReady || form.isBusy}>${action}</button>
      </div>
    </form>
  <//>`;
}

/** Rows as a table, which becomes a list of cards on a narrow screen. `columns`: cells by title. */
export function Table({ caption, columns, rows, empty, list }) {
  if (list?.problem && !rows) {
    return html`<${Trouble} problem=${list.problem} onRetry=${list.reload} />`;
  }
  if (!rows) return html`<${Loading} />`;
  const cells = Object.entries(columns);
  return html`<div aria-busy=${list?.isLoading ? 'true' : 'false'}>
    ${rows.length === 0 && html`<p class="empty" role="status">${empty}</p>`}
    ${
      rows.length > 0 &&
      html`<table class="cards">
      <caption class="hidden">${caption}</caption>
      <thead><tr>${cells.map(([title]) => html`<th scope="col" key=${title}>${title}</th>`)}</tr></thead>
      <tbody>
        ${rows.map(
          (row, index) => html`<tr key=${row.id ?? index}>
            ${cells.map(([title, cell]) => html`<td data-title=${title} key=${title}>${cell(row)}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>`
    }
    ${list && html`<${Trouble} problem=${list.problem} /><${More} list=${list} count=${rows.length} />`}
  </div>`;
}

export function More({ list: { page, isLoadingMore, loadMore }, count }) {
  if (!count) return null;
  const text = page?.has_more ? `${number(count)} shown` : `${number(count)} in all`;
  return html`<div class="more">
    <p class="quiet" role="status">${text}</p>
    ${
      page?.has_more &&
      html`<button type="button" disabled=${isLoadingMore} onClick=${loadMore}>Show more</button>`
    }
  </div>`;
}

/** Names and values; a missing value is a dash. */
export function Facts({ of, class: className }) {
  return html`<dl class=${className}>
    ${Object.entries(of).map(
      ([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value ?? '—'}</dd></div>`,
    )}
  </dl>`;
}

export const Loading = () => html`<p class="empty" role="status">Loading …</p>`;

export const Badge = ({ kind, children }) => html`<span class="badge ${kind}">${children}</span>`;

export function Time({ of }) {
  if (!of) return '—';
  const text = new Date(of).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  return html`<time datetime=${of} title=${of}>${text}</time>`;
}

let showToast = () => undefined;
export const toast = (text) => showToast(text);

/** Short messages; screen readers read them out. */
export function Toasts() {
  const [texts, setTexts] = useState([]);
  showToast = (text) => {
    const entry = { text };
    setTexts([entry]);
    setTimeout(() => setTexts((old) => old.filter((other) => other !== entry)), 6_000);
  };
  return html`<div class="toasts" role="status" aria-live="polite">
    ${texts.map(({ text }) => html`<p key=${text}>${text}</p>`)}
  </div>`;
}

/** The buttons below a form: one sends it, one leaves it. */
export function Actions({ form, label, onCancel }) {
  return html`<div class="actions">
    <button type="button" onClick=${onCancel}>Cancel</button>
    <button class="primary" disabled=${form.isBusy}>${label}</button>
  </div>`;
}
