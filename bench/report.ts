import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { BOUNDS, isMet } from './bounds.ts';

/** A measured value and the value with which it is compared. */
export interface Row {
  name: string;
  /** With its unit. */
  measured: string;
  against: string;
  ratio: number;
  /** The lowest and the highest ratio of the rounds. */
  spread?: readonly [number, number];
}

/** The floor or the target of a ratio. */
export type Bound = { least: number } | { most: number };

export interface Table {
  title: string;
  rows: Row[];
}

/** The name of a JSON file with results, and of the marks around them in README.md. */
export type Report = 'results' | 'scale' | 'feed';

const README = join(import.meta.dirname, 'README.md');

export function print({ title, rows }: Table): void {
  console.log(`\n${title}`);
  console.table(
    rows.map((row) => ({ ...row, spread: spreadOf(row), bound: boundOf(row), met: isMet(row) })),
  );
}

export async function save(
  report: Report,
  tables: readonly Table[],
  conditions: object,
): Promise<void> {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim();
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const results = { commit, node: process.version, machine, ...conditions, tables };
  const file = join(import.meta.dirname, `${report}.json`);
  await writeFile(file, await format(JSON.stringify(results), { parser: 'json' }));
}

/** Writes the tables of the run between the marks in README.md. */
export async function publish(report: Report, tables: readonly Table[]): Promise<void> {
  const text = await readFile(README, 'utf8');
  const marks = new RegExp(`(<!-- ${report} -->)[^]*(<!-- /${report} -->)`);
  const sections = tables.map((table) => `### ${table.title}\n\n${markdown(table)}`).join('\n\n');
  const filled = text.replace(marks, (_, start: string, end: string) => {
    return `${start}\n\n${sections}\n\n${end}`;
  });
  await writeFile(README, await format(filled, { parser: 'markdown', printWidth: 120 }));
}

function markdown({ rows }: Table): string {
  const lines = rows.map((row) => {
    const cells = [row.name, row.measured, row.against, row.ratio, spreadOf(row), boundOf(row)];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| | measured | against | ratio | spread | bound |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function spreadOf({ spread }: Row): string {
  return spread ? `${spread[0]} - ${spread[1]}` : '';
}

function boundOf({ name }: Row): string {
  const bound = BOUNDS[name];
  if (!bound) return '';
  return 'least' in bound ? `at least ${bound.least}` : `at most ${bound.most}`;
}

/** The row of a value that is compared with another value or with its limit. */
export function divided(name: string, value: number, against: number, unit: string): Row {
  return {
    name,
    measured: `${hundredths(value)} ${unit}`,
    against: `${hundredths(against)} ${unit}`,
    ratio: hundredths(value / against),
  };
}

/** The median of the ratios of all rounds, and their spread. */
export function summed(ratios: readonly number[]): Required<Pick<Row, 'ratio' | 'spread'>> {
  return {
    ratio: hundredths(median(ratios)),
    spread: [hundredths(Math.min(...ratios)), hundredths(Math.max(...ratios))],
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
