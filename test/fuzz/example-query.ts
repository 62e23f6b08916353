import type { Operation } from '../../scripts/openapi/operations.ts';

/** The query parameters that have an example, which are the required ones. */
export function exampleQuery({ parameters }: Operation): string {
  return parameters
    .filter(({ in: place, schema }) => place === 'query' && schema.example !== undefined)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(schema.example))}`)
    .join('&');
}
