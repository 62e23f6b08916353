import { download } from './api.js';
import { NewCustomer, titleOf } from './customer.js';
import { Field, fields } from './form.js';
import { html } from './html.js';
import { can, link } from './state.js';
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

/** What the address says, as the API takes it. */
const parametersOf = ({ metadata_key: key, metadata_value: value, sort, n, ...filters }) => ({
  ...filters,
  ...(key && value && { [`metadata[${key.trim()}]`]: value }),
  ...(n ? { n } : { sort }),
});

export function Customers({ query }) {
  const { q: _q, sort: _sort, n, ...filters } = query;
  const parameters = parametersOf(query);
  const buttons = html`<${Export} parameters=${parameters} />
    ${can('customers:write') && html`<${NewCustomer} />`}`;
  return html`<${List} title="Customers" level="1" path="customers" columns=${COLUMNS}
    ...${{ query, parameters, buttons }} empty="No customer matches.">
    <${Field} name="q" label="Search name, e-mail, phone" type="search" />
    <${Field} name="sort" options=${SORTS} disabled=${Boolean(n)} />
    <details open=${Boolean(n) || Object.values(filters).some(Boolean)}>
      <summary>Filters</summary>
      <div class="fields">
        ${fields('country', 'language', 'dob_from', 'dob_to', 'external_id', 'phone')}
        ${fields('metadata_key', 'metadata_value')}
        ${can('customers:admin') && html`<${Field} name="deleted" ...${DELETED} />`}
        <${Field} name="n" label="Only the youngest" type="number" min="1" max="1000"
          hint=${n && `The ${n} youngest of the matching customers.`} />
      </div>
    </details>
  <//>`;
}

const DELETED = { label: 'State', options: { '': 'Present', only: 'Deleted' } };

const FORMATS = { csv: 'CSV', excel: 'CSV for Excel', ndjson: 'NDJSON', json: 'JSON' };
/** Excel needs a byte order mark, and semicolons where numbers have a comma. */
const hasComma = (0.5).toLocaleString().includes(',');
const EXCEL = { format: 'csv', bom: true, delimiter: hasComma ? 'semicolon' : 'comma' };

function Export({ parameters: { sort: _sort, ...filters } }) {
  const save = ({ format }) =>
    download('customers/export', { ...filters, ...(format === 'excel' ? EXCEL : { format }) });
  const isFiltered = Object.values(filters).some(Boolean);
  return html`<${Ask} label="Export" title="Export customers" action="Download" onSubmit=${save}
    text=${isFiltered ? 'The customers that match the present filters.' : 'All customers.'}>
    <${Field} name="format" options=${FORMATS} />
  <//>`;
}
