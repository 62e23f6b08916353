import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { Model, TABS } from './refresh-model.ts';

let app: TestApp;
let second: TestApp;
beforeAll(async () => {
  app = await startApp();
  second = await startSecondInstance(app);
});
afterAll(async () => {
  await second.close();
  await app.close();
});

/**
 * One step in the life of a session. A tab holds the token that it received last. `isLost` means that
 * the answer never arrives, so the tab sends the same token again next time. A thief has a copy of
 * every token that was issued.
 */
type Step =
  | { kind: 'tabs'; tabs: readonly { tab: number; isLost: boolean }[] }
  | { kind: 'thief'; generationsBack: number }
  | { kind: 'time'; seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('tabs' as const),
      tabs: fc.array(fc.record({ tab: fc.nat(TABS - 1), isLost: fc.boolean() }), {
        minLength: 1,
        maxLength: 5,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('thief' as const), generationsBack: fc.nat(3) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      // The steps also take real time. Values near the end of the grace would make the result random.
      seconds: fc.constantFrom(10, 60),
    }),
  },
);

async function run(model: Model, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    switch (step.kind) {
      case 'time':
        await model.pass(step.seconds);
        break;
      case 'thief':
        await model.present([model.issued.at(-1 - step.generationsBack) ?? model.issued[0] ?? '']);
        break;
      case 'tabs': {
        const answers = await model.present(step.tabs.map(({ tab }) => model.tabs[tab] ?? ''));
        for (const [index, { tab, isLost }] of step.tabs.entries()) {
          const received = answers[index];
          if (!isLost && received !== undefined) model.tabs[tab] = received;
        }
        break;
      }
      default:
        step satisfies never;
    }
  }
}

test('POST /auth/refresh reports no theft within the grace, and every theft at the first use after it', async () => {
  await expectProperty(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      await run(new Model([app, second], await app.account()), steps);
    }),
  );
});

async function expectProperty(property: fc.IAsyncProperty<[Step[]]>): Promise<void> {
  await fc.assert(property, { numRuns: 60, interruptAfterTimeLimit: 20_000 });
}
