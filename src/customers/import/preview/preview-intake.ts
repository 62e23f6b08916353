import type { ImportProblem } from '../jobs/problem-tally.js';
import type { RowMapper } from '../mapping/row-mapper.js';
import type { StagedRow } from '../mapping/staged-row.js';
import {
  type Header,
  MalformedFileError,
  type Parsed,
  type RecordSink,
  type SourceRecord,
} from '../reading/record.js';
import { RowIntake } from '../reading/row-intake.js';

/** Bounds the answer, because a file may have many lines that are no rows. */
const MAXIMUM_PROBLEMS = 200;

/** Keeps the first rows of a file, and what an import would make of them. It stores nothing. */
export class PreviewIntake implements RecordSink {
  header: Header | undefined;
  /** The shown rows. A row that cannot be read has no names. */
  readonly rows: SourceRecord[] = [];
  /** The rows that an import would store, by their line. */
  readonly staged = new Map<number, StagedRow>();
  readonly problems: ImportProblem[] = [];
  private readonly unknownNames = new Set<string | null>();
  private malformed: MalformedFileError | undefined;
  private readonly intake: RowIntake;

  constructor(
    mapper: RowMapper,
    private readonly maximumRows: number,
  ) {
    const staging = { add: (row: StagedRow) => this.stage(row), end: async () => {} };
    const log = {
      add: (problem: ImportProblem, isListed?: boolean) => this.log(problem, isListed),
    };
    this.intake = new RowIntake(mapper, staging, log, 'skip', Infinity);
  }

  get isOpen(): boolean {
    return this.rows.length < this.maximumRows;
  }

  get failure(): Error | undefined {
    return this.malformed ?? this.intake.failure;
  }

  /** The rows of a file whose header no import accepts are shown as well. */
  take(parsed: Parsed): Promise<void> | undefined {
    if (!this.isOpen) return undefined;
    if ('header' in parsed) this.header = parsed;
    if ('names' in parsed) this.rows.push(parsed);
    if ('problem' in parsed) this.rows.push({ line: parsed.line, names: [], values: [] });
    if (this.malformed) return undefined;
    try {
      return this.intake.take(parsed);
    } catch (error) {
      if (!(error instanceof MalformedFileError)) throw error;
      this.malformed = error;
      return undefined;
    }
  }

  /** Further rows may have the columns that these rows lack. */
  async end(): Promise<void> {
    if (this.isOpen) await this.intake.end();
  }

  private stage(row: StagedRow): undefined {
    this.staged.set(row.line, row);
  }

  /** Lists an unknown name once, like the log of an import. Otherwise they could hide other problems. */
  private log(problem: ImportProblem, isListed = false): undefined {
    const { code, field } = problem;
    const isRepeated = code === 'unknown_field' && this.unknownNames.has(field);
    if (code === 'unknown_field') this.unknownNames.add(field);
    if (isRepeated && !isListed) return;
    if (this.problems.length < MAXIMUM_PROBLEMS) this.problems.push(problem);
  }
}
