import type { Operation } from '../../scripts/openapi/operations.ts';

/** The parameters without which the request would fail. */
export function exampleQuery({ parameters }: Operation): string {
  return parameters
    .filter(({ in: place, schema }) => place === 'query' && schema.example !== undefined)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(schema.example))}`)
    .join('&');
}
