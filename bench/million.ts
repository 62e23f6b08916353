import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';
import { startTemporaryPostgres } from '../scripts/embedded/postgres.ts';
import { cleanFile, FIELDS, MAPPING, mappedFile } from './customer-files.ts';
import { newSecret } from './dataset.ts';
import { divided, hundredths, type Row, summed } from './report.ts';
import { type Running, SERVER, startProgram } from './world.ts';

/** The columns of an export. */
const EXPORTED = `id, ${FIELDS}, phone, metadata, created_at, updated_at, version`;

/** The events of an import in the feed, one for each customer. */
const EVENTS = `INSERT INTO audit_events (action, outcome, subject_type, subject_id, subject_version)
  SELECT 'customer_created', 'success', 'customer', id, version FROM customers`;

/** MiB. */
interface Memory {
  before: number;
  peak: number;
}

export const FILE_ROWS = [
  'import / COPY',
  'import, resident memory at most / before',
  'import with mapping, dates and codes / import',
  'export / COPY',
  'export, resident memory at most / before',
  'first byte of the export',
] as const;

/**
 * Imports and exports a file of customers with the built server, and compares this with COPY to and from
 * the same table with the same indexes and events. Also measures the memory of the server, and imports
 * the same customers from a file of another system.
 */
export async function importAndExport(rows: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'customer-api-million-'));
  const postgres = await startTemporaryPostgres();
  const database = new pg.Client({ connectionString: postgres.url });
  const [file, mapped, exported] = ['customers', 'mapped', 'exported'].map((name) =>
    join(folder, `${name}.csv`),
  ) as [string, string, string];
  let server: Running | undefined;
  try {
    await pipeline(Readable.from(cleanFile(rows)), createWriteStream(file));
    await pipeline(Readable.from(mappedFile(rows)), createWriteStream(mapped));
    server = await startServer(postgres.url, join(folder, 'server.log'));
    await database.connect();
    const api = await logIn(server);
    const copyIn = await seconds(async () => {
      await pipeline(createReadStream(file), copyInto(database));
      await database.query(EVENTS);
    });
    await database.query('VACUUM ANALYZE customers');
    const copyOut = await seconds(() => pipeline(copyFrom(database), createWriteStream(exported)));
    await database.query('TRUNCATE customers');

    const [imported, importMemory] = await watched(server, () =>
      seconds(() => importFile(file, api)),
    );
    await database.query('VACUUM ANALYZE customers');
    const [out, exportMemory] = await watched(server, () => exportFile(exported, api));
    compareFiles(file, exported);
    const compare = async (name: string, query?: string): Promise<number> => {
      await database.query('TRUNCATE customers');
      return seconds(() => importFile(name, api, query));
    };
    const mappedTime = await compare(mapped, MAPPING);
    const cleanTimes = [imported, await compare(file)]; // before it and after it
    return [
      divided(FILE_ROWS[0], imported, copyIn, 's'),
      divided(FILE_ROWS[1], importMemory.peak, importMemory.before, 'MiB'),
      {
        ...divided(FILE_ROWS[2], mappedTime, mean(cleanTimes), 's'),
        ...summed(cleanTimes.map((time) => mappedTime / time)),
        ratio: hundredths(mappedTime / mean(cleanTimes)),
      },
      divided(FILE_ROWS[3], out.total, copyOut, 's'),
      divided(FILE_ROWS[4], exportMemory.peak, exportMemory.before, 'MiB'),
      divided(FILE_ROWS[5], Math.round(out.firstByte * 1_000), 200, 'ms'),
    ];
  } finally {
    await database.end();
    await server?.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function copyInto(database: pg.Client): Writable {
  return database.query(from(`COPY customers (${FIELDS}) FROM STDIN WITH (FORMAT csv, HEADER)`));
}

function copyFrom(database: pg.Client): Readable {
  const all = `SELECT ${EXPORTED} FROM customers ORDER BY id`;
  return database.query(to(`COPY (${all}) TO STDOUT WITH (FORMAT csv, HEADER)`));
}

/** @throws if the export does not contain the values of each imported row in the same order */
function compareFiles(imported: string, exported: string): void {
  const [rows, lines] = [imported, exported].map((file) => readFileSync(file, 'utf8').split('\n'));
  const isSame = (row: string, index: number) => lines?.[index]?.includes(row) ?? false;
  if (rows?.length !== lines?.length || !rows?.every(isSame)) throw new Error('The files differ');
}

function startServer(databaseUrl: string, logFile: string): Promise<Running> {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    JWT_ACCESS_SECRET: newSecret(),
    JWT_REFRESH_SECRET: newSecret(),
    ADMIN_USERNAME: 'million',
    ADMIN_PASSWORD: 'million rows in and out',
    ACCESS_TOKEN_TTL: '1h',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'error',
    SHUTDOWN_DELAY: '0',
  };
  return startProgram(SERVER, env, logFile);
}

/** The server, and the access token of its first admin. */
interface Api {
  url: string;
  token: string;
}

async function logIn(server: Running): Promise<Api> {
  const url = `${server.url}/api/v1`;
  const answer = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'million', password: 'million rows in and out' }),
  });
  return { url, token: ((await answer.json()) as { access_token: string }).access_token };
}

async function importFile(file: string, { url, token }: Api, query = ''): Promise<void> {
  const authorization = `Bearer ${token}`;
  const upload = request(`${url}/customers/import?${query}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'text/csv' },
  });
  const answered = once(upload, 'response') as Promise<[import('node:http').IncomingMessage]>;
  await pipeline(createReadStream(file), upload);
  const [response] = await answered;
  const place = new URL(response.headers.location ?? '', url);
  response.resume();
  for (let status = 'running'; status === 'running'; await sleep(100)) {
    const job = await (await fetch(place, { headers: { authorization } })).json();
    ({ status } = job as { status: string });
    if (status !== 'running' && status !== 'succeeded') throw new Error(JSON.stringify(job));
  }
}

/** Seconds. */
interface Timed {
  total: number;
  firstByte: number;
}

async function exportFile(file: string, { url, token }: Api): Promise<Timed> {
  let firstByte = 0;
  const start = performance.now();
  const total = await seconds(async () => {
    const headers = { authorization: `Bearer ${token}` };
    const { body } = await fetch(`${url}/customers/export`, { headers });
    const source = Readable.fromWeb(body as import('node:stream/web').ReadableStream);
    source.once('data', () => {
      firstByte = (performance.now() - start) / 1_000;
    });
    await pipeline(source, createWriteStream(file));
  });
  return { total, firstByte };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** The resident memory of the server before some work, and its maximum during the work. */
async function watched<T>(server: Running, work: () => Promise<T>): Promise<[T, Memory]> {
  const before = server.residentMemory();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, server.residentMemory());
  }, 50);
  try {
    return [await work(), { before, peak }];
  } finally {
    clearInterval(timer);
  }
}
