import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { unavailable } from '../errors/errors.js';
import { areaOf } from './area.js';

/** Milliseconds. */
const WINDOW = 1_000;

/**
 * Answers 503 while the average delay of the event loop over a second is too long. Health and metrics are
 * still served. The delay of the start does not count, because an instance on a slow machine would refuse
 * its first requests.
 *
 * @param limit maximum delay in milliseconds
 */
export function refuseWhenOverloaded(server: FastifyInstance, limit: number): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  let isOverloaded = false;
  let timer: NodeJS.Timeout | undefined;
  server.addHook('onListen', (done) => {
    delay.enable();
    timer = setInterval(() => {
      isOverloaded = delay.mean / 1e6 > limit;
      delay.reset();
    }, WINDOW).unref();
    done();
  });
  server.addHook('onRequest', (request, _reply, done) => {
    const isRefused = isOverloaded && areaOf(request) !== 'operations';
    done(isRefused ? unavailable(undefined, 'overload') : undefined);
  });
  server.addHook('onClose', (_server, done) => {
    clearInterval(timer);
    delay.disable();
    done();
  });
}
