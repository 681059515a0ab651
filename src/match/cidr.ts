import ipaddr from "ipaddr.js";
import type { FilterChainMatch } from "../generated/messages.js";

/** A CIDR range as Envoy's and xDS's messages hold it; without `prefix_len` it is the whole family. */
export type CidrRange = NonNullable<FilterChainMatch["prefix_ranges"]>[number];

export interface IpAddress {
  readonly family: 4 | 6;
  /** 4 or 16 bytes, in network order. */
  readonly bytes: readonly number[];
}

/** A range of addresses; bits behind the prefix are zero. */
export interface Cidr extends IpAddress {
  readonly length: number;
}

/** The address in a text: four decimal parts, or IPv6. Undefined for anything else. An IPv4-mapped IPv6 address stays IPv6, as in Envoy. */
export function parseIp(text: string): IpAddress | undefined {
  const known = parsed.get(text);
  if (known !== undefined) return known ?? undefined;
  if (parsed.size >= mostParsed) parsed.clear();
  const address = parse(text);
  parsed.set(text, address);
  return address ?? undefined;
}

// The same few addresses meet every request; parsing costs more than all that is done with them.
const parsed = new Map<string, IpAddress | null>();
const mostParsed = 50_000;

function parse(text: string): IpAddress | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return { family: 4, bytes: ipaddr.IPv4.parse(text).toByteArray() };
  if (ipaddr.IPv6.isValid(text)) return { family: 6, bytes: ipaddr.IPv6.parse(text).toByteArray() };
  return null;
}

/** An address as Envoy writes it: IPv6 in its shortest form, in lower case. */
export function formatIp(address: IpAddress): string {
  const bytes = [...address.bytes];
  return address.family === 4 ? new ipaddr.IPv4(bytes).toString() : new ipaddr.IPv6(bytes).toRFC5952String();
}

/** The range of a CidrRange: without `prefix_len` /0, a length beyond the family's is its longest, host bits are masked. */
export function parseCidr(range: CidrRange): Cidr | undefined {
  const address = parseIp(range.address_prefix ?? "");
  if (address === undefined) return undefined;
  const length = Math.min(range.prefix_len ?? 0, address.bytes.length * 8);
  return { family: address.family, bytes: address.bytes.map((byte, index) => byte & maskOf(length, index)), length };
}

/** `10.0.0.0/8` */
export function formatCidr(cidr: Cidr): string {
  return `${formatIp(cidr)}/${cidr.length}`;
}

/** A CidrRange in its normal form; what is no range stays as it is written. */
export function describeCidrRange(range: CidrRange): string {
  const cidr = parseCidr(range);
  return cidr === undefined ? `${range.address_prefix ?? ""}/${range.prefix_len ?? 0}` : formatCidr(cidr);
}

/** Is the address of the range's family and in it? */
export function containsIp(cidr: Cidr, address: IpAddress): boolean {
  if (cidr.family !== address.family) return false;
  return cidr.bytes.every((byte, index) => byte === ((address.bytes[index] ?? 0) & maskOf(cidr.length, index)));
}

/** Are the two the same address? */
export function isSameIp(one: IpAddress, other: IpAddress): boolean {
  return one.family === other.family && one.bytes.every((byte, index) => byte === other.bytes[index]);
}

/** The bits of the byte at `index` that a prefix of `length` bits covers. */
function maskOf(length: number, index: number): number {
  return (0xff00 >> Math.min(8, Math.max(0, length - index * 8))) & 0xff;
}
