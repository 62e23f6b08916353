import { useState } from 'preact/hooks';
import { download, get, newKey, read, request, write } from './api.js';
import { FIELDS, LABELS, show } from './customer-fields.js';
import { EditCustomer } from './customer-form.js';
import { titleOf } from './customers.js';
import { can } from './session.js';
import { go, useForm, useLoad, usePages } from './state.js';
import { Timeline } from './timeline.js';
import { Confirm, Facts, html, Loading, Time, toast, Trouble } from './ui.js';

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

/** What can be done to a customer, each after a question. */
const QUESTIONS = {
  delete: {
    title: 'Delete this customer?',
    action: 'Delete',
    text: 'It disappears from every list. An admin can restore it.',
    done: 'The customer is deleted.',
    run: (id, etag) => request('DELETE', `customers/${id}`, { headers: { 'If-Match': etag } }),
  },
  erase: {
    title: 'Erase all personal data?',
    isTyped: true,
    action: 'Erase for good',
    text: 'The data is overwritten in the customer and in its history. This cannot be undone.',
    done: 'The personal data is erased.',
    run: (id) => write('POST', `customers/${id}/erase`, undefined, { 'Idempotency-Key': newKey() }),
  },
};

export function Customer({ id }) {
  const { data, problem, reload } = useLoad((signal) => load(id, signal), [id]);
  const [isEditing, setEditing] = useState(false);
  const [asked, setAsked] = useState();
  if (problem) return html`<h1>Customer</h1><${Trouble} problem=${problem} onRetry=${reload} />`;
  if (!data) return html`<${Loading} />`;
  const { object: customer, etag } = data;
  const title = customer ? titleOf(customer) : 'Deleted customer';
  const question = QUESTIONS[asked];
  const changed = (text) => {
    setEditing(false);
    toast(text);
    reload();
  };
  return html`<p><a href="#/customers">← Customers</a></p>
    <div class="title">
      <h1>${title}</h1>
      ${
        customer &&
        !isEditing &&
        can('customers:write') &&
        html`<button class="primary" type="button" onClick=${() => setEditing(true)}>Edit</button>
        <button type="button" onClick=${() => setAsked('delete')}>Delete</button>`
      }
      ${
        can('customers:admin') &&
        html`${!customer && html`<${Restore} id=${id} onRestored=${changed} />`}
        <${PersonalExport} id=${id} />
        <button class="danger" type="button" onClick=${() => setAsked('erase')}>Erase</button>`
      }
    </div>
    ${!customer && html`<p class="note">This customer is deleted. Its data is kept, and it can be restored.</p>`}
    ${customer && !isEditing && html`<${Details} customer=${customer} />`}
    ${isEditing && html`<${EditCustomer} customer=${customer} etag=${etag} onSaved=${changed} onCancel=${() => setEditing(false)} />`}
    ${can('customers:admin') && html`<${History} id=${id} key=${data} />`}
    ${question && html`<${Question} ...${question} name=${title} onConfirm=${() => question.run(id, etag)} onClose=${() => setAsked(undefined)} />`}`;
}

function Question({ isTyped, done, name, onConfirm, ...more }) {
  const confirm = async () => {
    await onConfirm();
    toast(done);
    go('customers');
  };
  return html`<${Confirm} typed=${isTyped && name} onConfirm=${confirm} ...${more} />`;
}

function Restore({ id, onRestored }) {
  const form = useForm({}, async () => {
    await write('POST', `customers/${id}/restore`, undefined, { 'Idempotency-Key': newKey() });
    onRestored('The customer is restored.');
  });
  return html`<button class="primary" type="button" disabled=${form.isBusy} onClick=${form.submit}>Restore</button>
    <${Trouble} problem=${form.problem} />`;
}

function PersonalExport({ id }) {
  const form = useForm({}, () => download(`customers/${id}/export`, {}, `customer-${id}.json`));
  return html`<button type="button" disabled=${form.isBusy} onClick=${form.submit}>Personal export</button>
    <${Trouble} problem=${form.problem} />`;
}

function Details({ customer }) {
  const fields = FIELDS.map((name) => [LABELS[name], show(name, customer[name])]);
  const facts = {
    ...Object.fromEntries(fields),
    Added: html`<${Time} of=${customer.created_at} />`,
    'Last changed': html`<${Time} of=${customer.updated_at} /> <span class="quiet">version ${customer.version}</span>`,
  };
  return html`<section class="card">
    <${Facts} of=${facts} />
    ${customer.metadata && html`<h2>Metadata</h2><${Facts} of=${customer.metadata} />`}
  </section>`;
}

function History({ id }) {
  const list = usePages(`customers/${id}/history`, {});
  return html`<section>
    <h2>History</h2>
    <${Timeline} list=${list} />
  </section>`;
}
