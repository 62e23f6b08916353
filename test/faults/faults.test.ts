import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '../support/build.ts';
import { patience } from '../support/patience.ts';
import { ALL_FAULTS } from './faults.ts';
import { isLong, LIMIT, SIZE } from './form.ts';
import { type Report, runTrial, toTable } from './trial.ts';
import { World } from './world.ts';

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
