import { download } from './api.js';
import { NewCustomer, titleOf } from './customer.js';
import { Field } from './form.js';
import { html } from './html.js';
import { can, link, trimmed } from './state.js';
import { Ask, List } from './ui.js';

const SORTS = {
  '': 'Newest first',
  created_at: 'Oldest first',
  '-updated_at': 'Last changed first',
  name: 'Name, A to Z',
  '-name': 'Name, Z to A',
  '-dob': 'Youngest first',
  dob: 'Eldest first',
};

const COLUMNS = [
  ['Name', (row) => html`<a href=${link(`customers/${row.id}`)}>${titleOf(row)}</a>`],
  'email',
  'phone',
  ['Born', 'dob'],
  'country',
  ['Added', 'created_at'],
];

/** Three characters; two where neither is Latin. What else a search needs, the service says. */
const isSearchable = (text) =>
  text.length > 2 || (text.length === 2 && !/\p{Script=Latin}/u.test(text));

/** What the address says, as the API takes it. */
function parametersOf({ key, value, q = '', sort, n, ...filters }) {
  return {
    ...filters,
    ...(isSearchable(q.trim()) && { q }),
    ...(key && value && { [`metadata[${key.trim()}]`]: value }),
    ...(n ? { n } : { sort }),
  };
}

export function Customers({ query }) {
  const { q, n, sort: _sort, ...others } = query;
  const isShort = q?.trim() && !isSearchable(q.trim());
  const parameters = trimmed(parametersOf(query));
  const buttons = html`<${Export} parameters=${parameters} />
    ${can('customers:write') && html`<${NewCustomer} />`}`;
  return html`<${List} title="Customers" level="1" path="customers" columns=${COLUMNS}
    ...${{ query, parameters, buttons }} empty="No customer matches.">
    <${Field} name="q" label="Search name, e-mail, phone" type="search"
      hint=${isShort && 'Type at least three characters.'} />
    <${Field} name="sort" options=${SORTS} disabled=${Boolean(n)} />
    <details open=${Boolean(n) || Object.values(others).some(Boolean)}>
      <summary>Filters</summary>
      <div class="fields">
        <${Field} name="country" />
        <${Field} name="language" />
        <${Field} name="dob_from" label="Born from" type="date" />
        <${Field} name="dob_to" label="Born until" type="date" />
        <${Field} name="external_id" hint="" />
        <${Field} name="phone" />
        <${Field} name="key" label="Metadata key" />
        <${Field} name="value" label="Metadata value" />
        ${can('customers:admin') && html`<${Field} name="deleted" ...${DELETED} />`}
        <${Field} name="n" label="Only the youngest" type="number" min="1" max="1000"
          hint=${n && `The ${n} youngest of the matching customers.`} />
      </div>
    </details>
  <//>`;
}

const DELETED = { label: 'State', options: { '': 'Present', only: 'Deleted' } };
const FORMATS = { csv: 'CSV', ndjson: 'NDJSON', json: 'JSON' };
const DELIMITERS = { '': 'Comma', semicolon: 'Semicolon', tab: 'Tab' };
const RAW = 'Values as they are, not protected against formulas';

function Export({ parameters: { n: _n, sort: _sort, ...filters } }) {
  const isFiltered = Object.values(filters).some(Boolean);
  const save = (chosen) =>
    download('customers/export', { ...filters, ...chosen }, `customers.${chosen.format}`);
  const forCsv = html`<${Field} name="delimiter" options=${DELIMITERS} />
    <${Field} name="bom" label="For Excel (byte order mark)" type="checkbox" value="true" />
    <${Field} name="raw" label=${RAW} type="checkbox" value="true" />`;
  return html`<${Ask} label="Export" title="Export customers" action="Download" onSubmit=${save}
    text=${isFiltered ? 'The customers that match the present filters.' : 'All customers.'}
    initial=${{ format: 'csv', bom: 'true' }}>
    ${({ format }) => html`
      <${Field} name="format" options=${FORMATS} />${format === 'csv' && forCsv}`}
  <//>`;
}
