import { type Service, startService } from '../../scripts/embedded/service.ts';

interface Place {
  /** The working folder. It is removed even if this process dies without stopping the service. */
  folder: string;
  logFile: string;
  env?: NodeJS.ProcessEnv;
}

/** Starts a program in a temporary folder, with PATH and `env` as its only environment. */
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
