import type { FastifyInstance, FastifyRequest } from 'fastify';
import { describe, expect, it, vi } from 'vitest';
import type { Config } from '../../src/common/config/config.js';
import {
  clientAddress,
  trustedHops,
  warnAboutUntrustedProxy,
} from '../../src/common/http/client-address.js';
import type { Log } from '../../src/common/logging/log.js';

/** @param hops from the proxy to the client, in the order in which Fastify lists them */
function addressOf(...hops: string[]): string {
  return clientAddress({ ip: hops.at(-1), ips: hops } as unknown as FastifyRequest);
}

describe('clientAddress', () => {
  it.each([
    ['203.0.113.11', '203.0.113.11'],
    ['203.0.113.11:50001', '203.0.113.11'],
    ['::ffff:203.0.113.11', '203.0.113.11'],
    ['[::ffff:203.0.113.11]:443', '203.0.113.11'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:50001', '2001:db8::1'],
    ['"[2001:db8::1]:50001"', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('reads %s as %s', (sent, address) => {
    expect(addressOf('10.0.0.1', sent)).toBe(address);
  });

  it.each(['', 'unknown', '_hidden', '1', '0177.0.0.1', '203.0.113.11:x', '1.2.3.4.5', '<script>'])(
    'uses the address of the proxy when it forwards %j, which is not an address',
    (sent) => {
      expect(addressOf('10.0.0.2', '10.0.0.1:8080', sent)).toBe('10.0.0.1');
    },
  );
});

describe('TRUST_PROXY', () => {
  it('trusts that many of the nearest hops when it is a number', () => {
    const isTrusted = trustedHops({ trustProxy: 2 } as Config);
    expect([0, 1, 2].map((hop) => isTrusted('203.0.113.1', hop))).toEqual([true, true, false]);
  });

  it('trusts the addresses in the listed networks, with or without a port', () => {
    const isTrusted = trustedHops({ trustProxy: ['10.0.0.0/8', '2001:db8::7'] } as Config);
    const trusted = ['10.1.2.3', '10.1.2.3:8080', '::ffff:10.1.2.3', '[2001:db8::7]:443'];
    const others = ['11.1.2.3', '2001:db8::8', 'unknown', ''];
    expect(trusted.filter((address) => !isTrusted(address, 0))).toEqual([]);
    expect(others.filter((address) => isTrusted(address, 0))).toEqual([]);
  });

  it('logs one warning when it is 0 and requests came through a proxy', () => {
    const warn = vi.fn();
    const hooks: ((request: unknown, reply: unknown, done: () => void) => void)[] = [];
    const server = { addHook: (_name: string, hook: (typeof hooks)[number]) => hooks.push(hook) };
    const log = { warn } as unknown as Log;
    const config = { trustProxy: 0 } as Config;
    warnAboutUntrustedProxy(server as unknown as FastifyInstance, config, log);
    const send = (headers: object) => hooks[0]?.({ ip: '10.0.0.1', headers }, {}, () => undefined);
    send({});
    expect(warn).not.toHaveBeenCalled();
    send({ 'x-forwarded-for': '203.0.113.11' });
    send({ 'x-forwarded-for': '203.0.113.12' });
    expect(warn).toHaveBeenCalledTimes(1);
  });
});
