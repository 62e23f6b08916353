import { AUDIT_ACTIONS } from './constants.js';
import { Field } from './form.js';
import { html } from './html.js';
import { Who } from './session.js';
import { link } from './state.js';
import { List } from './ui.js';
import { LABELS, menu, show, words } from './values.js';

const SCREENS = { customer: 'customers', user: 'users' };

/** What has happened to an object. */
export const HISTORY = {
  Time: 'at',
  Action: ({ action, outcome }) =>
    html`${words(action)} ${outcome === 'failure' && html`<span class="badge bad">Failure</span>`}`,
  By: ({ actor_id: id }) => html`<${Who} id=${id} />`,
  Details: changesOf,
};

const COLUMNS = {
  ...HISTORY,
  By: ({ actor_id: id }) =>
    id && html`<a href=${link('audit', { actor_id: id })}><${Who} id=${id} /></a>`,
  About: subjectOf,
  IP: 'ip',
};

/** A local time as the API takes it. */
const instant = (text) => text && new Date(text).toISOString();

export function Audit({ query }) {
  const parameters = { ...query, from: instant(query.from), to: instant(query.to) };
  return html`<${List} title="Audit events" level="1" screen="audit" path="audit-events" columns=${COLUMNS}
    ...${{ query, parameters }} empty="No event matches.">
    <${Field} name="action" label="Action" options=${menu(AUDIT_ACTIONS, 'All')} />
    <${Field} name="outcome" label="Outcome" options=${menu(['success', 'failure'], 'All')} />
    <${Field} name="actor_id" label="Account id" />
    <${Field} name="subject_id" label="Subject id" />
    <${Field} name="from" label="From" type="datetime-local" />
    <${Field} name="to" label="Until" type="datetime-local" />
  <//>`;
}

function subjectOf({ subject_type: type, subject_id: id }) {
  if (!type) return undefined;
  const text = id ? `${words(type)} ${id.slice(-6)}` : words(type);
  if (!id || !SCREENS[type]) return html`<span title=${id}>${text}</span>`;
  return html`<a href=${link(`${SCREENS[type]}/${id}`)} title=${id}>${text}</a>`;
}

function changesOf({ details }) {
  const { changes = {}, ...others } = details ?? {};
  const change = ([name, { from, to }]) => html`<li key=${name}>
    ${LABELS[name] ?? words(name)}: ${from !== null && html`<del>${show(name, from)}</del> → `}<ins>${show(name, to)}</ins>
  </li>`;
  return html`<ul class="plain">
    ${Object.entries(changes).map(change)}
    ${Object.entries(others).map(([name, value]) => html`<li key=${name}>${words(name)}: ${show(name, value)}</li>`)}
  </ul>`;
}
