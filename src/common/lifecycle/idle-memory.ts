import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Log } from '../logging/log.js';
import { Periodic } from './periodic.js';

/** Milliseconds. */
const PAUSE = 60_000;
/** Microseconds of processor time in a pause. An idle service needs less. */
const IDLE = 2_000_000;
/** Collects again only when memory has grown by this factor since the last time. */
const GROWTH = 1.2;

/**
 * Collects garbage after an idle minute, which takes a tenth of a second. Without it, V8 would keep the
 * memory of the start: 207 MiB instead of 129 MiB in an idle process. `start:prod` and the image run node
 * with `--expose-gc` for this. Without the flag, this class does nothing.
 */
@Injectable()
export class IdleMemory implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop: Periodic;
  private used = process.cpuUsage();
  private kept = 0;

  constructor(log: Log) {
    const run = async () => this.collectIfIdle();
    this.loop = new Periodic(log, { pause: PAUSE, failure: 'Memory cannot be collected', run });
  }

  onApplicationBootstrap(): void {
    if (globalThis.gc) this.loop.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  private collectIfIdle(): void {
    const { user, system } = process.cpuUsage(this.used);
    this.used = process.cpuUsage();
    if (user + system > IDLE || process.memoryUsage.rss() < GROWTH * this.kept) return;
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    this.kept = process.memoryUsage.rss();
  }
}
