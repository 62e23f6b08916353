import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isGranted, type Role, SCOPES } from '../../../src/common/security/permissions.js';
import { startApp, type TestApp } from '../../support/app.ts';

const PAGE = readFileSync(new URL('../../../docs/api-keys.md', import.meta.url), 'utf8');
const run = promisify(execFile);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('docs/api-keys.md', () => {
  it('contains a program of up to twelve lines that prints every customer', async () => {
    const [, program = ''] = /```js\n(.*?)```/s.exec(PAGE) ?? [];
    expect(program.trim().split('\n').length).toBeLessThanOrEqual(12);
    await app.query(
      `INSERT INTO customers (name) SELECT 'Customer ' || i FROM generate_series(1, 205) AS i`,
    );
    const { token } = await app.apiKey(['customers:read'], { role: 'viewer' });
    const env = { ...process.env, API_URL: app.url, API_KEY: token };
    const args = ['--input-type=module', '--eval', program];
    const { stdout } = await run(process.execPath, args, { env });
    expect(stdout.trim().split('\n')).toHaveLength(205);
    const wrong = run(process.execPath, args, { env: { ...env, API_KEY: token.slice(1) } });
    await expect(wrong).rejects.toThrow('invalid_token');
  });

  it('lists every scope with the roles of service accounts that have the permission', () => {
    const rows = [...PAGE.matchAll(/^\| `([a-z]+:[a-z]+)` .*\| ([a-z, ]+?) +\|$/gm)];
    const listed = rows.map(([, scope, roles]) => [scope, roles]);
    const services: Role[] = ['user', 'viewer', 'guest'];
    const expected = SCOPES.map((scope) => [
      scope,
      services.filter((role) => isGranted(role, scope)).join(', ') ||
        'none that a service can have',
    ]);
    expect(new Map(listed as [string, string][])).toEqual(new Map(expected as [string, string][]));
  });
});
