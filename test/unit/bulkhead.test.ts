import { describe, expect, it } from 'vitest';
import { Bulkhead } from '../../src/common/bulkheads/bulkhead.js';

const limits = { what: 'searches', total: 3, perUser: 2, maximumWait: 20 };

describe('Bulkhead', () => {
  it('refuses with 429 only the user whose own share is used up', async () => {
    const bulkhead = new Bulkhead(limits);
    await bulkhead.enter('greedy');
    await bulkhead.enter('greedy');
    await expect(bulkhead.enter('greedy')).rejects.toMatchObject({
      status: 429,
      headers: { 'retry-after': '1' },
    });
    await expect(bulkhead.enter('other')).resolves.toBeTypeOf('function');
  });

  it('refuses with 503 when other users hold every slot', async () => {
    const bulkhead = new Bulkhead(limits);
    for (const user of ['a', 'b', 'c']) await bulkhead.enter(user);
    await expect(bulkhead.enter('d')).rejects.toMatchObject({ status: 503 });
  });

  it('gives a free slot to the first user in the queue whose share is not used up', async () => {
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

  it('queues at most 128 operations, and refuses further ones immediately', async () => {
    const bulkhead = new Bulkhead({ ...limits, maximumWait: 60_000 });
    await bulkhead.enter('greedy');
    await bulkhead.enter('greedy');
    for (let at = 0; at < 128; at += 1) void bulkhead.enter('greedy');
    await expect(bulkhead.enter('greedy')).rejects.toMatchObject({ status: 429 });
  });

  it('serves 100 simultaneous short operations of one user', async () => {
    const bulkhead = new Bulkhead({ ...limits, maximumWait: 1_000 });
    const short = () => new Promise((resolve) => setImmediate(resolve));
    const all = Array.from({ length: 100 }, () => bulkhead.run('program', short));
    await expect(Promise.all(all)).resolves.toHaveLength(100);
  });

  it('frees a slot exactly once, even when the work fails', async () => {
    const bulkhead = new Bulkhead(limits);
    await expect(bulkhead.run('a', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    const leave = await bulkhead.enter('a');
    leave();
    leave();
    expect(bulkhead.inUse).toBe(0);
  });
});
