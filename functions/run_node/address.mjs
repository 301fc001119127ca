// Which network addresses are of the public internet; the same as for Python (domain/address.py).
import { BlockList, isIPv4, isIPv6 } from "node:net";

const NOT_PUBLIC = networks("ipv4", [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carrier-grade NAT
  "127.0.0.0/8", // loopback
  "169.254.0.0/16", // link-local, where clouds keep their credentials
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // relays of 6to4
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, broadcast
]);
const GLOBAL_UNICAST = networks("ipv6", ["2000::/3"]);
const NOT_PUBLIC_6 = networks("ipv6", [
  "2001::/23", // protocol assignments, Teredo among them
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4: an IPv4 address in disguise
  "3fff::/20", // documentation
]);
const LINK_LOCAL = networks("ipv4", ["169.254.0.0/16"]);
const THIS_MACHINE = networks("ipv4", ["0.0.0.0/8", "127.0.0.0/8"]);

// What is no address is none of the public internet, and neither is one with a zone.
export function isPublic(address) {
  if (isIPv4(address)) return !NOT_PUBLIC.check(address);
  if (!isIPv6(address) || address.includes("%")) return false;
  return GLOBAL_UNICAST.check(address, "ipv6") && !NOT_PUBLIC_6.check(address, "ipv6");
}

export function isLinkLocal(address) {
  return isIPv4(address) && LINK_LOCAL.check(address);
}

export function isThisMachine(address) {
  return isIPv4(address) && THIS_MACHINE.check(address);
}

function networks(family, blocks) {
  const list = new BlockList();
  for (const block of blocks) {
    const [network, prefix] = block.split("/");
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}
