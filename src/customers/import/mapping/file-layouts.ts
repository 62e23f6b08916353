import type { ImportOptions } from '../import-options.js';
import { type Header, MalformedFileError, type SourceRecord } from '../reading/record.js';
import {
  MAXIMUM_COLUMNS,
  missingSource,
  noFieldInHeader,
  tooManyColumns,
  twoColumns,
  unknownColumn,
} from './column-problems.js';
import { ColumnsRefusedError } from './columns-refused.error.js';
import { FileColumns } from './file-columns.js';
import { JsonPaths } from './json-paths.js';
import { layoutOf, type RowLayout } from './row-layout.js';

/** Maximum of characters in the keys of the cached layouts. */
const MAXIMUM_REMEMBERED = 256 * 1024;

/** The header of a CSV file. */
interface OpenHeader {
  names: readonly string[];
  layout: RowLayout;
  /** The indexes of the columns without a name. */
  nameless: readonly number[];
}

/** Finds the layouts of the records of one file: one by the header of CSV, or one for each set of names in JSON. */
export class FileLayouts {
  readonly columns = new FileColumns();
  /** Undefined in a JSON file. */
  header: OpenHeader | undefined;
  private readonly paths: JsonPaths;
  private readonly layouts = new Map<string, RowLayout>();
  private remembered = 0;

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
}
