import ipaddr from 'ipaddr.js';

/**
 * The key for counting a client by its network address: the IPv4 address, or the /64 of the IPv6
 * address. A client usually has a whole /64 and can use any address in it.
 */
export function networkAddress(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip); // an IPv4-mapped address is an IPv4 address
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  const network = address.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
