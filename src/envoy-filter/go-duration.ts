const nanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/**
 * A duration as Go reads it (time.ParseDuration: `500ms`, `1m30s`, `0`) in ProtoJSON's form; undefined for any other text. istiod reads the
 * durations of a patch so, ProtoJSON's own among them.
 */
export function fromGoDuration(text: string): string | undefined {
  const parts = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/.exec(text);
  if (parts === null || text.length > 100) return undefined;
  let sum = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of (parts[2] ?? "").matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = nanoseconds[unit] ?? 0n;
    const digits = fraction.slice(0, 18);
    sum += BigInt(whole === "" ? 0 : whole) * scale + (digits === "" ? 0n : (BigInt(digits) * scale) / 10n ** BigInt(digits.length));
  }
  const fraction = (sum % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
  const sign = parts[1] === "-" && sum > 0n ? "-" : "";
  return `${sign}${sum / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`}s`;
}
