/**
 * `npm run test:mutants [-- --sample 10] [-- --match sessions] [-- --from 100] [-- --list]`: weakens
 * the service in one place at a time and runs the tests that must detect it. Lists each change that
 * none of them detects, and then exits with 1.
 */
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ProvidedContext } from 'vitest';
import { createVitest, type Vitest } from 'vitest/node';
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

/** Has no projects, unlike the main configuration, so that all files share one set-up. */
const CONFIG = join(import.meta.dirname, 'vitest.config.ts');

/** The slowest files run last, because other files are likely to fail earlier. */
const SLOW = /killed-server|lifecycle|model|property|guessing|voiding|last-admin|instances|faults/;

/** The test files that killed mutants of a source file, latest first. They are likely to do so again. */
const killers = new Map<string, readonly string[]>();

/** Whether a test file passes without any mutant. */
const baseline = new Map<string, Promise<Killer | undefined>>();

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

/** Runs all mutants with one PostgreSQL and one Redis. */
async function run(mutants: readonly Mutant[]): Promise<number> {
  const services = await createVitest('test', {
    config: CONFIG,
    watch: false,
    passWithNoTests: true,
    reporters: [{}],
  });
  try {
    await services.standalone();
    await services.runTestSpecifications([]); // starts the services
    const survivors = await runAll(mutants, services.getRootProject().getProvidedContext());
    console.log(`${mutants.length - survivors.length} of ${mutants.length} mutants killed`);
    for (const { name } of survivors) console.log(`SURVIVED ${name}`);
    return survivors.length > 0 ? 1 : 0;
  } finally {
    await services.close();
  }
}

/** Runs one mutant at a time on each core. @returns the survivors */
async function runAll(mutants: readonly Mutant[], provide: ProvidedContext): Promise<Mutant[]> {
  const waiting = [...mutants];
  const survivors: Mutant[] = [];
  const work = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const killer = await findKiller(mutant, provide);
      console.log(
        killer ? `killed   ${mutant.name}\n  by ${killer.name}` : `SURVIVED ${mutant.name}`,
      );
      if (!killer) survivors.push(mutant);
      else await expectPassing(killer, provide);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return survivors;
}

/** Checks that the killer passes without a mutant. A failing test would kill every mutant. */
async function expectPassing({ file }: Killer, provide: ProvidedContext): Promise<void> {
  if (values.sample !== undefined) return; // CI has just run all tests
  const known =
    baseline.get(file) ?? withVitest(undefined, provide, (vitest) => firstFailure(vitest, [file]));
  baseline.set(file, known);
  const failure = await known;
  if (failure) throw new Error(`Fails without any mutant: ${failure.name}`);
}

/** Creates a new Vitest for each mutant, because a stopped run leaves state behind. */
async function withVitest<T>(
  mutant: Mutant | undefined,
  provide: ProvidedContext,
  use: (vitest: Vitest) => Promise<T>,
): Promise<T> {
  const transform = (code: string, id: string) =>
    mutant && id === fileOf(mutant) ? mutated(mutant, code) : undefined;
  const vitest = await createVitest(
    'test',
    { config: CONFIG, watch: false, bail: 1, reporters: [{}], globalSetup: [], provide },
    { plugins: [{ name: 'mutant', enforce: 'pre', transform }] },
  );
  try {
    await vitest.standalone();
    return await use(vitest);
  } finally {
    await vitest.close();
  }
}

/** @returns the failing test */
async function findKiller(mutant: Mutant, provide: ProvidedContext): Promise<Killer | undefined> {
  let files: string[] | undefined;
  let suspect: string | undefined;
  for (;;) {
    const killer = await withVitest(mutant, provide, async (vitest) => {
      files = files?.slice(files.indexOf(suspect ?? '')) ?? (await filesFor(vitest, mutant));
      return killerIn(vitest, mutant, files);
    });
    // On a busy machine a set-up may fail, but hardly twice.
    if (killer?.isInSetUp && killer.file !== suspect) {
      suspect = killer.file;
      continue;
    }
    if (killer) {
      const others = killers.get(mutant.file)?.filter((file) => file !== killer.file) ?? [];
      killers.set(mutant.file, [killer.file, ...others]);
    }
    return killer;
  }
}

/** The files whose tests must detect the mutant, ordered by how soon they are likely to fail. */
async function filesFor(vitest: Vitest, { file, tests }: Mutant): Promise<string[]> {
  const specifications = await vitest.globTestSpecifications([...tests]);
  const files = specifications.map(({ moduleId }) => moduleId);
  requireEach(tests, files);
  const order = [...(killers.get(file) ?? []), ...tests];
  const rank = (path: string): number => {
    const at = order.findIndex((part) => path.includes(part));
    return SLOW.test(path) ? order.length + at : at;
  };
  return files.toSorted((a, b) => rank(a) - rank(b));
}

async function killerIn(
  vitest: Vitest,
  mutant: Mutant,
  files: readonly string[],
): Promise<Killer | undefined> {
  if (mutant.only) vitest.setGlobalTestNamePattern(mutant.only);
  const killer = await firstFailure(vitest, files);
  const tests = vitest.state.getTestModules().flatMap((one) => [...one.children.allTests()]);
  if (!killer && tests.every((test) => test.result().state === 'skipped')) {
    throw new Error(`No test matches ${mutant.name}`);
  }
  return killer;
}

/** Throws if a part matches no file. Otherwise a renamed test file would be skipped silently. */
function requireEach(parts: readonly string[], files: readonly string[]): void {
  const missing = parts.find((part) => !files.some((file) => file.includes(part)));
  if (missing !== undefined) throw new Error(`No test file matches ${missing}`);
}

interface Killer {
  file: string;
  name: string;
  isInSetUp: boolean;
}

/** Runs the files one after another in one process. @returns the first failing test */
async function firstFailure(vitest: Vitest, files: readonly string[]): Promise<Killer | undefined> {
  const project = vitest.getRootProject();
  const specifications = files.map((file) => project.createSpecification(file));
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

/** A sample that changes with the files of the commit and is the same for the same files. */
function sampleOf<T extends { name: string }>(items: readonly T[], count: number): T[] {
  const tree = execFileSync('git', ['rev-parse', 'HEAD^{tree}'], { encoding: 'utf8' });
  return items
    .map((item) => ({ item, key: hash('sha256', tree + item.name) }))
    .toSorted((a, b) => a.key.localeCompare(b.key))
    .slice(0, count)
    .map(({ item }) => item);
}
