/** The few HTTP/2 frames that a probe needs, written out by hand, so that nothing is checked or corrected on the way. */

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const largestFrame = 16_384;

const types = { data: 0, headers: 1, reset: 3, settings: 4, goAway: 7, continuation: 9 } as const;
const flags = { endStream: 1, acknowledge: 1, endHeaders: 4 } as const;

function frame(type: number, flag: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flag, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** An integer with a prefix of 7 bits (RFC 7541, 5.1). */
function integer(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  for (let left = value - 127; ; left >>= 7) {
    bytes.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) return Buffer.from(bytes);
  }
}

/** A header line that nobody indexes, without Huffman (RFC 7541, 6.2.2). */
function literal([name, value]: readonly [string, string]): Buffer {
  const [key, text] = [Buffer.from(name), Buffer.from(value)];
  return Buffer.concat([Buffer.from([0]), integer(key.length), key, integer(text.length), text]);
}

/** The first bytes of an HTTP/2 client with one request on stream 1. */
export function h2Request(lines: readonly (readonly [string, string])[], body: Buffer): Buffer {
  const block = Buffer.concat(lines.map(literal));
  const parts: Buffer[] = [];
  for (let at = 0; at === 0 || at < block.length; at += largestFrame) parts.push(block.subarray(at, at + largestFrame));
  const headers = parts.map((part, index) => {
    const last = index === parts.length - 1 ? flags.endHeaders : 0;
    const end = index === 0 && body.length === 0 ? flags.endStream : 0;
    return frame(index === 0 ? types.headers : types.continuation, last | end, 1, part);
  });
  const data = body.length === 0 ? [] : [frame(types.data, flags.endStream, 1, body)];
  return Buffer.concat([Buffer.from(preface), frame(types.settings, 0, 0, Buffer.alloc(0)), ...headers, ...data]);
}

export const settingsAcknowledged = frame(types.settings, flags.acknowledge, 0, Buffer.alloc(0));

/** What a server has said on an HTTP/2 connection so far. */
export interface H2Progress {
  readonly settings: boolean;
  readonly answered: boolean;
  readonly reset: boolean;
  readonly goAway: boolean;
  readonly ended: boolean;
}

/** Reads the frames among a server's bytes. */
export function readH2(bytes: Buffer): H2Progress {
  let progress: H2Progress = { settings: false, answered: false, reset: false, goAway: false, ended: false };
  for (let at = 0; at + 9 <= bytes.length; ) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    const [type, flag, stream] = [bytes.readUInt8(at + 3), bytes.readUInt8(at + 4), bytes.readUInt32BE(at + 5)];
    if (type === types.settings) progress = { ...progress, settings: true };
    if (type === types.goAway) progress = { ...progress, goAway: true };
    if (stream === 1 && type === types.reset) progress = { ...progress, reset: true };
    if (stream === 1 && type === types.headers) progress = { ...progress, answered: true };
    const carriesEnd = type === types.headers || type === types.data;
    if (stream === 1 && carriesEnd && (flag & flags.endStream) !== 0) progress = { ...progress, ended: true };
    at = end;
  }
  return progress;
}
