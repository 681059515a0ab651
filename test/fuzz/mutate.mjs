// Hostile variants of real dumps, each made by a number alone: the same number makes the same bytes.
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { dump as dumpYaml } from "js-yaml";

/** @typedef {{ readonly name: string, readonly bytes: Uint8Array, readonly textBytes: number }} Case A mutated dump; `textBytes`: how long it is once inflated. */
/** @typedef {(most: number) => number} Random A whole number from 0 up to, not including, `most`. */

const fixtures = new URL("../read/fixtures/", import.meta.url);
const inflated = (bytes) => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
const filesIn = (folder) =>
  readdirSync(new URL(folder, fixtures), { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|json\.gz|txt|yaml)$/.test(entry.name))
    .map(({ name }) => ({ name, bytes: inflated(readFileSync(new URL(folder + name, fixtures))) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Real dumps of every shape, a few kilobytes each; the large extension lists of a bootstrap's node are left out. */
const texts = [...filesIn(""), ...filesIn("envoy/")]
  .filter(({ name }) => !name.startsWith("mask-bootstrap"))
  .map(({ name, bytes }) => ({ name, bytes: shortened(bytes) }));
const trees = texts.flatMap(({ name, bytes }) => {
  try {
    return [{ name, text: bytes.toString("utf8"), tree: JSON.parse(bytes.toString("utf8")) }];
  } catch {
    return [];
  }
});
const packed = ["bookinfo.json.zst", "bug-report.tar.gz", "envoy/resource-dynamic_listeners.json.zst"].map((name) => ({
  name,
  bytes: readFileSync(new URL(name, fixtures)),
}));

function shortened(bytes) {
  try {
    const tree = JSON.parse(bytes.toString("utf8"));
    const node = tree.configs?.[0]?.bootstrap?.node;
    if (node?.extensions === undefined) return bytes;
    node.extensions = node.extensions.slice(0, 5);
    return Buffer.from(JSON.stringify(tree, null, 1));
  } catch {
    return bytes;
  }
}

/**
 * Mulberry32: small, and the same everywhere.
 *
 * @param {number} seed
 * @returns {Random}
 */
export function randomFrom(seed) {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  return (most) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * most);
  };
}

const pick = (random, list) => list[random(list.length)];

/** Texts that stand for a value in a JSON text that is written around them. */
const hostileValues = [
  () => "null",
  () => "true",
  () => "0",
  () => "-1",
  () => "1e400",
  () => "-0",
  () => "9".repeat(10_000),
  () => "18446744073709551616",
  () => "0.1e-7",
  () => '""',
  () => '"\\u0000\\ud800"',
  () => `"${"x".repeat(1_000_000)}"`,
  () => `"${"\\u0041".repeat(20_000)}"`,
  () => '"(a+)+$"',
  () => '"[[:alpha:"',
  () => '"%REQ(X?Y):0%%%"',
  () => '"300.1.2.3/99"',
  () => '"::ffff:1.2.3.4%eth0"',
  () => '"-1s"',
  () => '"9999999999999999.999s"',
  () => '"2026-13-45T99:99:99Z"',
  () => '"AAAA===="',
  () => "[]",
  () => "[null]",
  () => "[[]]",
  () => "{}",
  () => '{"__proto__":{"name":"x"}}',
  () => '{"constructor":{"prototype":{}},"toString":1,"hasOwnProperty":2}',
  () => '{"@type":"type.googleapis.com/acme.example.v1.SecretSauce","a":1}',
  () => '{"@type":"type.googleapis.com/"}',
  () => '{"@type":7}',
  () => '{"@type":"type.googleapis.com/udpa.type.v1.TypedStruct","type_url":"x/y","value":{"a":[1]}}',
  () => nested("[", "]", 100_000),
  () => nested('{"a":', "}", 100_000, "1"),
  () => nested('{"not_match":', "}", 100_000, "{}"),
  () => nested('{"@type":"type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig","typed_config":', "}", 2_000, "{}"),
  () => nested('{"filters":[{"typed_config":', "}]}", 3_000, "{}"),
];

const nested = (open, close, depth, core = "") => open.repeat(depth) + core + close.repeat(depth);

const hostileKeys = [
  "__proto__",
  "constructor",
  "toString",
  "",
  "\u0000",
  "@type",
  "name",
  "value",
  "configs",
  "a/b~c",
  "\ud800",
  "é".repeat(300),
];

/** A JSON text with a few values changed at places that chance picks. */
function mutateTree(random) {
  const { name, tree } = pick(random, trees);
  const copy = structuredClone(tree);
  const raws = [];
  const raw = (text) => `@raw${raws.push(text) - 1}@`;
  const places = placesIn(copy);
  for (let times = 1 + random(3); times > 0 && places.length > 0; times--) {
    const { parent, key } = pick(random, places);
    switch (random(8)) {
      case 0:
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else delete parent[key];
        break;
      case 1:
        if (!Array.isArray(parent)) parent[`@key${raws.push(JSON.stringify(pick(random, hostileKeys))) - 1}@`] = parent[key];
        break;
      case 2: // The same key twice, with two values.
        if (!Array.isArray(parent)) parent[`@key${raws.push(JSON.stringify(key)) - 1}@`] = raw(pick(random, hostileValues)());
        break;
      case 3: // A piece from elsewhere.
        parent[key] = structuredClone(valueAtPlace(pick(random, placesIn(pick(random, trees).tree))));
        break;
      case 4:
        parent[key] = [parent[key], parent[key]];
        break;
      default:
        parent[key] = raw(pick(random, hostileValues)());
    }
  }
  const indent = pick(random, [0, 1, 4]);
  const text = JSON.stringify(copy, null, indent)
    .replace(/"@key(\d+)@"/g, (_, index) => raws[Number(index)])
    .replace(/"@raw(\d+)@"/g, (_, index) => raws[Number(index)]);
  return { name: `tree of ${name}`, text };
}

const valueAtPlace = ({ parent, key }) => parent[key];

function placesIn(tree) {
  const places = [];
  const stack = [tree];
  while (stack.length > 0) {
    const parent = stack.pop();
    for (const key of Object.keys(parent)) {
      places.push({ parent, key });
      if (typeof parent[key] === "object" && parent[key] !== null) stack.push(parent[key]);
    }
  }
  return places;
}

/** Bytes changed, cut out, put in or repeated. */
function mutateBytes(random, given) {
  let bytes = Buffer.from(given);
  for (let times = 1 + random(4); times > 0 && bytes.length > 0; times--) {
    const at = random(bytes.length);
    const length = 1 + random(pick(random, [2, 30, 3000]));
    switch (random(6)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] ^= 1 << random(8);
        break;
      case 2:
        bytes = bytes.subarray(0, at);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      default:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.from(pick(random, ["}", "]", ",", '"', "\\", "{", "[", "\u0000", "\n", "\ud83d\ude00"])),
          bytes.subarray(at),
        ]);
    }
  }
  return bytes;
}

const chatter = [
  "Handling connection for 15000\n",
  'Defaulted container "istio-proxy" out of: istio-proxy, app\n',
  "Warning: x\n",
  "[me@host ~]$ ",
  "\u001b[31m",
];

/** What people and tools put around a dump. */
const wrappers = [
  ({ bytes }) => bytes,
  ({ bytes }) => bytes,
  ({ bytes }) => bytes,
  ({ bytes }) => gzipSync(bytes, { level: 1 }),
  ({ bytes }) => gzipSync(gzipSync(bytes, { level: 1 })),
  ({ bytes }) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
  ({ bytes }) => Buffer.from(`\ufeff${bytes.toString("utf8")}`, "utf16le"),
  ({ bytes }) => Buffer.from(bytes.toString("utf8"), "utf16le").subarray(0, bytes.length * 2),
  ({ bytes }) => Buffer.from(bytes.toString("utf8").replaceAll("\n", "\r\n")),
  ({ bytes, random }) => Buffer.concat([Buffer.from(pick(random, chatter)), bytes, Buffer.from(pick(random, chatter))]),
  ({ bytes }) => tarOf([{ name: "proxies/default/reviews/config_dump", bytes }]),
  ({ bytes, random }) =>
    gzipSync(
      tarOf([
        { name: "proxies/default/reviews/config_dump", bytes },
        {
          name: pick(random, ["cluster/events", "proxies/default/ratings/config_dump", "../../etc/passwd"]),
          bytes: bytes.subarray(0, random(bytes.length + 1)),
        },
      ]),
      { level: 1 },
    ),
];

function tarOf(files) {
  const blocks = files.flatMap(({ name, bytes }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000644\0", 100);
    header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        0ustar\u000000", 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const megabytes = (text, count) => Buffer.from(text.repeat(Math.ceil((count * 1_000_000) / text.length)));

/** Small files that say a lot. */
const bombs = [
  () => packedBomb("blanks", megabytes(" ", 30)),
  () => packedBomb("brackets", megabytes("[", 10)),
  () => packedBomb("objects", megabytes('{"a":', 10)),
  () => packedBomb("zeros", Buffer.alloc(30_000_000)),
  () => packedBomb("a dump of one long text", Buffer.from(`{"configs":[{"@type":"${"x".repeat(20_000_000)}"}]}`)),
  () => packedBomb("a tar of zeros", tarOf([{ name: "config_dump", bytes: Buffer.alloc(20_000_000) }])),
  () => ({ name: "zstd with a huge window", bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 0x01, 0x00, 0x00]), textBytes: 9 }),
  () => ({ name: "zstd of a run of bytes", bytes: zstdRuns(150), textBytes: 150 * 131_072 }),
  () => ({
    name: "YAML aliases",
    bytes: Buffer.from(
      ["a0: &a0 [x]", ...Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}]`)].join("\n"),
    ),
    textBytes: 2_000,
  }),
  () => ({ name: "YAML in itself", bytes: Buffer.from("configs: &a\n- *a\n- {'@type': *a}\n"), textBytes: 40 }),
  () => ({ name: "YAML nested deep", bytes: Buffer.from(`configs: ${"[".repeat(100_000)}`), textBytes: 100_000 }),
  () => ({
    name: "YAML indented deep",
    bytes: Buffer.from(Array.from({ length: 1_000 }, (_, n) => `${" ".repeat(n)}a:`).join("\n")),
    textBytes: 501_000,
  }),
  () => ({ name: "brackets", bytes: megabytes("[", 1), textBytes: 1_000_000 }),
  () => ({ name: "braces", bytes: Buffer.from(nested('{"configs":', "}", 100_000, "[]")), textBytes: 1_200_000 }),
  () => ({ name: "a line that might be YAML", bytes: megabytes("a", 1), textBytes: 1_000_000 }),
  () => ({ name: "blanks before a colon", bytes: Buffer.from(`${" ".repeat(200_000)}:`), textBytes: 200_000 }),
];

const packedBomb = (name, text) => ({ name: `gzip of ${name}`, bytes: gzipSync(text), textBytes: text.length });

/** A zstd frame of blocks that repeat one byte 131,072 times: four bytes each. */
function zstdRuns(blocks) {
  const header = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
  const sized = (last) => (131_072 << 3) | (1 << 1) | (last ? 1 : 0);
  const body = Array.from({ length: blocks }, (_, index) => {
    const block = sized(index === blocks - 1);
    return [block & 255, (block >> 8) & 255, (block >> 16) & 255, 0x20];
  }).flat();
  return Buffer.from([...header, ...body]);
}

/**
 * The mutated dump of that number.
 *
 * @param {number} seed
 * @returns {Case}
 */
export function mutatedDump(seed) {
  const random = randomFrom(seed);
  const kind = random(100);
  if (kind < 3) return pick(random, bombs)();
  if (kind < 13) {
    const { name, bytes } = pick(random, packed);
    const mutated = mutateBytes(random, bytes);
    return { name: `bytes of ${name}`, bytes: mutated, textBytes: 100_000 };
  }
  const { name, bytes } = kind < 55 ? fromTree(random) : fromBytes(random);
  const wrapped = pick(random, wrappers)({ bytes, random });
  return { name, bytes: wrapped, textBytes: Math.max(bytes.length * 2, wrapped.length) };
}

function fromBytes(random) {
  const { name, bytes } = pick(random, texts);
  return { name: `bytes of ${name}`, bytes: mutateBytes(random, bytes) };
}

function fromTree(random) {
  const { name, text } = mutateTree(random);
  if (random(8) > 0 || text.length > 200_000) return { name, bytes: Buffer.from(text) };
  try {
    return { name: `YAML of ${name}`, bytes: mutateOften(random, Buffer.from(dumpYaml(JSON.parse(text)))) };
  } catch {
    return { name, bytes: Buffer.from(text) }; // Too deep to be parsed.
  }
}

const mutateOften = (random, bytes) => (random(2) === 0 ? mutateBytes(random, bytes) : bytes);
