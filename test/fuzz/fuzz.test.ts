import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operationsOf } from '../../scripts/openapi/operations.ts';
import { startApp, startSecondInstance, type TestApp } from '../support/app.ts';
import { Contract } from '../support/contract.ts';
import { patience } from '../support/patience.ts';
import { fuzz, provoke } from './fuzz.ts';
import { INSTANCES } from './instances.ts';
import { Tally } from './tally.ts';
import { PASSWORD, World } from './world.ts';

/** A larger run: npm run test:fuzz -- --count 1000000 */
const COUNT = 2_000;
/** Only detects a hang. */
const PATIENCE = patience(120_000);

const admin = { username: 'keeper', password: PASSWORD };

let apps: TestApp[];
let messagesDir: string;
let world: World;
let strict: World;
let tally: Tally;

beforeAll(async () => {
  messagesDir = await mkdtemp(join(tmpdir(), 'customer-api-'));
  const common = {
    MESSAGES_DIR: messagesDir,
    ADMIN_USERNAME: admin.username,
    ADMIN_PASSWORD: admin.password,
  };
  const main = await startApp({ ...common, ...INSTANCES.main });
  const impatient = await startSecondInstance(main, INSTANCES.impatient);
  const other = await startApp({ ...common, ...INSTANCES.strict });
  apps = [other, impatient, main];
  const contract = Contract.read();
  const operations = operationsOf(contract.document);
  tally = new Tally(operations, contract);
  const target = {
    url: main.url,
    impatientUrl: impatient.url,
    databaseUrl: main.databaseUrl,
    messagesDir,
    admin,
  };
  world = await World.enter(target, operations);
  const { url, databaseUrl } = other;
  strict = await World.enter({ ...target, url, databaseUrl }, operations);
}, PATIENCE);
afterAll(async () => {
  world.sender.close();
  strict.sender.close();
  for (const app of apps) await app.close();
  await rm(messagesDir, { recursive: true });
});

describe('every operation of the OpenAPI document', () => {
  test(
    'returns each response that it documents',
    async () => {
      await provoke(world, strict, tally);
      expect(tally.violations).toEqual([]);
      expect(tally.missing()).toEqual([]);
    },
    PATIENCE,
  );

  test(
    'responds to random requests as documented',
    async () => {
      const seed = randomInt(2 ** 31);
      await fuzz(world, tally, { count: COUNT, seed });
      expect(tally.violations, `seed ${seed}`).toEqual([]);
      expect(tally.requests).toBeGreaterThan(COUNT);
      expect(tally.withValidToken).toBeGreaterThan(COUNT * 0.4);
    },
    PATIENCE,
  );
});
