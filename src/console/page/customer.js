import { useState } from 'preact/hooks';
import { download, get, newKey, read, request, write } from './api.js';
import { HISTORY } from './audit.js';
import { COUNTRIES, LANGUAGES } from './constants.js';
import { titleOf } from './customers.js';
import { Field, Form, Input, useField } from './form.js';
import { html } from './html.js';
import { can, Who } from './session.js';
import { go, useLoad } from './state.js';
import { Ask, ask, Button, Facts, List, Table, toast, Waiting } from './ui.js';
import { codes, LABELS, show } from './values.js';

const FIELDS = Object.keys(LABELS);
const BACK = html`<p><a href="#/customers">← Customers</a></p>`;

/** A deleted customer cannot be read, but an admin reads its history. */
async function load(id, signal) {
  try {
    return await read(`customers/${id}`, signal);
  } catch (problem) {
    if (problem.status !== 404 || !can('customers:admin')) throw problem;
    await get(`customers/${id}/history`, { limit: 1 }, signal);
    return {};
  }
}

export function Customer({ id }) {
  const { data, problem, reload } = useLoad((signal) => load(id, signal), [id]);
  const [isEditing, setEditing] = useState(false);
  if (problem || !data) return html`<${Waiting} ...${{ problem, reload }} />`;
  const { object: customer, etag } = data;
  const title = customer ? titleOf(customer) : 'Deleted customer';
  const changed = (text) => {
    setEditing(false);
    toast(text);
    reload();
  };
  return html`${BACK}
    <div class="title">
      <h1>${title}</h1>
      ${!isEditing && html`<${Buttons} ...${{ id, customer, etag, title, changed }} onEdit=${() => setEditing(true)} />`}
    </div>
    ${!customer && html`<p class="note">This customer is deleted. Its data is kept, and it can be restored.</p>`}
    ${customer && !isEditing && html`<${Details} of=${customer} />`}
    ${isEditing && html`<${EditCustomer} ...${{ customer, etag }} onSaved=${changed} onCancel=${() => setEditing(false)} />`}
    ${can('customers:admin') && html`<${List} key=${data} title="History" path=${`customers/${id}/history`} columns=${HISTORY} />`}`;
}

function Buttons({ id, customer, etag, title, changed, onEdit }) {
  const path = `customers/${id}`;
  const restore = async () => {
    await write('POST', `${path}/restore`, undefined, newKey());
    changed('The customer is restored.');
  };
  const leave = () => go('customers');
  const canEdit = customer && can('customers:write');
  return html`
    ${
      canEdit &&
      html`<${Button} kind="" onPress=${onEdit}>Edit<//>
      <${Ask} label="Delete" title="Delete this customer?" isDanger
        text="It disappears from every list. An admin can restore it."
        onSubmit=${() => request('DELETE', path, { headers: { 'If-Match': etag } })}
        done="The customer is deleted." onDone=${leave} />`
    }
    ${
      can('customers:admin') &&
      html`${!customer && html`<${Button} kind="" onPress=${restore}>Restore<//>`}
      <${Button} onPress=${() => download(`${path}/export`, {}, `customer-${id}.json`)}>Personal export<//>
      <${Ask} label="Erase" kind="outline danger" title="Erase all personal data?" action="Erase for good" isDanger
        text="The data is overwritten in the customer and in its history. This cannot be undone."
        isReady=${({ typed = '' }) => typed.trim() === title.trim()}
        onSubmit=${() => write('POST', `${path}/erase`, undefined, newKey())}
        done="The personal data is erased." onDone=${leave}>
        <${Field} name="typed" label=${`Type “${title}” to confirm`} autocomplete="off" />
      <//>`
    }`;
}

function Details({ of }) {
  const metadata = Object.keys(of.metadata ?? {}).map((key) => [key, () => of.metadata[key]]);
  const columns = {
    ...Object.fromEntries(FIELDS.map((name) => [LABELS[name], name])),
    Added: 'created_at',
    'Last changed': () =>
      html`${show('updated_at', of.updated_at)} <small>version ${of.version}</small>`,
  };
  return html`<article>
    <${Facts} ...${{ of, columns }} />
    ${metadata.length > 0 && html`<h2>Metadata</h2><${Facts} of=${of} columns=${Object.fromEntries(metadata)} />`}
  </article>`;
}

export function NewCustomer() {
  const [key] = useState(newKey);
  const save = async (patch) => {
    const { id } = await write('POST', 'customers', patch, key);
    toast('The customer is created.');
    go(`customers/${id}`);
  };
  return html`${BACK}<h1>New customer</h1>
    <${CustomerForm} customer=${{}} onSave=${save} onCancel=${() => go('customers')} />`;
}

function EditCustomer({ customer, etag, onSaved, onCancel }) {
  const path = `customers/${customer.id}`;
  const save = async (patch, tag = etag) => {
    try {
      if (Object.keys(patch).length > 0) await write('PATCH', path, patch, { 'If-Match': tag });
      onSaved('The changes are saved.');
    } catch (problem) {
      if (problem.status !== 412) throw problem;
      const stored = await read(path);
      const choice = await askWhichVersion(customer, patch, stored.object);
      if (choice === 'first') await save(patch, stored.etag);
      if (choice === 'second') onSaved('Your changes are discarded.');
    }
  };
  return html`<${CustomerForm} ...${{ customer, onCancel }} onSave=${save} />`;
}

/** Another user saved the customer meanwhile: shows both versions, and who it was. */
async function askWhichVersion(base, patch, stored) {
  const history =
    can('customers:admin') && (await get(`customers/${base.id}/history`, { limit: 1 }));
  const isOther = (name) => JSON.stringify(stored[name]) !== JSON.stringify(base[name]);
  const names = [...FIELDS, 'metadata'].filter((name) => name in patch || isOther(name));
  const columns = {
    Field: (name) => LABELS[name] ?? 'Metadata',
    'Your version': (name) => (name in patch ? show(name, patch[name]) : 'not changed by you'),
    'Stored version': (name) => show(name, stored[name]),
  };
  return ask({
    title: 'Changed meanwhile',
    text: html`<p>
        ${history ? html`<${Who} id=${history.data[0]?.actor_id} /> saved this customer` : 'This customer was saved'}
        ${' '}${show('updated_at', stored.updated_at)}, while you were editing it.
      </p>
      <${Table} caption="Versions" columns=${columns} rows=${names} />
      <p><small>Saving yours overwrites only the fields that you changed.</small></p>`,
    cancel: 'Keep editing',
    second: 'Take the stored version',
    action: 'Save mine',
  });
}

/** What differs from the customer: null clears a field, and removes a key of metadata. */
function patchOf(customer, { metadata: rows, ...values }) {
  const cleared = FIELDS.map((name) => [name, values[name] || null]);
  const patch = cleared.filter(([name, value]) => value !== (customer[name] ?? null));
  const old = customer.metadata ?? {};
  const metadata = Object.fromEntries(rows.filter(([key]) => key !== ''));
  const changed = Object.entries(metadata).filter(([key, value]) => old[key] !== value);
  const removed = Object.keys(old).filter((key) => !(key in metadata));
  const keys = [...changed, ...removed.map((key) => [key, null])];
  if (keys.length > 0) patch.push(['metadata', Object.fromEntries(keys)]);
  return Object.fromEntries(patch);
}

function CustomerForm({ customer, onSave, onCancel }) {
  const initial = { ...customer, metadata: Object.entries(customer.metadata ?? {}) };
  const submit = (values) => onSave(patchOf(customer, values));
  return html`<article><${Form} ...${{ initial, onCancel }} action="Save" onSubmit=${submit}>
    <${Field} name="name" label=${LABELS.name} autofocus />
    <${Field} name="email" label=${LABELS.email} type="email" />
    <${Field} name="phone" label=${LABELS.phone} type="tel" />
    <${Field} name="dob" label=${LABELS.dob} type="date" min="1900-01-01" />
    <${Field} name="country" label=${LABELS.country} options=${codes('country', COUNTRIES, '—')} />
    <${Field} name="language" label=${LABELS.language} options=${codes('language', LANGUAGES, '—')} />
    <${Field} name="external_id" label=${LABELS.external_id} hint="The customer’s id in another system." />
    <${Metadata} />
  <//></article>`;
}

/** Rows of a key and a value. */
function Metadata() {
  const { value: rows, error, onValue } = useField('metadata');
  const change = (at, row) => onValue(rows.map((other, index) => (index === at ? row : other)));
  const remove = (at) => onValue(rows.filter((_, index) => index !== at));
  return html`<fieldset>
    <legend>Metadata</legend>
    ${rows.map(
      ([key, value], at) => html`<div class="row" key=${at}>
        <${Input} label="Key" value=${key} maxlength="40" onValue=${(text) => change(at, [text, value])} />
        <${Input} label="Value" value=${value} maxlength="500" onValue=${(text) => change(at, [key, text])} />
        <${Button} aria-label=${`Remove ${key || 'this key'}`} onPress=${() => remove(at)}>Remove<//>
      </div>`,
    )}
    ${error && html`<p class="error" role="alert">${error}</p>`}
    <${Button} onPress=${() => onValue([...rows, ['', '']])}>Add metadata<//>
  </fieldset>`;
}
