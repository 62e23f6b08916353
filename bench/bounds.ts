import type { Bound, Row } from './report.ts';

/**
 * The bounds of the rows, by name. A ratio below `least` makes the run fail. A ratio above `most` is
 * only marked, because the machine may be too small. A floor is 0.05 below the result of complete runs
 * on two idle cores.
 */
export const BOUNDS: Readonly<Record<string, Bound>> = {
  'no database': { least: 0.7 },
  'customer by id': { least: 0.7 },
  '20 youngest': { least: 0.85 },
  'first page': { least: 0.75 },
  'deep page': { least: 0.7 },
  search: { least: 0.75 },
  'metadata filter': { least: 0.85 },
  create: { least: 0.7 },
  update: { least: 0.7 },
  'upsert by external id': { least: 0.7 },
  'feed, a page of 100 events': { least: 0.95 },
  refresh: { least: 0.6 },
  'log-out': { least: 0.6 },
  'step-up': { least: 0.8 },
  'customer by id, new tokens': { least: 0.5 },
  '20 youngest, new tokens': { least: 0.8 },
  'create, new tokens': { least: 0.55 },
  'start to ready': { most: 1 },
  'resident memory, idle': { most: 1 },
  'a batch of 100 creates / one create': { most: 5 },
  'p99 of reads beside log-ins / undisturbed': { most: 2 },
  'p99 of reads beside log-ins, the server / bare': { most: 2 },
  'customer by id, one API key / one access token': { least: 0.9 },
  'customer by id, 1,000 API keys / 1,000 access tokens': { least: 0.95 },
  'p99 of reads beside a dead webhook / a paused one': { most: 1.5 },
  'import / COPY': { most: 1.65 },
  'import with mapping, dates and codes / import': { most: 1.3 },
  'export / COPY': { most: 2 },
  'first byte of the export': { most: 1 },
  '20 youngest, among 10,000,000 / 10,000': { most: 1.5 },
  'first page, among 10,000,000 / 10,000': { most: 1.5 },
  'deep page, among 10,000,000 / 10,000': { most: 1.5 },
  'search, among 10,000,000 / 10,000': { most: 1.5 },
  'feed, first page, among 10,000,000 events / 10,000': { most: 1.5 },
  'feed, middle page, among 10,000,000 events / 10,000': { most: 1.5 },
  'feed, last page, among 10,000,000 events / 10,000': { most: 1.5 },
  'feed, idle memory of the server after 1,000,000 events / before': { most: 1.2 },
  'feed, heap of the consumer after 1,000,000 events / 100,000': { most: 1.2 },
};

export function hasFloor({ name }: Row): boolean {
  const bound = BOUNDS[name];
  return bound !== undefined && 'least' in bound;
}

export function isMet({ name, ratio }: Row): boolean {
  const bound = BOUNDS[name];
  if (!bound) return true;
  return 'least' in bound ? ratio >= bound.least : ratio <= bound.most;
}
