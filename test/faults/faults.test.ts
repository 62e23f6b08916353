import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer, patchedBuild } from '../support/build.ts';
import { ALL_FAULTS } from './faults.ts';
import { type Size, runTrial } from './trial.ts';
import { WEAKNESSES } from './weaknesses.ts';
import { BOTH, World } from './world.ts';

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
      expect(report, report.warnings.join('\n')).toMatchObject({
        revokedAccepted: 0,
        liveRefused: 0,
        violations: [],
      });
      expect(report.ended.acknowledged).toBeGreaterThan(2 * SIZE.ended);
    },
  );
});

/** Each is a matter of milliseconds, so it gets several chances to show. */
const CHANCES = 8;

describe('a weakened check is found out', () => {
  test.each(WEAKNESSES)('$name', { timeout: LIMIT }, async ({ name, patch, fault }) => {
    const weak = await patchedBuild(name.replaceAll(' ', '-'), patch);
    await Promise.all(BOTH.map((which) => world.restart(which, weak)));
    let accepted = 0;
    for (let chance = 0; chance < CHANCES && accepted === 0; chance += 1) {
      accepted = (await runTrial(world, fault(), SIZE)).revokedAccepted;
    }
    expect(accepted).toBeGreaterThan(0);
  });
});
