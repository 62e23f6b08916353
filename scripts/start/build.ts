import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startService } from '../embedded/service.ts';
import type { Service } from '../embedded/service.ts';

const SOURCES = ['src', 'package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];
const NEST = ['node_modules', '@nestjs', 'cli', 'bin', 'nest.js'];

/** Builds the server when a source is newer than the last build. */
export async function buildIfOutdated(
  project: string,
  onStarted: (build: Service) => void,
): Promise<void> {
  const main = join(project, 'dist', 'main.js');
  const lastChange = Math.max(...SOURCES.map((name) => newestChange(join(project, name))));
  if (existsSync(main) && newestChange(join(project, 'dist')) >= lastChange) return;

  console.log('Building the server ...');
  const build = startNest(project, ['build'], process.env);
  onStarted(build);
  if ((await build.exited) === 0) return;
  // What a failed build leaves must not pass for a finished one at the next start.
  rmSync(main, { force: true });
  throw new Error('The build failed, see above.');
}

export function startNest(project: string, args: string[], env: NodeJS.ProcessEnv): Service {
  return startService(process.execPath, [join(project, ...NEST), ...args], {
    cwd: project,
    env,
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
  });
}

/** Folders count too: their time changes when a file in them is removed. */
function newestChange(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const children = readdirSync(path).map((name) => newestChange(join(path, name)));
  return Math.max(stats.mtimeMs, ...children);
}
