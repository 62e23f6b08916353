import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type ConnectionConfig,
  ResilientClient,
} from '../../src/common/database/resilient-client.js';

const LIMIT = 1_000;

/** A connection on which PostgreSQL answers when a test calls `answer()`. */
class Wire extends EventEmitter {
  readonly parsedStatements = {};
  readonly submittedNamedStatements = {};
  readonly stream = { destroy: vi.fn<() => void>() };
  readonly connect = (): void => undefined;
  readonly query = (): void => undefined;
  readonly answer = (): boolean => this.emit('readyForQuery', { status: 'I' });
}

let wire: Wire;
let client: ResilientClient;
beforeEach(() => {
  vi.useFakeTimers();
  wire = new Wire();
  client = new ResilientClient({ connection: wire, query_timeout: LIMIT } as ConnectionConfig);
  client.connect(() => undefined);
  wire.answer();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Sends the next query as soon as one is answered, like a pool while requests wait for a connection. */
function queryWithoutPause(): void {
  client.query('SELECT', queryWithoutPause);
}

test('the time limit applies to each of several queries without a pause, not to all of them', () => {
  queryWithoutPause();
  for (let answers = 0; answers < 10; answers += 1) {
    vi.advanceTimersByTime(LIMIT / 2);
    wire.answer();
  }
  expect(wire.stream.destroy).not.toHaveBeenCalled();
});

test('an unanswered query closes the connection at the time limit', () => {
  queryWithoutPause();
  vi.advanceTimersByTime(LIMIT / 2);
  wire.answer();
  vi.advanceTimersByTime(LIMIT - 1);
  expect(wire.stream.destroy).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wire.stream.destroy).toHaveBeenCalledOnce();
});
