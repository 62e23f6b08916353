import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Periodic } from '../lifecycle/periodic.js';
import { Log } from '../logging/log.js';

/** Milliseconds. */
const INTERVAL = 10 * 60_000;
const BATCH = 5_000;

/** Deletes at most `limit` rows. @returns the number of deleted rows */
type DeleteBatch = (limit: number) => Promise<number>;

interface Rule {
  table: string;
  deleteBatch: DeleteBatch;
}

/** Rows of a table that nobody needs any more. The repository of the table exports them. */
export interface ExpiredRows {
  table: string;
  /** The primary key, as in a select list. */
  key: string;
  /** Selects the rows, in SQL. */
  condition: string;
  parameters?: readonly unknown[];
}

/**
 * Periodically deletes expired rows. The module of a feature registers the rules. Its repositories do not,
 * because commands use them without housekeeping.
 */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rules: Rule[] = [];
  private readonly kept = new Map<string, string[]>();
  private readonly loop: Periodic;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly log: Log,
  ) {
    this.loop = new Periodic(log, {
      pause: INTERVAL,
      failure: 'Old rows cannot be deleted',
      run: () => this.run(),
    });
  }

  register({ table, key, condition, parameters = [] }: ExpiredRows): void {
    this.registerWork(table, async (limit) => {
      const due = [condition, ...this.keptOf(table)].join(' AND ');
      const sql = deleteSome(table, key, due, limit);
      const [, count] = await this.dataSource.query<[unknown[], number]>(sql, [...parameters]);
      return count;
    });
  }

  /** Registers a rule whose deletion does more, such as recording an event. */
  registerWork(table: string, deleteBatch: DeleteBatch): void {
    this.rules.push({ table, deleteBatch });
  }

  /** Registers rows that this feature still needs, although a rule of another feature matches them. */
  keep(table: string, condition: string): void {
    this.kept.set(table, [...(this.kept.get(table) ?? []), condition]);
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Applies all rules. Deletes in batches to keep each statement short. */
  async run(): Promise<void> {
    for (const { table, deleteBatch } of this.rules) {
      try {
        while (!this.loop.isStopped && (await deleteBatch(BATCH)) === BATCH);
      } catch (error) {
        this.log.warn({ err: error, table }, 'Old rows cannot be deleted');
      }
    }
  }

  /** The conditions that exclude the rows of {@link keep}. */
  private keptOf(table: string): string[] {
    return (this.kept.get(table) ?? []).map((rows) => `NOT coalesce(${rows}, false)`);
  }
}

/**
 * Deletes at most `limit` rows. Instances skip rows that another instance deletes. Without MATERIALIZED,
 * PostgreSQL may select the rows again for each row of the table, and so delete more of them.
 */
export function deleteSome(table: string, key: string, condition: string, limit: number): string {
  return `WITH due AS MATERIALIZED (
      SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM due)`;
}
