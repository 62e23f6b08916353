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

/** Lets one minute pass with the given measurements of the process. */
async function minute(measured: { cpuTime: number; resident: number }): Promise<void> {
  vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: measured.cpuTime, system: 0 });
  vi.spyOn(process.memoryUsage, 'rss').mockReturnValue(measured.resident);
  await vi.advanceTimersByTimeAsync(MINUTE);
}

describe('IdleMemory', () => {
  it('collects garbage after an almost idle minute', async () => {
    await minute({ cpuTime: SECOND, resident: 300 * MIB });
    expect(gc).toHaveBeenCalledTimes(1);
  });

  it('does nothing after a minute under load', async () => {
    await minute({ cpuTime: 10 * SECOND, resident: 300 * MIB });
    expect(gc).not.toHaveBeenCalled();
  });

  it('does nothing when memory has grown little since the last collection', async () => {
    await minute({ cpuTime: SECOND, resident: 300 * MIB });
    await minute({ cpuTime: SECOND, resident: 320 * MIB });
    expect(gc).toHaveBeenCalledTimes(1);
  });
});
