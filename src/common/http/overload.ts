import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { unavailable } from '../errors/errors.js';
import { areaOf } from './area.js';

/** Milliseconds. */
const LIMIT = 500;
const WINDOW = 1_000;

/**
 * Answers 503 while the event loop is late by more than half a second on average over a second: a
 * client that waits longer gains nothing. Health and metrics are still answered.
 */
export function refuseWhenOverloaded(server: FastifyInstance): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  let isOverloaded = false;
  delay.enable();
  const timer = setInterval(() => {
    isOverloaded = delay.mean / 1e6 > LIMIT;
    delay.reset();
  }, WINDOW).unref();
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
