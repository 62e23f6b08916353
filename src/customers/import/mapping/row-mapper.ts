import { isUuid } from '../../../common/validation/formats.js';
import type { ImportOptions } from '../import-options.js';
import {
  type Header,
  MalformedFileError,
  type RowProblem,
  type SourceRecord,
} from '../reading/record.js';
import { cellText, cleanCell, isNoValue, isNull, jsonText, withoutQuote } from './cells.js';
import {
  foreignId,
  givenTwice,
  MAXIMUM_COLUMNS,
  missingSource,
  noFieldInHeader,
  printable,
  quotedSource,
  tooManyColumns,
  twoColumns,
  unknownColumn,
  wrongType,
} from './column-problems.js';
import { doubtOf } from './damage.js';
import { FileColumns } from './file-columns.js';
import { JsonPaths } from './json-paths.js';
import { type Column, layoutOf, type RowLayout } from './row-layout.js';
import { MAXIMUM_NAMED_KEYS, metadataKeyProblems } from './metadata-keys.js';
import { metadataProblem } from './metadata-values.js';
import { checkIdentity, checkLoneValue, checkNameless } from './row-identity.js';
import { LEFT_OUT_NULL, TOO_MANY_MEMBERS } from './row-problems.js';
import type { StagedRow } from './staged-row.js';
import { keyFrom, type Target } from './targets.js';
import { convert, type ValueProblem } from './values.js';

/** Maximum of reported problems of one row. */
const MAXIMUM_PROBLEMS = 20;
/** Maximum of characters in the keys of the cached layouts. */
const MAXIMUM_REMEMBERED = 256 * 1024;

/** The columns of a file cannot be imported, so none of its rows is imported. */
export class ColumnsRefusedError extends Error {
  constructor(readonly problems: readonly RowProblem[]) {
    super();
  }
}

/** Converts the records of one file to rows of the staging table. */
export class RowMapper {
  readonly columns = new FileColumns();
  private readonly paths: JsonPaths;
  private readonly layouts = new Map<string, RowLayout>();
  private remembered = 0;
  private header:
    { names: readonly string[]; layout: RowLayout; nameless: readonly number[] } | undefined;
  /** The number of metadata keys that the current row has set or cleared. */
  private namedKeys = 0;
  private idColumn: 'key' | 'foreign' | undefined;

  constructor(private readonly options: ImportOptions) {
    this.paths = new JsonPaths(options.rules);
  }

  /**
   * Checks the header of a CSV file, once for all rows.
   *
   * @throws ColumnsRefusedError or MalformedFileError
   */
  openHeader(header: Header): void {
    const { line, header: names } = header;
    const count = names.filter((name) => name.trim() !== '').length;
    if (count > MAXIMUM_COLUMNS) throw new MalformedFileError(line, tooManyColumns(count));
    const layout = layoutOf(names, this.options.rules, this.options.unknown);
    // The first column often has the numbers of the rows, as R and pandas write them.
    const nameless = names.flatMap((name, at) => (at > 0 && name.trim() === '' ? [at] : []));
    this.header = { names, layout, nameless };
    this.columns.add(layout);
    const hasField = layout.id ?? layout.columns.find(({ target }) => target.kind !== 'metadata');
    if (!hasField) throw new MalformedFileError(line, noFieldInHeader(header));
    const { clash, unknown, missing } = layout;
    if (clash) throw new MalformedFileError(line, twoColumns(clash.field, clash.sources));
    const problems = [
      ...unknown.map((name) => unknownColumn(name, layout.columns)),
      ...missing.map((source) => missingSource(source, names)),
    ];
    if (problems.length > 0) throw new ColumnsRefusedError(problems);
  }

  /**
   * @throws NamesMissing when the names of countries or languages must be loaded first
   * @throws ColumnsRefusedError
   */
  map(source: SourceRecord): StagedRow {
    const isCsv = source.names === this.header?.names;
    const found = this.find(source);
    if (!found) return { ...emptyRow(source), problems: [TOO_MANY_MEMBERS] };
    const { record, layout } = found;
    const row = emptyRow(record);
    this.namedKeys = 0;
    this.addId(row, layout, record.values, isCsv);
    for (const column of layout.columns) {
      if (row.problems.length < MAXIMUM_PROBLEMS) this.addColumn(row, column, record.values, isCsv);
    }
    // Behind the others, because many unknown names would hide what is wrong with the values.
    if (!isCsv) row.problems = withUnknown(row.problems, layout);
    row.problems.push(...metadataKeyProblems(row));
    checkIdentity(row, this.options.mode);
    if (isCsv && record.values.length === 1) checkLoneValue(row, record.names);
    if (isCsv) checkNameless(row, record.values, this.header?.nameless ?? []);
    return row;
  }

  /**
   * Finds the meaning of the values of a record. Nested members of JSON have paths as names.
   *
   * @returns undefined when the paths are too long
   */
  find(source: SourceRecord): { record: SourceRecord; layout: RowLayout } | undefined {
    const { header } = this;
    if (source.names === header?.names) return { record: source, layout: header.layout };
    const record = this.paths.flatten(source);
    return record && { record, layout: this.layoutOf(record.names) };
  }

  /** @throws ColumnsRefusedError when a rule names a source that no object of a JSON file has */
  end(): void {
    if (this.header || this.layouts.size === 0) return;
    const problems = this.columns.neverFound.map((source) => missingSource(source, []));
    if (problems.length > 0) throw new ColumnsRefusedError(problems);
  }

  private layoutOf(names: readonly string[]): RowLayout {
    const key = JSON.stringify(names); // a name of JSON may contain any separator
    const known = this.layouts.get(key);
    if (known) return known;
    const { rules, unknown, mode } = this.options;
    // In an upsert a missing part is not empty, so the other one alone would shorten the name.
    const layout = layoutOf(names, rules, unknown, mode === 'insert');
    if (this.remembered + key.length > MAXIMUM_REMEMBERED) {
      this.layouts.clear();
      this.remembered = 0;
    }
    this.layouts.set(key, layout);
    this.remembered += key.length;
    this.columns.add(layout);
    return layout;
  }

  /** The first id of the file shows whether the column contains ids of this service. */
  private addId(
    row: StagedRow,
    { id }: RowLayout,
    values: readonly unknown[],
    isCsv: boolean,
  ): void {
    if (!id) return;
    const value = values[id.index];
    const text = typeof value === 'string' ? cleanCell(value) : value;
    if (text === undefined || text === null || text === '') return;
    const isOwn = typeof text === 'string' && isUuid(text);
    if (this.idColumn !== 'foreign' && typeof text === 'string' && isNoValue(text)) return;
    if (!this.idColumn) this.decideId(id.source, isOwn, isCsv);
    if (this.idColumn === 'key') {
      if (isOwn) row.keyId = text.toLowerCase();
      else
        row.problems.push({
          code: 'format',
          field: printable(id.source),
          detail: 'must be a UUID, like all ids before it',
        });
    } else if (this.options.unknown === 'metadata') {
      const target: Target = { kind: 'metadata', key: keyFrom(id.source) };
      this.addColumn(row, { target, indexes: [id.index], source: id.source }, values, isCsv);
    } else if (this.options.unknown === 'fail') {
      row.problems.push(foreignId(id.source));
    }
  }

  /** @throws ColumnsRefusedError once for all rows of a CSV file with ids of another system */
  private decideId(source: string, isOwn: boolean, isCsv: boolean): void {
    const { mode, unknown } = this.options;
    this.idColumn = isOwn ? 'key' : 'foreign';
    const own = mode === 'upsert' ? 'id' : undefined;
    const foreign = unknown === 'metadata' ? `metadata.${keyFrom(source)}` : undefined;
    this.columns.decideId(source, isOwn ? own : foreign);
    if (!isOwn && unknown === 'fail' && isCsv) throw new ColumnsRefusedError([foreignId(source)]);
  }

  private addColumn(
    row: StagedRow,
    column: Column,
    values: readonly unknown[],
    isCsv: boolean,
  ): void {
    const text = this.textOf(column, values, isCsv);
    const { target, source } = column;
    if (text === undefined) {
      const value = values[column.indexes[0] ?? 0];
      if (value !== undefined) this.refuse(row, column, wrongType(column, value));
    } else if (text === null) {
      this.clear(row, target);
    } else if (text === '') {
      this.leaveBlank(row, target);
    } else if (isCsv && isNull(text)) {
      row.warnings.push({ ...LEFT_OUT_NULL, field: printable(source) });
    } else if (target.kind === 'id') {
      if (isUuid(text)) row.keyId = text.toLowerCase();
      else
        row.problems.push({ code: 'format', field: printable(source), detail: 'must be a UUID' });
    } else if (target.kind === 'metadata') {
      const problem = metadataProblem(text);
      if (problem) this.refuse(row, column, problem);
      else this.accept(row, column, text, text);
    } else {
      const value = isCsv ? withoutQuote(text) : text;
      const converted = convert(target.field, value, this.options);
      if ('value' in converted && converted.value !== null)
        this.accept(row, column, converted.value, value);
      else if ('value' in converted || isNoValue(text)) this.leaveBlank(row, target);
      else this.refuse(row, column, converted.problem);
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
    isCsv: boolean,
  ): string | null | undefined {
    const [index = 0] = indexes;
    if (indexes.length === 1) return this.cell(values[index], target, isCsv);
    const texts = indexes.map((at) => this.cell(values[at], target, isCsv));
    return texts.includes(undefined)
      ? undefined
      : texts.filter((text) => text && !isNull(text)).join(' ');
  }

  private cell(value: unknown, target: Target, isCsv: boolean): string | null | undefined {
    if (value === undefined) return '';
    if (isCsv && typeof value === 'string') return cellText(value, target);
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
