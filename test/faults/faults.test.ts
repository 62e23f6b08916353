import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '../support/build.ts';
import { ALL_FAULTS } from './faults.ts';
import { type Size, runTrial } from './trial.ts';
import { World } from './world.ts';

/** The short form; `npm run test:faults` does the same with the numbers that the promise asks for. */
const SIZE: Size = { ended: 12, live: 12, probes: 150 };
const LIMIT = 60_000;

let world: World;
beforeAll(async () => {
  world = await World.start(await buildServer());
}, 180_000);
afterAll(() => world?.close());

describe('no revoked session is accepted, no live one refused', () => {
  test.each(ALL_FAULTS.map((fault) => [fault().name, fault] as const))(
    '%s',
    { timeout: LIMIT },
    async (_name, fault) => {
      const report = await runTrial(world, fault(), SIZE);
      if (process.env['FAULTS_VERBOSE']) console.log(JSON.stringify(report));
      expect(report).toMatchObject({ revokedAccepted: 0, liveRefused: 0, violations: [] });
      expect(report.ended.acknowledged).toBeGreaterThan(2 * SIZE.ended);
    },
  );
});
