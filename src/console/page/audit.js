/** What has happened: the audit events, and the overview. */
import { fields } from './form.js';
import { html } from './html.js';
import { can, link, useGet, Who } from './state.js';
import { Facts, List, Title, Waiting } from './ui.js';
import { badge, day, instant, labelOf, number, show, words } from './values.js';

const SCREENS = { customer: 'customers', user: 'users' };

/** What has happened to an object. */
export const HISTORY = [
  ['Time', 'at'],
  [
    'Action',
    ({ action, outcome }) => html`${words(action)} ${outcome === 'failure' && badge(outcome)}`,
  ],
  ['By', ({ actor_id: id }) => html`<${Who} id=${id} />`],
  ['Details', changesOf],
];
const COLUMNS = [...HISTORY.with(2, ['By', actorOf]), ['About', subjectOf], 'ip'];

export function Audit({ query }) {
  const parameters = { ...query, from: instant(query.from), to: instant(query.to) };
  return html`<${List} title="Audit events" level="1" screen="audit" path="audit-events"
    columns=${COLUMNS} ...${{ query, parameters }} empty="No event matches.">
    ${fields('action', 'outcome', 'actor_id', 'subject_id', 'from', 'to')}
  <//>`;
}

function actorOf({ actor_id: id }) {
  return id && html`<a href=${link('audit', { actor_id: id })}><${Who} id=${id} /></a>`;
}

function subjectOf({ subject_type: type, subject_id: id }) {
  if (!type) return undefined;
  const text = id ? `${words(type)} ${id.slice(-6)}` : words(type);
  if (!id || !SCREENS[type]) return html`<span title=${id}>${text}</span>`;
  return html`<a href=${link(`${SCREENS[type]}/${id}`)} title=${id}>${text}</a>`;
}

function changesOf({ details }) {
  if (!details) return undefined;
  const { changes = {}, ...others } = details;
  const change = ([name, { from, to }]) => html`<div key=${name}>
    ${labelOf(name)}: ${from !== null && html`<bdi><del>${show(name, from)}</del></bdi> → `}
    <bdi><ins>${show(name, to)}</ins></bdi>
  </div>`;
  const other = ([name, value]) =>
    html`<div key=${name}>${words(name)}: ${show(name, value)}</div>`;
  return html`${Object.entries(changes).map(change)} ${Object.entries(others).map(other)}`;
}

const NUMBERS = [
  ['Customers', 'total'],
  ['New this month', ({ created_by_month: months }) => number(months.at(-1).count)],
  ['New last month', ({ created_by_month: months }) => number(months.at(-2).count)],
  ['Without a date of birth', 'without_dob'],
];
const ESTIMATE = 'Estimated from a sample, because there are many customers.';
const MONTH = { month: 'short', year: '2-digit' };

export function Overview() {
  const { data, problem } = useGet('customers/statistics');
  if (!data) return html`<${Title} title="Overview" /><${Waiting} problem=${problem} />`;
  const months = data.created_by_month.map(({ month, count }) => [day(month, MONTH), count]);
  const decades = data.born_by_decade.map(({ decade, count }) => [`${decade}s`, count]);
  const latest = html`<${List} title="Latest events" path="audit-events"
    parameters=${{ limit: 5 }} columns=${HISTORY} buttons=${html`<a href="#/audit">All events</a>`} />`;
  return html`<${Title} title="Overview" />
    <article><${Facts} class="numbers" object=${data} columns=${NUMBERS} /></article>
    ${data.is_estimate && html`<p class="note">${ESTIMATE}</p>`}
    <div class="grid">
      <${Bars} title="New customers per month" rows=${months} />
      <${Bars} title="Decades of birth" rows=${decades} />
    </div>
    ${can('audit:read') && latest}`;
}

/** A bar chart, which is a table with its numbers. */
function Bars({ title, rows }) {
  const highest = Math.max(...rows.map(([, count]) => count));
  const bar = ([name, count]) => html`<tr key=${name}>
    <th scope="row">${name}</th>
    <td><progress aria-hidden="true" value=${count} max=${highest}></progress></td>
    <td>${number(count)}</td>
  </tr>`;
  return html`<article><table class="bars">
    <caption>${title}</caption>
    <tbody>${rows.map(bar)}</tbody>
  </table></article>`;
}
