import { useState } from 'preact/hooks';
import { get, newKey, read, write } from './api.js';
import { COUNTRIES, LANGUAGES } from './constants.js';
import { FIELDS, LABELS, show } from './customer-fields.js';
import { choices, words } from './format.js';
import { can, Who } from './session.js';
import { errorOf, go, useForm } from './state.js';
import { Actions, Dialog, Field, html, Time, toast, Trouble } from './ui.js';

export function NewCustomer() {
  const [key] = useState(newKey);
  const save = async (patch) => {
    const { id } = await write('POST', 'customers', patch, { 'Idempotency-Key': key });
    toast('The customer is created.');
    go(`customers/${id}`);
  };
  return html`<p><a href="#/customers">← Customers</a></p>
    <h1>New customer</h1>
    <${CustomerForm} customer=${{}} onSave=${save} onCancel=${() => go('customers')} />`;
}

export function EditCustomer({ customer, etag, onSaved, onCancel }) {
  const [conflict, setConflict] = useState();
  const path = `customers/${customer.id}`;
  const save = async (patch, tag = etag) => {
    try {
      if (Object.keys(patch).length > 0) await write('PATCH', path, patch, { 'If-Match': tag });
      onSaved('The changes are saved.');
    } catch (problem) {
      if (problem.status !== 412) throw problem;
      const stored = await read(path);
      const history = can('customers:admin') && (await get(`${path}/history`, { limit: 1 }));
      setConflict({ patch, stored, event: history?.data?.[0] });
    }
  };
  return html`<${CustomerForm} customer=${customer} onSave=${save} onCancel=${onCancel} />
    ${
      conflict &&
      html`<${Conflict} ...${conflict} key=${conflict.stored.etag} base=${customer} onClose=${() => setConflict(undefined)}
      onMine=${() => save(conflict.patch, conflict.stored.etag)}
      onStored=${() => onSaved('Your changes are discarded.')} />`
    }`;
}

/** Another user saved the customer meanwhile: shows both versions, and who it was. */
function Conflict({ patch, stored: { object }, event, base, onMine, onStored, onClose }) {
  const form = useForm({}, onMine);
  const isOther = (name) => JSON.stringify(object[name]) !== JSON.stringify(base[name]);
  const names = [...FIELDS, 'metadata'].filter((name) => name in patch || isOther(name));
  const mine = (name) =>
    name in patch ? show(name, patch[name]) : html`<span class="quiet">not changed by you</span>`;
  return html`<${Dialog} title="Changed meanwhile" onClose=${onClose}>
    <p>${event ? html`<${Who} id=${event.actor_id} /> saved this customer` : 'This customer was saved'}
      ${' '}<${Time} of=${object.updated_at} />, while you were editing it.</p>
    <table>
      <thead><tr><th scope="col">Field</th><th scope="col">Your version</th><th scope="col">Stored version</th></tr></thead>
      <tbody>
        ${names.map(
          (name) => html`<tr key=${name} class=${isOther(name) && 'other'}>
            <th scope="row">${LABELS[name] ?? words(name)}</th><td>${mine(name)}</td><td>${show(name, object[name])}</td>
          </tr>`,
        )}
      </tbody>
    </table>
    <p class="quiet">Saving yours overwrites only the fields that you changed.</p>
    <${Trouble} problem=${form.problem} />
    <div class="actions">
      <button type="button" onClick=${onClose}>Keep editing</button>
      <button type="button" onClick=${onStored}>Take the stored version</button>
      <button class="primary" type="button" disabled=${form.isBusy} onClick=${form.submit}>Save mine</button>
    </div>
  <//>`;
}

/** What differs from the customer: null clears a field, and removes a key of metadata. */
function patchOf(customer, values, rows) {
  const patch = {};
  for (const name of FIELDS) {
    const value = values[name] === '' ? null : values[name];
    if (value !== (customer[name] ?? null)) patch[name] = value;
  }
  const old = customer.metadata ?? {};
  const metadata = Object.fromEntries(rows.filter(([key]) => key !== ''));
  const changed = Object.entries(metadata).filter(([key, value]) => old[key] !== value);
  const removed = Object.keys(old).filter((key) => !(key in metadata));
  const all = [...changed, ...removed.map((key) => [key, null])];
  return all.length > 0 ? { ...patch, metadata: Object.fromEntries(all) } : patch;
}

function CustomerForm({ customer, onSave, onCancel }) {
  const initial = Object.fromEntries(FIELDS.map((name) => [name, customer[name] ?? '']));
  const [rows, setRows] = useState(Object.entries(customer.metadata ?? {}));
  const { bind, ...form } = useForm(initial, (values) => onSave(patchOf(customer, values, rows)));
  const shownHere = [...FIELDS, ...rows.map(([key]) => `metadata/${key}`)];
  return html`<form class="card" onSubmit=${form.submit}>
    <div class="grid">
      <${Field} label=${LABELS.name} autofocus ...${bind('name')} />
      <${Field} label=${LABELS.email} type="email" ...${bind('email')} />
      <${Field} label=${LABELS.phone} type="tel" ...${bind('phone')} />
      <${Field} label=${LABELS.dob} type="date" min="1900-01-01" ...${bind('dob')} />
      <${Field} label=${LABELS.country} options=${choices('region', COUNTRIES, '—')} ...${bind('country')} />
      <${Field} label=${LABELS.language} options=${choices('language', LANGUAGES, '—')} ...${bind('language')} />
      <${Field} label=${LABELS.external_id} hint="The customer's id in another system." ...${bind('external_id')} />
    </div>
    <${Metadata} rows=${rows} setRows=${setRows} problem=${form.problem} />
    <${Trouble} problem=${form.problem} fields=${shownHere} />
    <${Actions} form=${form} label="Save" onCancel=${onCancel} />
  </form>`;
}

function Metadata({ rows, setRows, problem }) {
  const set = (at, row) =>
    setRows((old) => old.map((other, index) => (index === at ? row : other)));
  const remove = (at) => setRows((old) => old.filter((_, index) => index !== at));
  return html`<fieldset>
    <legend>Metadata</legend>
    ${rows.map(
      ([key, value], at) => html`<div class="row" key=${at}>
        <${Field} label="Key" value=${key} maxlength="40" onInput=${({ target }) => set(at, [target.value, value])} />
        <${Field} label="Value" value=${value} maxlength="500" error=${errorOf(problem, `metadata/${key}`)} onInput=${({ target }) => set(at, [key, target.value])} />
        <button type="button" aria-label=${`Remove ${key || 'this key'}`} onClick=${() => remove(at)}>Remove</button>
      </div>`,
    )}
    <button type="button" onClick=${() => setRows((old) => [...old, ['', '']])}>Add metadata</button>
  </fieldset>`;
}
