import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdleMemory } from '../../src/common/lifecycle/idle-memory.js';
import type { Log } from '../../src/common/logging/log.js';

const MINUTE = 60_000;
const MIB = 2 ** 20;
/** Microseconds. */
const SECOND = 1_000_000;

const gc = vi.fn();
let memory: IdleMemory;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('gc', gc.mockClear());
  memory = new IdleMemory({ warn: vi.fn() } as unknown as Log);
  memory.onApplicationBootstrap();
});
afterEach(async () => {
  await memory.onApplicationShutdown();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** One minute, as the process sees it. */
async function minute(seen: { processorTime: number; resident: number }): Promise<void> {
  vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: seen.processorTime, system: 0 });
  vi.spyOn(process.memoryUsage, 'rss').mockReturnValue(seen.resident);
  await vi.advanceTimersByTimeAsync(MINUTE);
}

describe('IdleMemory', () => {
  it('collects garbage after a minute with almost nothing to do', async () => {
    await minute({ processorTime: SECOND, resident: 300 * MIB });
    expect(gc).toHaveBeenCalledTimes(1);
  });

  it('does nothing after a minute under load', async () => {
    await minute({ processorTime: 10 * SECOND, resident: 300 * MIB });
    expect(gc).not.toHaveBeenCalled();
  });

  it('does nothing when memory has grown little since the last time', async () => {
    await minute({ processorTime: SECOND, resident: 300 * MIB });
    await minute({ processorTime: SECOND, resident: 320 * MIB });
    expect(gc).toHaveBeenCalledTimes(1);
  });
});
