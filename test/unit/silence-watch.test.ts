import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SilenceWatch } from '../../src/common/database/silence-watch.js';

const LIMIT = 10_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watch(isAtWork?: () => Promise<boolean>) {
  const line = { bytes: 0, onSilence: vi.fn<() => void>() };
  const silence = new SilenceWatch(LIMIT, {
    transferred: () => line.bytes,
    onSilence: line.onSilence,
  });
  silence.isAtWork = isAtWork;
  silence.start();
  return { silence, line };
}

test('a silent connection is reported at the limit, counted from the last byte', async () => {
  const { line } = watch();
  await vi.advanceTimersByTimeAsync(LIMIT - 1);
  line.bytes = 1;
  await vi.advanceTimersByTimeAsync(LIMIT);
  expect(line.onSilence).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(LIMIT);
  expect(line.onSilence).toHaveBeenCalledOnce();
});

test('a connection that is no longer watched is not reported', async () => {
  const { silence, line } = watch();
  silence.stop();
  await vi.advanceTimersByTimeAsync(2 * LIMIT);
  expect(line.onSilence).not.toHaveBeenCalled();
});

test('a connection is not reported while PostgreSQL works on its statement', async () => {
  const { line } = watch(() => Promise.resolve(true));
  await vi.advanceTimersByTimeAsync(60 * LIMIT);
  expect(line.onSilence).not.toHaveBeenCalled();
});

test('a connection is reported before the limit if PostgreSQL does not work on its statement', async () => {
  const { line } = watch(() => Promise.resolve(false));
  await vi.advanceTimersByTimeAsync(LIMIT / 2);
  expect(line.onSilence).toHaveBeenCalledOnce();
});

test('a connection is not reported after a single check, because its answer may be on the way', async () => {
  const answers = [false, true];
  const { silence, line } = watch(() => Promise.resolve(answers.shift() ?? true));
  await vi.advanceTimersByTimeAsync(LIMIT);
  silence.stop();
  silence.start();
  await vi.advanceTimersByTimeAsync(LIMIT);
  expect(line.onSilence).not.toHaveBeenCalled();
});

test('a failed check is ignored, and the following ones decide', async () => {
  const check = vi.fn<() => Promise<boolean>>();
  check.mockRejectedValueOnce(new Error('no connection')).mockResolvedValue(false);
  const { line } = watch(check);
  await vi.advanceTimersByTimeAsync(LIMIT);
  expect([check.mock.calls.length, line.onSilence.mock.calls.length]).toEqual([3, 1]);
});
