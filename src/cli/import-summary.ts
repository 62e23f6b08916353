import type { ImportErrorResponse, ImportResponse } from '../customers/import/imports.dto.js';
import { quotedSource } from '../customers/import/mapping/column-problems.js';
import type { ImportArguments } from './import-arguments.js';

type Problem = ImportResponse['problems'][number];

/** Summarizes an import: its counts, its first problems, all kinds of problems, and what to try next. */
export function summarize(
  result: ImportResponse,
  errors: readonly ImportErrorResponse[],
  { options, file }: ImportArguments,
): string {
  const lines = [title(result), ...counts(result)];
  if (result.error) lines.push(result.error.detail);
  for (const { line, field, detail } of errors) {
    lines.push(`  line ${line}${field === null ? '' : `, ${field}`}: ${detail}`);
  }
  if (result.problems.length > 0) lines.push('Problems:');
  for (const problem of result.problems) lines.push(`  ${sentence(problem, result)}`);
  if (result.failed > 0 || result.status === 'failed') lines.push(...next(result, options, file));
  return `${lines.join('\n')}\n`;
}

function title({ id, status, dry_run: isDryRun }: ImportResponse): string {
  return `Import ${id} ${status}${isDryRun ? ' (dry run: nothing was changed)' : ''}`;
}

function counts(result: ImportResponse): string[] {
  const { processed: rows, created, updated, skipped, failed: refused, warnings } = result;
  return Object.entries({ rows, created, updated, skipped, refused, warnings }).map(
    ([name, count]) => `  ${name.padEnd(8)} ${count.toLocaleString('en').padStart(12)}`,
  );
}

function sentence(problem: Problem, result: ImportResponse): string {
  const { severity, code, field, count, first_line: line, example_detail: detail } = problem;
  const what =
    code === 'unknown_field' ? `unknown column "${field}"` : `${field ?? 'record'}: ${detail}`;
  const rows = `${count.toLocaleString('en')} ${severity}${count === 1 ? '' : 's'}`;
  const advice = adviceFor(problem, result);
  return `${rows}: ${what} (line ${line}).${advice === undefined ? '' : ` Add ${advice.text}.`}`;
}

interface Advice {
  text: string;
  /** The options for the next command. */
  options: readonly string[];
}

function adviceFor(
  { severity, code, field }: Problem,
  { mode }: ImportResponse,
): Advice | undefined {
  if (severity === 'warning') return undefined;
  switch (code) {
    case 'unknown_field': {
      const rule = `"${quotedSource(field ?? '').replaceAll('"', '\\"')}:-"`;
      return { text: `--unknown ignore or --columns ${rule}`, options: ['--unknown', 'ignore'] };
    }
    case 'date':
      return { text: '--date-format dmy, mdy, ymd or excel', options: ['--date-format', 'dmy'] };
    case 'email_taken':
    case 'external_id_taken':
      return mode === 'insert'
        ? { text: '--mode upsert', options: ['--mode', 'upsert'] }
        : undefined;
    case 'malformed_file':
    case 'malformed_record':
    case 'one_of':
    case 'required':
    case 'id_taken':
      return undefined;
    default:
      return { text: '--invalid value', options: ['--invalid', 'value'] };
  }
}

/** Suggests a command with options that help, or else one that imports only the valid rows. */
function next(result: ImportResponse, options: readonly string[], file: string): string[] {
  const found = result.problems.flatMap((problem) => adviceFor(problem, result)?.options ?? []);
  const isPartial = result.error?.code === 'rows_refused';
  const skip = isPartial && !options.includes('--on-error') ? ['--on-error', 'skip'] : [];
  const added = found.length > 0 ? withoutRepeats(found) : skip;
  if (added.length === 0) return [];
  const command = [...options, ...added, file].map(quoted).join(' ');
  return [`Try: npm run customers:import -- ${command}`];
}

function withoutRepeats(pairs: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (let at = 0; at < pairs.length; at += 2) byName.set(pairs[at] ?? '', pairs[at + 1] ?? '');
  return [...byName].flat();
}

function quoted(argument: string): string {
  return /^[\w./=:@-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
