import type { FastifyContextConfig } from 'fastify';
import { routeConfig } from './route-config.js';

interface StreamedConfig extends FastifyContextConfig {
  isStreamed?: true;
  isBrief?: true;
}

/** Marks a route whose body or response is a stream of any length and duration. */
export const Streamed = () => routeConfig({ isStreamed: true } satisfies StreamedConfig);

/** Marks a route that reads the beginning of a stream, within the time of every other body. */
export const StreamedBriefly = () =>
  routeConfig({ isStreamed: true, isBrief: true } satisfies StreamedConfig);

export function isBrief(config: unknown): boolean {
  return (config as StreamedConfig | undefined)?.isBrief === true;
}

export function isStreamed(config: unknown): boolean {
  return (config as StreamedConfig | undefined)?.isStreamed === true;
}
