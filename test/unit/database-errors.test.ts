import { QueryRunnerAlreadyReleasedError, type DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { databaseError, translateConstraints } from '../../src/common/database/database-errors.js';
import { transaction } from '../../src/common/database/transaction.js';
import { AppError } from '../../src/common/errors/app-error.js';

const errors = { users_email_key: () => new AppError('email_taken') };
const violation = (code: string, constraint: string) =>
  Object.assign(new Error('violates a constraint'), { code, constraint });

describe('translateConstraints', () => {
  it.each([
    ['unique', '23505'],
    ['foreign key', '23503'],
  ])('translates the violation of a listed %s constraint', async (_kind, code) => {
    const thrown = await translateConstraints(errors, () =>
      Promise.reject(violation(code, 'users_email_key')),
    ).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'email_taken', status: 409 });
  });

  it('rethrows the violation of a constraint that is not listed', async () => {
    const error = violation('23503', 'other_fkey');
    await expect(translateConstraints(errors, () => Promise.reject(error))).rejects.toBe(error);
  });
});

describe('databaseError', () => {
  it.each([
    ['57P01', 'terminating connection due to administrator command'],
    ['57P03', 'the database system is starting up'],
    ['53100', 'could not extend file'],
    ['58030', 'could not read file'],
    ['25006', 'cannot execute UPDATE in a read-only transaction'],
    ['55000', 'recovery is in progress'],
    ['40001', 'could not serialize access'],
    ['40P01', 'deadlock detected'],
    ['08P01', 'server conn crashed?'],
    ['ECONNRESET', 'read ECONNRESET'],
    ['ERR_STREAM_DESTROYED', 'Cannot call write after a stream was destroyed'],
    ['', 'Connection terminated unexpectedly'],
    ['', 'Client has encountered a connection error and is not queryable'],
    ['', 'timeout expired'],
    ['', 'timeout exceeded when trying to connect'],
    ['', 'Query read timeout'],
    ['', 'Cannot use a pool after calling end on the pool'],
    ['', 'There was an error establishing an SSL connection'],
  ])('returns 503 for %s %s', (code, message) => {
    const error = Object.assign(new Error(message), code && { code });
    expect(databaseError(error)?.status).toBe(503);
  });

  it('returns 503 for a transaction that lost its connection', () => {
    expect(databaseError(new QueryRunnerAlreadyReleasedError())?.status).toBe(503);
  });

  it.each([
    ['XX000', 'could not write init file'],
    ['28P01', 'password authentication failed for user "api"'],
  ])('returns 503 for %s %s of a new connection', (code, message) => {
    const error = Object.assign(new Error(message), { code, severity: 'FATAL' });
    expect(databaseError(error)?.status).toBe(503);
  });

  it.each(['42703', 'XX000'])('returns 500 for a statement that fails with %s', (code) => {
    const error = Object.assign(violation(code, ''), { severity: 'ERROR' });
    expect(databaseError(error)?.status).toBe(500);
  });
});

describe('transaction', () => {
  function dataSourceFailing(times: number, code: string): { source: DataSource; runs: number } {
    const state = { runs: 0, source: {} as DataSource };
    state.source = {
      transaction: (work: (manager: unknown) => Promise<unknown>) => {
        state.runs += 1;
        return state.runs <= times ? Promise.reject(violation(code, '')) : work({});
      },
    } as unknown as DataSource;
    return state;
  }

  it.each(['40001', '40P01'])('is retried after %s, at most three times', async (code) => {
    const state = dataSourceFailing(3, code);
    await expect(transaction(state.source, () => Promise.resolve('done'))).resolves.toBe('done');
    expect(state.runs).toBe(4);
    const hopeless = dataSourceFailing(9, code);
    await expect(transaction(hopeless.source, () => Promise.resolve())).rejects.toMatchObject({
      code,
    });
    expect(hopeless.runs).toBe(4);
  });

  it('is not retried after any other error', async () => {
    const state = dataSourceFailing(1, '57P01');
    await expect(transaction(state.source, () => Promise.resolve())).rejects.toMatchObject({
      code: '57P01',
    });
    expect(state.runs).toBe(1);
  });
});
