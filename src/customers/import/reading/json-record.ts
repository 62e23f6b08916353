import { AppError } from '../../../common/errors/app-error.js';
import { parseJson } from '../../../common/http/json-body.js';
import { isPlainObject } from '../../../common/validation/plain-object.js';
import { malformedRecord, MAXIMUM_RECORD, type Parsed, TOO_LONG } from './record.js';

const NO_OBJECT = malformedRecord('must be a JSON object');

const LIST = malformedRecord(
  'must be a JSON object, and not a list; send the records as one array of objects, [{...}, {...}]',
);

/** Parses one object of an array or a line, under the limits of a request's body. */
export function jsonRecord(line: number, text: string): Parsed {
  if (text.length > MAXIMUM_RECORD) return { line, problem: TOO_LONG };
  try {
    const value = parseJson(text);
    if (Array.isArray(value)) return { line, problem: LIST };
    if (!isPlainObject(value)) return { line, problem: NO_OBJECT };
    return { line, names: Object.keys(value), values: Object.values(value) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const detail = error.message.replace('The body', 'The record');
    return { line, problem: malformedRecord(detail) };
  }
}
