import { execFile } from 'node:child_process';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findTemporaryPlace, giveTo } from '../../scripts/embedded/postgres-place.ts';
import { canConnect, type TemporaryPostgres } from '../../scripts/embedded/postgres.ts';
import { onFreePort, startService, waitUntilReady } from '../../scripts/embedded/service.ts';

const run = promisify(execFile);

/** A standby that follows a primary by streaming replication. */
export interface Replica {
  url: string;
  stop(): Promise<void>;
}

/** Copies the data of a running primary and starts a standby that follows it. */
export async function startReplica(primary: TemporaryPostgres): Promise<Replica> {
  const place = await findTemporaryPlace();
  const cluster = join(place.folder, 'cluster');
  await backUp(primary, cluster);
  const { hostname, port: primaryPort, username, password } = new URL(primary.url);
  const target = `host=${hostname} port=${primaryPort} user=${username} password=${password}`;
  await appendFile(join(cluster, 'postgresql.auto.conf'), `primary_conninfo = '${target}'\n`);
  const signal = join(cluster, 'standby.signal');
  await writeFile(signal, '');
  for (const file of [signal, join(cluster, 'backup_label')]) await giveTo(place.user, file);
  return onFreePort(async (port) => {
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'fsync=off',
      'max_connections=300',
    ];
    const logFile = join(place.folder, 'replica.log');
    const service = startService(
      join(place.binaries, 'bin', 'postgres'),
      ['-D', cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      {
        cwd: '/',
        env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
        user: place.user,
        logFile,
        stopSignal: 'SIGINT',
        forceSignal: 'SIGQUIT',
        temporaryFolder: place.folder,
      },
    );
    const url = new URL(primary.url);
    url.port = String(port);
    await waitUntilReady('The replica', service, logFile, () => canConnect(url.href));
    const stop = async (): Promise<void> => {
      await service.stop();
      await rm(place.folder, { recursive: true, force: true });
    };
    return { url: url.href, stop };
  });
}

/** Copies a running cluster like `pg_basebackup`, which the embedded PostgreSQL lacks. */
async function backUp(primary: TemporaryPostgres, cluster: string): Promise<void> {
  const client = new pg.Client({ connectionString: primary.url });
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('replica', true)`);
    // `-a` keeps the owners of the files. The copy does not need files that disappear in the meantime.
    await run('cp', ['-a', join(primary.folder, 'cluster'), cluster]).catch(() => undefined);
    await rm(join(cluster, 'postmaster.pid'), { force: true });
    const { rows } = await client.query<{ labelfile: string }>(
      'SELECT labelfile FROM pg_backup_stop(false)',
    );
    await writeFile(join(cluster, 'backup_label'), rows[0]?.labelfile ?? '');
  } finally {
    await client.end();
  }
}
