import { isPlainObject } from '../../../common/validation/plain-object.js';
import type { SourceRecord } from '../reading/record.js';
import type { ColumnRule } from './column-rules.js';
import { plainValue } from './mongo-values.js';

/** Maximum of characters in all paths of a record, because long names repeat in each path. */
const MAXIMUM_PATHS = 256 * 1024;

/** Makes nested members of objects available by paths, such as `addresses[0].country`. */
export class JsonPaths {
  private readonly paths = new Set<string>();
  /** The members that a path leads into. All others stay as they are. */
  private readonly opened = new Set<string>();

  constructor(rules: readonly ColumnRule[]) {
    for (const source of rules.flatMap(({ sources, text }) => [...sources, text])) {
      this.paths.add(source);
      const [first] = /^[^.[]+(?=[.[])/.exec(source) ?? [];
      if (first !== undefined) this.opened.add(first);
    }
  }

  /** @returns undefined when its paths are too long */
  flatten(record: SourceRecord): SourceRecord | undefined {
    if (!record.names.some((name) => this.opened.has(name))) return record;
    const names: string[] = [];
    const values: unknown[] = [];
    let length = 0;
    for (const [path, value] of this.members(record)) {
      length += path.length;
      if (length > MAXIMUM_PATHS) return undefined;
      names.push(path);
      values.push(value);
    }
    return { line: record.line, names, values };
  }

  private *members({ names, values }: SourceRecord): Generator<readonly [string, unknown]> {
    for (const [index, name] of names.entries()) {
      if (this.opened.has(name)) yield* this.leaves(name, values[index]);
      else yield [name, values[index]];
    }
  }

  private *leaves(path: string, value: unknown): Generator<readonly [string, unknown]> {
    if (this.paths.has(path)) {
      yield [path, path.endsWith('.$date') ? plainValue({ $date: value }) : value];
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) yield* this.leaves(`${path}[${index}]`, item);
    } else if (isPlainObject(value)) {
      for (const [key, item] of Object.entries(value)) yield* this.leaves(`${path}.${key}`, item);
    } else {
      yield [path, value];
    }
  }
}
