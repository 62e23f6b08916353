import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { type FeedEvent, now, readFeed } from '../../support/feed.ts';

let first: TestApp;
let second: TestApp;
let token: string;
beforeAll(async () => {
  first = await startApp({ DATABASE_POOL: '10' });
  second = await startSecondInstance(first);
  token = (await first.account('admin')).token;
});
afterAll(async () => {
  await second.close();
  await first.close();
});

const WRITERS = 4;

/** One step of a writer with its own connection, of a request, or of the reader. */
type Step =
  | { kind: 'begin' | 'commit' | 'rollback'; writer: number }
  | { kind: 'insert'; writer: number; count: number }
  | { kind: 'create' | 'delete' | 'read'; instance: 0 | 1 };

const writer = fc.nat(WRITERS - 1);
const instance = fc.constantFrom(0 as const, 1 as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('begin' as const), writer }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      writer,
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('commit' as const, 'rollback' as const), writer }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('create' as const, 'delete' as const, 'read' as const),
      instance,
    }),
  },
);

/** Transactions that write several audit events, as an import does. */
class Writers {
  readonly committed: string[] = [];
  /** Every id that was inserted, including those that were rolled back. */
  readonly attempted = new Set<string>();
  private readonly open = new Map<number, { client: pg.PoolClient; keys: string[] }>();

  async begin(number: number): Promise<void> {
    if (this.open.has(number)) return;
    const client = await first.database.connect();
    await client.query('BEGIN');
    this.open.set(number, { client, keys: [] });
  }

  async insert(number: number, count: number): Promise<void> {
    const transaction = this.open.get(number);
    if (!transaction) return;
    for (let n = 0; n < count; n += 1) {
      const id = randomUUID();
      await transaction.client.query(
        `INSERT INTO audit_events (action, outcome, subject_type, subject_id, subject_version)
         VALUES ('customer_created', 'success', 'customer', $1, 1)`,
        [id],
      );
      transaction.keys.push(`customer.created ${id}`);
      this.attempted.add(id);
    }
  }

  async finish(number: number, how: 'commit' | 'rollback'): Promise<void> {
    const transaction = this.open.get(number);
    if (!transaction) return;
    this.open.delete(number);
    await transaction.client.query(how);
    transaction.client.release();
    if (how === 'commit') this.committed.push(...transaction.keys);
  }

  async finishAll(): Promise<void> {
    for (const number of this.open.keys())
      await this.finish(number, number % 2 === 0 ? 'commit' : 'rollback');
  }
}

const keyOf = ({ type, data }: FeedEvent) => `${type} ${data.id}`;

async function play(steps: readonly Step[]): Promise<void> {
  const apps = [first, second] as const;
  const writers = new Writers();
  const created: string[] = [];
  const seen: string[] = [];
  let cursor = await now(first, token);
  const read = async (app: TestApp): Promise<void> => {
    const { events, cursor: next } = await readFeed(app, token, cursor, 3);
    // Transactions of other tests on the same PostgreSQL can delay earlier events until now.
    const own = ({ data }: FeedEvent) => writers.attempted.has(data.id);
    seen.push(...events.filter(own).map(keyOf));
    cursor = next;
  };
  try {
    for (const each of steps) {
      switch (each.kind) {
        case 'begin':
          await writers.begin(each.writer);
          break;
        case 'insert':
          await writers.insert(each.writer, each.count);
          break;
        case 'commit':
        case 'rollback':
          await writers.finish(each.writer, each.kind);
          break;
        case 'create': {
          const { body } = await apps[each.instance].post('customers', { name: 'Ada' }, { token });
          created.push(body.id);
          writers.attempted.add(body.id);
          writers.committed.push(`customer.created ${body.id}`);
          break;
        }
        case 'delete': {
          const id = created.pop();
          if (!id) break;
          await apps[each.instance].delete(`customers/${id}`, { token });
          writers.committed.push(`customer.deleted ${id}`);
          break;
        }
        case 'read':
          await read(apps[each.instance]);
          break;
        default:
          each satisfies never;
      }
    }
  } finally {
    await writers.finishAll();
  }
  // Transactions of other tests on the same PostgreSQL can delay the feed.
  await eventually(async () => {
    await read(second);
    return seen.length >= writers.committed.length;
  }, 'all events in the feed');
  expect(seen.toSorted()).toEqual(writers.committed.toSorted());
  const deletions = seen.filter((key) => key.startsWith('customer.deleted'));
  for (const deletion of deletions) {
    const creation = deletion.replace('deleted', 'created');
    expect(seen.indexOf(creation), creation).toBeLessThan(seen.indexOf(deletion));
  }
}

describe('GET /events while transactions begin, commit and roll back in any order', () => {
  test('returns each committed event exactly once', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), play), {
      numRuns: 25,
    });
  });
});
