import type { FastifyRequest } from 'fastify';
import { API_PREFIX } from './prefix.js';

export type Area = 'api' | 'docs' | 'operations' | 'other' | 'unknown';

/**
 * The part of the service that a request belongs to. It depends on the matched route and not on the text
 * of the URL, which can have several spellings for one route, such as percent-encoded.
 */
export function areaOf({ routeOptions }: FastifyRequest): Area {
  return areaOfRoute(routeOptions.url);
}

/** @param template such as `/api/v1/users/:id`; undefined when no route matched */
function areaOfRoute(template: string | undefined): Area {
  if (template === undefined) return 'unknown';
  if (template.startsWith(`/${API_PREFIX}`)) return 'api';
  if (template.startsWith('/docs')) return 'docs';
  return /^\/(health|metrics)(\/|$)/.test(template) ? 'operations' : 'other';
}

/** The path of the matched route with the parameters of the request, in its only spelling. */
export function pathOf(request: FastifyRequest): string {
  return fillIn(request.routeOptions.url ?? '', request);
}

/** Puts the parameters of the request into a template such as `/users/:id/keys`. */
export function fillIn(template: string, { params }: FastifyRequest): string {
  const values = params as Readonly<Record<string, string>>;
  return template.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}
