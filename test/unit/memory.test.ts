import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { giveMemoryBackAtRest } from '../../src/common/memory.js';

const MINUTE = 60_000;
const MIB = 2 ** 20;
/** Microseconds. */
const SECOND = 1_000_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** One minute, as the process sees it. */
function minute(seen: { processorTime: number; resident: number }): void {
  const usage = { user: seen.processorTime, system: 0 };
  vi.spyOn(process, 'cpuUsage').mockReturnValue(usage);
  vi.spyOn(process.memoryUsage, 'rss').mockReturnValue(seen.resident);
  vi.advanceTimersByTime(MINUTE);
}

async function garbage(): Promise<WeakRef<object>> {
  const reference = new WeakRef({});
  await nextTurn(); // until then, V8 keeps what a WeakRef was made of
  return reference;
}

describe('giveMemoryBackAtRest', () => {
  test('collects garbage after a minute with next to nothing to do', async () => {
    giveMemoryBackAtRest();
    const object = await garbage();
    minute({ processorTime: SECOND, resident: 300 * MIB });
    expect(object.deref()).toBeUndefined();
  });

  test('does nothing after a minute under load', async () => {
    giveMemoryBackAtRest();
    const object = await garbage();
    minute({ processorTime: 10 * SECOND, resident: 300 * MIB });
    expect(object.deref()).toBeDefined();
  });

  test('does nothing when little has come together since the last time', async () => {
    giveMemoryBackAtRest();
    minute({ processorTime: SECOND, resident: 300 * MIB });
    const object = await garbage();
    minute({ processorTime: SECOND, resident: 320 * MIB });
    expect(object.deref()).toBeDefined();
  });
});
