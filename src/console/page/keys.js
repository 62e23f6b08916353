import { useState } from 'preact/hooks';
import { request, write } from './api.js';
import { SCOPES } from './constants.js';
import { can, Who } from './session.js';
import { useForm, usePages } from './state.js';
import { Actions, Confirm, Dialog, Field, html, Table, Time, toast, Trouble } from './ui.js';

/** The API keys of a service account. */
export function Keys({ userId }) {
  return can('keys:admin') ? html`<${KeyList} userId=${userId} />` : null;
}

function KeyList({ userId }) {
  const [open, setOpen] = useState();
  const list = usePages(`users/${userId}/keys`, {});
  const columns = {
    Name: (row) => row.name,
    'Begins with': (row) => html`<code>${row.prefix}</code>`,
    Scopes: (row) => row.scopes.join(', '),
    Created: (row) => html`<${Time} of=${row.created_at} /> by <${Who} id=${row.created_by} />`,
    Expires: (row) => html`<${Time} of=${row.expires_at} />`,
    'Last used': (row) => html`<${Time} of=${row.last_used_at} />`,
    Action: (row) =>
      html`<button class="danger" type="button" onClick=${() => setOpen(row)}>Revoke</button>`,
  };
  const close = () => {
    setOpen(undefined);
    list.reload();
  };
  return html`<section>
    <div class="title"><h2>API keys</h2><button class="primary" type="button" onClick=${() => setOpen('new')}>New key</button></div>
    <${Table} caption="API keys" columns=${columns} rows=${list.rows} list=${list} empty="This account has no key." />
    ${open === 'new' && html`<${NewKey} userId=${userId} onClose=${close} />`}
    ${
      open?.id &&
      html`<${Confirm} title=${`Revoke ${open.name}?`} action="Revoke" text="Programs that use it are refused at once."
      onConfirm=${() => request('DELETE', `users/${userId}/keys/${open.id}`)} onClose=${close} />`
    }
  </section>`;
}

function NewKey({ userId, onClose }) {
  const [created, setCreated] = useState();
  const form = useForm({ name: '', expiry: '' }, async ({ name, expiry, ...chosen }) => {
    const scopes = SCOPES.filter((scope) => chosen[scope]);
    const body = { name, scopes, ...(expiry && { expires_at: `${expiry}T00:00:00.000Z` }) };
    setCreated(await write('POST', `users/${userId}/keys`, body));
  });
  if (created)
    return html`<${Secret} title="The new key" value=${created.key} onClose=${onClose} />`;
  return html`<${Dialog} title="New key" onClose=${onClose}>
    <form onSubmit=${form.submit}>
      <${Field} label="Name" required maxlength="100" autofocus ...${form.bind('name')} />
      <${Field} label="Expires" type="date" hint="By default after 90 days." ...${form.bind('expiry')} />
      <${Choices} title="Scopes" values=${SCOPES} form=${form} />
      <${Trouble} problem=${form.problem} fields=${['name']} />
      <${Actions} form=${form} label="Create" onCancel=${onClose} />
    </form>
  <//>`;
}

/** A checkbox for each value. */
export function Choices({ title, values, form }) {
  return html`<fieldset>
    <legend>${title}</legend>
    ${values.map((value) => html`<${Field} key=${value} label=${value} type="checkbox" ...${form.bind(value)} />`)}
  </fieldset>`;
}

/** A secret that the API shows once. */
export function Secret({ title, value, onClose }) {
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    toast('Copied.');
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>It is shown only now. Copy it to where it is used.</p>
    <p class="secret"><code>${value}</code></p>
    <div class="actions">
      ${navigator.clipboard && html`<button type="button" onClick=${copy}>Copy</button>`}
      <button class="primary" type="button" onClick=${onClose}>Done</button>
    </div>
  <//>`;
}
