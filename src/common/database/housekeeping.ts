import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Log } from '../logging/log.js';

/** Milliseconds. */
const INTERVAL = 10 * 60_000;
const BATCH = 5_000;

interface Rule {
  table: string;
  /** The primary key, as in a select list. */
  key: string;
  /** The rows to delete, in SQL. */
  condition: string;
  parameters: readonly unknown[];
}

/** The register of housekeeping rules: features register rows that are to be deleted in time. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rules: Rule[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly log: Log,
  ) {}

  register(
    table: string,
    key: string,
    condition: string,
    parameters: readonly unknown[] = [],
  ): void {
    this.rules.push({ table, key, condition, parameters });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.run(), INTERVAL).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async run(): Promise<void> {
    for (const rule of this.rules) {
      try {
        while ((await this.deleteBatch(rule)) === BATCH);
      } catch (error) {
        this.log.warn({ err: error, table: rule.table }, 'Old rows cannot be deleted');
      }
    }
  }

  /** In batches, so that no statement runs long. Instances skip rows that another one deletes. */
  private async deleteBatch({ table, key, condition, parameters }: Rule): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      `DELETE FROM ${table} WHERE (${key}) IN (
         SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,
      [...parameters],
    );
    return count;
  }
}
