/** The parts that screens are made of. */
import { get, remove } from './api.js';
import { Filters, Form, Trouble } from './form.js';
import { html, useId, useLayoutEffect, useRef } from './html.js';
import { change, go, link, reload, state, toast, useGet, useKeptFocus } from './state.js';
import { labelOf, NONE, number, show } from './values.js';

/** In place of what is not read yet, or could not be read. */
export const Waiting = ({ problem }) =>
  problem
    ? html`<${Trouble} problem=${problem} onRetry=${reload} />`
    : html`<p role="status" aria-busy="true">Loading …</p>`;

/** The title of a screen or a part of it, beside its buttons; `back` is the list above it. */
export const Title = ({ back, level = 1, title, children }) => html`
  ${back && html`<p><a href=${link(back)}>← ${labelOf(back)}</a></p>`}
  <div class="title"><${`h${level}`}>${title}<//>${children}</div>`;

/** Runs `onPress`, once at a time, and says what goes wrong, or that it is `done`. */
export function Button({ onPress, done, kind = 'outline', ...more }) {
  const isBusy = useRef(false);
  const press = async () => {
    if (isBusy.current) return;
    isBusy.current = true;
    try {
      await onPress();
      if (done) toast(done);
    } catch (problem) {
      toast(html`<${Trouble} problem=${problem} />`, 20_000);
    }
    isBusy.current = false;
  };
  return html`<button type="button" class=${kind} onClick=${press} ...${more} />`;
}

/** A column is a field of the API by its name, or a title with a field or a function of the row. */
const cellsOf = (columns) =>
  columns.map((column) => {
    const [title, cell] = Array.isArray(column) ? column : [labelOf(column), column];
    const isField = typeof cell === 'string';
    return { title, of: (row) => (isField ? show(cell, row[cell]) : (cell(row) ?? NONE)) };
  });

/** Rows as a table, which becomes a list of cards on a narrow screen. */
export function Table({ caption, columns, rows, empty }) {
  if (rows.length === 0) return html`<p role="status">${empty}</p>`;
  const cells = cellsOf(columns);
  const cell = (title, value) => html`<td data-title=${title} key=${title}
    class=${value === NONE && 'none'}>${value}</td>`;
  const line = (row, index) => html`<tr key=${row.id ?? index}>
    ${cells.map(({ title, of }) => cell(title, of(row)))}
  </tr>`;
  const heads = cells.map(({ title }) => html`<th scope="col" key=${title}>${title}</th>`);
  return html`<div class="overflow-auto" tabindex="0"><table class="cards" aria-label=${caption}>
    <thead><tr>${heads}</tr></thead>
    <tbody>${rows.map(line)}</tbody>
  </table></div>`;
}

/** Names and values of an object; `columns` as of a table. */
export const Facts = ({ object, columns, ...more }) => html`<dl ...${more}>
  ${cellsOf(columns).map(
    ({ title, of }) => html`<div key=${title}><dt>${title}</dt><dd>${of(object)}</dd></div>`,
  )}
</dl>`;

/** A list of the API, page after page, with its title, `buttons` and filters, the children. */
export function List({ title, level = 2, path, query, screen = path, buttons, ...more }) {
  const { columns, empty, caption = title, parameters = query, children } = more;
  const { data: list, problem, setFound } = useGet(path, parameters);
  const section = useKeptFocus();
  const loadMore = async () => {
    const next = await get(path, { ...parameters, cursor: list.page.next_cursor });
    const data = { ...next, data: [...list.data, ...next.data] };
    setFound((old) => (old.data === list ? { ...old, data } : old)); // another list meanwhile
  };
  const found = ({ data: rows, page: { has_more: hasMore } }) => {
    const count = `${number(rows.length)} ${hasMore ? 'shown' : 'in all'}`;
    return html`<${Table} ...${{ caption, columns, empty, rows }} />
      <div class="row">
        ${rows.length > 0 && html`<small role="status">${count}</small>`}
        ${hasMore && html`<${Button} onPress=${loadMore}>Show more<//>`}
      </div>`;
  };
  return html`<section ref=${section} tabindex="-1" aria-label=${caption}>
    <${Title} ...${{ title, level }}>${buttons}<//>
    ${children && html`<${Filters} key=${state.visit} ...${{ screen, query, problem, children }} />`}
    ${!children && problem && html`<${Waiting} problem=${problem} />`}
    ${list ? found(list) : !problem && html`<${Waiting} />`}
  </section>`;
}

/**
 * Asks in a dialog, with a title, a text, and a form of which `children` are the fields. Resolves
 * to what `onSubmit` returned, also if the dialog was closed before, or to undefined when nothing
 * was sent.
 */
export const ask = (dialog) =>
  new Promise((resolve) => change({ dialogs: [...state.dialogs, { ...dialog, resolve }] }));

/** The open dialogs. One can be above another: the question who it is, above what needs it. */
export const Dialogs = () =>
  state.dialogs.map((dialog) => {
    const close = (result) => {
      change({ dialogs: state.dialogs.filter((other) => other !== dialog) });
      dialog.resolve(result);
    };
    // A proof that arrives after Cancel proves nothing; other results count.
    const leave = (sending) => close(dialog.isProof ? undefined : sending);
    return html`<${Dialog} key=${dialog} ...${dialog} onDone=${close} onCancel=${leave} />`;
  });

/** Modal: the browser keeps the focus inside, and gives it back. Escape is as the button. */
function Dialog({ title, text, cancel, onCancel, ...form }) {
  const dialog = useRef();
  const isTyped = useRef(false);
  const id = useId();
  // A layout effect: the browser gives the focus back only while the dialog is in the document.
  useLayoutEffect(() => {
    const element = dialog.current;
    element.showModal();
    return () => element.close();
  }, []);
  const escape = (event) => {
    event.preventDefault();
    if (isTyped.current && !confirm('Discard what you have typed?')) return;
    dialog.current.querySelector('.actions [type=button]')?.click();
  };
  // A browser closes a dialog at the second Escape in any case.
  const reopen = () => dialog.current?.showModal();
  return html`<dialog ref=${dialog} aria-labelledby=${id} onCancel=${escape} onClose=${reopen}>
    <article onInput=${() => (isTyped.current = true)}>
      <h2 id=${id}>${title}</h2>
      ${typeof text === 'string' ? html`<p>${text}</p>` : text}
      <${Form} ...${form} ...${{ cancel, onCancel }} />
    </article>
  </dialog>`;
}

/** A button that opens a dialog. `onDone` gets what the dialog resolves to; `to` is gone to. */
export function Ask({ label, kind, onDone, to, ...dialog }) {
  const press = async () => {
    const result = await ask({ title: label, action: label, ...dialog });
    if (result === undefined) return;
    await onDone?.(result);
    if (to) go(to);
  };
  const look = kind ?? (dialog.isDanger ? 'outline danger' : undefined);
  return html`<${Button} kind=${look} onPress=${press}>${label}<//>`;
}

/** Deletes `path` after a question. */
export const Remove = ({ path, of, label = 'Delete', ...more }) =>
  html`<${Ask} label=${label} isDanger onSubmit=${() => remove(path, of)} ...${more} />`;

/** Shows what the API shows once. */
export const tell = (title, text, action = 'Done') => ask({ title, text, action, cancel: null });

export const tellSecret = (title, secret) => {
  const copy = () => navigator.clipboard.writeText(secret);
  return tell(
    title,
    html`<p>It is shown only now. Copy it to where it is used.</p>
      <p class="secret"><code>${secret}</code></p>
      ${navigator.clipboard && html`<${Button} onPress=${copy}>Copy<//>`}`,
  );
};

export const Toasts = () => html`<div class="toasts" role="status">${state.toast}</div>`;
