import type { paths } from './schema.js';

interface Page {
  data: unknown[];
  page: { has_more: boolean; next_cursor: string | null };
}

type ResponseOf<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

/** The paths whose GET responds with pages. */
export type ListPath = {
  [P in keyof paths]: [ResponseOf<P>] extends [never]
    ? never
    : ResponseOf<P> extends Page
      ? P
      : never;
}[keyof paths];

/** One element of a list. */
export type Item<P extends ListPath> = ResponseOf<P> extends { data: (infer T)[] } ? T : never;

type QueryOf<P extends ListPath> = paths[P] extends { get: { parameters: { query?: infer Query } } }
  ? Omit<NonNullable<Query>, 'cursor'>
  : never;

type PathOf<P extends ListPath> = paths[P] extends { get: { parameters: { path: infer Path } } }
  ? { path: Path }
  : { path?: never };

/** Filters, sort and limit of each page, and the parameters of the path where it has some. */
export type ListOptions<P extends ListPath> = { query?: QueryOf<P> } & PathOf<P>;
