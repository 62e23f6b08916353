import { beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '../../support/build.ts';
import { patience } from '../../support/patience.ts';
import { Server } from '../../support/server.ts';

describe('the built server with an invalid configuration', () => {
  beforeAll(() => buildServer(), patience(120_000));

  test('exits with 78 and logs every problem in one line of JSON', async () => {
    const server = new Server({ PORT: 'CANARY', JWT_ACCESS_SECRET: 'CANARY', LOG_LEVEL: 'CANARY' });
    expect(await server.exited).toBe(78);
    expect(server.output).toHaveLength(1);
    const [line] = server.log;
    expect(line).toMatchObject({ level: 'fatal', message: 'The configuration is not valid' });
    const problems = (line?.['problems'] ?? []) as string[];
    expect(problems).toHaveLength(5);
    expect(new Set(problems.map((problem) => problem.split(' ')[0]))).toEqual(
      new Set(['DATABASE_URL', 'JWT_ACCESS_SECRET', 'JWT_REFRESH_SECRET', 'LOG_LEVEL', 'PORT']),
    );
    expect(server.output.join()).not.toContain('CANARY');
  });
});
