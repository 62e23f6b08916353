import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SlowCommits } from '../../src/sessions/revocation/slow-commits.js';

describe('SlowCommits', () => {
  let commits: SlowCommits;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    commits = new SlowCommits();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('counts a row as visible since it was written when no transaction was slow', () => {
    commits.note(100);
    expect(commits.visibleFor(45_000)).toBe(45_000);
  });

  it('counts a row as visible since the last moment at which a transaction as old as it was open', () => {
    commits.note(40_000);
    vi.advanceTimersByTime(5_000);
    commits.note(0);
    expect(commits.visibleFor(45_000)).toBe(5_000);
    expect(commits.visibleFor(12_000)).toBe(5_000);
    expect(commits.visibleFor(3_000)).toBe(3_000);
  });

  it('ignores a transaction that began after the row was written', () => {
    commits.note(10_000);
    vi.advanceTimersByTime(5_000);
    expect(commits.visibleFor(15_001)).toBe(15_001);
  });

  it('forgets slow transactions after ten minutes', () => {
    commits.note(40_000);
    vi.advanceTimersByTime(601_000);
    commits.note(0);
    expect(commits.visibleFor(620_000)).toBe(620_000);
  });
});
