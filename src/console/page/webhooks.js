import { differences, update, write } from './api.js';
import { Choices, Field, fields } from './form.js';
import { html } from './html.js';
import { link, reload, useGet } from './state.js';
import { Ask, Button, List, Remove, tellSecret, Title, Waiting } from './ui.js';
import { badge, words } from './values.js';

const COLUMNS = [
  ['URL', (row) => html`<a href=${link(`webhooks/${row.id}`)}>${row.url}</a>`],
  'description',
  'types',
  'status',
];

export function Webhooks() {
  const create = (values) => write('POST', 'webhooks', { types: [], ...differences({}, values) });
  const buttons = html`<${Ask} label="New webhook" kind="" action="Create" onSubmit=${create}
    onDone=${({ secret }) => tellSecret('The signing secret', secret)}>
    <${Field} name="url" required />${fields('description')}<${Choices} name="types" />
  <//>`;
  return html`<${List} title="Webhooks" level="1" path="webhooks" columns=${COLUMNS}
    buttons=${buttons} empty="There is no webhook yet." />`;
}

export function Webhook({ id, query }) {
  const path = `webhooks/${id}`;
  const { data: webhook, problem } = useGet(path);
  if (problem || !webhook) return html`<${Waiting} problem=${problem} />`;
  const { status, disabled_reason: reason, types } = webhook;
  const isActive = status === 'active';
  const test = () => write('POST', `${path}/test`);
  const pause = () => update(path, { status: isActive ? 'paused' : 'active' }, webhook);
  return html`
    <${Title} back="webhooks" title=${webhook.url}>
      <${Button} onPress=${test} done="A test event is sent.">Send a test<//>
      <${Button} onPress=${pause} done="Saved.">${isActive ? 'Pause' : 'Activate'}<//>
      <${Ask} label="New secret" title="Create a new secret?" action="Create"
        text="The old secret signs along for 24 hours."
        onSubmit=${() => write('POST', `${path}/secret`)}
        onDone=${({ secret }) => tellSecret('The new secret', secret)} />
      <${Remove} path=${path} of=${webhook} title="Delete this webhook?"
        text="Nothing is sent to it any more." to="webhooks" />
    <//>
    <p>${badge(status)} ${reason && words(reason)} ${types.join(', ')}</p>
    <${Deliveries} ...${{ path: `${path}/deliveries`, screen: path, query }} />`;
}

function Deliveries({ path, ...more }) {
  const retry = ({ id, state }) =>
    state === 'failed' &&
    html`<${Button} onPress=${() => write('POST', `${path}/${id}/retry`)}>Retry<//>`;
  const answer = ['Answer', (row) => row.last_status ?? row.last_error];
  const columns = ['created_at', 'type', 'state', 'attempts', answer, 'next_at', ['Action', retry]];
  return html`<${List} title="Deliveries" ...${{ path, columns, ...more }} empty="No delivery."
    buttons=${html`<${Button} onPress=${reload}>Refresh<//>`}>${fields('state')}<//>`;
}
