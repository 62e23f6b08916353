import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { startTemporaryPostgres } from '../scripts/embedded/postgres.ts';
import { newSecret } from './dataset.ts';

/**
 * `npm run bench:million`: a file of a million customers into the built server and out again,
 * beside plain COPY into and out of the same table with the same indexes; and the memory of the
 * server all the while. `--rows 10000` for a quick look.
 */
const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' } },
});
const ROWS = Number(options.rows);
const PORT = 3_902;
const URL = `http://127.0.0.1:${PORT}/api/v1`;
const FIELDS = 'external_id, name, email, dob, country, language';

const NAMES = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Linus', 'Margaret'];

/** MiB. */
interface Memory {
  before: number;
  peak: number;
  after: number;
}

const folder = await mkdtemp(join(tmpdir(), 'customer-api-million-'));
const postgres = await startTemporaryPostgres();
const database = new pg.Client({ connectionString: postgres.url });
const [file, exported] = [join(folder, 'customers.csv'), join(folder, 'exported.csv')];
let server: ChildProcess | undefined;
try {
  await pipeline(Readable.from(csv()), createWriteStream(file));
  server = await startServer();
  await database.connect();
  const token = await logIn();

  const copyIn = await seconds(() =>
    pipeline(
      createReadStream(file),
      database.query(copyFrom(`COPY customers (${FIELDS}) FROM STDIN WITH (FORMAT csv, HEADER)`)),
    ),
  );
  await database.query('VACUUM ANALYZE customers');
  const copyOut = await seconds(() =>
    pipeline(
      database.query(
        copyTo(
          `COPY (SELECT ${FIELDS} FROM customers ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER)`,
        ),
      ),
      createWriteStream(exported),
    ),
  );
  await database.query('TRUNCATE customers');

  const [imported, importMemory] = await watched(() => seconds(() => importFile(token)));
  const [[exportTime, firstByte], exportMemory] = await watched(() => exportFile(token));
  const isEqual = readFileSync(file).equals(readFileSync(exported));
  report('import', imported, copyIn, importMemory);
  report('export', exportTime, copyOut, exportMemory);
  const size = Math.round((await stat(file)).size / 2 ** 20);
  console.log(
    `${ROWS} rows, ${size} MiB; first byte of the export after ${Math.round(firstByte * 1_000)} ms; ` +
      `what came out is ${isEqual ? 'equal, byte for byte' : 'NOT equal'}`,
  );
} finally {
  server?.kill('SIGKILL');
  await database.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

function* csv(): Generator<string> {
  yield `${FIELDS.replaceAll(' ', '')}\n`;
  for (let from = 0; from < ROWS; from += 1_000) {
    let block = '';
    for (let row = from; row < Math.min(from + 1_000, ROWS); row += 1) {
      const year = 1930 + (row % 80);
      const month = String(1 + (row % 12)).padStart(2, '0');
      const name = `${NAMES[row % NAMES.length]} ${(row * 7_919).toString(36)}`;
      block += `M-${row},${name},m${row}@example.com,${year}-${month}-15,GB,en\n`;
    }
    yield block;
  }
}

async function startServer(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['dist/main.js'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PORT: String(PORT),
      DATABASE_URL: postgres.url,
      JWT_ACCESS_SECRET: newSecret(),
      JWT_REFRESH_SECRET: newSecret(),
      ADMIN_USERNAME: 'million',
      ADMIN_PASSWORD: 'million rows in and out',
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'error',
    },
  });
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/health/live`).catch(() => undefined);
    if (answer?.ok) return child;
    if (child.exitCode !== null) throw new Error('The server ended');
    await sleep(100);
  }
}

async function logIn(): Promise<string> {
  const answer = await fetch(`${URL}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'million', password: 'million rows in and out' }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function importFile(token: string): Promise<void> {
  const authorization = `Bearer ${token}`;
  const upload = request(`${URL}/customers/import`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'text/csv' },
  });
  const answered = once(upload, 'response') as Promise<[import('node:http').IncomingMessage]>;
  await pipeline(createReadStream(file), upload);
  const [response] = await answered;
  const place = new globalThis.URL(response.headers.location ?? '', URL);
  response.resume();
  for (let status = 'running'; status === 'running'; await sleep(100)) {
    const job = await (await fetch(place, { headers: { authorization } })).json();
    ({ status } = job as { status: string });
    if (status !== 'running' && status !== 'succeeded') throw new Error(JSON.stringify(job));
  }
}

/** @returns seconds to the last byte, and to the first */
async function exportFile(token: string): Promise<[number, number]> {
  await database.query('VACUUM ANALYZE customers');
  let firstByte = 0;
  const start = performance.now();
  const total = await seconds(async () => {
    const headers = { authorization: `Bearer ${token}` };
    const { body } = await fetch(`${URL}/customers/export`, { headers });
    const source = Readable.fromWeb(body as import('node:stream/web').ReadableStream);
    source.once('data', () => {
      firstByte = (performance.now() - start) / 1_000;
    });
    await pipeline(source, createWriteStream(exported));
  });
  return [total, firstByte];
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/** The resident memory of the server before, while and after something is done. */
async function watched<T>(work: () => Promise<T>): Promise<[T, Memory]> {
  const before = residentMemory();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMemory());
  }, 50);
  const result = await work();
  clearInterval(timer);
  await sleep(2_000);
  return [result, { before, peak, after: residentMemory() }];
}

function residentMemory(): number {
  const status = readFileSync(`/proc/${server?.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024);
}

function report(name: string, time: number, copy: number, { before, peak, after }: Memory): void {
  const ratio = (time / copy).toFixed(2);
  console.log(
    `${name}: ${time.toFixed(1)} s, COPY ${copy.toFixed(1)} s, ratio ${ratio}; ` +
      `resident ${before} MiB before, ${peak} at most, ${after} after`,
  );
}
