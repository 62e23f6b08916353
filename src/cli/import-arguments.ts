import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import { isCharset } from '../common/http/charset.js';
import { read, type Upload } from '../common/http/upload.js';
import {
  BLANK_CELLS,
  DELIMITER_NAMES,
  INVALID_VALUES,
} from '../customers/import/import-options.js';
import type { ImportQuery } from '../customers/import/import-query.dto.js';
import { IMPORT_MODES, ON_ERROR } from '../customers/import/jobs/customer-import.entity.js';
import { parseColumnRules } from '../customers/import/mapping/column-rules.js';
import { DATE_FORMATS } from '../customers/import/mapping/dates.js';
import { UNKNOWN_COLUMNS } from '../customers/import/mapping/row-layout.js';
import { EXTENSIONS, mediaTypeByName } from '../customers/import/reading/media-types.js';
import { asOption, IMPORT_OPTIONS, IMPORT_USAGE } from './import-usage.js';

/** The arguments of the command. */
export interface ImportArguments {
  query: ImportQuery;
  upload: Upload;
  /** The options as typed, without the file. */
  options: readonly string[];
  file: string;
}

/** @returns undefined for --help */
export async function readArguments(args: string[]): Promise<ImportArguments | undefined> {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error(IMPORT_USAGE);
  const name = file.replace(/\.gz$/i, '');
  const mediaType = mediaTypeByName(values.format === undefined ? name : `.${values.format}`);
  const { charset } = values;
  if (mediaType === undefined) throw new Error(unknownFormat());
  if (charset !== undefined && !isCharset(charset))
    throw wrong('charset', charset, ['utf-8', 'windows-1252', '...']);
  const query = queryOf(values);
  const isCompressed = name !== file;
  const { stream, size } = await openFile(file);
  const bytes = read(decompressed(stream, isCompressed));
  const totalBytes = isCompressed ? null : size;
  return {
    query,
    upload: { mediaType, charset, bytes, totalBytes, discard: () => undefined },
    options: args.filter((argument) => argument !== file),
    file,
  };
}

type Values = ReturnType<typeof parse>['values'];

function queryOf(values: Values): ImportQuery {
  const { columns } = values;
  if (columns !== undefined && !parseColumnRules(columns)) {
    throw new Error(`--columns cannot be read.\n${IMPORT_USAGE}`);
  }
  return {
    mode: choice('mode', values.mode, IMPORT_MODES),
    on_error: choice('on-error', values['on-error'], ON_ERROR),
    dry_run: values['dry-run'] ? 'true' : 'false',
    columns,
    unknown: choice('unknown', values.unknown, UNKNOWN_COLUMNS),
    invalid: choice('invalid', values.invalid, INVALID_VALUES),
    blank: choice('blank', values.blank, BLANK_CELLS),
    delimiter: choice('delimiter', values.delimiter, DELIMITER_NAMES),
    date_format: choice('date-format', values['date-format'], DATE_FORMATS),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: args.flatMap((argument) => asOption(argument)),
      allowPositionals: true,
      options: IMPORT_OPTIONS,
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${IMPORT_USAGE}`, { cause: error });
  }
}

function choice<T extends string>(
  name: string,
  value: string | undefined,
  known: readonly T[],
): T | undefined {
  const found = known.find((item) => item === value);
  if (value !== undefined && found === undefined) throw wrong(name, value, known);
  return found;
}

function wrong(name: string, value: string, known: readonly string[]): Error {
  return new Error(`--${name} ${value} is not one of ${known.join(', ')}.\n${IMPORT_USAGE}`);
}

function unknownFormat(): string {
  return `The extension of the file is unknown. Add --format ${EXTENSIONS.join(', ')}.\n${IMPORT_USAGE}`;
}

interface OpenFile {
  stream: Readable;
  /** Null when the size is unknown. */
  size: number | null;
}

async function openFile(file: string): Promise<OpenFile> {
  if (file === '-') return { stream: process.stdin, size: null };
  const handle = await open(file).catch((error: unknown) => {
    throw cannotRead(file, (error as NodeJS.ErrnoException).code);
  });
  const status = await handle.stat();
  if (status.isDirectory()) throw cannotRead(file, 'EISDIR');
  return { stream: handle.createReadStream(), size: status.isFile() ? status.size : null };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
};

function cannotRead(file: string, code = 'unknown'): Error {
  return new Error(`Cannot read ${file}: ${REASONS[code] ?? code}.`);
}

function decompressed(stream: Readable, isCompressed: boolean): Readable {
  if (!isCompressed) return stream;
  const gunzip = createGunzip();
  stream.on('error', (error) => gunzip.destroy(error));
  return stream.pipe(gunzip);
}
