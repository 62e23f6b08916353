import { MAXIMUM_COLUMNS } from '../mapping/column-problems.js';
import type { FileLayouts } from '../mapping/file-layouts.js';
import type { RowLayout } from '../mapping/row-layout.js';
import { nameOf } from '../mapping/targets.js';
import type { SourceRecord } from '../reading/record.js';
import type { ImportPreviewColumn } from './import-preview.dto.js';

/** The columns of the shown rows, with their targets and cells. */
export class PreviewColumns {
  /** CSV has columns by index, because names may repeat. JSON has columns by name. */
  private readonly columns = new Map<number | string, ImportPreviewColumn>();
  private readonly known = new Set<RowLayout>();

  constructor(
    private readonly layouts: FileLayouts,
    private readonly isCsv: boolean,
  ) {}

  get all(): ImportPreviewColumn[] {
    return [...this.columns.values()];
  }

  add(source: SourceRecord): void {
    const found = this.layouts.find(source);
    if (!found || this.known.has(found.layout)) return;
    this.known.add(found.layout);
    const targets = this.targetsOf(found.layout);
    for (const [index, name] of found.record.names.entries()) {
      this.addColumn(this.isCsv ? index : name, name.trim(), targets.get(index));
    }
  }

  /** The texts of a row, in the order of the columns. */
  cellsOf(source: SourceRecord): (string | null)[] {
    const { names, values } = this.layouts.find(source)?.record ?? source;
    const byName = new Map(names.map((name, index) => [name, values[index]]));
    return [...this.columns.keys()].map((key) =>
      textOf(typeof key === 'number' ? values[key] : byName.get(key)),
    );
  }

  private addColumn(key: number | string, source: string, target: string | undefined): void {
    const known = this.columns.get(key);
    if (known) known.target ??= target ?? null;
    else if (source !== '' && this.columns.size < MAXIMUM_COLUMNS) {
      this.columns.set(key, { source, target: target ?? null });
    }
  }

  private targetsOf({ columns, id }: RowLayout): Map<number, string> {
    const targets = columns.flatMap(({ indexes, target }) =>
      indexes.map((index) => [index, nameOf(target)] as const),
    );
    const { idTarget } = this.layouts.columns;
    if (id && idTarget !== undefined) targets.push([id.index, idTarget]);
    return new Map(targets);
  }
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
