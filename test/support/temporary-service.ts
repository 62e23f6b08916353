import { type Service, startService } from '../../scripts/embedded/service.ts';

interface Place {
  /** Where it works. Removed should this process die without having stopped the service. */
  folder: string;
  logFile: string;
  env?: NodeJS.ProcessEnv;
}

/** Starts a program with nothing but a temporary folder and what `env` gives it. */
export function startTemporaryService(
  command: string,
  args: string[],
  { folder, logFile, env }: Place,
): Service {
  return startService(command, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    logFile,
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
    temporaryFolder: folder,
  });
}
