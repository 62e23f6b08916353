import { FIRST_NAME, fieldOf, folded, ID, isIgnored, LAST_NAME } from './column-aliases.js';
import type { ColumnRule } from './column-rules.js';
import { keyFrom, nameOf, type Target, targetOf } from './targets.js';

export const UNKNOWN_COLUMNS = ['fail', 'ignore', 'metadata'] as const;
export type UnknownColumns = (typeof UNKNOWN_COLUMNS)[number];

/** The values of a record for one target. Several values are joined with a blank. */
export interface Column {
  target: Target;
  /** The indexes of the values in a record. */
  indexes: readonly number[];
  /** The name in the file. */
  source: string;
}

/** The meaning of the values of records with the same names. */
export interface RowLayout {
  columns: readonly Column[];
  /** A column `id` without a rule. Its first value shows whether it contains ids of this service. */
  id: { index: number; source: string } | undefined;
  /** Unknown columns, if the import fails for them. */
  unknown: readonly string[];
  /** Columns that are not imported. */
  dropped: readonly string[];
  /** Sources of rules that are not among the names. */
  missing: readonly string[];
  /** Two columns for the same field. */
  clash: { field: string; sources: readonly [string, string] } | undefined;
}

/**
 * Finds the target of each column: first by the rules of `columns`, then by its name.
 *
 * @param names of the columns of a CSV file, or of the members of a JSON object
 * @param mayLackParts whether one part of a name is enough, because the other one may be left out
 */
export function layoutOf(
  names: readonly string[],
  rules: readonly ColumnRule[],
  unknownColumns: UnknownColumns,
  mayLackParts = false,
): RowLayout {
  return new LayoutBuilder(names, unknownColumns, mayLackParts).build(rules);
}

class LayoutBuilder {
  private readonly columns: Column[] = [];
  /** The names of the targets in use. */
  private readonly taken = new Set<string>();
  /** The number of columns for each key of metadata. */
  private readonly wanted = new Map<string, number>();
  private readonly unknown: string[] = [];
  private readonly dropped: string[] = [];
  private readonly missing: string[] = [];
  private readonly used = new Set<number>();
  private readonly ruled = new Set<string>();
  private id: RowLayout['id'];
  private clash: RowLayout['clash'];
  private readonly names: readonly string[];
  private readonly folded: readonly string[];

  constructor(
    names: readonly string[],
    private readonly unknownColumns: UnknownColumns,
    private readonly mayLackParts: boolean,
  ) {
    this.names = names.map((name) => name.trim());
    this.folded = this.names.map(folded);
  }

  build(rules: readonly ColumnRule[]): RowLayout {
    for (const rule of rules) this.addRule(rule);
    for (const name of this.taken) this.ruled.add(name);
    const open = this.names.flatMap((name, index) =>
      name === '' || this.used.has(index) ? [] : [index],
    );
    this.addUnruled(this.withoutNameParts(open));
    const { columns, id, unknown, dropped, missing, clash } = this;
    return { columns, id, unknown, dropped, missing, clash };
  }

  private addRule({ sources, text, target }: ColumnRule): void {
    const whole = this.find(text);
    const indexes = whole === undefined ? sources.map((source) => this.find(source)) : [whole];
    const found = indexes.filter((index) => index !== undefined);
    this.missing.push(
      ...sources.filter((_, at) => indexes.length > at && indexes[at] === undefined),
    );
    for (const index of found) this.used.add(index);
    if (found.length === 0) return;
    if (target) this.add({ target, indexes: found, source: text });
    else this.dropped.push(...found.map((index) => this.names[index] ?? ''));
  }

  /** Finds a column by its exact or its folded name. */
  private find(source: string): number | undefined {
    const exact = this.names.indexOf(source);
    const index = exact === -1 ? this.folded.indexOf(folded(source)) : exact;
    return index === -1 ? undefined : index;
  }

  /**
   * Combines first and last name if there is no column for the name. A JSON object may lack one of them,
   * like a customer without a last name.
   */
  private withoutNameParts(open: readonly number[]): readonly number[] {
    const parts = [FIRST_NAME, LAST_NAME].map((part) =>
      open.find((index) => this.folded[index] === part),
    );
    const indexes = parts.filter((index) => index !== undefined);
    const hasName = open.some((index) => fieldOf(this.names[index] ?? '') === 'name');
    const target = targetOf('name');
    const isEnough = indexes.length === 2 || (this.mayLackParts && indexes.length === 1);
    if (!isEnough || hasName || this.ruled.has('name') || !target) return open;
    const source = indexes.map((index) => this.names[index]).join('+');
    this.add({ target, indexes, source });
    return open.filter((index) => !indexes.includes(index));
  }

  private addUnruled(open: readonly number[]): void {
    const byField = new Map<string, string>();
    for (const index of open) {
      const name = this.names[index] ?? '';
      const field = fieldOf(name) ?? metadataColumn(name);
      const target = field === undefined ? undefined : targetOf(field);
      if (this.folded[index] === ID && !this.ruled.has(ID)) this.id = { index, source: name };
      else if (isIgnored(name)) this.dropped.push(name);
      else if (field !== undefined && this.ruled.has(field)) this.addLeftOver(index, name);
      else if (target && field !== undefined) {
        const other = byField.get(field);
        if (other !== undefined) this.clash ??= { field, sources: [other, name] };
        byField.set(field, name);
        this.add({ target, indexes: [index], source: name });
      } else this.addUnknown(index, name);
    }
  }

  /** A rule selects another column for the field. */
  private addLeftOver(index: number, name: string): void {
    if (this.unknownColumns === 'metadata') this.addUnknown(index, name);
    else this.dropped.push(name);
  }

  private addUnknown(index: number, name: string): void {
    switch (this.unknownColumns) {
      case 'fail':
        this.unknown.push(name);
        return;
      case 'ignore':
        this.dropped.push(name);
        return;
      case 'metadata':
        this.add({ target: this.freeKey(name), indexes: [index], source: name });
        return;
      default:
        this.unknownColumns satisfies never;
    }
  }

  private add(column: Column): void {
    this.columns.push(column);
    this.taken.add(nameOf(column.target));
  }

  private freeKey(name: string): Target {
    const key = keyFrom(name);
    let free = key;
    let count = this.wanted.get(key) ?? 1;
    while (this.taken.has(`metadata.${free}`)) {
      count += 1;
      free = `${key.slice(0, 40 - String(count).length - 1)}_${count}`;
    }
    this.wanted.set(key, count);
    return { kind: 'metadata', key: free };
  }
}

/** A header that is the name of a metadata target, such as `metadata.plan`. */
function metadataColumn(name: string): string | undefined {
  return targetOf(name)?.kind === 'metadata' ? name : undefined;
}
