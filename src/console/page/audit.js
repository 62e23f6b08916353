import { AUDIT_ACTIONS } from './constants.js';
import { menu, shown, words } from './format.js';
import { Who } from './session.js';
import { errorOf, link, replace, usePages } from './state.js';
import { Badge, Field, html, Table, Time } from './ui.js';

const SCREEN_OF = { customer: 'customers', user: 'users' };

const COLUMNS = {
  Time: (row) => html`<${Time} of=${row.at} />`,
  Action: ({ action, outcome }) =>
    html`${words(action)} ${outcome === 'failure' && html`<${Badge} kind="bad">Failure<//>`}`,
  By: ({ actor_id: id }) =>
    id ? html`<a href=${link('audit', { actor_id: id })}><${Who} id=${id} /></a>` : '—',
  About: subjectOf,
  IP: (row) => row.ip ?? '—',
  Details: ({ details }) =>
    details
      ? html`<ul class="plain">${linesOf(details).map((line) => html`<li key=${line}>${line}</li>`)}</ul>`
      : '—',
};

/** A local time as the API takes it. */
const instant = (text) => (text ? new Date(text).toISOString() : '');

export function Audit({ query }) {
  const { from, to, ...filters } = query;
  const list = usePages('audit-events', { ...filters, from: instant(from), to: instant(to) });
  const bind = (name) => ({
    value: query[name] ?? '',
    error: errorOf(list.problem, name),
    onChange: ({ target }) => replace('audit', { ...query, [name]: target.value.trim() }),
  });
  return html`<h1>Audit events</h1>
    <form class="filters" role="search" onSubmit=${(event) => event.preventDefault()}>
      <${Field} label="Action" options=${menu(AUDIT_ACTIONS, 'All')} ...${bind('action')} />
      <${Field} label="Outcome" options=${menu(['success', 'failure'], 'All')} ...${bind('outcome')} />
      <${Field} label="Account id" ...${bind('actor_id')} />
      <${Field} label="Subject id" ...${bind('subject_id')} />
      <${Field} label="From" type="datetime-local" ...${bind('from')} />
      <${Field} label="Until" type="datetime-local" ...${bind('to')} />
    </form>
    <${Table} caption="Audit events" columns=${COLUMNS} rows=${list.rows} list=${list} empty="No event matches." />`;
}

function subjectOf({ subject_type: type, subject_id: id }) {
  if (!type) return '—';
  const text = id ? `${words(type)} ${id.slice(-6)}` : words(type);
  const screen = id && SCREEN_OF[type];
  return screen
    ? html`<a href=${link(`${screen}/${id}`)} title=${id}>${text}</a>`
    : html`<span title=${id}>${text}</span>`;
}

function linesOf({ changes = {}, ...others }) {
  const changed = Object.entries(changes).map(
    ([field, { from, to }]) => `${field}: ${shown(from)} → ${shown(to)}`,
  );
  return [...changed, ...Object.entries(others).map(([name, value]) => `${name}: ${shown(value)}`)];
}
