import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canInstall, findProgram, install } from '../../scripts/embedded/apt.ts';
import { onFreePort, waitUntilReady } from '../../scripts/embedded/service.ts';
import { startTemporaryService } from './temporary-service.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'deploy', 'proxy');

export interface RunningProxy {
  port: number;
  /** Its log of failed requests, including those that nginx retried. */
  readLog(): Promise<string>;
  stop(): Promise<void>;
}

/** Replacements in an example for a test. Each text must exist in the example. */
export type Edits = Readonly<Record<string, string>>;

/** The path of the program, which is installed if possible. Undefined if it is missing. */
export async function findProxy(name: 'haproxy' | 'nginx'): Promise<string | undefined> {
  const found = findProgram(name);
  if (found !== undefined || !canInstall()) return found;
  await install(name).catch(() => undefined);
  return findProgram(name);
}

/** Starts HAProxy with the example configuration, without TLS. */
export async function startHaproxy(
  binary: string,
  instances: readonly number[],
  edits: Edits,
): Promise<RunningProxy> {
  const example = await readFile(join(EXAMPLES, 'haproxy.cfg'), 'utf8');
  const servers = instances.map((port) => `  server at${port} 127.0.0.1:${port}`).join('\n');
  return start('HAProxy', binary, (folder, port) => {
    const own = {
      'bind :443 ssl crt /etc/haproxy/customers.example.com.pem alpn h2,http/1.1': `bind 127.0.0.1:${port}`,
      'maxconn 4000': 'maxconn 400', // below the usual limit of open files
      '  server one 10.0.0.11:3000\n  server two 10.0.0.12:3000': servers,
    };
    const file = join(folder, 'haproxy.cfg');
    return { file, text: edited(example, { ...own, ...edits }), args: ['-db', '-f', file] };
  });
}

/** Starts HAProxy in front of a PostgreSQL and its standby, with the example and faster checks. */
export async function startPostgresHaproxy(
  binary: string,
  [one, two]: readonly [number, number],
): Promise<RunningProxy> {
  const example = await readFile(join(EXAMPLES, 'haproxy-postgres.cfg'), 'utf8');
  return start(
    'HAProxy',
    binary,
    (folder, port) => {
      const edits = {
        'bind :5432': `bind 127.0.0.1:${port}`,
        'maxconn 4000': 'maxconn 400',
        'inter 1s': 'inter 200ms',
        'server one 10.0.0.21:5432': `server one 127.0.0.1:${one}`,
        'server two 10.0.0.22:5432': `server two 127.0.0.1:${two}`,
      };
      const file = join(folder, 'haproxy.cfg');
      return { file, text: edited(example, edits), args: ['-db', '-f', file] };
    },
    canConnect,
  );
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts nginx with the example configuration, without TLS. */
export async function startNginx(
  binary: string,
  instances: readonly number[],
  edits: Edits,
): Promise<RunningProxy> {
  const example = await readFile(join(EXAMPLES, 'nginx.conf'), 'utf8');
  const [first = '', second = ''] = example.match(/^ {2}server 10\.0\.0.*$/gm) ?? [];
  const servers = instances.map((port) => first.replace('10.0.0.11:3000', `127.0.0.1:${port}`));
  return start('nginx', binary, (folder, port) => {
    const own = {
      'listen 443 ssl http2;': `listen 127.0.0.1:${port};`,
      'ssl_certificate /etc/ssl/customers.example.com.pem;': '',
      'ssl_certificate_key /etc/ssl/customers.example.com.key;': '',
      [`${first}\n${second}`]: servers.join('\n'),
    };
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const text = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/log;
      events {} http { access_log off;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      ${edited(example, { ...own, ...edits })} }`;
    const file = join(folder, 'nginx.conf');
    return { file, text, args: ['-p', folder, '-e', join(folder, 'log'), '-c', file] };
  });
}

interface Plan {
  file: string;
  text: string;
  args: string[];
}

async function start(
  name: string,
  binary: string,
  plan: (folder: string, port: number) => Plan,
  answers = (port: number) => fetch(`http://127.0.0.1:${port}/health/live`).then(yes, no),
): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
  return onFreePort(async (port) => {
    const { file, text, args } = plan(folder, port);
    await writeFile(file, text);
    const logFile = join(folder, 'output');
    const service = startTemporaryService(binary, args, { folder, logFile });
    await waitUntilReady(name, service, logFile, () => answers(port));
    const stop = async (): Promise<void> => {
      await service.stop();
      await rm(folder, { recursive: true, force: true });
    };
    const readLog = () => readFile(join(folder, 'log'), 'utf8').catch(() => '');
    return { port, readLog, stop };
  });
}

const yes = () => true;
const no = () => false;

function edited(text: string, edits: Edits): string {
  return Object.entries(edits).reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`The example does not contain: ${from}`);
    return result.replaceAll(from, to);
  }, text);
}
