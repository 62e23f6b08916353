import { isIP, isIPv4 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { Config } from '../config/config.js';
import type { Log } from '../logging/log.js';
import { isInRange, parseRange } from './address-range.js';

/**
 * Decides for Fastify which hops of `X-Forwarded-For` are trusted: a number of hops, or the addresses of
 * networks. Fastify itself does not support an address with a port.
 */
export function trustedHops({ trustProxy }: Config): (address: string, hop: number) => boolean {
  if (typeof trustProxy === 'number') return (_address, hop) => hop < trustProxy;
  const ranges = trustProxy.map(parseRange);
  return (text) => {
    const address = parseAddress(text);
    if (address === undefined) return false;
    const parsed = ipaddr.parse(address);
    return ranges.some((range) => isInRange(parsed, range));
  };
}

/**
 * The IP address of the client without port, brackets or zone. An IPv4-mapped address becomes IPv4. An
 * invalid entry of `X-Forwarded-For` counts as the proxy that sent it. Otherwise every invented text
 * would be a new client for the rate limits.
 */
export function clientAddress(request: FastifyRequest): string {
  const { ip } = request;
  if (isIPv4(ip)) return ip; // almost every request
  const address = parseAddress(ip);
  if (address !== undefined) return address;
  const hops = (request.ips ?? []).map(parseAddress).filter((hop) => hop !== undefined);
  return hops.at(-1) ?? '';
}

/** Warns once when all clients appear with the address of a proxy. */
export function warnAboutUntrustedProxy(
  server: FastifyInstance,
  { trustProxy }: Config,
  log: Log,
): void {
  if (trustProxy !== 0) return;
  let isReported = false;
  server.addHook('onRequest', (request, _reply, done) => {
    if (!isReported && request.headers['x-forwarded-for'] !== undefined) {
      isReported = true;
      log.warn(
        { proxy: clientAddress(request) },
        'A request came with X-Forwarded-For, which TRUST_PROXY=0 ignores. Behind a proxy, set ' +
          'TRUST_PROXY; otherwise all clients share its address and its rate limits',
      );
    }
    done();
  });
}

/** @param text undefined when the connection has closed meanwhile */
function parseAddress(text: string | undefined): string | undefined {
  const unquoted = (text ?? '').trim().replace(/^"(.*)"$/, '$1');
  const bracketed = /^\[([^\]]+)\](?::[0-9]{1,5})?$/.exec(unquoted)?.[1];
  const withPort = /^([0-9.]+):[0-9]{1,5}$/.exec(unquoted)?.[1];
  const address = (bracketed ?? withPort ?? unquoted).replace(/%.*$/, '');
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString();
}
