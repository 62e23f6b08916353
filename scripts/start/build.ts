import { existsSync, readdirSync, statSync } from 'node:fs';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { startService } from '../embedded/service.ts';
import type { Service } from '../embedded/service.ts';

const SOURCES = ['src', 'package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];
/** Files that are served unchanged, like `assets` in nest-cli.json. */
const ASSETS = join('console', 'page');
/** The functions that compiled decorators call. */
const HELPERS = 'babel-helpers.js';
const NEST = ['node_modules', '@nestjs', 'cli', 'bin', 'nest.js'];

/**
 * Compiles the server to `dist` if a source is newer than the last build. Compiles each file separately,
 * like the tests, in a tenth of the time of `npm run build`. Only `npm run build` checks the types.
 */
export async function buildIfOutdated(
  project: string,
  log: (line: string) => void = () => undefined,
): Promise<void> {
  const dist = join(project, 'dist');
  const lastChange = Math.max(...SOURCES.map((name) => newestChange(join(project, name))));
  if (existsSync(join(dist, 'main.js')) && newestChange(dist) >= lastChange) return;

  log('Building the server ...');
  // The build is complete or absent. An interrupted build must not look like a finished one.
  const unfinished = await mkdtemp(join(project, 'dist.new-'));
  try {
    await compile(project, unfinished);
    // A temporary folder is private to its owner, but the service may run as another user.
    await chmod(unfinished, 0o755);
    await rm(dist, { recursive: true, force: true });
    await rename(unfinished, dist);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

export function startNest(project: string, args: string[], env: NodeJS.ProcessEnv): Service {
  return startService(process.execPath, [join(project, ...NEST), ...args], {
    cwd: project,
    env,
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
  });
}

async function compile(project: string, target: string): Promise<void> {
  const { transformWithOxc } = await import('vite'); // takes a third of a second
  const source = join(project, 'src');
  const tsconfig = join(project, 'tsconfig.json');
  const names = await readdir(source, { recursive: true });
  await Promise.all(
    names.filter(isSource).map(async (name) => {
      const path = join(source, name);
      // vite finds the file by itself only if the path contains neither # nor ?.
      const options = { helpers: { mode: 'External' }, tsconfig } as const;
      const { code, map } = await transformWithOxc(await readFile(path, 'utf8'), path, options);
      const file = join(target, name.replace(/\.ts$/, '.js'));
      const helpers = relative(dirname(file), join(target, HELPERS)).replace(/^(?!\.)/, './');
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, [code, ...end(basename(file), helpers), ''].join('\n'));
      await writeFile(`${file}.map`, JSON.stringify(map));
    }),
  );
  await cp(join(import.meta.dirname, HELPERS), join(target, HELPERS));
  await cp(join(source, ASSETS), join(target, ASSETS), { recursive: true });
}

/** Lines for the end of a file, where they do not shift the source map. Imports are hoisted anyway. */
function end(file: string, helpers: string): string[] {
  return [`import * as babelHelpers from '${helpers}';`, `//# sourceMappingURL=${file}.map`];
}

function isSource(name: string): boolean {
  return name.endsWith('.ts') && !name.endsWith('.d.ts');
}

/** Includes folders, because their time changes when a file in them is removed. */
function newestChange(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const children = readdirSync(path).map((name) => newestChange(join(path, name)));
  return Math.max(stats.mtimeMs, ...children);
}
