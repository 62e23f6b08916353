import { html } from './html.js';

const TONES = {
  active: 'good',
  succeeded: 'good',
  pending: 'busy',
  running: 'busy',
  disabled: 'bad',
  failed: 'bad',
};

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

/** Of fields that are not shown as they are. */
const FORMATS = {
  dob: day,
  country: (code) => nameOf('region', code),
  language: (code) => nameOf('language', code),
  action: words,
  role: words,
  severity: words,
  state: badge,
  status: badge,
};

/** A field of the API as people read it. */
export function show(name, value) {
  if (value === null || value === undefined || value === '') return '—';
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'string') return JSON.stringify(value);
  if (/(^|_)at$/.test(name)) return time(value);
  return FORMATS[name]?.(value) ?? value;
}

export const number = (value) => value.toLocaleString();

/** `customer_updated` as `Customer updated`. */
export function words(name) {
  return (name[0].toUpperCase() + name.slice(1)).replace(/[_.]/g, ' ');
}

export function badge(state) {
  return html`<span class="badge ${TONES[state]}">${words(state)}</span>`;
}

function time(value) {
  const options = { dateStyle: 'medium', timeStyle: 'short' };
  const text = new Date(value).toLocaleString(undefined, options);
  return html`<time datetime=${value} title=${value}>${text}</time>`;
}

/** A calendar date, which no time zone shifts. */
function day(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return text; // such as [erased] in a history
  const date = new Date(`${text}T00:00:00Z`);
  return date.toLocaleDateString(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
}

const names = {};

/** The name of a country (`region`) or `language`, in the language of the browser. */
function nameOf(kind, code) {
  if (!/^[A-Za-z]{2}$/.test(code)) return code;
  names[kind] ??= new Intl.DisplayNames(undefined, { type: kind, fallback: 'code' });
  return names[kind].of(code);
}

/** A menu of the values, with their texts; `first` is the text of none. */
export function menu(values, first, textOf = words) {
  const texts = values.map((value) => [value, textOf(value)]);
  return { ...(first && { '': first }), ...Object.fromEntries(texts) };
}

/** A menu of codes, sorted by their names. */
export function codes(field, values, first) {
  const sorted = values.toSorted((one, other) =>
    show(field, one).localeCompare(show(field, other)),
  );
  return menu(sorted, first, (code) => show(field, code));
}
