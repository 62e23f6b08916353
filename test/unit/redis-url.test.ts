import { describe, expect, it } from 'vitest';
import { redisTarget } from '../../src/common/config/redis-url.js';

describe('redisTarget', () => {
  it.each([
    ['redis://localhost:6379', 'redis://localhost:6379'],
    ['rediss://user:secret@cache:6380/2', 'rediss://user:secret@cache:6380/2'],
    ['valkey://localhost', 'redis://localhost'],
    ['valkeys://localhost', 'rediss://localhost'],
  ])('reads %s as the single server %s', (text, url) => {
    expect(redisTarget(text)).toEqual({ kind: 'direct', url });
  });

  it('reads a list of Sentinels and the name of their master', () => {
    const text = 'redis-sentinel://api:p%40ss@h1,h2:26380,[::1]/main?sentinel_password=x%2Fy';
    expect(redisTarget(text)).toEqual({
      kind: 'sentinel',
      isTls: false,
      sentinels: [
        { host: 'h1', port: 26_379 },
        { host: 'h2', port: 26_380 },
        { host: '::1', port: 26_379 },
      ],
      masterName: 'main',
      username: 'api',
      password: 'p@ss',
      sentinelPassword: 'x/y',
    });
    expect(redisTarget('redis-sentinel://api:a:b@h1/main')).toMatchObject({ password: 'a:b' });
    expect(redisTarget('rediss-sentinel://h1/main')).toMatchObject({ isTls: true, password: '' });
  });

  it.each([
    'http://localhost',
    'localhost:6379',
    'redis://',
    'redis://localhost:6379/cache',
    'redis-sentinel://h1',
    'redis-sentinel://h1,/m',
    'redis-sentinel://h1:65536/m',
  ])('refuses %s', (text) => {
    expect(() => redisTarget(text)).toThrow(/^must /);
  });
});
