import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { unavailable } from '../errors/errors.js';
import { areaOf } from './area.js';

/** Milliseconds. */
const WINDOW = 1_000;

/**
 * Answers 503 while the event loop is too late on average over a second. Health and metrics are
 * still answered. What the start makes late does not count: on a slow machine an instance would
 * refuse its first requests.
 *
 * @param limit milliseconds that it may be late
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
