import { cp, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildIfOutdated } from '../../scripts/start/build.ts';
import { patience } from './patience.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const CACHE = join(PROJECT, 'node_modules', '.cache', 'customer-api');
const LOCK_LIMIT = patience(120_000);

/** Builds the server if the build is outdated. A lock serializes test files that need it. */
export async function buildServer(): Promise<string> {
  await mkdir(CACHE, { recursive: true });
  const lock = join(CACHE, 'build.lock');
  const deadline = Date.now() + LOCK_LIMIT;
  while (!(await takeLock(lock))) {
    if (Date.now() > deadline) await rm(lock, { force: true }); // left by a killed run
    await sleep(100);
  }
  try {
    await buildIfOutdated(PROJECT);
  } finally {
    await rm(lock, { force: true });
  }
  return join(PROJECT, 'dist');
}

/** A change to the built server. The text must exist. Otherwise the test would test nothing. */
export interface Patch {
  file: string;
  from: string;
  to: string;
}

/** @returns the folder of a copy of the build in which a text is replaced */
export async function patchedBuild(name: string, { file, from, to }: Patch): Promise<string> {
  const folder = join(CACHE, name);
  await rm(folder, { recursive: true, force: true });
  await cp(await buildServer(), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const path = join(folder, file);
  const code = await readFile(path, 'utf8');
  if (!code.includes(from)) throw new Error(`${file} does not contain: ${from}`);
  await writeFile(path, code.replace(from, to));
  return folder;
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx')).close();
    return true;
  } catch {
    return false;
  }
}
