import { MAXIMUM_KEYS } from '../../metadata.js';
import { printable } from './column-problems.js';
import { malformedRecord, type RowProblem } from '../reading/record.js';

/** Problems of a whole row. */

export const NO_IDENTITY: RowProblem = {
  code: 'one_of',
  field: 'name',
  detail: 'is required unless email or external_id is given',
};

/** A name alone finds nobody, because two customers may share it. */
export const NO_KEY: RowProblem = {
  code: 'one_of',
  field: null,
  detail:
    'has no id, external_id or email to find its customer by, so each further import creates it once more',
};

/** A remark or a count of rows would otherwise become a customer silently. */
export const LONE_VALUE = malformedRecord(
  'is a single value without the delimiters of its row; it was imported as a customer, so remove it ' +
    'if it is a remark',
);

export const WITHOUT_HEADER: RowProblem = {
  code: 'unknown_field',
  field: null,
  detail:
    'has a value in a column without a name, so it was left out; give the column a name in the header',
};

export const LEFT_OUT_NULL = {
  code: 'blank',
  detail: 'is NULL or \\N, which databases write for a missing value, so it was left out',
} as const;

export const TOO_MANY_KEYS: RowProblem = {
  code: 'range',
  field: 'metadata',
  detail: `must have at most ${MAXIMUM_KEYS} keys; columns=NAME:- drops a column`,
};

export const TOO_MANY_MEMBERS = malformedRecord(
  'must have fewer members, or shorter names of them',
);

/** Joined pages of an API would otherwise only be told that they have an unknown field. */
export function listInside(name: string): RowProblem {
  const detail =
    'is a list in an object that has no field of a customer, such as one page of several; send the ' +
    'records as one array of objects, [{...}, {...}]';
  return { code: 'malformed_record', field: printable(name), detail };
}
