import pg from 'pg';

const { TIMESTAMPTZ } = pg.types.builtins;
/** PostgreSQL's text of an instant in UTC, exact to milliseconds. */
const UTC_MILLISECONDS = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?\+00$/;

/**
 * Converts PostgreSQL's text of an instant to RFC 3339, as in responses. It avoids a `Date`, which would
 * take a tenth of the time of a list.
 */
export function toRfc3339(text: string): string {
  if (!UTC_MILLISECONDS.test(text)) {
    return (pg.types.getTypeParser(TIMESTAMPTZ)(text) as Date).toISOString();
  }
  const fraction = text.slice(20, -3).padEnd(3, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}
