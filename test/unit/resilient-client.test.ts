import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type ConnectionConfig,
  ResilientClient,
} from '../../src/common/database/resilient-client.js';

const LIMIT = 1_000;

/** A connection to a PostgreSQL that answers when it is asked to. */
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

/** As a pool does while requests wait for a connection: the next query follows in the same moment. */
function queryForEver(): void {
  client.query('SELECT', queryForEver);
}

test('queries that follow each other without a pause have a time limit each', () => {
  queryForEver();
  for (let answers = 0; answers < 10; answers += 1) {
    vi.advanceTimersByTime(LIMIT / 2);
    wire.answer();
  }
  expect(wire.stream.destroy).not.toHaveBeenCalled();
});

test('a query among them that is not answered ends the connection at the limit', () => {
  queryForEver();
  vi.advanceTimersByTime(LIMIT / 2);
  wire.answer();
  vi.advanceTimersByTime(LIMIT - 1);
  expect(wire.stream.destroy).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wire.stream.destroy).toHaveBeenCalledOnce();
});
