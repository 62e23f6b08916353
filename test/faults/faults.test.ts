import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer, patchedBuild } from '../support/build.ts';
import { patience } from '../support/patience.ts';
import { ALL_FAULTS } from './faults.ts';
import { isLong, LIMIT, SIZE } from './form.ts';
import { type Report, runTrial, toTable } from './trial.ts';
import { WEAKNESSES } from './weaknesses.ts';
import { BOTH, World } from './world.ts';

/** A weakness shows only within milliseconds, so each gets several attempts. */
const ATTEMPTS = 8;

let world: World;
const reports: Report[] = [];
beforeAll(async () => {
  world = await World.start(await buildServer());
}, patience(180_000));
afterAll(async () => {
  await world?.close();
  if (isLong) console.log(toTable(reports));
});

describe('no revoked session is accepted and no active one is refused during', () => {
  test.each(ALL_FAULTS.map((fault) => [fault().name, fault] as const))(
    '%s',
    { timeout: LIMIT },
    async (_name, fault) => {
      const report = await runTrial(world, fault(), SIZE);
      reports.push(report);
      expect(report, report.warnings.join('\n')).toMatchObject({
        revokedAccepted: 0,
        activeRefused: 0,
        violations: [],
      });
      expect(report.revoked.acknowledged).toBeGreaterThanOrEqual(2 * SIZE.revoked);
      expect(report.revoked.around).toBe(SIZE.revoked);
      expect(Math.min(...report.probes)).toBeGreaterThanOrEqual(SIZE.probes);
    },
  );
});

describe('the fault tests detect that', () => {
  test.each(WEAKNESSES)('$name', { timeout: ATTEMPTS * LIMIT }, async ({ name, patch, fault }) => {
    const weak = await patchedBuild(name.replaceAll(' ', '-'), patch);
    await Promise.all(BOTH.map((which) => world.restart(which, weak)));
    let accepted = 0;
    for (let attempt = 0; attempt < ATTEMPTS && accepted === 0; attempt += 1) {
      accepted = (await runTrial(world, fault(), SIZE)).revokedAccepted;
    }
    expect(accepted).toBeGreaterThan(0);
  });
});
