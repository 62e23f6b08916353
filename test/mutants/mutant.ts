import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const PROJECT = join(import.meta.dirname, '../..');

/** One change to one source file that weakens the service. */
export interface Mutant {
  /** Describes the change and its place. */
  name: string;
  /** Relative to the project. */
  file: string;
  start: number;
  end: number;
  replacement: string;
  /** Import statements that the replacement needs. They are inserted at the start of the file. */
  imports?: string;
  /** Parts of the paths of the test files that must detect the change. */
  tests: readonly string[];
  /** Selects tests by name where the others cannot detect the change. */
  only?: RegExp;
}

/** Creates a mutant of the current file. */
export type Mutate = (
  node: ts.Node | { start: number; end: number },
  replacement: string,
  name: string,
) => Omit<Mutant, 'tests'>;

/** The mutants of all files that match the patterns. A pattern without mutants is an error. */
export function mutantsIn(
  patterns: readonly string[],
  tests: readonly string[],
  find: (source: ts.SourceFile, mutate: Mutate) => Iterable<Omit<Mutant, 'tests'>>,
): Mutant[] {
  return patterns.flatMap((pattern) => {
    const files = globSync(pattern, { cwd: PROJECT }).toSorted();
    const mutants = files.flatMap((file) => {
      const text = readFileSync(join(PROJECT, file), 'utf8');
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
      const mutate: Mutate = (node, replacement, name) => {
        const start = 'kind' in node ? node.getStart(source) : node.start;
        const line = source.getLineAndCharacterOfPosition(start).line + 1;
        const end = 'kind' in node ? node.getEnd() : node.end;
        const words = name.replaceAll(/\s+/g, ' ');
        return { name: `${file}:${line} ${words}`, file, start, end, replacement };
      };
      return [...find(source, mutate)].map((mutant) => ({ ...mutant, tests }));
    });
    if (mutants.length === 0) throw new Error(`${pattern} yields no mutants`);
    return mutants;
  });
}

/** All nodes of a kind below a node. */
export function* nodesIn<T extends ts.Node>(
  root: ts.Node,
  is: (node: ts.Node) => node is T,
): Generator<T> {
  if (is(root)) yield root;
  for (const child of root.getChildren()) yield* nodesIn(child, is);
}

/** The calls that decorate a class or a member, by name. */
export function decoratorsOf(node: ts.HasDecorators): Map<string, ts.CallExpression> {
  const calls = (ts.getDecorators(node) ?? []).map(({ expression }) => expression);
  return new Map(
    calls
      .filter((call) => ts.isCallExpression(call))
      .map((call) => [call.expression.getText(), call] as const),
  );
}

/** The text of the file with the change. */
export function mutated({ imports = '', start, end, replacement }: Mutant, text: string): string {
  return imports + text.slice(0, start) + replacement + text.slice(end);
}

export function fileOf({ file }: Mutant): string {
  return join(PROJECT, file);
}
