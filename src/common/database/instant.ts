import pg from 'pg';
import type { ValueTransformer } from 'typeorm';

const { TIMESTAMPTZ } = pg.types.builtins;
/** As PostgreSQL writes instants with at most milliseconds while its time zone is UTC. */
const UTC_MILLISECONDS = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?\+00$/;

/**
 * An instant as PostgreSQL writes it, in RFC 3339 as it goes over the wire: most instants are only
 * handed on, and making a `Date` of each took a tenth of the time of a list.
 */
export function toInstant(text: string): string {
  if (!UTC_MILLISECONDS.test(text)) {
    return (pg.types.getTypeParser(TIMESTAMPTZ)(text) as Date).toISOString();
  }
  const fraction = text.slice(20, -3).padEnd(3, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}

/** For entities that are inserted and read: TypeORM makes a `Date` of a read value only. */
export const instantAsText: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: Date | string) => (value instanceof Date ? value.toISOString() : value),
};
