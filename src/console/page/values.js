/** The fields of the API: what people call them, type and read. */
import { VALUES } from './constants.js';
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

const PASSWORD = { type: 'password', autocomplete: 'current-password', required: true };

/** Inputs that are not a line of text, and labels that are not the name of the field in words. */
export const INPUTS = {
  email: { inputmode: 'email', autocapitalize: 'none' }, // a browser refuses jörg@example.com
  phone: { type: 'tel' },
  mobile: { type: 'tel' },
  dob: { type: 'date', min: '1900-01-01' },
  dob_from: { type: 'date', label: 'Born from' },
  dob_to: { type: 'date', label: 'Born until' },
  country: { none: '—' },
  language: { none: '—' },
  external_id: { hint: 'The customer’s id in another system.' },
  password: PASSWORD,
  old_password: { ...PASSWORD, label: 'Present password' },
  new_password: { ...PASSWORD, autocomplete: 'new-password' },
  username: { autocapitalize: 'none', autocomplete: 'off' },
  actor_id: { label: 'Account id' },
  from: { type: 'datetime-local' },
  to: { type: 'datetime-local', label: 'Until' },
  types: { label: 'Events' },
  url: { type: 'url', label: 'URL' },
  ip: { label: 'IP' },
};

export const labelOf = (name) =>
  LABELS[name] ?? INPUTS[name]?.label ?? words(name.replace(/_at$/, ''));

/** `customer_updated` as `Customer updated`. */
export const words = (name) => (name[0].toUpperCase() + name.slice(1)).replace(/[_.]/g, ' ');

/** Names in the language of the browser. */
const REGIONS = new Intl.DisplayNames(undefined, { type: 'region' });
const TONGUES = new Intl.DisplayNames(undefined, { type: 'language' });

/** Texts of fields. A history also has texts such as [erased]. */
const FORMATS = {
  dob: (text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? day(text) : text),
  country: (code) => (/^[A-Z]{2}$/.test(code) ? REGIONS.of(code) : code),
  language: (code) => (/^[a-z]{2}$/.test(code) ? TONGUES.of(code) : code),
  kind: (kind) => (kind === 'service' ? 'Service account' : words(kind)),
  types: String,
  scopes: String,
  severity: words,
  target: labelOf,
};

const textOf = (name, value) => (FORMATS[name] ?? (name in VALUES ? words : String))(value);

/** What is shown where there is no value. */
export const NONE = '—';

/** A field of the API as people read it. */
export function show(name, value) {
  if ((value ?? '') === '') return NONE;
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'string') return JSON.stringify(value);
  if (/(^|_)at$/.test(name)) return time(value);
  return name === 'status' || name === 'state' ? badge(value) : textOf(name, value);
}

export const number = (value) => value.toLocaleString();

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
export const day = (text, options = { dateStyle: 'medium' }) =>
  new Date(text).toLocaleDateString(undefined, { ...options, timeZone: 'UTC' });

/** What fields can hold, as menus: texts by value, sorted for people. */
export const MENUS = {};
for (const [name, values] of Object.entries(VALUES)) {
  const texts = values.map((value) => [value, textOf(name, value)]);
  MENUS[name] = Object.fromEntries(texts.sort(([, one], [, other]) => one.localeCompare(other)));
}
