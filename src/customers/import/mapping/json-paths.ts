import { isPlainObject } from '../../../common/validation/dto.pipe.js';
import type { SourceRecord } from '../reading/record.js';
import type { ColumnRule } from './column-rules.js';

/** Makes the members deep inside of objects reachable by paths, such as `addresses[0].country`. */
export class JsonPaths {
  private readonly paths = new Set<string>();
  /** The members that a path leads into; all others stay whole. */
  private readonly opened = new Set<string>();

  constructor(rules: readonly ColumnRule[]) {
    for (const source of rules.flatMap(({ sources, text }) => [...sources, text])) {
      this.paths.add(source);
      const [first] = /^[^.[]+(?=[.[])/.exec(source) ?? [];
      if (first !== undefined) this.opened.add(first);
    }
  }

  flatten(record: SourceRecord): SourceRecord {
    if (!record.names.some((name) => this.opened.has(name))) return record;
    const entries = record.names.flatMap((name, index) => {
      const value = record.values[index];
      return this.opened.has(name) ? [...this.leaves(name, value)] : [[name, value] as const];
    });
    return {
      line: record.line,
      names: entries.map(([name]) => name),
      values: entries.map(([, value]) => value),
    };
  }

  private *leaves(path: string, value: unknown): Generator<readonly [string, unknown]> {
    if (this.paths.has(path)) {
      yield [path, value];
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) yield* this.leaves(`${path}[${index}]`, item);
    } else if (isPlainObject(value)) {
      for (const [key, item] of Object.entries(value)) yield* this.leaves(`${path}.${key}`, item);
    } else {
      yield [path, value];
    }
  }
}
