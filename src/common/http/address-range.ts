import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;
export type AddressRange = readonly [network: IpAddress, bits: number];

/** Parses an address or a range that the configuration has checked. An IPv4-mapped range becomes IPv4. */
export function parseRange(text: string): AddressRange {
  const [address = '', prefix] = text.split('/');
  const network = ipaddr.parse(address);
  const isMapped = network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress();
  const bits = Number(prefix ?? (network.kind() === 'ipv4' ? 32 : 128));
  return isMapped ? [network.toIPv4Address(), Math.max(0, bits - 96)] : [network, bits];
}

export function isInRange(address: IpAddress, [network, bits]: AddressRange): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
