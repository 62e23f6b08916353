import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operationsOf } from '../../scripts/openapi/operations.ts';
import { startApp, startSecondInstance, type TestApp } from '../support/app.ts';
import { Contract } from '../support/contract.ts';
import { fuzz, provoke } from './fuzz.ts';
import { Tally } from './tally.ts';
import { PASSWORD, World } from './world.ts';

/** The same, larger: npm run test:fuzz -- --count 1000000 */
const COUNT = 2_000;
/** Milliseconds; only tells work from a hang. */
const PATIENCE = 120_000;

let app: TestApp;
let strict: TestApp;
let world: World;
let tally: Tally;

beforeAll(async () => {
  app = await startApp({
    ADMIN_USERNAME: 'keeper',
    ADMIN_PASSWORD: PASSWORD,
    RATE_LIMIT: 'off',
  });
  strict = await startSecondInstance(app, { REQUIRE_IF_MATCH: 'true', REGISTRATION: 'closed' });
  const contract = Contract.read();
  const operations = operationsOf(contract.document);
  tally = new Tally(operations, contract);
  world = await World.enter(
    {
      url: app.url,
      strictUrl: strict.url,
      admin: { username: 'keeper', password: PASSWORD },
    },
    operations,
  );
});
afterAll(async () => {
  world.sender.close();
  await strict.close();
  await app.close();
});

describe('every operation of the document', () => {
  test(
    'gives each answer that it documents',
    async () => {
      await provoke(world, tally);
      expect(tally.violations).toEqual([]);
      expect(tally.missing()).toEqual([]);
    },
    PATIENCE,
  );

  test(
    'answers whatever it is sent as the document says',
    async () => {
      const seed = randomInt(2 ** 31);
      await fuzz(world, tally, { count: COUNT, seed });
      expect(tally.violations, `seed ${seed}`).toEqual([]);
      expect(tally.requests).toBeGreaterThan(COUNT);
      expect(tally.withLiveToken).toBeGreaterThan(COUNT * 0.4);
    },
    PATIENCE,
  );
});
