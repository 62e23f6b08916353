import { MalformedFileError } from './record.js';

/** The encodings by their byte order marks. UTF-32 is not supported. */
const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
/** The length of the longest mark or binary signature. */
const LONGEST_START = 4;

/** The signatures of binary files, with advice for each. */
const BINARIES: readonly (readonly [bytes: readonly number[], advice: string])[] = [
  [
    [0x50, 0x4b, 0x03, 0x04],
    'It is an Excel workbook (.xlsx) or a ZIP file. Save it as CSV UTF-8.',
  ],
  [[0xd0, 0xcf, 0x11, 0xe0], 'It is an Excel workbook (.xls). Save it as CSV UTF-8.'],
  [[0x50, 0x4b, 0x05, 0x06], 'It is an empty ZIP file.'],
  [[0xff, 0xfe, 0x00, 0x00], 'It is UTF-32. Save it as UTF-8.'],
  [[0x25, 0x50, 0x44, 0x46], 'It is a PDF document. Export CSV UTF-8.'],
  [[0xfd, 0x37, 0x7a, 0x58], 'It is compressed by xz. Decompress it, or compress it by gzip.'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'It is compressed by zstd. Decompress it, or compress it by gzip.'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'It is a 7z archive. Extract the file and send it.'],
  [[0x1f, 0x8b], 'It is compressed. Send it with Content-Encoding: gzip, or as a .gz file.'],
];

/** A zero byte is valid UTF-8, so the file would fail later for a misleading reason. */
const UNMARKED_UTF_16 =
  'The file looks like UTF-16 without a byte order mark, or is not text. Save it as UTF-8, or declare its ' +
  'encoding, such as Content-Type: text/csv; charset=utf-16le, or --charset utf-16le.';

type Decoder = InstanceType<typeof TextDecoder>;

/** Decodes bytes, which arrive in pieces, to text. */
export class FileText {
  private decoder: Decoder | undefined;
  private start: Uint8Array = new Uint8Array();
  /** Whether only byte order marks have come: each program in a chain may write one. */
  private isAtStart = true;

  constructor(private readonly charset = 'utf-8') {}

  /** Undefined until the first bytes have come. */
  get encoding(): string | undefined {
    return this.decoder?.encoding;
  }

  /**
   * @param line the line that the reader of the text has reached
   * @throws MalformedFileError
   */
  decode(bytes: Uint8Array, line: number): string {
    if (this.decoder) return this.run(this.decoder, bytes, line);
    this.start = Buffer.concat([this.start, bytes]);
    return this.start.length < LONGEST_START ? '' : this.begin(line);
  }

  /** @throws MalformedFileError when the last character is not complete */
  end(line: number): string {
    const text = this.decoder ? '' : this.begin(line);
    return text + (this.decoder ? this.run(this.decoder, undefined, line) : '');
  }

  private begin(line: number): string {
    const { start } = this;
    const binary = BINARIES.find(([bytes]) => startsWith(start, bytes));
    if (binary) throw new MalformedFileError(1, `The file is not text. ${binary[1]}`);
    const encoding = MARKS.find(([, mark]) => startsWith(start, mark))?.[0] ?? this.charset;
    if (encoding === 'utf-8' && hasManyZeros(start)) {
      throw new MalformedFileError(1, UNMARKED_UTF_16);
    }
    this.decoder = new TextDecoder(encoding, { fatal: true });
    return this.run(this.decoder, start, line);
  }

  private run(decoder: Decoder, bytes: Uint8Array | undefined, line: number): string {
    try {
      return this.withoutMarks(decoder.decode(bytes, { stream: bytes !== undefined }));
    } catch {
      throw new MalformedFileError(
        line,
        `The file is not valid ${decoder.encoding.toUpperCase()}, at line ${line} or soon after. ` +
          'Save it as UTF-8, or declare its encoding, such as Content-Type: text/csv; ' +
          'charset=windows-1252, or --charset windows-1252.',
      );
    }
  }

  private withoutMarks(text: string): string {
    if (!this.isAtStart) return text;
    const rest = text.replace(/^\uFEFF+/, '');
    this.isAtStart = rest === '';
    return rest;
  }
}

/** In UTF-16 every ASCII character has a zero byte. A broken row of text may contain a few. */
function hasManyZeros(start: Uint8Array): boolean {
  const zeros = start.subarray(0, 100).filter((byte) => byte === 0).length;
  return zeros > 3 || start.subarray(0, 2).includes(0);
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
