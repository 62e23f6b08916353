import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import fastify from 'fastify';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../src/common/logging/log.js';
import { statementLog } from '../../src/common/logging/statement-log.js';
import { printRequests } from '../../src/common/logging/terminal.js';
import { patience } from '../support/patience.ts';

const TIME = String.raw`\d\d:\d\d:\d\d\.\d{3}`;

let written: string;
let terminal: { isTTY: boolean; write: (text: string) => void };
beforeEach(() => {
  written = '';
  terminal = { isTTY: true, write: (text) => (written += stripVTControlCharacters(text)) };
});

const development = { logLevel: 'debug', nodeEnv: 'development' } as const;

describe('createLog on a terminal in development', () => {
  test('writes a line that a person can read', () => {
    createLog(development, terminal).warn({ file: 'data/messages/1.txt' }, 'It was written');
    expect(written).toMatch(
      new RegExp(`^${TIME} warn  It was written file=data/messages/1.txt\n$`),
    );
  });

  test('shows where an error comes from', () => {
    createLog(development, terminal).error({ err: new Error('broken') }, 'It failed');
    expect(written).toMatch(/error It failed\nError: broken\n +at .*terminal-log\.test\.ts/);
  });

  test('shows no secret', () => {
    createLog(development, terminal).info({ password: 'CANARY', user: { email: 'CANARY' } }, 'x');
    expect(written).not.toContain('CANARY');
    expect(written).toContain('[redacted]');
  });

  test('omits entries below its level', () => {
    createLog({ ...development, logLevel: 'warn' }, terminal).info({}, 'x');
    expect(written).toBe('');
  });

  test('writes each statement at debug, without its values, and none at info', () => {
    const log = createLog(development, terminal);
    const { logging, logger } = statementLog(development, log);
    expect(logging).toEqual(['query']);
    if (typeof logger !== 'object') throw new Error('no logger');
    logger.logQuery('SELECT *\n  FROM users\n  WHERE id = $1', ['CANARY']);
    expect(written).toMatch(/debug SQL statement=SELECT \* FROM users WHERE id = \$1\n$/);
    expect(statementLog({ logLevel: 'info' }, log)).toEqual({});
  });
});

describe('createLog does not format for a terminal', () => {
  test.each([
    ['in production', 'production', true],
    ['in tests', 'test', true],
    ['into a pipe', 'development', false],
  ] as const)('%s', (_name, nodeEnv, isTTY) => {
    const log = createLog({ logLevel: 'silent', nodeEnv }, { ...terminal, isTTY });
    expect(log.terminal).toBeUndefined();
  });
});

describe('the log of a request on a terminal', () => {
  async function request(url: string, logLevel: 'info' | 'warn' = 'info') {
    const server = fastify();
    const log = createLog({ ...development, logLevel }, terminal);
    if (log.terminal) printRequests(server, log.terminal);
    server.get('/customers/:id', async () => ({ name: 'Ada' }));
    server.get('/users', async (_request, reply) =>
      reply.code(403).send(Buffer.from('{"code":"forbidden"}')),
    );
    await server.inject(url);
    await server.close();
    return written;
  }

  test('is one line with status, method, path and duration', async () => {
    expect(await request('/customers/17?search=CANARY')).toMatch(
      new RegExp(`^${TIME} 200 GET    /customers/17 \\d+\\.\\d ms\n$`),
    );
  });

  test('contains the code of an error', async () => {
    expect(await request('/users')).toMatch(/ 403 GET {4}\/users \d+\.\d ms forbidden\n$/);
  });

  test('is empty above the level info', async () => {
    expect(await request('/users', 'warn')).toBe('');
  });
});

/** Every write to it fails, because the disk is full. */
const FULL_DISK = '/dev/full';

describe.runIf(existsSync(FULL_DISK))('LineBuffer on a full disk', () => {
  const module = join(import.meta.dirname, '../../src/common/logging/line-buffer.ts');

  test('drops lines, and neither ends the process nor keeps it from ending', () => {
    const output = openSync(FULL_DISK, 'w');
    const code = `
      import { LineBuffer } from ${JSON.stringify(module)};
      const lines = new LineBuffer();
      lines.write('first\\n');
      setTimeout(() => {
        lines.write('second\\n');
        process.stderr.write('alive');
        process.exit(0);
      }, 200);`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', output, 'pipe'],
      encoding: 'utf8',
      timeout: patience(20_000),
    });
    closeSync(output);
    expect([status, stderr]).toEqual([0, 'alive']);
  });
});
