import { setTimeout as sleep } from 'node:timers/promises';
import type { components } from '../../clients/typescript/src/schema.ts';
import type { TestApp } from './app.ts';
import type { Answer, Client } from './client.ts';

export interface ImportResult {
  id: string;
  status: 'running' | 'succeeded' | 'failed' | 'cancelled';
  received_bytes: number;
  total_bytes: number | null;
  processed: number;
  created: number;
  updated: number;
  skipped: number;
  failed: number;
  finished_at: string | null;
  error: { code: string; detail: string } | null;
  columns: { source: string; target: string }[];
  dropped_columns: string[];
  problems: { code: string; severity: 'error' | 'warning'; example_detail: string }[];
}

const MEDIA_TYPES = { csv: 'text/csv', json: 'application/json', ndjson: 'application/x-ndjson' };
export type ImportFormat = keyof typeof MEDIA_TYPES;

export function upload(
  client: Client,
  token: string,
  format: ImportFormat,
  content: string | Buffer,
  query = '',
): Promise<Answer> {
  const headers = { 'content-type': MEDIA_TYPES[format] };
  return client.send('POST', `customers/import?${query}`, { token, raw: content, headers });
}

/** Uploads a file and waits for the end of its import. */
export async function importFile(
  client: Client,
  token: string,
  format: ImportFormat,
  content: string | Buffer,
  query = '',
): Promise<ImportResult> {
  const accepted = await upload(client, token, format, content, query);
  if (accepted.status !== 202) throw new Error(`import: ${accepted.status} ${accepted.text}`);
  return importEnd(client, token, accepted.body.id);
}

export async function importEnd(client: Client, token: string, id: string): Promise<ImportResult> {
  for (;;) {
    const { status, body, text } = await client.get(`customers/imports/${id}`, { token });
    if (status === 200 && body.status !== 'running') return body;
    // A busy machine may be too slow for the time limits of the service.
    if (status !== 200 && status !== 503) throw new Error(`import: ${status} ${text}`);
    await sleep(20);
  }
}

export async function importErrors(
  client: Client,
  token: string,
  id: string,
): Promise<{ line: number; code: string; field: string | null; detail: string }[]> {
  const { body } = await client.get(`customers/imports/${id}/errors?limit=100`, { token });
  return body.data;
}

/** All customers that are not deleted, by external_id, without server-set fields except the version. */
export function storedCustomers(app: TestApp): Promise<Record<string, unknown>[]> {
  return app.query(
    `SELECT external_id, name, email, dob::text, country, language, version FROM customers
     WHERE deleted_at IS NULL ORDER BY external_id, name`,
  );
}

/** One row of that list, with null for the fields that are not given. */
export function customerRow(values: Record<string, unknown>): Record<string, unknown> {
  const fields = {
    external_id: null,
    name: null,
    email: null,
    dob: null,
    country: null,
    language: null,
  };
  return { ...fields, version: 1, ...values };
}

export interface PreviewOptions {
  type?: string;
  query?: string;
  headers?: Record<string, string>;
}

export function sendPreview(
  client: Client,
  token: string,
  raw: string | Buffer,
  { type = 'text/csv', query = '', headers = {} }: PreviewOptions = {},
): Promise<Answer> {
  const path = `customers/import/preview?${query}`;
  return client.send('POST', path, { token, raw, headers: { 'content-type': type, ...headers } });
}

export type Preview = components['schemas']['ImportPreviewResponse'];

/** The preview of a file, which is 200. */
export async function previewFile(
  client: Client,
  token: string,
  raw: string | Buffer,
  options?: PreviewOptions,
): Promise<Preview> {
  const { status, body, text } = await sendPreview(client, token, raw, options);
  if (status !== 200) throw new Error(`preview: ${status} ${text}`);
  return body;
}

export const JSON_TYPE = { type: MEDIA_TYPES.json };
export const LINES_TYPE = { type: MEDIA_TYPES.ndjson };
export const GZIP = { headers: { 'content-encoding': 'gzip' } };

/** The texts of the shown rows. */
export const cellsOf = ({ rows }: Preview): (string | null)[][] => rows.map(({ cells }) => cells);
