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

test('silence ends the connection at the limit, counted from the last byte', async () => {
  const { line } = watch();
  await vi.advanceTimersByTimeAsync(LIMIT - 1);
  line.bytes = 1;
  await vi.advanceTimersByTimeAsync(LIMIT);
  expect(line.onSilence).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(LIMIT);
  expect(line.onSilence).toHaveBeenCalledOnce();
});

test('an answer ends the watch', async () => {
  const { silence, line } = watch();
  silence.stop();
  await vi.advanceTimersByTimeAsync(2 * LIMIT);
  expect(line.onSilence).not.toHaveBeenCalled();
});

test('a statement may take as long as PostgreSQL works on it', async () => {
  const { line } = watch(() => Promise.resolve(true));
  await vi.advanceTimersByTimeAsync(60 * LIMIT);
  expect(line.onSilence).not.toHaveBeenCalled();
});

test('a statement that PostgreSQL does not work on is lost, before the limit', async () => {
  const { line } = watch(() => Promise.resolve(false));
  await vi.advanceTimersByTimeAsync(LIMIT / 2);
  expect(line.onSilence).toHaveBeenCalledOnce();
});

test('one look is no proof: the answer may be on its way', async () => {
  const answers = [false, true];
  const { silence, line } = watch(() => Promise.resolve(answers.shift() ?? true));
  await vi.advanceTimersByTimeAsync(LIMIT);
  silence.stop();
  silence.start();
  await vi.advanceTimersByTimeAsync(LIMIT);
  expect(line.onSilence).not.toHaveBeenCalled();
});

test('a look that fails says nothing, and the next one decides', async () => {
  const looks = vi.fn<() => Promise<boolean>>();
  looks.mockRejectedValueOnce(new Error('no connection')).mockResolvedValue(false);
  const { line } = watch(looks);
  await vi.advanceTimersByTimeAsync(LIMIT);
  expect([looks.mock.calls.length, line.onSilence.mock.calls.length]).toEqual([3, 1]);
});
