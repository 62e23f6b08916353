import { isPlainObject } from '../../../common/validation/plain-object.js';
import { FIELD_NAMES } from '../../customer-fields.js';
import type { Header, RowProblem } from '../reading/record.js';
import { fieldLike, folded, MIDDLE_NAME } from './column-aliases.js';
import type { Column } from './row-layout.js';
import { nameOf } from './targets.js';
import type { ValueProblem } from './values.js';

const MAXIMUM_NAME = 64;
const SHOWN_COLUMNS = 20;
/** Maximum of named columns in a file, because each of them costs time for every row. */
export const MAXIMUM_COLUMNS = 2_000;

const DELIMITER_NAMES: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
};

/** Makes a name from a file safe for the database and for a list of errors. `columns` still finds it. */
export function printable(name: string): string {
  return name
    .slice(0, MAXIMUM_NAME)
    .replace(/[\t\r\n]+/g, ' ')
    .replace(/\p{Cc}/gu, '\uFFFD')
    .toWellFormed();
}

/** A source in the syntax of the parameter `columns`. */
export function quotedSource(name: string): string {
  return /[,:+"]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** @param columns the recognized ones */
export function unknownColumn(name: string, columns: readonly Column[]): RowProblem {
  const source = quotedSource(printable(name));
  const detail =
    `is not a field of a customer; ${adviceFor(name, source, columns)} maps it, ` +
    `columns=${source}:- drops it, and unknown=ignore or unknown=metadata applies to all such columns`;
  return { code: 'unknown_field', field: printable(name), detail };
}

/** A part of a name must not replace the column that has the others. */
function adviceFor(name: string, source: string, columns: readonly Column[]): string {
  const field = fieldLike(name);
  if (field === undefined) return `columns=${source}:FIELD`;
  const taken = columns.find(({ target }) => nameOf(target) === field);
  if (!taken) return `if it is ${field}, columns=${source}:${field}`;
  const other = taken.indexes.length > 1 ? taken.source : quotedSource(printable(taken.source));
  if (field !== 'name') return `if it is ${field} rather than ${other}, columns=${source}:${field}`;
  const isMiddle = folded(name) === MIDDLE_NAME && taken.indexes.length > 1;
  const parts = isMiddle ? other.replace('+', `+${source}+`) : `${source}+${other}`;
  return `if it is a part of the name, columns=${parts}:name`;
}

export function foreignId(name: string): RowProblem {
  const source = quotedSource(printable(name));
  const detail =
    `contains ids of another system; columns=${source}:external_id keeps them, ` +
    `columns=${source}:- drops them`;
  return { code: 'unknown_field', field: printable(name), detail };
}

export function missingSource(name: string, names: readonly string[]): RowProblem {
  const shown = names.length > 0 ? `; its columns are ${listed(names)}` : '';
  const detail = `is a source of the parameter columns, but the file has no such column${shown}`;
  return { code: 'required', field: printable(name), detail };
}

export function wrongType({ source, target }: Column, value: unknown): ValueProblem {
  const inside = firstPath(source, value);
  const path = quotedSource(printable(inside));
  const advice = `; columns=${path}:${nameOf(target)} uses a value inside`;
  return { code: 'type', detail: `must be a string${inside === source ? '' : advice}` };
}

/** The path to the first value within a value, such as `emails[0].value`. */
function firstPath(source: string, value: unknown): string {
  if (Array.isArray(value)) return value.length > 0 ? firstPath(`${source}[0]`, value[0]) : source;
  const members = isPlainObject(value) ? Object.entries(value) : [];
  const member = members.find(([name]) => name === 'value') ?? members[0];
  return member ? firstPath(`${source}.${member[0]}`, member[1]) : source;
}

export function givenTwice(name: string, first: string): RowProblem {
  const detail = `is the same field as ${printable(first)}; columns selects one of them`;
  return { code: 'one_of', field: printable(name), detail };
}

/** As the parameter `delimiter` names it, or the character itself. */
export function delimiterName(delimiter: string): string {
  return DELIMITER_NAMES[delimiter] ?? printable(delimiter);
}

export function noFieldInHeader({ header, delimiter }: Header): string {
  const found = listed(header.map((name) => name.trim()));
  const name = delimiterName(delimiter);
  return (
    `The header contains no field of a customer. It was read with delimiter=${name} as: ${found}. ` +
    `The fields are ${FIELD_NAMES.join(', ')}; columns=HEADER:FIELD maps other names. ` +
    `If the header is further down, remove the lines above it.${otherDelimiter(header, delimiter)}`
  );
}

function otherDelimiter(names: readonly string[], delimiter: string): string {
  if (names.some((name) => name.includes(delimiter)))
    return ' Quotes enclose names together with the delimiter; remove the quotes around whole lines.';
  const other = Object.entries(DELIMITER_NAMES).find(
    ([character]) => character !== delimiter && names.some((name) => name.includes(character)),
  );
  return other ? ` delimiter=${other[1]} splits it there.` : '';
}

export function tooManyColumns(count: number): string {
  return `The header has ${count} columns; at most ${MAXIMUM_COLUMNS} can be read. Leave some out.`;
}

export function twoColumns(field: string, sources: readonly [string, string]): string {
  const [first, second] = sources.map((source) => printable(source));
  return (
    `The header has two columns for ${field}: "${first}" and "${second}". ` +
    `columns=${quotedSource(first ?? '')}:${field} selects one of them.`
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_COLUMNS).map((name) => `"${printable(name)}"`);
  return shown.join(', ') + (names.length > SHOWN_COLUMNS ? ', ...' : '');
}
