import { setImmediate } from 'node:timers/promises';
import { UnreadableUploadError } from '../../../common/http/upload-errors.js';
import type { Upload } from '../../../common/http/upload.js';
import { DELIMITERS, type DelimiterName } from '../import-options.js';
import type { ImportLease } from '../jobs/import-lease.js';
import { CsvReader } from './csv-reader.js';
import { FileText } from './file-text.js';
import { JsonReader } from './json-reader.js';
import { formatOf } from './media-types.js';
import { MalformedFileError, type Parsed, type RecordReader, tooManyBytes } from './record.js';
import type { RowIntake } from './row-intake.js';

/** Bytes that are read at once. With the smallest records they take a few milliseconds. */
const PIECE = 1024;
/** Cells that are read in one turn of the event loop. A short row of a wide file has as many as a long one. */
const CELLS_PER_TURN = 20_000;

/** Reads a file piece by piece: bytes, text, records. It is not faster than the staging table. */
export class FileReader {
  private readonly text: FileText;
  private readonly records: RecordReader;
  private malformed: MalformedFileError | undefined;
  /** Cells that were read since the last turn of the event loop. */
  private cells = 0;

  constructor(
    private readonly upload: Upload,
    delimiter: DelimiterName,
    private readonly intake: RowIntake,
  ) {
    this.text = new FileText(upload.charset);
    this.records = recordReader(upload, delimiter);
  }

  /**
   * @param limit bytes, after decompression
   * @throws MalformedFileError or ColumnsRefusedError after the last byte, because a client reads the
   *   response only after it has sent the file; FileTooLargeError and UploadIncompleteError at once
   */
  async run(limit: number, lease: ImportLease): Promise<void> {
    try {
      for await (const chunk of this.upload.bytes) {
        lease.signal.throwIfAborted();
        lease.receivedBytes += chunk.length;
        if (lease.receivedBytes > limit) throw tooManyBytes(limit);
        await this.push(chunk);
      }
    } catch (error) {
      if (!(error instanceof UnreadableUploadError)) throw error;
      this.malformed ??= new MalformedFileError(this.records.line, error.message);
    }
    await this.take(() => this.records.push(this.text.end(this.records.line)));
    await this.take(() => this.records.end());
    await this.intake.end();
    await lease.report();
    const failure = this.malformed ?? this.intake.failure;
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
    return !this.malformed && this.intake.isOpen;
  }

  private async take(parse: () => Parsed[]): Promise<void> {
    if (!this.isOpen) return;
    try {
      for (const parsed of parse()) {
        const pending = this.intake.take(parsed);
        if (pending) await pending;
        if ('names' in parsed) this.cells += parsed.names.length;
        if (this.cells > CELLS_PER_TURN) {
          this.cells = 0;
          await setImmediate();
        }
      }
    } catch (error) {
      if (!(error instanceof MalformedFileError)) throw error;
      if (!this.intake.failure) this.malformed = error;
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
