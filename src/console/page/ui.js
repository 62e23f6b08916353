/** The parts that screens are made of. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Filters, Form, Trouble } from './form.js';
import { html } from './html.js';
import { usePages } from './state.js';
import { number, show } from './values.js';

/** In place of what is not read yet, or could not be read. */
export function Waiting({ problem, reload }) {
  if (problem) return html`<${Trouble} problem=${problem} onRetry=${reload} />`;
  return html`<p role="status" aria-busy="true">Loading …</p>`;
}

/** Runs `onPress`, once at a time, and says what goes wrong. */
export function Button({ onPress, kind = 'outline', children, ...more }) {
  const isBusy = useRef(false);
  const press = async () => {
    if (isBusy.current) return;
    isBusy.current = true;
    await Promise.resolve()
      .then(onPress)
      .catch((problem) => toast(problem.message, 'alert'));
    isBusy.current = false;
  };
  return html`<button type="button" class=${kind} onClick=${press} ...${more}>${children}</button>`;
}

/** What is shown of an object: a field of the API by its name, or what a function makes of it. */
const cellOf = (cell, object) =>
  typeof cell === 'function' ? (cell(object) ?? '—') : show(cell, object[cell]);

/** Rows as a table, which becomes a list of cards on a narrow screen. `columns`: cells by title. */
export function Table({ caption, columns, rows, empty }) {
  const cells = Object.entries(columns);
  if (rows.length === 0) return html`<p class="empty" role="status">${empty}</p>`;
  return html`<table class="cards">
    <caption class="hidden">${caption}</caption>
    <thead><tr>${cells.map(([title]) => html`<th scope="col" key=${title}>${title}</th>`)}</tr></thead>
    <tbody>
      ${rows.map(
        (row, index) => html`<tr key=${row.id ?? index}>
          ${cells.map(([title, cell]) => html`<td data-title=${title} key=${title}>${cellOf(cell, row)}</td>`)}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Names and values of an object; `columns` as of a table. */
export const Facts = ({ of, columns, class: className }) => html`<dl class=${className}>
  ${Object.entries(columns).map(
    ([title, cell]) => html`<div key=${title}><dt>${title}</dt><dd>${cellOf(cell, of)}</dd></div>`,
  )}
</dl>`;

/**
 * A list of the API, page after page, with its title, buttons, filters (the children) and table.
 * Buttons and columns can be made by functions, which get `reload` for what they change.
 */
export function List({ title, level = 2, path, query, screen, buttons, columns, empty, ...more }) {
  const list = usePages(path, more.parameters ?? query);
  const { rows, page, isLoading, problem, reload, loadMore } = list;
  const cells = typeof columns === 'function' ? columns(reload) : columns;
  return html`<section>
    <div class="title"><${`h${level}`}>${title}<//>${buttons?.(reload)}</div>
    ${more.children && html`<${Filters} ...${{ screen, query, problem }}>${more.children}<//>`}
    ${!rows && html`<${Waiting} ...${{ problem, reload }} />`}
    ${
      rows &&
      html`<div class="rows" aria-busy=${String(isLoading)}>
        <${Table} caption=${more.caption ?? title} columns=${cells} rows=${rows} empty=${empty} />
        <div class="row">
          ${rows.length > 0 && html`<small role="status">${number(rows.length)} ${page.has_more ? 'shown' : 'in all'}</small>`}
          ${page.has_more && html`<${Button} onPress=${loadMore}>Show more<//>`}
        </div>
      </div>`
    }
  </section>`;
}

let addDialog;

/**
 * Asks in a dialog, with a title, a text, and a form of which `children` are the fields. Resolves
 * when it is closed: to what `onSubmit` returned, or to undefined when nothing was sent.
 */
export const ask = (dialog) => new Promise((resolve) => addDialog({ ...dialog, resolve }));

/** The open dialogs. One can be above another: the question who it is, above what needs it. */
export function Dialogs() {
  const [open, setOpen] = useState([]);
  addDialog = (dialog) => setOpen((old) => [...old, dialog]);
  return open.map((dialog, index) => {
    const close = (result) => {
      setOpen((old) => old.filter((other) => other !== dialog));
      dialog.resolve(result);
    };
    return html`<${Dialog} key=${index} ...${dialog} onClose=${close} />`;
  });
}

/** Modal: the browser keeps the focus inside, and gives it back. Escape closes it. */
function Dialog({ title, text, done, cancel, onSubmit, onClose, ...form }) {
  const dialog = useRef();
  const id = useId();
  // A layout effect: the browser gives the focus back only while the dialog is in the document.
  useLayoutEffect(() => {
    const element = dialog.current;
    element.showModal();
    return () => element.close();
  }, []);
  const onCancel = cancel === null ? undefined : () => onClose();
  const escape = (event) => {
    event.preventDefault();
    onCancel?.();
  };
  const submit = async (values, isSecond) => {
    const result = await onSubmit?.(values);
    if (done) toast(done);
    onClose(result ?? (isSecond ? 'second' : 'first'));
  };
  return html`<dialog ref=${dialog} aria-labelledby=${id} onCancel=${escape}>
    <article>
      <h2 id=${id}>${title}</h2>
      ${typeof text === 'string' ? html`<p>${text}</p>` : text}
      <${Form} ...${form} ...${{ cancel, onCancel }} onSubmit=${submit} />
    </article>
  </dialog>`;
}

/** A button that opens a dialog. `onDone` gets what the dialog resolves to. */
export function Ask({ label, kind, onDone, ...dialog }) {
  const press = async () => {
    const result = await ask({ action: label, ...dialog });
    if (result !== undefined) await onDone?.(result);
  };
  return html`<${Button} kind=${kind} onPress=${press}>${label}<//>`;
}

/** Shows what the API shows once. */
export const tell = (title, text, action = 'Done') => ask({ title, text, action, cancel: null });

export const tellSecret = (title, secret) =>
  tell(
    title,
    html`<p>It is shown only now. Copy it to where it is used.</p>
      <p class="secret"><code>${secret}</code></p>
      ${navigator.clipboard && html`<${Button} onPress=${() => navigator.clipboard.writeText(secret)}>Copy<//>`}`,
  );

let addToast;
export const toast = (text, role) => addToast({ text, role });

/** A short message; screen readers read it out. */
export function Toasts() {
  const [entry, setEntry] = useState();
  addToast = setEntry;
  useEffect(() => {
    const timer = setTimeout(setEntry, 6_000, undefined);
    return () => clearTimeout(timer);
  }, [entry]);
  return html`<div class="toasts" role="status">
    ${entry && html`<p role=${entry.role}>${entry.text}</p>`}
  </div>`;
}
