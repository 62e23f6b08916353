import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../../scripts/embedded/service.ts';
import { startTemporaryService } from '../support/temporary-service.ts';
import { send } from './http.ts';
import { COMPILE_CACHE } from '../support/compile-cache.ts';
import { patience } from '../support/patience.ts';
import { SERVER_FLAGS } from '../../scripts/server-command.ts';

const START_LIMIT = patience(60_000);

/** The built server in its own process. */
export class Instance {
  private constructor(
    readonly service: Service,
    readonly port: number,
    private readonly logFile: string,
  ) {}

  /** Resolves when the server is listening. @param dist the folder of the build */
  static async start(
    dist: string,
    environment: Record<string, string>,
    port?: number,
  ): Promise<Instance> {
    const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
    const logFile = join(folder, `${randomBytes(4).toString('hex')}.log`);
    const env = { ...COMPILE_CACHE, ...environment, PORT: String(port ?? 0) };
    const command = [...SERVER_FLAGS, join(dist, 'main.js')];
    const service = startTemporaryService(process.execPath, command, { folder, logFile, env });
    const deadline = Date.now() + START_LIMIT;
    while (service.exitCode() === undefined && Date.now() < deadline) {
      const log = readFileSync(logFile, 'utf8');
      const listening = /"port":([0-9]+),"message":"The service is listening"/.exec(log);
      if (listening) return new Instance(service, Number(listening[1]), logFile);
      await sleep(20);
    }
    const log = readFileSync(logFile, 'utf8');
    await service.stop();
    throw new Error(`The server did not start:\n${log.slice(-2_000)}`);
  }

  /** The value of a series, given as its name and labels in `/metrics`; undefined if it is missing. */
  async metric(series: string): Promise<number | undefined> {
    const { text } = await send(this.port, 'GET', '/metrics');
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  /** The state of Redis from the point of view of this instance. */
  async redisState(): Promise<string> {
    const { text } = await send(this.port, 'GET', '/metrics');
    return /^session_redis_state\{state="(\w+)"\} 1$/m.exec(text)?.[1] ?? 'unknown';
  }

  async waitForRedisState(wanted: string, limit = patience(20_000)): Promise<void> {
    const deadline = Date.now() + limit;
    let state = '';
    while (Date.now() < deadline) {
      this.requireRunning();
      state = await this.redisState();
      if (state === wanted) return;
      await sleep(25);
    }
    throw new Error(`For the instance, Redis is ${state} instead of ${wanted}`);
  }

  /** The last warnings and errors in its log, which help to find out why a trial failed. */
  get warnings(): string[] {
    const lines = readFileSync(this.logFile, 'utf8').split('\n');
    return lines.filter((line) => /"level":"(warn|error|fatal)"/.test(line)).slice(-20);
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.remove();
  }

  async kill(): Promise<void> {
    this.service.force();
    await this.service.exited;
    await this.remove();
  }

  private requireRunning(): void {
    const code = this.service.exitCode();
    if (code === undefined) return;
    const log = readFileSync(this.logFile, 'utf8').slice(-2_000);
    throw new Error(`The instance ended with code ${code}:\n${log}`);
  }

  private async remove(): Promise<void> {
    await rm(dirname(this.logFile), { recursive: true, force: true });
  }
}
