import { Resolver } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

export interface HostAddress {
  address: string;
  family: 4 | 6;
}

/** Milliseconds for one query to one server. Each server is asked twice. */
const TIMEOUT = 2_000;
const TRIES = 2;
const MOST_ADDRESSES = 16;

/** RFC 6761 section 6.3: these names are never looked up. */
const LOCALHOST = /^(.+\.)?localhost\.?$/i;
const LOOPBACK: readonly HostAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Resolves names by DNS queries. `dns.lookup` would use one of the four threads that Node.js also needs
 * for files and password hashes, so a slow name server would slow down log-ins. Therefore names in
 * `/etc/hosts` are unknown here.
 */
@Injectable()
export class NameResolution {
  private readonly resolver = new Resolver({ timeout: TIMEOUT, tries: TRIES });

  /** @returns at least one address @throws Error when the name has none, or no server answers */
  async resolve(name: string): Promise<HostAddress[]> {
    if (LOCALHOST.test(name)) return [...LOOPBACK];
    const [ipv4, ipv6] = await Promise.allSettled([
      this.resolver.resolve4(name),
      this.resolver.resolve6(name),
    ]);
    const addresses = [...toAddresses(ipv4, 4), ...toAddresses(ipv6, 6)];
    if (addresses.length === 0) throw new Error('The name has no address');
    return addresses.slice(0, MOST_ADDRESSES);
  }
}

function toAddresses(answer: PromiseSettledResult<string[]>, family: 4 | 6): HostAddress[] {
  if (answer.status === 'rejected') return [];
  return answer.value.map((address) => ({ address, family }));
}
