import { useState } from 'preact/hooks';
import { read, request, write } from './api.js';
import { EVENT_TYPES } from './constants.js';
import { Choices, Secret } from './keys.js';
import { menu, words } from './format.js';
import { go, link, useForm, useLoad, usePages } from './state.js';
import {
  Actions,
  Badge,
  Confirm,
  Dialog,
  Field,
  html,
  Loading,
  Table,
  Time,
  toast,
  Trouble,
} from './ui.js';

const KINDS = {
  active: 'good',
  succeeded: 'good',
  pending: 'busy',
  disabled: 'bad',
  failed: 'bad',
};
const state = (name) => html`<${Badge} kind=${KINDS[name]}>${words(name)}<//>`;

const COLUMNS = {
  URL: (row) => html`<a href=${link(`webhooks/${row.id}`)}>${row.url}</a>`,
  Description: (row) => row.description ?? '—',
  Events: (row) => row.types.join(', '),
  Status: (row) => state(row.status),
};

export function Webhooks() {
  const list = usePages('webhooks', {});
  const [isNew, setNew] = useState(false);
  const close = () => {
    setNew(false);
    list.reload();
  };
  return html`<div class="title"><h1>Webhooks</h1><button class="primary" type="button" onClick=${() => setNew(true)}>New webhook</button></div>
    <${Table} caption="Webhooks" columns=${COLUMNS} rows=${list.rows} list=${list} empty="There is no webhook yet." />
    ${isNew && html`<${NewWebhook} onClose=${close} />`}`;
}

function NewWebhook({ onClose }) {
  const [secret, setSecret] = useState();
  const form = useForm({ url: '', description: '' }, async ({ url, description, ...chosen }) => {
    const types = EVENT_TYPES.filter((type) => chosen[type]);
    const body = { url, types, ...(description && { description }) };
    setSecret((await write('POST', 'webhooks', body)).secret);
  });
  if (secret)
    return html`<${Secret} title="The signing secret" value=${secret} onClose=${onClose} />`;
  return html`<${Dialog} title="New webhook" onClose=${onClose}>
    <form onSubmit=${form.submit}>
      <${Field} label="URL" type="url" required autofocus ...${form.bind('url')} />
      <${Field} label="Description" ...${form.bind('description')} />
      <${Choices} title="Events" values=${EVENT_TYPES} form=${form} />
      <${Trouble} problem=${form.problem} fields=${['url', 'description']} />
      <${Actions} form=${form} label="Create" onCancel=${onClose} />
    </form>
  <//>`;
}

export function Webhook({ id }) {
  const { data, problem, reload } = useLoad((signal) => read(`webhooks/${id}`, signal), [id]);
  const [asked, setAsked] = useState();
  const [secret, setSecret] = useState();
  if (problem) return html`<h1>Webhook</h1><${Trouble} problem=${problem} onRetry=${reload} />`;
  if (!data) return html`<${Loading} />`;
  const { object: webhook, etag } = data;
  const headers = { 'If-Match': etag };
  const run = (text, work) => () =>
    work().then(
      () => (toast(text), reload()),
      (error) => toast(error.message),
    );
  const isPaused = webhook.status !== 'active';
  const patch = { status: isPaused ? 'active' : 'paused' };
  const questions = {
    delete: {
      title: 'Delete this webhook?',
      action: 'Delete',
      text: 'Nothing is sent to it any more.',
      onConfirm: () => request('DELETE', `webhooks/${id}`, { headers }).then(() => go('webhooks')),
    },
    secret: {
      title: 'Create a new secret?',
      action: 'Create',
      text: 'The old secret signs along for 24 hours.',
      onConfirm: async () => setSecret((await write('POST', `webhooks/${id}/secret`)).secret),
    },
  };
  return html`<p><a href="#/webhooks">← Webhooks</a></p>
    <div class="title"><h1>${webhook.url}</h1>
      <button type="button" onClick=${run('A test event is sent.', () => write('POST', `webhooks/${id}/test`))}>Send a test</button>
      <button type="button" onClick=${run('Saved.', () => write('PATCH', `webhooks/${id}`, patch, headers))}>${isPaused ? 'Activate' : 'Pause'}</button>
      <button type="button" onClick=${() => setAsked('secret')}>New secret</button>
      <button class="danger" type="button" onClick=${() => setAsked('delete')}>Delete</button></div>
    <p>${state(webhook.status)} ${webhook.disabled_reason && words(webhook.disabled_reason)} ${webhook.types.join(', ')}</p>
    <${Deliveries} webhookId=${id} key=${data} />
    ${asked && html`<${Confirm} ...${questions[asked]} onClose=${() => setAsked(undefined)} />`}
    ${secret && html`<${Secret} title="The new secret" value=${secret} onClose=${() => setSecret(undefined)} />`}`;
}

function Deliveries({ webhookId }) {
  const [chosen, setChosen] = useState('');
  const list = usePages(`webhooks/${webhookId}/deliveries`, { state: chosen });
  const retry = ({ id }) =>
    write('POST', `webhooks/${webhookId}/deliveries/${id}/retry`).then(
      () => list.reload(),
      (error) => toast(error.message),
    );
  const columns = {
    Created: (row) => html`<${Time} of=${row.created_at} />`,
    Event: (row) => row.type,
    State: (row) => state(row.state),
    Attempts: (row) => row.attempts,
    Answer: (row) => row.last_status ?? row.last_error ?? '—',
    Next: (row) => html`<${Time} of=${row.next_at} />`,
    Action: (row) =>
      row.state === 'failed' &&
      html`<button type="button" onClick=${() => retry(row)}>Retry</button>`,
  };
  return html`<div class="title"><h2>Deliveries</h2><button type="button" onClick=${list.reload}>Refresh</button></div>
    <div class="filters">
      <${Field} label="State" options=${menu(['pending', 'succeeded', 'failed'], 'All')} value=${chosen} onChange=${({ target }) => setChosen(target.value)} />
    </div>
    <${Table} caption="Deliveries" columns=${columns} rows=${list.rows} list=${list} empty="No delivery." />`;
}
