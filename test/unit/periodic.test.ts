import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Periodic } from '../../src/common/lifecycle/periodic.js';
import type { Log } from '../../src/common/logging/log.js';

const log = { warn: vi.fn() };

function periodic(run: () => Promise<unknown>): Periodic {
  return new Periodic(log as unknown as Log, { pause: 1_000, failure: 'It failed', run });
}

describe('Periodic', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    log.warn.mockClear();
  });
  afterEach(() => vi.useRealTimers());

  it('runs after each pause, and only once the previous run has ended', async () => {
    let finish: (() => void) | undefined;
    const run = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    periodic(run).start();
    await vi.advanceTimersByTimeAsync(999);
    expect(run).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(run).toHaveBeenCalledTimes(1);
    finish?.();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('runs early after hurry(), once for several calls, and never twice at the same time', async () => {
    let finish: (() => void) | undefined;
    const run = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const loop = periodic(run);
    loop.start();
    loop.hurry(30);
    await vi.advanceTimersByTimeAsync(20);
    loop.hurry(30);
    await vi.advanceTimersByTimeAsync(10);
    expect(run).toHaveBeenCalledTimes(1);
    loop.hurry(30);
    await vi.advanceTimersByTimeAsync(500);
    expect(run).toHaveBeenCalledTimes(1);
    finish?.();
    await vi.advanceTimersByTimeAsync(30);
    expect(run).toHaveBeenCalledTimes(2);
    finish?.();
    await vi.advanceTimersByTimeAsync(999);
    expect(run).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('logs a failed run and starts the next one as usual', async () => {
    const run = vi.fn(() => Promise.reject(new Error('no')));
    periodic(run).start(0);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(run).toHaveBeenCalledTimes(2);
    expect(log.warn).toHaveBeenCalledWith({ err: new Error('no') }, 'It failed');
  });

  it('waits for the current run when it stops, and starts no further run', async () => {
    let finish: (() => void) | undefined;
    const run = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const loop = periodic(run);
    loop.start(0);
    await vi.advanceTimersByTimeAsync(0);
    let hasStopped = false;
    const stopping = loop.stop().then(() => (hasStopped = true));
    await vi.advanceTimersByTimeAsync(100);
    expect([loop.isStopped, hasStopped]).toEqual([true, false]);
    finish?.();
    await stopping;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('stops after 5 s even if the current run does not end', async () => {
    const loop = periodic(() => new Promise(() => undefined));
    loop.start(0);
    await vi.advanceTimersByTimeAsync(0);
    const stopping = loop.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    await expect(stopping).resolves.toBeUndefined();
  });
});
