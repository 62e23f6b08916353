import { read, request, write } from './api.js';
import { EVENT_TYPES } from './constants.js';
import { Choices, Field } from './form.js';
import { html } from './html.js';
import { go, link, useLoad } from './state.js';
import { Ask, Button, List, tellSecret, toast, Waiting } from './ui.js';
import { badge, menu, words } from './values.js';

const COLUMNS = {
  URL: (row) => html`<a href=${link(`webhooks/${row.id}`)}>${row.url}</a>`,
  Description: 'description',
  Events: 'types',
  Status: 'status',
};

export function Webhooks() {
  const create = ({ url, description, types = [] }) =>
    write('POST', 'webhooks', { url, types, description: description || undefined });
  const buttons = (
    reload,
  ) => html`<${Ask} label="New webhook" kind="" title="New webhook" action="Create"
    onSubmit=${create} onDone=${({ secret }) => tellSecret('The signing secret', secret).then(reload)}>
    <${Field} name="url" label="URL" type="url" required />
    <${Field} name="description" label="Description" />
    <${Choices} name="types" label="Events" choices=${EVENT_TYPES} />
  <//>`;
  return html`<${List} title="Webhooks" level="1" path="webhooks" columns=${COLUMNS} buttons=${buttons}
    empty="There is no webhook yet." />`;
}

export function Webhook({ id, query }) {
  const path = `webhooks/${id}`;
  const { data, problem, reload } = useLoad((signal) => read(path, signal), [id]);
  if (problem || !data) return html`<${Waiting} ...${{ problem, reload }} />`;
  const { object: webhook, etag } = data;
  const headers = { 'If-Match': etag };
  const isActive = webhook.status === 'active';
  const test = async () => {
    await write('POST', `${path}/test`);
    toast('A test event is sent.');
    reload();
  };
  const pause = async () => {
    await write('PATCH', path, { status: isActive ? 'paused' : 'active' }, headers);
    toast('Saved.');
    reload();
  };
  return html`<p><a href="#/webhooks">← Webhooks</a></p>
    <div class="title">
      <h1>${webhook.url}</h1>
      <${Button} onPress=${test}>Send a test<//>
      <${Button} onPress=${pause}>${isActive ? 'Pause' : 'Activate'}<//>
      <${Ask} label="New secret" title="Create a new secret?" action="Create"
        text="The old secret signs along for 24 hours." onSubmit=${() => write('POST', `${path}/secret`)}
        onDone=${({ secret }) => tellSecret('The new secret', secret).then(reload)} />
      <${Ask} label="Delete" kind="outline danger" title="Delete this webhook?" isDanger
        text="Nothing is sent to it any more." onSubmit=${() => request('DELETE', path, { headers })} onDone=${() => go('webhooks')} />
    </div>
    <p>${badge(webhook.status)} ${webhook.disabled_reason && words(webhook.disabled_reason)} ${webhook.types.join(', ')}</p>
    <${Deliveries} ...${{ path, query }} key=${data} />`;
}

const STATES = menu(['pending', 'succeeded', 'failed'], 'All');

function Deliveries({ path, query }) {
  const retry = (id) => write('POST', `${path}/deliveries/${id}/retry`);
  const columns = (reload) => ({
    Created: 'created_at',
    Event: 'type',
    State: 'state',
    Attempts: 'attempts',
    Answer: (row) => row.last_status ?? row.last_error,
    Next: 'next_at',
    Action: ({ id, state }) =>
      state === 'failed' && html`<${Button} onPress=${() => retry(id).then(reload)}>Retry<//>`,
  });
  const buttons = (reload) => html`<${Button} onPress=${reload}>Refresh<//>`;
  return html`<${List} title="Deliveries" screen=${path} path=${`${path}/deliveries`}
    ...${{ query, columns, buttons }} empty="No delivery.">
    <${Field} name="state" label="State" options=${STATES} />
  <//>`;
}
