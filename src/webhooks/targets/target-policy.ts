import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { CONFIG, type Config } from '../../common/config/config.js';
import {
  type AddressRange,
  type IpAddress,
  isInRange,
  parseRange,
} from '../../common/http/address-range.js';

/** Only this range of IPv6 is the public internet. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** A public address by its number, but an internal service of the host within Azure. */
const INTERNAL = ['168.63.129.16'];

const LONGEST_URL = 2_000;

/** The URL parser also accepts `https:host` and `https:///host`, which others read differently. */
const BEGIN = /^[a-z]+:\/\/[^/]/i;
/** RFC 3986 sections 3.3 and 3.4. The parser leaves `%zz` and `|` as they are. */
const PATH_AND_QUERY = /^(?:[\w.~:@!$&'()*+,;=/?-]|%[0-9a-f]{2})*$/i;

type Addresses = Pick<Config, 'webhookNetworks' | 'isProduction'>;

/**
 * Decides where webhooks may be sent. Without it, an admin could make the service send requests into its
 * internal network, such as to the metadata service of a cloud.
 */
@Injectable()
export class TargetPolicy {
  private readonly networks: readonly AddressRange[];

  constructor(@Inject(CONFIG) private readonly config: Addresses) {
    this.networks = config.webhookNetworks.map(parseRange);
  }

  /** Whether a connection to the IP address is allowed. @param protocol of the URL, such as `https:` */
  allows(protocol: string, address: string): boolean {
    const known = ipaddr.process(address); // an IPv4-mapped address is an IPv4 address
    if (protocol === 'http:') return !this.config.isProduction && known.range() === 'loopback';
    return isPublic(known) || this.networks.some((network) => isInRange(known, network));
  }

  /** The problem of a URL, without a look-up of its name; undefined when it is allowed so far. */
  problemOf(text: string): string | undefined {
    if (text.length > LONGEST_URL) return `must be at most ${LONGEST_URL} characters long`;
    if (/[\s\p{Cc}\\]/u.test(text) || !URL.canParse(text)) return 'must be an absolute URL';
    const url = new URL(text);
    const protocols = this.config.isProduction ? ['https:'] : ['https:', 'http:'];
    if (!protocols.includes(url.protocol) || !BEGIN.test(text)) return this.needsHttps;
    if (url.href.length > LONGEST_URL) return `must be at most ${LONGEST_URL} characters long`;
    if (url.port === '0') return 'must have a port from 1 to 65535';
    if (url.username !== '' || url.password !== '') return 'must not contain credentials';
    if (text.includes('#')) return 'must not have a fragment';
    if (!PATH_AND_QUERY.test(url.pathname + url.search)) return 'must be percent-encoded, RFC 3986';
    const address = literalOf(url);
    if (address !== undefined && !this.allows(url.protocol, address)) return this.refusal(url);
    return undefined;
  }

  /** The problem of a URL whose address is not allowed. */
  refusal({ protocol }: URL): string {
    if (protocol === 'http:') return this.needsHttps;
    return 'must have a public address, or one that WEBHOOK_NETWORKS allows';
  }

  private get needsHttps(): string {
    return this.config.isProduction
      ? 'must begin with https://'
      : 'must begin with https://, or with http:// for this machine';
  }
}

/**
 * The IP address in the host of a URL; undefined for a name. The URL parser gives each IPv4 address one
 * spelling: `127.1`, `0x7f000001` and `2130706433` all become `127.0.0.1`.
 */
export function literalOf({ hostname }: URL): string | undefined {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : host;
}

function isPublic(address: IpAddress): boolean {
  if (address.range() !== 'unicast' || INTERNAL.includes(address.toString())) return false;
  return address instanceof ipaddr.IPv4 || address.match(...GLOBAL_IPV6);
}
