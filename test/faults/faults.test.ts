import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer, patchedBuild } from '../support/build.ts';
import { patience } from '../support/patience.ts';
import { ALL_FAULTS } from './faults.ts';
import { isLong, LIMIT, SIZE } from './form.ts';
import { type Report, runTrial, toTable } from './trial.ts';
import { WEAKNESSES } from './weaknesses.ts';
import { BOTH, World } from './world.ts';

/** A weakness is a matter of milliseconds, so it gets several chances to show. */
const CHANCES = 8;

let world: World;
const reports: Report[] = [];
beforeAll(async () => {
  world = await World.start(await buildServer());
}, patience(180_000));
afterAll(async () => {
  await world?.close();
  if (isLong) console.log(toTable(reports));
});

describe('no revoked session is accepted, no live one refused', () => {
  test.each(ALL_FAULTS.map((fault) => [fault().name, fault] as const))(
    '%s',
    { timeout: LIMIT },
    async (_name, fault) => {
      const report = await runTrial(world, fault(), SIZE);
      reports.push(report);
      expect(report, report.warnings.join('\n')).toMatchObject({
        revokedAccepted: 0,
        liveRefused: 0,
        violations: [],
      });
      expect(report.ended.acknowledged).toBeGreaterThanOrEqual(2 * SIZE.ended);
      expect(report.ended.around).toBe(SIZE.ended);
      expect(Math.min(...report.probes)).toBeGreaterThanOrEqual(SIZE.probes);
    },
  );
});

describe('a weakened check is found out', () => {
  test.each(WEAKNESSES)('$name', { timeout: CHANCES * LIMIT }, async ({ name, patch, fault }) => {
    const weak = await patchedBuild(name.replaceAll(' ', '-'), patch);
    await Promise.all(BOTH.map((which) => world.restart(which, weak)));
    let accepted = 0;
    for (let chance = 0; chance < CHANCES && accepted === 0; chance += 1) {
      accepted = (await runTrial(world, fault(), SIZE)).revokedAccepted;
    }
    expect(accepted).toBeGreaterThan(0);
  });
});
