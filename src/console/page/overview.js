import { get } from './api.js';
import { Timeline } from './timeline.js';
import { can } from './session.js';
import { number } from './format.js';
import { link, useLoad, usePages } from './state.js';
import { Facts, html, Loading, Trouble } from './ui.js';

const WIDTH = 480;
const HEIGHT = 160;

export function Overview() {
  const { data, problem, reload } = useLoad(
    (signal) => get('customers/statistics', {}, signal),
    [],
  );
  if (problem) return html`<h1>Overview</h1><${Trouble} problem=${problem} onRetry=${reload} />`;
  if (!data) return html`<h1>Overview</h1><${Loading} />`;
  const months = data.created_by_month;
  const numbers = {
    Customers: number(data.total),
    'New this month': number(months.at(-1).count),
    'New last month': number(months.at(-2).count),
    'Without a date of birth': number(data.without_dob),
  };
  return html`<h1>Overview</h1>
    <${Facts} class="numbers card" of=${numbers} />
    ${data.is_estimate && html`<p class="note">Estimated from a sample, because there are many customers.</p>`}
    <div class="charts">
      <${Bars} title="New customers per month" rows=${months.map(({ month, count }) => [nameOfMonth(month), count])} />
      <${Bars} title="Decades of birth" rows=${data.born_by_decade.map(({ decade, count }) => [`${decade}s`, count])} />
    </div>
    ${can('audit:read') && html`<${Recent} />`}`;
}

function nameOfMonth(month) {
  const options = { month: 'short', year: '2-digit', timeZone: 'UTC' };
  return new Date(`${month}-01T00:00:00Z`).toLocaleDateString(undefined, options);
}

/** A bar chart; screen readers get the same numbers as a table. */
function Bars({ title, rows }) {
  const highest = Math.max(1, ...rows.map(([, count]) => count));
  const step = WIDTH / Math.max(1, rows.length);
  const isVisible = (index) => (rows.length - 1 - index) % Math.ceil(rows.length / 4) === 0;
  const bar = ([name, count], index) => {
    const height = (count / highest) * (HEIGHT - 24);
    return html`<g key=${name}>
      <title>${name}: ${number(count)}</title>
      <rect x=${index * step + step * 0.12} y=${HEIGHT - height} width=${step * 0.76} height=${Math.max(height, 1)} rx="3" />
      ${isVisible(index) && html`<text x=${(index + 0.5) * step} y=${HEIGHT + 22} text-anchor="middle">${name}</text>`}
    </g>`;
  };
  return html`<figure class="card">
    <figcaption>${title} <span class="quiet">highest: ${number(highest)}</span></figcaption>
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT + 30}`} aria-hidden="true">${rows.map(bar)}</svg>
    <table class="hidden">
      <caption>${title}</caption>
      <tbody>${rows.map(([name, count]) => html`<tr key=${name}><th scope="row">${name}</th><td>${count}</td></tr>`)}</tbody>
    </table>
  </figure>`;
}

function Recent() {
  const list = usePages('audit-events', { limit: 5 });
  return html`<section><div class="title"><h2>Latest events</h2><a class="button" href=${link('audit')}>All events</a></div>
    <${Timeline} list=${{ ...list, page: {} }} /></section>`;
}
