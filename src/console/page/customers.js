import { useEffect, useState } from 'preact/hooks';
import { download } from './api.js';
import { COUNTRIES, LANGUAGES } from './constants.js';
import { choices, day, nameOf } from './format.js';
import { can } from './session.js';
import { errorOf, link, replace, useForm, usePages } from './state.js';
import { Actions, Dialog, Field, html, Table, Time, Trouble } from './ui.js';

const SORTS = {
  '': 'Newest first',
  created_at: 'Oldest first',
  '-updated_at': 'Last changed first',
  name: 'Name, A to Z',
  '-name': 'Name, Z to A',
  '-dob': 'Youngest first',
  dob: 'Eldest first',
};

const COLUMNS = {
  Name: (row) => html`<a href=${link(`customers/${row.id}`)}>${titleOf(row)}</a>`,
  'E-mail': (row) => row.email ?? '—',
  Phone: (row) => row.phone ?? '—',
  Born: (row) => day(row.dob),
  Country: (row) => nameOf('region', row.country),
  Added: (row) => html`<${Time} of=${row.created_at} />`,
};

export const titleOf = ({ name, email, external_id: externalId }) => name ?? email ?? externalId;

/** Three characters; two where neither is Latin. What else a search needs, the service says. */
const isSearchable = (text) =>
  text.length > 2 || (text.length === 2 && !/\p{Script=Latin}/u.test(text));

/** What the address says, as the API takes it. */
function parametersOf({ key, value, q = '', sort, n, ...filters }) {
  return {
    ...filters,
    ...(isSearchable(q.trim()) && { q: q.trim() }),
    ...(key && value && { [`metadata[${key}]`]: value }),
    ...(n ? { n } : { sort }),
  };
}

export function Customers({ query }) {
  const [isExporting, setExporting] = useState(false);
  const parameters = parametersOf(query);
  const list = usePages('customers', parameters);
  return html`<div class="title">
      <h1>Customers</h1>
      <button type="button" onClick=${() => setExporting(true)}>Export</button>
      ${can('customers:write') && html`<a class="button primary" href="#/customers/new">New customer</a>`}
    </div>
    <${Filters} query=${query} problem=${list.problem} />
    <${Table} caption="Customers" columns=${COLUMNS} rows=${list.rows} list=${list} empty="No customer matches." />
    ${isExporting && html`<${Export} parameters=${parameters} onClose=${() => setExporting(false)} />`}`;
}

function Filters({ query, problem }) {
  const [typed, setTyped] = useState(query.q ?? '');
  const change = (changed) => replace('customers', { ...query, ...changed });
  useEffect(() => {
    if (typed === (query.q ?? '')) return undefined;
    const timer = setTimeout(() => change({ q: typed }), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const clear = () => {
    setTyped('');
    replace('customers');
  };
  const bind = (name) => ({
    value: query[name] ?? '',
    error: errorOf(problem, name),
    onChange: ({ target }) => change({ [name]: target.value.trim() }),
  });
  const isShort = typed.trim() !== '' && !isSearchable(typed.trim());
  const used = Object.keys(query).filter((name) => query[name] && !['q', 'sort'].includes(name));
  return html`<form class="filters" role="search" onSubmit=${(event) => event.preventDefault()}>
    <${Field} class="wide" label="Search name, e-mail, phone" type="search" value=${typed} error=${errorOf(problem, 'q')}
      hint=${isShort && 'Type at least three characters.'} onInput=${({ target }) => setTyped(target.value)} />
    <${Field} label="Sort" options=${SORTS} ...${bind('sort')} disabled=${Boolean(query.n)} />
    <details open=${used.length > 0}>
      <summary>Filters${used.length > 0 && ` (${used.length})`}</summary>
      <div class="filters">
        <${Field} label="Country" options=${choices('region', COUNTRIES, 'All')} ...${bind('country')} />
        <${Field} label="Language" options=${choices('language', LANGUAGES, 'All')} ...${bind('language')} />
        <${Field} label="Born from" type="date" ...${bind('dob_from')} />
        <${Field} label="Born until" type="date" ...${bind('dob_to')} />
        <${Field} label="External id" ...${bind('external_id')} />
        <${Field} label="Phone" type="tel" ...${bind('phone')} />
        <${Field} label="Metadata key" ...${bind('key')} />
        <${Field} label="Metadata value" ...${bind('value')} />
        ${can('customers:admin') && html`<${Field} label="State" options=${{ '': 'Present', only: 'Deleted' }} ...${bind('deleted')} />`}
        <${Youngest} onShow=${(n) => change({ n, sort: '' })} />
      </div>
    </details>
    ${query.n && html`<p class="note">The ${query.n} youngest of the matching customers.</p>`}
    ${(used.length > 0 || query.q) && html`<button type="button" onClick=${clear}>Clear all filters</button>`}
  </form>`;
}

function Youngest({ onShow }) {
  const [count, setCount] = useState('5');
  return html`<div class="row">
    <${Field} label="Youngest" type="number" min="1" max="1000" value=${count} onInput=${({ target }) => setCount(target.value)} />
    <button type="button" onClick=${() => onShow(count)}>Show</button>
  </div>`;
}

const FORMATS = { csv: 'CSV', ndjson: 'NDJSON', json: 'JSON' };
const DELIMITERS = { '': 'Comma', semicolon: 'Semicolon', tab: 'Tab' };

function Export({ parameters: { n: _n, sort: _sort, ...filters }, onClose }) {
  const isFiltered = Object.values(filters).some(Boolean);
  const initial = { format: 'csv', bom: true };
  const form = useForm(initial, async ({ format, delimiter, bom, raw }) => {
    const csv = { delimiter, bom: bom ? 'true' : '', raw: raw ? 'true' : '' };
    const query = { ...filters, format, ...(format === 'csv' && csv) };
    await download('customers/export', query, `customers.${format}`);
    onClose();
  });
  return html`<${Dialog} title="Export customers" onClose=${onClose}>
    <form onSubmit=${form.submit}>
      <p>${isFiltered ? 'The customers that match the present filters.' : 'All customers.'}</p>
      <${Field} label="Format" options=${FORMATS} ...${form.bind('format')} />
      ${
        form.values.format === 'csv' &&
        html`<${Field} label="Delimiter" options=${DELIMITERS} ...${form.bind('delimiter')} />
        <${Field} label="For Excel (byte order mark)" type="checkbox" ...${form.bind('bom')} />
        <${Field} label="Values as they are, not protected against formulas" type="checkbox" ...${form.bind('raw')} />`
      }
      <${Trouble} problem=${form.problem} />
      <${Actions} form=${form} label="Download" onCancel=${onClose} />
    </form>
  <//>`;
}
