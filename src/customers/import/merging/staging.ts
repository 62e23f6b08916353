import { pipeline } from 'node:stream/promises';
import type { Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isConnectionLost, isUniqueViolation } from '../../../common/database/database-errors.js';
import { FIELD_NAMES } from '../../customer-fields.js';
import type { StagedRow } from '../mapping/staged-row.js';

/** Characters in one COPY: two of them at most are in memory, one being sent, one being filled. */
const BATCH = 1024 * 1024;

const COPY = `COPY customer_import_rows
  (import_id, line, sent, key_id, ${FIELD_NAMES.join(', ')}) FROM STDIN`;

/**
 * Copies rows into the staging table by COPY. Each batch is a statement of its own, so that a slow
 * upload holds neither a connection nor a snapshot that would keep VACUUM from its work.
 */
export class Staging {
  private batch: string[] = [];
  private length = 0;
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    private readonly importId: string,
  ) {}

  /** @returns what to wait for before the next one, if anything: it holds a fast client back */
  add(row: StagedRow): Promise<void> | undefined {
    const line = this.toCopyLine(row);
    this.batch.push(line);
    this.length += line.length;
    return this.length >= BATCH ? this.flush() : undefined;
  }

  /** Returns when every row is in the table. */
  async end(): Promise<void> {
    await this.flush();
    await this.sending;
  }

  private async flush(): Promise<void> {
    const { batch } = this;
    this.batch = [];
    this.length = 0;
    await this.sending;
    if (batch.length === 0) return;
    this.sending = this.send(batch.join(''));
    this.sending.catch(() => undefined); // the next to await it gets the error
  }

  /**
   * Sends a batch again when the network has lost its connection. The key of the table shows that the
   * first attempt was successful after all: a COPY adds all its rows or none.
   */
  private async send(text: string): Promise<void> {
    try {
      await this.copy(text);
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      await this.copy(text).catch((again: unknown) => {
        if (!isUniqueViolation(again)) throw again;
      });
    }
  }

  private async copy(text: string): Promise<void> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await pipeline([Buffer.from(text)], client.query(copyFrom(COPY)));
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      client.release(failure);
    }
  }

  private toCopyLine({ line, keyId, values, metadata }: StagedRow): string {
    let sent = 0;
    const cells = FIELD_NAMES.map((field, index) => {
      const value = values[field];
      if (value !== undefined) sent |= 1 << index;
      return escape(field === 'metadata' ? withKeys(value, metadata) : (value ?? null));
    });
    return `${this.importId}\t${line}\t${sent}\t${keyId ?? NULL}\t${cells.join('\t')}\n`;
  }
}

const NULL = '\\N';

/** Keys that the file gives one by one, put into the whole if it gives that as well. */
function withKeys(whole: string | null | undefined, keys: StagedRow['metadata']): string | null {
  if (!keys) return whole ?? null;
  return JSON.stringify({ ...(JSON.parse(whole ?? '{}') as object), ...keys });
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** The text format of COPY. */
function escape(value: string | null): string {
  if (value === null) return NULL;
  return /[\\\n\r\t]/.test(value)
    ? value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character)
    : value;
}
