import type { Upload } from '../../../common/http/upload.js';

/** The format of a file. */
export type Format = 'csv' | 'tsv' | 'json' | 'lines';

const FORMATS: Readonly<Record<string, Format>> = {
  'text/csv': 'csv',
  'text/tab-separated-values': 'tsv',
  'application/csv': 'csv',
  'application/vnd.ms-excel': 'csv',
  'text/plain': 'csv',
  'application/json': 'json',
  'application/x-ndjson': 'lines',
  'application/jsonl': 'lines',
  'application/ndjson': 'lines',
};

export const IMPORT_MEDIA_TYPES = Object.keys(FORMATS);

const BY_EXTENSION: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  tab: 'text/tab-separated-values',
  txt: 'text/plain',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
};

/** The known extensions of file names. */
export const EXTENSIONS = Object.keys(BY_EXTENSION);

/** @returns undefined for an unknown extension */
export function mediaTypeByName(fileName: string): string | undefined {
  const [, extension = ''] = /\.(\w+)$/.exec(fileName) ?? [];
  return BY_EXTENSION[extension.toLowerCase()];
}

/** The registered media type of a format. */
export function mediaTypeOf(format: Format): string {
  return IMPORT_MEDIA_TYPES.find((mediaType) => FORMATS[mediaType] === format) ?? 'text/csv';
}

/**
 * Chooses the format by the name of the file, else by its media type. The name is more reliable, because
 * the media types of browsers depend on the installed programs.
 */
export function formatOf({ fileName, mediaType }: Upload): Format {
  const byName = fileName === undefined ? undefined : mediaTypeByName(fileName);
  return FORMATS[byName ?? mediaType] ?? 'csv';
}
