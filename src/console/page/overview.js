import { get } from './api.js';
import { HISTORY } from './audit.js';
import { html } from './html.js';
import { can } from './session.js';
import { useLoad } from './state.js';
import { Facts, List, Waiting } from './ui.js';
import { number } from './values.js';

const NUMBERS = {
  Customers: 'total',
  'New this month': ({ created_by_month: months }) => number(months.at(-1).count),
  'New last month': ({ created_by_month: months }) => number(months.at(-2).count),
  'Without a date of birth': 'without_dob',
};

export function Overview() {
  const { data, ...state } = useLoad((signal) => get('customers/statistics', {}, signal), []);
  if (!data) return html`<h1>Overview</h1><${Waiting} ...${state} />`;
  const months = data.created_by_month.map(({ month, count }) => [nameOfMonth(month), count]);
  const decades = data.born_by_decade.map(({ decade, count }) => [`${decade}s`, count]);
  const all = () => html`<a class="button" href="#/audit">All events</a>`;
  return html`<h1>Overview</h1>
    <article><${Facts} class="numbers" of=${data} columns=${NUMBERS} /></article>
    ${data.is_estimate && html`<p class="note">Estimated from a sample, because there are many customers.</p>`}
    <div class="charts">
      <${Bars} title="New customers per month" rows=${months} />
      <${Bars} title="Decades of birth" rows=${decades} />
    </div>
    ${
      can('audit:read') &&
      html`<${List} title="Latest events" path="audit-events" query=${{ limit: 5 }}
      columns=${HISTORY} buttons=${all} />`
    }`;
}

function nameOfMonth(month) {
  const options = { month: 'short', year: '2-digit', timeZone: 'UTC' };
  return new Date(`${month}-01T00:00:00Z`).toLocaleDateString(undefined, options);
}

/** A bar chart, which is a table with its numbers. */
function Bars({ title, rows }) {
  const highest = Math.max(...rows.map(([, count]) => count));
  const bar = ([name, count]) => html`<tr key=${name}>
    <th scope="row">${name}</th>
    <td><div class="bar" style=${{ width: `${(100 * count) / highest}%` }}></div></td>
    <td>${number(count)}</td>
  </tr>`;
  return html`<article><table class="bars">
    <caption>${title}</caption>
    <tbody>${rows.map(bar)}</tbody>
  </table></article>`;
}
