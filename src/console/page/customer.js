import { differences, download, get, update, write } from './api.js';
import { HISTORY } from './audit.js';
import { Field, fields } from './form.js';
import { html, useState } from './html.js';
import { can, go, toast, useGet, useKeptFocus, Who } from './state.js';
import { Ask, ask, Button, Facts, List, Remove, Table, Title, Waiting } from './ui.js';
import { labelOf, LABELS, show } from './values.js';

const FIELDS = Object.keys(LABELS);
const COLUMNS = [...FIELDS, ['Added', 'created_at'], ['Last changed', 'updated_at'], 'version'];

export const titleOf = ({ name, email, external_id: externalId, phone }) =>
  name ?? email ?? externalId ?? phone ?? 'No name';

/** A deleted customer cannot be read, but an admin reads its history. */
async function load(path, query, signal) {
  try {
    return await get(path, query, signal);
  } catch (problem) {
    if (problem.status !== 404 || !can('customers:admin')) throw problem;
    await get(`${path}/history`, { limit: 1 }, signal);
    return { isDeleted: true, name: 'Deleted customer' };
  }
}

export function Customer({ id }) {
  const path = `customers/${id}`;
  const { data: customer, problem } = useGet(path, {}, load);
  if (problem || !customer) return html`<${Waiting} problem=${problem} />`;
  const history = html`<${List} title="History" path=${`${path}/history`} columns=${HISTORY} />`;
  return html`<${Title} back="customers" title=${titleOf(customer)}>
      <${Buttons} ...${{ path, customer }} />
    <//>
    ${customer.isDeleted ? html`<p class="note">${DELETED}</p>` : html`<${Details} of=${customer} />`}
    ${can('customers:admin') && history}`;
}

const DELETED = 'This customer is deleted. Its data is kept, and it can be restored.';

function Details({ of: customer }) {
  const metadata = customer.metadata ?? {};
  const keys = Object.keys(metadata).map((key) => [key, () => metadata[key]]);
  return html`<article>
    <${Facts} object=${customer} columns=${COLUMNS} />
    ${keys.length > 0 && html`<h2>Metadata</h2><${Facts} object=${metadata} columns=${keys} />`}
  </article>`;
}

function Buttons({ path, customer }) {
  const title = titleOf(customer);
  const restore = () => write('POST', `${path}/restore`);
  const save = () => download(`${path}/export`, {}, `${path.replace('s/', '-')}.json`);
  const forEditors = html`
    <${Ask} label="Edit" kind="" title="Edit this customer" action="Save" initial=${customer}
      onSubmit=${(values) => saveChanges(path, customer, patchOf(customer, values))}>
      <${CustomerFields} metadata=${customer.metadata} />
    <//>
    <${Remove} path=${path} of=${customer} title="Delete this customer?" to="customers"
      text="It disappears from every list. An admin can restore it."
      done="The customer is deleted." />`;
  const back = html`<${Button} kind="" onPress=${restore} done="The customer is restored.">
    Restore
  <//>`;
  const forAdmins = html`${customer.isDeleted && back}
    <${Button} onPress=${save}>Personal export<//>
    <${Ask} label="Erase" title="Erase all personal data?" action="Erase for good" isDanger
      text="The data is overwritten in the customer and in its history. This cannot be undone."
      isReady=${({ typed = '' }) => typed.trim() === title.trim()} to="customers"
      onSubmit=${() => write('POST', `${path}/erase`)} done="The personal data is erased.">
      <${Field} name="typed" label=${`Type “${title}” to confirm`} autocomplete="off" />
    <//>`;
  return html`${can('customers:write') && !customer.isDeleted && forEditors}
    ${can('customers:admin') && forAdmins}`;
}

export const NewCustomer = () =>
  html`<${Ask} label="New customer" kind="" action="Save"
    onSubmit=${(values, { key }) => write('POST', 'customers', patchOf({}, values), { key })}
    done="The customer is created." onDone=${({ id }) => go(`customers/${id}`)}>
    <${CustomerFields} />
  <//>`;

/** Saves a patch of `base`. If another user has saved the customer meanwhile, the user chooses. */
async function saveChanges(path, base, patch, of = base) {
  try {
    await update(path, patch, of);
    toast('The changes are saved.');
  } catch (problem) {
    if (problem.status !== 412) throw problem;
    const stored = await get(path);
    const choice = await askWhichVersion(base, patch, stored);
    if (choice === 'first') return saveChanges(path, base, patch, stored);
    if (choice !== 'second') throw new DOMException('Keep editing', 'AbortError');
    toast('Your changes are discarded.');
  }
}

/** Shows both versions, and who saved the other one. */
async function askWhichVersion(base, patch, stored) {
  const last = { limit: 1 };
  const history = can('customers:admin') && (await get(`customers/${base.id}/history`, last));
  const isOther = (name) => JSON.stringify(stored[name]) !== JSON.stringify(base[name]);
  const names = [...FIELDS, 'metadata'].filter((name) => name in patch || isOther(name));
  const columns = [
    ['Field', labelOf],
    ['Your version', (name) => (name in patch ? show(name, patch[name]) : 'not changed by you')],
    ['Stored version', (name) => show(name, stored[name])],
  ];
  const who = html`<${Who} id=${history && history.data[0]?.actor_id} /> saved this customer`;
  return ask({
    title: 'Changed meanwhile',
    text: html`<p>
        ${history ? who : 'This customer was saved'}${' '}
        ${show('updated_at', stored.updated_at)}, while you were editing it.
      </p>
      <${Table} caption="Versions" columns=${columns} rows=${names} />
      <p><small>Saving yours overwrites only the fields that you changed.</small></p>`,
    cancel: 'Keep editing',
    second: 'Take the stored version',
    action: 'Save mine',
  });
}

/** What names of fields of metadata begin with, as the pointers of problems. */
const KEY = 'metadata/';

/** What differs from the customer: null clears a field, and removes a key of metadata. */
function patchOf(customer, values) {
  const old = customer.metadata ?? {};
  const typed = Object.entries(values).filter(([name]) => name.startsWith(KEY) && name !== KEY);
  const rows = Object.fromEntries(
    typed.map(([name, text]) => [name.slice(KEY.length), [text].flat().at(-1)]),
  );
  const metadata = differences(old, rows, Object.keys({ ...old, ...rows }), '');
  const patch = differences(customer, values, FIELDS);
  return Object.keys(metadata).length > 0 ? { ...patch, metadata } : patch;
}

const CustomerFields = ({ metadata }) =>
  html`${fields(...FIELDS)}<${Metadata} of=${metadata ?? {}} />`;

/** Rows of a key and a value. */
function Metadata({ of }) {
  const [rows, setRows] = useState(Object.entries(of));
  const element = useKeptFocus();
  const edit = (at, row) => setRows(rows.with(at, row));
  const row = ([key, value], at) => html`<div class="row" key=${at}>
    <${Field} name="" label="Key" value=${key} maxlength="40" required
      onInput=${({ target }) => edit(at, [target.value, value])} />
    <${Field} name=${KEY + key} label="Value" value=${value} maxlength="500"
      onInput=${({ target }) => edit(at, [key, target.value])} />
    <${Button} aria-label=${`Remove ${key || 'this key'}`}
      onPress=${() => setRows(rows.toSpliced(at, 1))}>Remove<//>
  </div>`;
  return html`<fieldset ref=${element} tabindex="-1">
    <legend>Metadata</legend>
    ${rows.map(row)}
    <${Button} onPress=${() => setRows([...rows, ['', '']])}>Add metadata<//>
  </fieldset>`;
}
