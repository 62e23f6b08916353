import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { vi } from 'vitest';

/**
 * Finds statements inside a transaction that use a second connection. If many transactions wait for a
 * second connection at the same time, the pool is exhausted and none of them gets one.
 *
 * @returns the stacks of such statements, collected until `vi.restoreAllMocks`
 */
export function findSecondConnections(): string[] {
  const found: string[] = [];
  const inTransaction = new AsyncLocalStorage<true>();
  const createQueryRunner = methodOf(DataSource.prototype, 'createQueryRunner');
  const transaction = methodOf(EntityManager.prototype, 'transaction');
  vi.spyOn(EntityManager.prototype, 'transaction').mockImplementation(function (
    this: EntityManager,
    ...rest: unknown[]
  ) {
    const watched = rest.map((work) =>
      typeof work === 'function'
        ? (manager: unknown) => inTransaction.run(true, () => work(manager) as unknown)
        : work,
    );
    return transaction.apply(this, watched) as Promise<unknown>;
  });
  vi.spyOn(DataSource.prototype, 'createQueryRunner').mockImplementation(function (
    this: DataSource,
    mode,
  ) {
    if (inTransaction.getStore()) found.push(new Error('a second connection').stack ?? '');
    return createQueryRunner.apply(this, [mode]) as QueryRunner;
  });
  return found;
}

function methodOf(prototype: object, name: string): (...rest: unknown[]) => unknown {
  return Reflect.get(prototype, name) as (...rest: unknown[]) => unknown;
}
