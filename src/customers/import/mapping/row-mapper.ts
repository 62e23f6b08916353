import { isUuid } from '../../../common/validation/formats.js';
import type { ImportOptions } from '../import-options.js';
import type { RowProblem, SourceRecord } from '../reading/record.js';
import { cellText, cleanCell, isNoValue, isNull, jsonText, withoutQuote } from './cells.js';
import {
  foreignId,
  givenTwice,
  printable,
  quotedSource,
  unknownColumn,
  wrongType,
} from './column-problems.js';
import { ColumnsRefusedError } from './columns-refused.error.js';
import { doubtOf } from './damage.js';
import { FileLayouts } from './file-layouts.js';
import { MAXIMUM_NAMED_KEYS, metadataKeyProblems } from './metadata-keys.js';
import { metadataProblem } from './metadata-values.js';
import { checkIdentity, checkLoneValue, checkNameless } from './row-identity.js';
import type { Column, RowLayout } from './row-layout.js';
import { LEFT_OUT_NULL, listInside, TOO_MANY_MEMBERS } from './row-problems.js';
import type { StagedRow } from './staged-row.js';
import { keyFrom, type Target } from './targets.js';
import { convert, type ValueProblem } from './values.js';

/** Maximum of reported problems of one row. */
const MAXIMUM_PROBLEMS = 20;

/** Converts the records of one file to rows of the staging table. */
export class RowMapper {
  readonly layouts: FileLayouts;
  /** The number of metadata keys that the current row has set or cleared. */
  private namedKeys = 0;
  private idColumn: 'key' | 'foreign' | undefined;

  constructor(private readonly options: ImportOptions) {
    this.layouts = new FileLayouts(options);
  }

  /**
   * @throws NamesMissing when the names of countries or languages must be loaded first
   * @throws ColumnsRefusedError
   */
  map(source: SourceRecord): StagedRow {
    const found = this.layouts.find(source);
    if (!found) return { ...emptyRow(source), problems: [TOO_MANY_MEMBERS] };
    const { record, layout } = found;
    const { header } = this.layouts;
    const row = emptyRow(record);
    this.namedKeys = 0;
    this.addId(row, layout, record.values);
    for (const column of layout.columns) {
      if (row.problems.length < MAXIMUM_PROBLEMS) this.addColumn(row, column, record.values);
    }
    // Behind the others, because many unknown names would hide what is wrong with the values.
    if (!header) row.problems = withUnknown(row.problems, layout);
    row.problems.push(...metadataKeyProblems(row));
    checkIdentity(row, this.options.mode);
    const list = header || row.problems.length === 0 ? undefined : listIn(record, layout);
    if (list !== undefined) row.problems = [listInside(list)];
    if (header && record.values.length === 1) checkLoneValue(row, record.names);
    if (header) checkNameless(row, record.values, header.nameless);
    return row;
  }

  private get isCsv(): boolean {
    return this.layouts.header !== undefined;
  }

  /** The first id of the file shows whether the column contains ids of this service. */
  private addId(row: StagedRow, { id }: RowLayout, values: readonly unknown[]): void {
    if (!id) return;
    const { index, source } = id;
    const value = values[index];
    const text = typeof value === 'string' ? cleanCell(value) : value;
    if (text === undefined || text === null || text === '') return;
    if (this.idColumn !== 'foreign' && typeof text === 'string' && isNoValue(text)) return;
    if (!this.idColumn) this.decideId(source, isId(text));
    if (this.idColumn === 'key') {
      setKey(row, source, text, 'must be a UUID, like all ids before it');
    } else if (this.options.unknown === 'metadata') {
      const target: Target = { kind: 'metadata', key: keyFrom(source) };
      this.addColumn(row, { target, indexes: [index], source }, values);
    } else if (this.options.unknown === 'fail') {
      row.problems.push(foreignId(source));
    }
  }

  /** @throws ColumnsRefusedError once for all rows of a CSV file with ids of another system */
  private decideId(source: string, isOwn: boolean): void {
    const { mode, unknown } = this.options;
    this.idColumn = isOwn ? 'key' : 'foreign';
    const own = mode === 'upsert' ? 'id' : undefined;
    const foreign = unknown === 'metadata' ? `metadata.${keyFrom(source)}` : undefined;
    this.layouts.columns.decideId(source, isOwn ? own : foreign);
    if (!isOwn && unknown === 'fail' && this.isCsv) {
      throw new ColumnsRefusedError([foreignId(source)]);
    }
  }

  private addColumn(row: StagedRow, column: Column, values: readonly unknown[]): void {
    const text = this.textOf(column, values);
    const { target, source } = column;
    if (text === undefined) {
      const value = values[column.indexes[0] ?? 0];
      if (value !== undefined) this.refuse(row, column, wrongType(column, value));
    } else if (text === null) {
      this.clear(row, target);
    } else if (text === '') {
      this.leaveBlank(row, target);
    } else if (this.isCsv && isNull(text)) {
      row.warnings.push({ ...LEFT_OUT_NULL, field: printable(source) });
    } else {
      this.addText(row, column, text);
    }
  }

  private addText(row: StagedRow, column: Column, text: string): void {
    const { target, source } = column;
    switch (target.kind) {
      case 'id':
        setKey(row, source, text, 'must be a UUID');
        return;
      case 'metadata': {
        const problem = metadataProblem(text);
        if (problem) this.refuse(row, column, problem);
        else this.accept(row, column, text, text);
        return;
      }
      case 'field': {
        const given = this.isCsv ? withoutQuote(text) : text;
        const converted = convert(target.field, given, this.options);
        if ('value' in converted && converted.value !== null)
          this.accept(row, column, converted.value, given);
        else if ('value' in converted || isNoValue(text)) this.leaveBlank(row, target);
        else this.refuse(row, column, converted.problem);
        return;
      }
      default:
        target satisfies never;
    }
  }

  /** @param given the text in the file */
  private accept(row: StagedRow, { target, source }: Column, value: string, given: string): void {
    const doubt = doubtOf(target, value, given);
    if (doubt) row.warnings.push({ ...doubt, field: printable(source) });
    this.set(row, target, value);
  }

  private leaveBlank(row: StagedRow, target: Target): void {
    if (this.options.blank === 'null') this.clear(row, target);
  }

  /** Clears a field or a key. A new customer has no metadata keys to clear. */
  private clear(row: StagedRow, target: Target): void {
    if (target.kind !== 'metadata' || this.options.mode === 'upsert') this.set(row, target, null);
  }

  /** Does not set keys beyond the limit, because an object with very many keys is slow. */
  private set(row: StagedRow, target: Target, value: string | null): void {
    if (target.kind === 'field') row.values[target.field] = value;
    if (target.kind !== 'metadata' || this.namedKeys > MAXIMUM_NAMED_KEYS) return;
    this.namedKeys += 1;
    (row.metadata ??= {})[target.key] = value;
  }

  /** @returns undefined when a value has the wrong type */
  private textOf(
    { target, indexes }: Column,
    values: readonly unknown[],
  ): string | null | undefined {
    const [index = 0] = indexes;
    if (indexes.length === 1) return this.cell(values[index], target);
    const texts = indexes.map((at) => this.cell(values[at], target));
    return texts.includes(undefined)
      ? undefined
      : texts.filter((text) => text && !isNull(text)).join(' ');
  }

  private cell(value: unknown, target: Target): string | null | undefined {
    if (value === undefined) return '';
    if (this.isCsv && typeof value === 'string') return cellText(value, target);
    return jsonText(value, target, this.options);
  }

  private refuse(row: StagedRow, { target, source }: Column, problem: ValueProblem): void {
    const field = printable(source);
    const isKey =
      target.kind === 'id' || (target.kind === 'field' && target.field === 'external_id');
    if (this.options.invalid === 'value' && !isKey) {
      row.warnings.push({ ...problem, field });
      return;
    }
    const isMetadata =
      target.kind === 'metadata' || (target.kind === 'field' && target.field === 'metadata');
    const drop = isMetadata ? `; columns=${quotedSource(field)}:- drops the column` : '';
    const hint = isKey ? '' : `${drop}; invalid=value leaves such values out`;
    row.problems.push({ code: problem.code, field, detail: problem.detail + hint });
  }
}

function emptyRow({ line }: SourceRecord): StagedRow {
  return { line, keyId: null, values: {}, metadata: undefined, problems: [], warnings: [] };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && isUuid(value);
}

/** Sets the id by which an upsert finds the customer. */
function setKey(row: StagedRow, source: string, value: unknown, detail: string): void {
  if (isId(value)) row.keyId = value.toLowerCase();
  else row.problems.push({ code: 'format', field: printable(source), detail });
}

/** The name of a list of records in an object that has no field of a customer. */
function listIn({ names, values }: SourceRecord, { id, columns }: RowLayout): string | undefined {
  if (id || columns.some(({ target }) => target.kind !== 'metadata')) return undefined;
  return names.find((_, at) => {
    const value = values[at];
    return Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null;
  });
}

/** With at least one problem of the names, which alone refuse the row. */
function withUnknown(problems: RowProblem[], layout: RowLayout): RowProblem[] {
  const { unknown, clash } = layout;
  const room = Math.max(MAXIMUM_PROBLEMS - problems.length, 1);
  const named = [
    ...(clash ? [givenTwice(clash.sources[1], clash.sources[0])] : []),
    ...unknown.slice(0, room).map((name) => unknownColumn(name, layout.columns)),
  ].slice(0, room);
  return [...problems.slice(0, MAXIMUM_PROBLEMS - named.length), ...named];
}
