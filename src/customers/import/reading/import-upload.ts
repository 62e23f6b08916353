import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Upload } from '../../../common/http/upload.js';
import type { ImportLease } from '../jobs/import-lease.js';
import { CsvReader } from './csv-reader.js';
import { JsonArrayReader } from './json-array-reader.js';
import { NdjsonReader } from './ndjson-reader.js';
import { MalformedFileError, type RecordReader, type SourceRecord } from './record.js';
import { fromCsv, fromJson, type ToValue, toStagedRow } from './staged-row.js';
import { Staging } from '../merging/staging.js';

export const IMPORT_MEDIA_TYPES = ['text/csv', 'application/json', 'application/x-ndjson'] as const;
type ImportMediaType = (typeof IMPORT_MEDIA_TYPES)[number];

/** Bytes that are read at once: full of the smallest records, they take some milliseconds. */
const PIECE = 1024;

const READERS: Readonly<Record<ImportMediaType, () => RecordReader>> = {
  'text/csv': () => new CsvReader(),
  'application/json': () => new JsonArrayReader(),
  'application/x-ndjson': () => new NdjsonReader(),
};

export class FileTooLargeError extends Error {}

/** The client went away before the last byte. */
export class UploadIncompleteError extends Error {}

/**
 * Reads a file into the staging table, no faster than the table takes it.
 *
 * @throws MalformedFileError after the last byte, so that the client finds its answer
 */
export async function receive(
  { stream, mediaType }: Upload,
  limit: number,
  lease: ImportLease,
  pool: Pool,
): Promise<void> {
  const file = new FileReader(mediaType as ImportMediaType, new Staging(pool, lease.importId));
  let malformed: MalformedFileError | undefined;
  for await (const chunk of bytesOf(stream)) {
    lease.signal.throwIfAborted();
    lease.receivedBytes += chunk.length;
    if (lease.receivedBytes > limit) throw new FileTooLargeError();
    malformed ??= await malformedOf(() => file.push(chunk));
  }
  malformed ??= await malformedOf(() => file.end());
  await lease.report();
  if (malformed) throw malformed;
}

/** Leaves the stream open when the reader stops early: its client still waits for the answer. */
async function* bytesOf(stream: Readable): AsyncGenerator<Buffer> {
  try {
    yield* stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  } catch (error) {
    throw new UploadIncompleteError('The upload broke off', { cause: error });
  }
}

async function malformedOf(work: () => Promise<void>): Promise<MalformedFileError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof MalformedFileError) return error;
    throw error;
  }
}

/** Bytes to text to records to rows. */
class FileReader {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private readonly reader: RecordReader;
  private readonly toValue: ToValue;

  constructor(
    mediaType: ImportMediaType,
    private readonly staging: Staging,
  ) {
    this.reader = READERS[mediaType]();
    this.toValue = mediaType === 'text/csv' ? fromCsv : fromJson;
  }

  /** Lets other requests have their turn between the pieces. */
  async push(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += PIECE) {
      await this.stage(this.reader.push(this.decode(bytes.subarray(at, at + PIECE))));
      await setImmediate();
    }
  }

  async end(): Promise<void> {
    await this.stage(this.reader.push(this.decode()));
    await this.stage(this.reader.end());
    await this.staging.end();
  }

  private async stage(records: Iterable<SourceRecord>): Promise<void> {
    for (const record of records) {
      const room = this.staging.add(toStagedRow(record, this.toValue));
      if (room) await room;
    }
  }

  private decode(bytes?: Uint8Array): string {
    try {
      return this.decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      const { line } = this.reader;
      throw new MalformedFileError(line, `The file is not UTF-8, at line ${line} or soon after.`);
    }
  }
}
