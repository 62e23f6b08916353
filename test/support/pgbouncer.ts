import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { canInstall, findProgram, install } from '../../scripts/embedded/apt.ts';
import { onFreePort, startService, waitUntilReady } from '../../scripts/embedded/service.ts';

/** PgBouncer refuses to run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** The path of PgBouncer, which is installed if possible. Undefined if it is missing. */
export async function findPgBouncer(): Promise<string | undefined> {
  const found = findProgram('pgbouncer');
  if (found !== undefined || !canInstall()) return found;
  await install('pgbouncer').catch(() => undefined);
  return findProgram('pgbouncer');
}

export interface PgBouncer {
  /** @returns the URL of a database through PgBouncer */
  urlOf(databaseUrl: string): string;
  stop(): Promise<void>;
}

/** Whether it is version 1.21 or later, which supports prepared statements. */
export async function canPrepare(binary: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)(binary, ['-V']);
  const [, major, minor] = /PgBouncer (\d+)\.(\d+)/.exec(stdout) ?? [];
  return Number(major) > 1 || Number(minor) >= 21;
}

/** The settings of PgBouncer for DATABASE_PREPARED=on, as in docs/operations.md. */
export const FOR_PREPARED_STATEMENTS: readonly string[] = [
  'max_prepared_statements = 200',
  'ignore_startup_parameters = statement_timeout, lock_timeout, idle_in_transaction_session_timeout',
];

/**
 * Starts PgBouncer in transaction mode in front of a PostgreSQL.
 *
 * @param settings lines of its configuration; the default is none
 */
export async function startPgBouncer(
  binary: string,
  postgresUrl: string,
  settings: readonly string[] = [],
): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
  await chmod(folder, 0o755);
  return onFreePort(async (port) => {
    const configFile = join(folder, 'pgbouncer.ini');
    const logFile = join(folder, 'pgbouncer.log');
    await writeFile(configFile, configuration(new URL(postgresUrl), port) + settings.join('\n'));
    const service = startService(binary, [configFile], {
      cwd: folder,
      env: { PATH: process.env.PATH },
      ...(process.getuid?.() === 0 && { user: NOBODY }),
      logFile,
      stopSignal: 'SIGINT',
      forceSignal: 'SIGKILL',
      temporaryFolder: folder,
    });
    const urlOf = (databaseUrl: string): string => {
      const url = new URL(databaseUrl);
      url.port = String(port);
      return url.href;
    };
    await waitUntilReady('PgBouncer', service, logFile, () => answers(urlOf(postgresUrl)));
    return {
      urlOf,
      stop: async () => {
        await service.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  });
}

function configuration({ hostname, port, username, password }: URL, ownPort: number): string {
  const target = `host=${hostname} port=${port} user=${username} password=${password}`;
  return `[databases]
* = ${target}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
`;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
