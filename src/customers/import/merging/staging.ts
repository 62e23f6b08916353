import { pipeline } from 'node:stream/promises';
import type { Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isConnectionLost, isUniqueViolation } from '../../../common/database/database-errors.js';
import { FIELD_NAMES } from '../../customer-fields.js';
import type { StagedRow } from '../mapping/staged-row.js';

/** Characters in one COPY. At most two batches are in memory: one is sent while the next is filled. */
const BATCH = 1024 * 1024;

const COPY = `COPY customer_import_rows
  (import_id, line, sent, key_id, ${FIELD_NAMES.join(', ')}) FROM STDIN`;

/**
 * Writes rows into the staging table by COPY. Each batch is a separate statement, so that a slow upload
 * holds neither a connection nor a snapshot, which would block VACUUM.
 */
export class Staging {
  private batch: string[] = [];
  private length = 0;
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    private readonly importId: string,
  ) {}

  /** @returns a promise to await before the next row, or undefined. It slows down a fast client. */
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
    this.sending.catch(() => undefined); // the next await gets the error
  }

  /**
   * Sends a batch again when its connection was lost. A violation of the primary key then shows that the
   * first attempt succeeded, because a COPY writes all its rows or none.
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

/** Merges single keys of metadata into the whole metadata of the file, if there is any. */
export function withKeys(
  whole: string | null | undefined,
  keys: StagedRow['metadata'],
): string | null {
  if (!keys) return whole ?? null;
  return JSON.stringify({ ...(JSON.parse(whole ?? '{}') as object), ...keys });
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Escapes a value for the text format of COPY. */
function escape(value: string | null): string {
  if (value === null) return NULL;
  return /[\\\n\r\t]/.test(value)
    ? value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character)
    : value;
}
