import { day, nameOf, shown } from './format.js';

export const LABELS = {
  name: 'Name',
  email: 'E-mail',
  phone: 'Phone',
  dob: 'Date of birth',
  country: 'Country',
  language: 'Language',
  external_id: 'External id',
};
export const FIELDS = Object.keys(LABELS);

/** The value of a field as people read it. */
export function show(name, value) {
  if (name === 'dob') return day(value);
  if (name === 'country') return nameOf('region', value);
  return name === 'language' ? nameOf('language', value) : shown(value);
}
