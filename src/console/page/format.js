/** A calendar date, which no time zone shifts. */
export function day(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return text || '—'; // such as [erased] in a history
  const date = new Date(`${text}T00:00:00Z`);
  return date.toLocaleDateString(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
}

export const number = (value) => value.toLocaleString();

/** `customer_updated` as `Customer updated`. */
export const words = (name) => (name[0].toUpperCase() + name.slice(1)).replace(/[_.]/g, ' ');

export function shown(value) {
  if (value === null || value === undefined || value === '') return '—';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const formats = {};

/** The name of a country (`region`) or `language`, in the language of the browser. */
export function nameOf(kind, code) {
  if (!/^[A-Za-z]{2}$/.test(code)) return code || '—';
  formats[kind] ??= new Intl.DisplayNames(undefined, { type: kind, fallback: 'code' });
  return formats[kind].of(code);
}

/** A menu of codes, sorted by their names. */
export function choices(kind, codes, first) {
  const named = codes.map((code) => [code, nameOf(kind, code)]);
  const sorted = named.sort(([, left], [, right]) => left.localeCompare(right));
  return { '': first, ...Object.fromEntries(sorted) };
}

/** A menu of the values themselves. */
export const menu = (values, first) => ({
  ...(first && { '': first }),
  ...Object.fromEntries(values.map((value) => [value, words(value)])),
});
