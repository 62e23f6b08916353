import { existsSync, readdirSync, statSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { startService } from '../embedded/service.ts';
import type { Service } from '../embedded/service.ts';

const SOURCES = ['src', 'package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];
/** Files that are served as they are, as `assets` of nest-cli.json. */
const ASSETS = join('console', 'page');
const NEST = ['node_modules', '@nestjs', 'cli', 'bin', 'nest.js'];

/**
 * Compiles the server into `dist` when a source is newer than the last build. Each file is compiled
 * by itself, as in the tests, which takes a quarter of the time of `npm run build`. Only that checks
 * the types.
 */
export async function buildIfOutdated(
  project: string,
  say: (line: string) => void = () => undefined,
): Promise<void> {
  const dist = join(project, 'dist');
  const lastChange = Math.max(...SOURCES.map((name) => newestChange(join(project, name))));
  if (existsSync(join(dist, 'main.js')) && newestChange(dist) >= lastChange) return;

  say('Building the server ...');
  // Complete or absent: a build that is cut off must not pass for a finished one.
  const unfinished = await mkdtemp(join(project, 'dist.new-'));
  try {
    await compile(project, unfinished);
    // A temporary folder belongs to its owner alone, and the service may run as another user.
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
  const { default: ts } = await import('typescript'); // takes half a second
  const configFile = join(project, 'tsconfig.build.json');
  const { config } = ts.readConfigFile(configFile, (path) => ts.sys.readFile(path));
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, project);
  // The compiler does not look into package.json here, which says that these are ES modules.
  const compilerOptions = {
    ...options,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const source = join(project, 'src');
  for (const fileName of fileNames) {
    const text = await readFile(fileName, 'utf8');
    const output = ts.transpileModule(text, { fileName, compilerOptions, reportDiagnostics: true });
    const [problem] = output.diagnostics ?? [];
    if (problem) throw new Error(ts.formatDiagnostic(problem, formatHost(project)).trimEnd());
    const file = join(target, relative(source, fileName).replace(/\.ts$/, '.js'));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, output.outputText);
    if (output.sourceMapText) await writeFile(`${file}.map`, output.sourceMapText);
  }
  await cp(join(source, ASSETS), join(target, ASSETS), { recursive: true });
}

function formatHost(project: string) {
  return {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => project,
    getNewLine: () => '\n',
  };
}

/** Folders count too: their time changes when a file in them is removed. */
function newestChange(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const children = readdirSync(path).map((name) => newestChange(join(path, name)));
  return Math.max(stats.mtimeMs, ...children);
}
