import { expect, test, vi } from 'vitest';
import { giveMemoryBackAtRest } from '../src/common/memory.js';

const MINUTE = 60_000;
const MIB = 2 ** 20;

const rss = () => process.memoryUsage.rss();

test('after a minute at rest the memory that a load has taken is given back', () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  try {
    giveMemoryBackAtRest();
    vi.advanceTimersByTime(MINUTE);
    const atRest = rss();
    takeMemory();
    const underLoad = rss();
    expect(underLoad).toBeGreaterThan(atRest + 150 * MIB);
    vi.advanceTimersByTime(MINUTE);
    expect(rss()).toBeLessThan(underLoad - 100 * MIB);
  } finally {
    vi.useRealTimers();
  }
});

function takeMemory(): number {
  return Array.from({ length: 5_000_000 }, (_, index) => ({ index })).length;
}
