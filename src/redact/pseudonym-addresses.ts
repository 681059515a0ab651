import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import ipaddr from "ipaddr.js";
import { encodeUtf8 } from "../util/utf8.js";

/** Ranges that mean the same everywhere: an address in one stays in it; of those marked `stays`, every address stays as it is. */
const ranges: readonly { readonly range: string; readonly stays?: true }[] = [
  { range: "0.0.0.0/8", stays: true },
  { range: "127.0.0.0/8", stays: true },
  { range: "169.254.0.0/16", stays: true },
  { range: "192.0.2.0/24", stays: true }, // stands in answers for an address that nobody knows
  { range: "224.0.0.0/3", stays: true }, // multicast and reserved; of these, Istio's automatic 240.240.0.0/16
  { range: "10.0.0.0/8" },
  { range: "172.16.0.0/12" },
  { range: "192.168.0.0/16" },
  { range: "100.64.0.0/10" },
  { range: "198.18.0.0/15" },
  { range: "198.51.100.0/24" },
  { range: "203.0.113.0/24" },
  { range: "::/96", stays: true },
  { range: "::ffff:0:0/96" },
  { range: "fc00::/7" },
  { range: "fe80::/10", stays: true },
  { range: "ff00::/8", stays: true },
  { range: "2001:2::/48", stays: true }, // Istio's automatic addresses
  { range: "2001:db8::/32" },
];

interface Bits {
  readonly bits: readonly number[];
  readonly stays: boolean;
}

const bitsOf = (bytes: readonly number[]): readonly number[] =>
  bytes.flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((shift) => (byte >> shift) & 1));

const special = { 4: rangesOf("ipv4"), 16: rangesOf("ipv6") } as const;

function rangesOf(kind: "ipv4" | "ipv6"): readonly Bits[] {
  return ranges.flatMap(({ range, stays = false }) => {
    const [address, length] = ipaddr.parseCIDR(range);
    return address.kind() === kind ? [{ bits: bitsOf(address.toByteArray()).slice(0, length), stays }] : [];
  });
}

/**
 * Addresses and their pseudonyms, after the idea of Crypto-PAn: two addresses that share their first n bits have pseudonyms that
 * share their first n bits, and no more. So a range goes on holding the same addresses, and the mapping is one to one. What leads
 * into a range that means the same everywhere is kept.
 */
export class PseudonymAddresses {
  readonly #key: Uint8Array;
  readonly #flips = new Map<string, number>();
  readonly #found = new Map<string, string>();

  constructor(seed: string) {
    this.#key = encodeUtf8(seed);
  }

  /** The pseudonym of an address in text; null for text that is none. IPv6 comes in its shortest spelling. */
  of(text: string): string | null {
    const known = this.#found.get(text);
    if (known !== undefined) return known;
    const bytes = bytesOfAddress(text);
    if (bytes === null) return null;
    const mapped = this.#map(bytes);
    const pseudonym = mapped.every((byte, index) => byte === bytes[index]) ? text : ipaddr.fromByteArray([...mapped]).toString();
    this.#found.set(text, pseudonym);
    return pseudonym;
  }

  /** Every address that was renamed, with its pseudonym. */
  entries(): Iterable<readonly [address: string, pseudonym: string]> {
    return this.#found.entries();
  }

  #map(bytes: readonly number[]): readonly number[] {
    // An IPv4 address in IPv6 dress is the same host.
    if (bytes.length === 16 && bytes.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 255))) {
      return [...bytes.slice(0, 12), ...this.#map(bytes.slice(12))];
    }
    const bits = bitsOf(bytes);
    const kinds = bytes.length === 4 ? special[4] : special[16];
    let prefix = `${bytes.length} `;
    const mapped = bits.map((bit, index) => {
      const flip = kinds.some((range) => keeps(range, bits, index)) ? 0 : this.#flip(prefix);
      prefix += bit;
      return bit ^ flip;
    });
    return bytes.map((_, index) => mapped.slice(8 * index, 8 * index + 8).reduce((byte, bit) => 2 * byte + bit, 0));
  }

  #flip(prefix: string): number {
    let flip = this.#flips.get(prefix);
    if (flip === undefined) {
      flip = (hmac(sha256, this.#key, encodeUtf8(`address ${prefix}`))[0] ?? 0) & 1;
      this.#flips.set(prefix, flip);
    }
    return flip;
  }
}

/** Is the bit at an index fixed by the range: does it lead there, or lie in one where all stays? */
function keeps({ bits, stays }: Bits, address: readonly number[], index: number): boolean {
  if (index >= bits.length && !stays) return false;
  for (let at = 0; at < Math.min(index, bits.length); at++) if (bits[at] !== address[at]) return false;
  return true;
}

function bytesOfAddress(text: string): readonly number[] | null {
  if (text.includes(":") ? !ipaddr.IPv6.isValid(text) || text.includes("%") : !ipaddr.IPv4.isValidFourPartDecimal(text)) return null;
  return ipaddr.parse(text).toByteArray();
}
