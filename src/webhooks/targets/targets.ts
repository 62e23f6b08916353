import type { LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type HostAddress, NameResolution } from './name-resolution.js';
import { literalOf, TargetPolicy } from './target-policy.js';

/** Milliseconds. */
const LONGEST_CHECK = 2_000;

type Callback = Parameters<LookupFunction>[2];

/** The target of a webhook is not allowed, or its name cannot be resolved. */
export class TargetError extends Error {
  constructor(readonly code: 'address_not_allowed' | 'name_not_found') {
    super(code);
  }
}

/** Applies {@link TargetPolicy} to URLs and to every connection of webhooks. */
@Injectable()
export class Targets {
  constructor(
    private readonly policy: TargetPolicy,
    private readonly names: NameResolution,
  ) {}

  /**
   * The problem of a URL for a webhook; undefined when it is allowed. It accepts an `https:` URL whose
   * name cannot be resolved now, because each connection checks the address again.
   */
  async problemOf(text: string): Promise<string | undefined> {
    const problem = this.policy.problemOf(text);
    if (problem !== undefined) return problem;
    const url = new URL(text);
    if (literalOf(url) !== undefined) return undefined;
    const addresses = await inTime(this.names.resolve(url.hostname));
    const isLost = url.protocol === 'http:' && addresses.length === 0;
    return isLost || !this.areAllowed(url, addresses) ? this.policy.refusal(url) : undefined;
  }

  /**
   * Resolves a name for a socket, so that the socket connects to the checked address. After an earlier
   * check, DNS could return another address.
   *
   * @throws TargetError for an IP address in the URL, which sockets do not look up
   */
  lookupFor(url: URL): LookupFunction {
    const literal = literalOf(url);
    if (literal !== undefined && !this.policy.allows(url.protocol, literal)) {
      throw new TargetError('address_not_allowed');
    }
    return (name, { all = false }, callback) => {
      void this.lookUp(url, name, all, callback);
    };
  }

  private async lookUp(url: URL, name: string, all: boolean, callback: Callback): Promise<void> {
    let addresses: HostAddress[];
    try {
      addresses = await this.resolve(url, name);
    } catch (error) {
      callback(error as Error, []);
      return;
    }
    if (all) callback(null, addresses);
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
  }

  /** @throws TargetError when any address is not allowed */
  private async resolve(url: URL, name: string): Promise<HostAddress[]> {
    const addresses = await this.names.resolve(name).catch(() => []);
    if (addresses.length === 0) throw new TargetError('name_not_found');
    if (!this.areAllowed(url, addresses)) throw new TargetError('address_not_allowed');
    return addresses;
  }

  private areAllowed({ protocol }: URL, addresses: readonly HostAddress[]): boolean {
    return addresses.every(({ address }) => this.policy.allows(protocol, address));
  }
}

/** Returns no addresses when they do not arrive in time. */
function inTime(addresses: Promise<HostAddress[]>): Promise<HostAddress[]> {
  const late = sleep<HostAddress[]>(LONGEST_CHECK, [], { ref: false });
  return Promise.race([addresses.catch(() => []), late]);
}
