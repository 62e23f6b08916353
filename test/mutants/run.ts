/**
 * `npm run test:mutants [-- --sample 10] [-- --match sessions] [-- --list]`: weakens the service in
 * one place after the other and runs the tests that have to notice. Names each change that none of
 * them does, and then exits with 1.
 */
import { parseArgs } from 'node:util';
import { createVitest, type Vitest } from 'vitest/node';
import { grantMutants, guardMutants, routeMutants, tokenMutants } from './access.ts';
import { fieldMutants, ruleMutants } from './input.ts';
import { fileOf, type Mutant, mutated } from './mutant.ts';
import { conditionMutants } from './statements.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    match: { type: 'string', default: '' },
    list: { type: 'boolean' },
  },
});

const all = [
  ...routeMutants(),
  ...grantMutants(),
  ...guardMutants(),
  ...tokenMutants(),
  ...ruleMutants(),
  ...fieldMutants(),
  ...conditionMutants(),
].filter(({ name }) => name.includes(values.match));
const chosen = values.sample === undefined ? all : sampleOf(all, Number(values.sample));

if (values.list) {
  console.log([...chosen.map(({ name }) => name), `${chosen.length} mutants`].join('\n'));
} else {
  process.exitCode = await run(chosen);
}

async function run(mutants: readonly Mutant[]): Promise<number> {
  let present: Mutant | undefined;
  const vitest = await createVitest(
    'test',
    { watch: false, bail: 1, reporters: [{}] },
    {
      plugins: [
        {
          name: 'mutant',
          enforce: 'pre',
          transform: (code, id) =>
            present && id === fileOf(present) ? mutated(present, code) : undefined,
        },
      ],
    },
  );
  await vitest.standalone();
  if (values.sample === undefined) await expectPassing(vitest, mutants);
  const survivors: Mutant[] = [];
  for (const mutant of mutants) {
    present = mutant;
    vitest.invalidateFile(fileOf(mutant));
    const killer = await findKiller(vitest, mutant);
    vitest.invalidateFile(fileOf(mutant));
    console.log(killer ? `killed   ${mutant.name}\n  by ${killer}` : `SURVIVED ${mutant.name}`);
    if (!killer) survivors.push(mutant);
  }
  await vitest.close();
  console.log(`${mutants.length - survivors.length} of ${mutants.length} mutants killed`);
  for (const { name } of survivors) console.log(`SURVIVED ${name}`);
  return survivors.length > 0 ? 1 : 0;
}

/** Tests that fail as it is would kill every mutant. */
async function expectPassing(vitest: Vitest, mutants: readonly Mutant[]): Promise<void> {
  const tests = [...new Set(mutants.flatMap(({ tests }) => tests))];
  const killer = await findKiller(vitest, { tests });
  if (killer) throw new Error(`Fails without any mutant: ${killer}`);
}

/** @returns the test that fails, or what else goes wrong */
async function findKiller(
  vitest: Vitest,
  { tests, only }: Pick<Mutant, 'tests' | 'only'>,
): Promise<string | undefined> {
  for (const filter of tests) {
    const specifications = await vitest.globTestSpecifications([filter]);
    if (specifications.length === 0) throw new Error(`No test file is named like ${filter}`);
    if (only) vitest.setGlobalTestNamePattern(only);
    else vitest.resetGlobalTestNamePattern();
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
    if (testModules.every((module) => module.state() === 'skipped')) {
      throw new Error(`No test of ${filter} is named like ${only}`);
    }
    const failed = testModules.filter((module) => !module.ok());
    const [test] = failed.flatMap((module) => [...module.children.allTests('failed')]);
    if (failed[0]) return `${failed[0].relativeModuleId} ${test?.fullName ?? '(its set-up)'}`;
    if (unhandledErrors.length > 0) return JSON.stringify(unhandledErrors);
  }
  return undefined;
}

/** So many of them, others each time. */
function sampleOf<T>(items: readonly T[], count: number): T[] {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ item }) => item);
}
