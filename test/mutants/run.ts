/**
 * `npm run test:mutants [-- --sample 10] [-- --match sessions] [-- --from 100] [-- --list]`: weakens the service in
 * one place after the other and runs the tests that have to notice. Names each change that none of
 * them does, and then exits with 1.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ProvidedContext } from 'vitest';
import { createVitest, type TestSpecification, type Vitest } from 'vitest/node';
import {
  apiKeyMutants,
  grantMutants,
  guardMutants,
  routeMutants,
  scopeMutants,
  tokenMutants,
} from './access.ts';
import { voidingMutants } from './credentials.ts';
import { fieldMutants, ruleMutants } from './input.ts';
import { fileOf, type Mutant, mutated } from './mutant.ts';
import { conditionMutants } from './statements.ts';

/** Without the projects of the other runs: all files share one set-up. */
const CONFIG = join(import.meta.dirname, 'vitest.config.ts');

/** The files that killed mutants, the last one first: it is likely to kill the next one too. */
const killers: string[] = [];

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    match: { type: 'string', default: '' },
    from: { type: 'string', default: '0' },
    list: { type: 'boolean' },
  },
});

const all = [
  ...routeMutants(),
  ...grantMutants(),
  ...scopeMutants(),
  ...apiKeyMutants(),
  ...guardMutants(),
  ...tokenMutants(),
  ...ruleMutants(),
  ...fieldMutants(),
  ...voidingMutants(),
  ...conditionMutants(),
]
  .filter(({ name }) => name.includes(values.match))
  .slice(Number(values.from));
const chosen = values.sample === undefined ? all : sampleOf(all, Number(values.sample));

if (values.list) {
  console.log([...chosen.map(({ name }) => name), `${chosen.length} mutants`].join('\n'));
} else {
  process.exitCode = await run(chosen);
}

/** With one PostgreSQL and one Redis for all of them. */
async function run(mutants: readonly Mutant[]): Promise<number> {
  const services = await createVitest('test', {
    config: CONFIG,
    watch: false,
    bail: 1,
    passWithNoTests: true,
    reporters: [{}],
  });
  try {
    await services.standalone();
    await services.runTestSpecifications([]); // sets them up
    if (values.sample === undefined) await expectPassing(services, mutants);
    return await runAll(mutants, services.getRootProject().getProvidedContext());
  } finally {
    await services.close();
  }
}

async function runAll(mutants: readonly Mutant[], provide: ProvidedContext): Promise<number> {
  const survivors: Mutant[] = [];
  for (const mutant of mutants) {
    const killer = await withVitest(mutant, provide, (vitest) => findKiller(vitest, mutant));
    console.log(killer ? `killed   ${mutant.name}\n  by ${killer}` : `SURVIVED ${mutant.name}`);
    if (!killer) survivors.push(mutant);
  }
  console.log(`${mutants.length - survivors.length} of ${mutants.length} mutants killed`);
  for (const { name } of survivors) console.log(`SURVIVED ${name}`);
  return survivors.length > 0 ? 1 : 0;
}

/** One of its own for each mutant: what a stopped run leaves behind tells of the one before. */
async function withVitest<T>(
  mutant: Mutant,
  provide: ProvidedContext,
  use: (vitest: Vitest) => Promise<T>,
): Promise<T> {
  const vitest = await createVitest(
    'test',
    { config: CONFIG, watch: false, bail: 1, reporters: [{}], globalSetup: [], provide },
    {
      plugins: [
        {
          name: 'mutant',
          enforce: 'pre',
          transform: (code, id) => (id === fileOf(mutant) ? mutated(mutant, code) : undefined),
        },
      ],
    },
  );
  try {
    await vitest.standalone();
    return await use(vitest);
  } finally {
    await vitest.close();
  }
}

/** Tests that fail as it is would kill every mutant. */
async function expectPassing(vitest: Vitest, mutants: readonly Mutant[]): Promise<void> {
  const tests = [...new Set(mutants.flatMap(({ tests }) => tests))];
  const killer = await killerIn(vitest, await vitest.globTestSpecifications(tests));
  if (killer) throw new Error(`Fails without any mutant: ${killer.name}`);
}

/** @returns the name of the test that fails */
async function findKiller(vitest: Vitest, mutant: Mutant): Promise<string | undefined> {
  const { file, tests, only } = mutant;
  if (only) vitest.setGlobalTestNamePattern(only);
  // Those of the rules, and of the same module of the service, are likely to notice, too.
  const order = [...killers, 'test/unit/', 'e2e/http/', `e2e/${file.split('/')[1]}/`, ...tests];
  const rank = ({ moduleId }: TestSpecification) =>
    order.findIndex((part) => moduleId.includes(part));
  const specifications = await vitest.globTestSpecifications([...tests]);
  requireEach(tests, specifications);
  // One by one: when a failure stops the run, one beside it would go on until it is through.
  for (const specification of specifications.toSorted((a, b) => rank(a) - rank(b))) {
    let killer = await killerIn(vitest, [specification]);
    // A busy machine can make a set-up fail, but hardly twice.
    if (killer?.isInSetUp) killer = await killerIn(vitest, [specification]);
    if (!killer) continue;
    killers.unshift(killer.file, ...killers.splice(0).filter((file) => file !== killer.file));
    return killer.name;
  }
  const all = vitest.state.getTestModules().flatMap((one) => [...one.children.allTests()]);
  if (all.every((test) => test.result().state === 'skipped')) {
    throw new Error(`No test is for ${mutant.name}`);
  }
  return undefined;
}

/** A part that names no file would only be a test less. */
function requireEach(parts: readonly string[], found: readonly TestSpecification[]): void {
  const missing = parts.find((part) => !found.some(({ moduleId }) => moduleId.includes(part)));
  if (missing !== undefined) throw new Error(`No test file is called ${missing}`);
}

interface Killer {
  file: string;
  name: string;
  isInSetUp: boolean;
}

/** @returns the first test that fails, or what else goes wrong */
async function killerIn(
  vitest: Vitest,
  specifications: TestSpecification[],
): Promise<Killer | undefined> {
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const module = testModules.find((module) => !module.ok());
  const file = module?.moduleId ?? '';
  if (module) {
    const [test] = module.children.allTests('failed');
    const inSetUp = [module, ...module.children.allSuites()].flatMap((part) => part.errors());
    const name = test?.fullName ?? `(its set-up) ${inSetUp[0]?.message}`;
    return { file, name: `${module.relativeModuleId} ${name}`, isInSetUp: !test };
  }
  if (unhandledErrors.length === 0) return undefined;
  return { file, name: JSON.stringify(unhandledErrors), isInSetUp: false };
}

/** So many of them, others each time. */
function sampleOf<T>(items: readonly T[], count: number): T[] {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ item }) => item);
}
