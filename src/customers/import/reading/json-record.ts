import { AppError } from '../../../common/errors/app-error.js';
import { parseJson } from '../../../common/http/json-body.js';
import { isPlainObject } from '../../../common/validation/dto.pipe.js';
import { malformedRecord, type SourceRecord } from './record.js';

const NO_OBJECT = malformedRecord('must be a JSON object');

/** One object of an array or of a line, under the rules for the body of any request. */
export function jsonRecord(line: number, text: string): SourceRecord {
  try {
    const value = parseJson(text);
    if (!isPlainObject(value)) return { line, problem: NO_OBJECT };
    return { line, names: Object.keys(value), values: Object.values(value) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const detail = error.message.replace('The body', 'The record');
    return { line, problem: malformedRecord(detail) };
  }
}
