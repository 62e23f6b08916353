import { describe, expect, it } from 'vitest';
import { Bulkhead } from '../../src/common/bulkheads/bulkhead.js';

const limits = { what: 'searches', total: 3, perUser: 2, maximumWait: 20 };

describe('Bulkhead', () => {
  it('refuses the own share with 429, and nobody else', async () => {
    const bulkhead = new Bulkhead(limits);
    await bulkhead.enter('greedy');
    await bulkhead.enter('greedy');
    await expect(bulkhead.enter('greedy')).rejects.toMatchObject({
      status: 429,
      headers: { 'retry-after': '1' },
    });
    await expect(bulkhead.enter('other')).resolves.toBeTypeOf('function');
  });

  it('refuses with 503 when every place is taken by others', async () => {
    const bulkhead = new Bulkhead(limits);
    for (const user of ['a', 'b', 'c']) await bulkhead.enter(user);
    await expect(bulkhead.enter('d')).rejects.toMatchObject({ status: 503 });
  });

  it('passes a free place to the first in line who still has a share', async () => {
    const bulkhead = new Bulkhead({ ...limits, maximumWait: 60_000 });
    const leave = await bulkhead.enter('greedy');
    await bulkhead.enter('greedy');
    const order: string[] = [];
    const note = (name: string) => () => order.push(name);
    const greedy = bulkhead.enter('greedy').then(note('greedy'));
    await bulkhead.enter('b');
    const other = bulkhead.enter('c').then(note('c'));
    leave();
    await Promise.race([greedy, other]);
    expect(order).toEqual(['greedy']);
    expect(bulkhead.inUse).toBe(3);
    expect(bulkhead.waitingCount).toBe(1);
  });

  it('skips a waiting user whose share is used up', async () => {
    const bulkhead = new Bulkhead({ ...limits, maximumWait: 60_000 });
    await bulkhead.enter('greedy');
    await bulkhead.enter('greedy');
    const leave = await bulkhead.enter('b');
    const order: string[] = [];
    void bulkhead.enter('greedy').then(() => order.push('greedy'));
    const other = bulkhead.enter('c').then(() => order.push('c'));
    leave();
    await other;
    expect(order).toEqual(['c']);
  });

  it('lets a bounded number wait, and refuses further ones at once', async () => {
    const bulkhead = new Bulkhead({ ...limits, maximumWait: 60_000 });
    await bulkhead.enter('greedy');
    await bulkhead.enter('greedy');
    for (let at = 0; at < 128; at += 1) void bulkhead.enter('greedy');
    await expect(bulkhead.enter('greedy')).rejects.toMatchObject({ status: 429 });
  });

  it('serves dozens of short operations of one user at once', async () => {
    const bulkhead = new Bulkhead({ ...limits, maximumWait: 1_000 });
    const short = () => new Promise((resolve) => setImmediate(resolve));
    const all = Array.from({ length: 100 }, () => bulkhead.run('program', short));
    await expect(Promise.all(all)).resolves.toHaveLength(100);
  });

  it('gives its place back once, also when the work fails', async () => {
    const bulkhead = new Bulkhead(limits);
    await expect(bulkhead.run('a', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    const leave = await bulkhead.enter('a');
    leave();
    leave();
    expect(bulkhead.inUse).toBe(0);
  });
});
