import { FIELD_ERROR_CODES } from '../../../common/errors/catalogue.js';

export const PROBLEM_CODES = [
  ...FIELD_ERROR_CODES,
  'malformed_record',
  'malformed_file',
  'email_taken',
  'external_id_taken',
  'id_taken',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export const SEVERITIES = ['error', 'warning'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A problem with its place in the file, as it is stored. */
export interface ImportProblem {
  line: number;
  severity: Severity;
  code: ProblemCode;
  field: string | null;
  detail: string;
}

/** How often one kind of problem occurs in a file. */
export interface ProblemSummary {
  severity: Severity;
  code: ProblemCode;
  field: string | null;
  count: number;
  first_line: number;
  example_detail: string;
}

/** The first problem of a kind. */
export function firstOf(summary: ProblemSummary): ImportProblem {
  const { severity, code, field, first_line: line, example_detail: detail } = summary;
  return { line, severity, code, field, detail };
}

/** Bounds the number of kinds, because the names of fields come from the file. */
const MAXIMUM_KINDS = 200;
/** The kinds beyond the bound are counted together, with the code of the first one. */
const OTHERS = 'others';

/** Counts problems by kind. */
export class ProblemTally {
  private readonly kinds = new Map<string, ProblemSummary>();

  /** @returns whether this is the first problem of its kind */
  add({ line, severity, code, field, detail }: ImportProblem, count = 1): boolean {
    const key = this.keyOf(severity, code, field);
    const kind = this.kinds.get(key);
    if (kind) {
      kind.count += count;
      kind.first_line = Math.min(kind.first_line, line);
      return false;
    }
    this.kinds.set(key, {
      severity,
      code,
      field: key === OTHERS ? null : field,
      count,
      first_line: line,
      example_detail: detail,
    });
    return true;
  }

  private keyOf(severity: Severity, code: ProblemCode, field: string | null): string {
    const key = JSON.stringify([severity, code, field]);
    return this.kinds.has(key) || this.kinds.size < MAXIMUM_KINDS ? key : OTHERS;
  }

  /** The most frequent first. */
  get summaries(): ProblemSummary[] {
    return [...this.kinds.values()].sort(
      (a, b) => b.count - a.count || a.first_line - b.first_line,
    );
  }

  countOf(severity: Severity): number {
    const kinds = [...this.kinds.values()].filter((kind) => kind.severity === severity);
    return kinds.reduce((sum, { count }) => sum + count, 0);
  }
}
