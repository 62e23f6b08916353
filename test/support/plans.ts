import { DataSource } from 'typeorm';
import { expect, vi } from 'vitest';
import { PLANNED_EACH_TIME } from '../../src/common/database/prepared-statements-client.js';
import type { TestApp } from './app.ts';

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Plans?: Plan[];
}

/**
 * Runs `act` and explains every statement with these words that the service sends: with its values, and
 * with the generic plan that PostgreSQL may use once it is prepared.
 *
 * @returns the node types of each plan, alone and with their tables, and the names of its indexes
 */
export async function plansOf(
  app: TestApp,
  words: string,
  act: () => Promise<unknown>,
): Promise<string[][]> {
  const query = vi.spyOn(app.app.nest.get(DataSource), 'query');
  await act();
  const statements = query.mock.calls.filter(([sql]) => sql.includes(words));
  query.mockRestore();
  expect(statements.length).toBeGreaterThan(0);
  const plans: string[][] = [];
  for (const [sql, parameters] of statements) {
    plans.push(await explain(app, `EXPLAIN (FORMAT JSON) ${sql}`, parameters));
    const isPrepared = !sql.startsWith(PLANNED_EACH_TIME);
    if (isPrepared) plans.push(await explain(app, `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${sql}`));
  }
  return plans;
}

async function explain(app: TestApp, sql: string, parameters?: unknown): Promise<string[]> {
  const [row] = await app.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(sql, parameters as unknown[]);
  return row ? nodes(row['QUERY PLAN'][0].Plan) : [];
}

function nodes(plan: Plan): string[] {
  const { 'Node Type': type, 'Relation Name': table, 'Index Name': index } = plan;
  const own = [type, ...(table ? [`${type} on ${table}`] : []), ...(index ? [index] : [])];
  return [...own, ...(plan.Plans ?? []).flatMap(nodes)];
}
