import ipaddr from 'ipaddr.js';

/**
 * What one client on the network is counted by: its IPv4 address, or the /64 of its IPv6 address,
 * since a network of that size is given to each and its addresses can be changed at will.
 */
export function networkAddress(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip); // an IPv4-mapped address is an IPv4 address
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  const network = address.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
