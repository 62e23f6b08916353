import { printable } from './column-problems.js';
import type { RowLayout } from './row-layout.js';
import { nameOf } from './targets.js';

/** A column and its recognised target. */
export interface UnderstoodColumn {
  /** The name in the file or in the parameter `columns`. */
  source: string;
  target: string;
}

/** Bounds the data that one file can store in the table of imports. */
const MAXIMUM_KEPT = 500;

/** Collects how the columns of a file were understood. */
export class FileColumns {
  private readonly columns = new Map<string, UnderstoodColumn>();
  private readonly droppedNames = new Set<string>();
  private readonly missingCounts = new Map<string, number>();
  private layouts = 0;
  /** The target of a column `id` without a rule; undefined while it is unknown, and for none. */
  idTarget: string | undefined;

  add({ columns, dropped, missing }: RowLayout): void {
    this.layouts += 1;
    for (const { source, target } of columns) this.keep(source, nameOf(target));
    for (const name of dropped) this.drop(name);
    for (const source of missing) {
      this.missingCounts.set(source, (this.missingCounts.get(source) ?? 0) + 1);
    }
  }

  /** @param target undefined when the column is not imported */
  decideId(source: string, target: string | undefined): void {
    this.idTarget = target;
    if (target === undefined) this.drop(source);
    else this.keep(source, target);
  }

  get understood(): UnderstoodColumn[] {
    return [...this.columns.values()];
  }

  get dropped(): string[] {
    return [...this.droppedNames];
  }

  /** The sources of rules that no record has. */
  get neverFound(): string[] {
    return [...this.missingCounts].flatMap(([source, count]) =>
      count === this.layouts ? [source] : [],
    );
  }

  private keep(source: string, target: string): void {
    const column = { source: printable(source), target };
    if (this.columns.size < MAXIMUM_KEPT) this.columns.set(JSON.stringify(column), column);
  }

  private drop(name: string): void {
    if (this.droppedNames.size < MAXIMUM_KEPT) this.droppedNames.add(printable(name));
  }
}
