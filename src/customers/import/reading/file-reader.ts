import { setImmediate } from 'node:timers/promises';
import { UnreadableUploadError } from '../../../common/http/upload-errors.js';
import type { Upload } from '../../../common/http/upload.js';
import { DELIMITERS, type DelimiterName } from '../import-options.js';
import type { ImportLease } from '../jobs/import-lease.js';
import { CsvReader } from './csv-reader.js';
import { FileText } from './file-text.js';
import { JsonReader } from './json-reader.js';
import { formatOf } from './media-types.js';
import {
  MalformedFileError,
  type Parsed,
  type RecordReader,
  type RecordSink,
  tooManyBytes,
} from './record.js';

/** Bytes that are read at once. With the smallest records they take a few milliseconds. */
const PIECE = 1024;
/** Cells that are read in one turn of the event loop. A short row of a wide file has as many as a long one. */
const CELLS_PER_TURN = 20_000;

/** Reads a file piece by piece: bytes, text, records. It is not faster than what takes the records. */
export class FileReader {
  private readonly text: FileText;
  private readonly records: RecordReader;
  private malformed: MalformedFileError | undefined;
  /** Cells that were read since the last turn of the event loop. */
  private cells = 0;
  /** Whether the file has a row that can be read. */
  private hasRow = false;

  constructor(
    private readonly upload: Upload,
    delimiter: DelimiterName,
    private readonly sink: RecordSink,
  ) {
    this.text = new FileText(upload.charset);
    this.records = recordReader(upload, delimiter);
  }

  /** The encoding of the text; undefined until the first bytes have come. */
  get encoding(): string | undefined {
    return this.text.encoding;
  }

  /**
   * @param limit bytes, after decompression
   * @throws MalformedFileError or ColumnsRefusedError after the last byte, because a client reads the
   *   response only after it has sent the file; FileTooLargeError and UploadIncompleteError at once
   */
  async run(limit: number, lease: ImportLease): Promise<void> {
    await this.receive(async (chunk) => {
      lease.signal.throwIfAborted();
      lease.receivedBytes += chunk.length;
      if (lease.receivedBytes > limit) throw tooManyBytes(limit);
      await this.push(chunk);
      return true;
    }).catch((error: unknown) => {
      lease.signal.throwIfAborted(); // a stop of the service also breaks off the upload
      throw error;
    });
    await this.endText();
    await this.sink.end();
    await lease.report();
    this.throwFailure();
  }

  /**
   * Reads the beginning of a file until the sink is closed. The bytes may end within a record or a
   * character, if one row is complete.
   *
   * @param limit bytes, after decompression. The rest is not read.
   * @throws MalformedFileError or ColumnsRefusedError; UploadIncompleteError at once
   */
  async runBeginning(limit: number): Promise<void> {
    let room = limit;
    await this.receive(async (chunk) => {
      await this.push(chunk.subarray(0, room));
      room -= chunk.length;
      return room > 0 && this.isOpen;
    });
    await this.take(() => this.records.flush());
    if (!this.hasRow) await this.endText();
    await this.sink.end();
    this.throwFailure();
  }

  /** @param take returns whether the next bytes are needed */
  private async receive(take: (chunk: Uint8Array) => Promise<boolean>): Promise<void> {
    try {
      for await (const chunk of this.upload.bytes) {
        if (!(await take(chunk))) return;
      }
    } catch (error) {
      if (!(error instanceof UnreadableUploadError)) throw error;
      this.malformed ??= new MalformedFileError(this.records.line, error.message);
    }
  }

  private async endText(): Promise<void> {
    await this.take(() => this.records.push(this.text.end(this.records.line)));
    await this.take(() => this.records.end());
  }

  private throwFailure(): void {
    const failure = this.malformed ?? this.sink.failure;
    if (failure) throw failure;
  }

  /** Lets other requests run between the pieces. */
  private async push(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && this.isOpen; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      await this.take(() => this.records.push(this.text.decode(piece, this.records.line)));
      await setImmediate();
    }
  }

  /** Whether the file is still read. The rest of a file that cannot be imported is only received. */
  private get isOpen(): boolean {
    return !this.malformed && this.sink.isOpen;
  }

  private async take(parse: () => Parsed[]): Promise<void> {
    if (!this.isOpen) return;
    try {
      for (const parsed of parse()) {
        const pending = this.sink.take(parsed);
        if (pending) await pending;
        if (!('names' in parsed)) continue;
        this.hasRow = true;
        this.cells += parsed.names.length;
        if (this.cells > CELLS_PER_TURN) {
          this.cells = 0;
          await setImmediate();
        }
      }
    } catch (error) {
      if (!(error instanceof MalformedFileError)) throw error;
      if (!this.sink.failure) this.malformed = error;
    }
  }
}

function recordReader(upload: Upload, delimiter: DelimiterName): RecordReader {
  const format = formatOf(upload);
  switch (format) {
    case 'csv':
      return new CsvReader(DELIMITERS[delimiter]);
    case 'tsv':
      return new CsvReader(DELIMITERS[delimiter] ?? '\t');
    case 'json':
      return new JsonReader(false);
    case 'lines':
      return new JsonReader(true);
    default:
      return format satisfies never;
  }
}
