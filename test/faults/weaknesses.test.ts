import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer, patchedBuild } from '../support/build.ts';
import { patience } from '../support/patience.ts';
import { LIMIT, SIZE } from './form.ts';
import { runTrial } from './trial.ts';
import { WEAKNESSES } from './weaknesses.ts';
import { BOTH, World } from './world.ts';

/** Each is a matter of milliseconds, so it gets several chances to show. */
const CHANCES = 8;

let world: World;
beforeAll(async () => {
  world = await World.start(await buildServer());
}, patience(180_000));
afterAll(() => world?.close());

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
