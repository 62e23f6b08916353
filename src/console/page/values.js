/** The fields of the API: what people call them, type and read. */
import { AUDIT_ACTIONS, COUNTRIES, LANGUAGES, ROLES, USER_STATUSES } from './constants.js';
import { html } from './html.js';

/** The fields of a customer. */
export const LABELS = {
  name: 'Name',
  email: 'E-mail',
  phone: 'Phone',
  dob: 'Date of birth',
  country: 'Country',
  language: 'Language',
  external_id: 'External id',
};

export const labelOf = (name) => LABELS[name] ?? words(name.replace(/_at$/, ''));

/** Names in the language of the browser. */
const REGIONS = new Intl.DisplayNames(undefined, { type: 'region', fallback: 'code' });
const TONGUES = new Intl.DisplayNames(undefined, { type: 'language', fallback: 'code' });

/** Texts of fields that are not read as they are. A history also has texts such as [erased]. */
const FORMATS = {
  dob: (text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? day(text) : text),
  country: (code) => (/^[A-Z]{2}$/.test(code) ? REGIONS.of(code) : code),
  language: (code) => (/^[a-z]{2}$/.test(code) ? TONGUES.of(code) : code),
  action: words,
  role: words,
  severity: words,
};

/** A field of the API as people read it. */
export function show(name, value) {
  if (value === null || value === undefined || value === '') return '—';
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'string') return JSON.stringify(value);
  if (/(^|_)at$/.test(name)) return time(value);
  if (name === 'status' || name === 'state') return badge(value);
  return FORMATS[name]?.(value) ?? value;
}

export const number = (value) => value.toLocaleString();

/** `customer_updated` as `Customer updated`. */
export function words(name) {
  return (name[0].toUpperCase() + name.slice(1)).replace(/[_.]/g, ' ');
}

export const badge = (value) => html`<span class="badge ${value}">${words(value)}</span>`;

function time(value) {
  const options = { dateStyle: 'medium', timeStyle: 'short' };
  const text = new Date(value).toLocaleString(undefined, options);
  return html`<time datetime=${value} title=${value}>${text}</time>`;
}

/** A local time as the API takes it; what is none, the API refuses. */
export const instant = (text) =>
  Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString();

/** A calendar date or month, which no time zone shifts. */
export function day(text, options = { dateStyle: 'medium' }) {
  return new Date(text).toLocaleDateString(undefined, { ...options, timeZone: 'UTC' });
}

/** A menu: the texts of values. */
export const menu = (values, textOf = words) =>
  Object.fromEntries(values.map((value) => [value, textOf(value)]));

/** A menu of codes, sorted by their names. */
function codes(values, textOf) {
  const sorted = Object.entries(menu(values, textOf));
  return Object.fromEntries(sorted.sort(([, one], [, other]) => one.localeCompare(other)));
}

/** Inputs of fields that are not typed as a line of text. `none`: the text of no choice. */
export const INPUTS = {
  email: { inputmode: 'email', autocapitalize: 'none' }, // a browser refuses jörg@example.com
  phone: { type: 'tel' },
  mobile: { type: 'tel' },
  dob: { type: 'date', min: '1900-01-01' },
  country: { options: codes(COUNTRIES, FORMATS.country), none: '—' },
  language: { options: codes(LANGUAGES, FORMATS.language), none: '—' },
  external_id: { hint: 'The customer’s id in another system.' },
  role: { options: menu(ROLES) },
  status: { options: menu(USER_STATUSES) },
  kind: { options: { person: 'Person', service: 'Service account' } },
  action: { options: menu(AUDIT_ACTIONS) },
  outcome: { options: menu(['success', 'failure']) },
  state: { options: menu(['pending', 'succeeded', 'failed']) },
};
