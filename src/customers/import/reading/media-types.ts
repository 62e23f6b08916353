import type { Upload } from '../../../common/http/upload.js';

/** How a file is read. */
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

/** The endings of file names that the command and forms know. */
export const EXTENSIONS = Object.keys(BY_EXTENSION);

/** @returns undefined for an unknown ending */
export function mediaTypeByName(fileName: string): string | undefined {
  const [, extension = ''] = /\.(\w+)$/.exec(fileName) ?? [];
  return BY_EXTENSION[extension.toLowerCase()];
}

/**
 * By the name of the file where it has one, since the types that browsers send depend on what is
 * installed; else by its media type.
 */
export function formatOf({ fileName, mediaType }: Upload): Format {
  const byName = fileName === undefined ? undefined : mediaTypeByName(fileName);
  return FORMATS[byName ?? mediaType] ?? 'csv';
}
