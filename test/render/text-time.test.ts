import { expect, it } from "vitest";
import { describeSpan, shortTime } from "../../src/render/text-time.js";

it.each([
  { from: "2026-11-23T14:46:09Z", to: "2026-11-23T14:46:50Z", want: "41 seconds" },
  { from: "2026-11-23T14:46:00Z", to: "2026-11-23T14:47:59Z", want: "119 seconds" },
  { from: "2026-11-23T14:46:00Z", to: "2026-11-23T14:48:00Z", want: "2 minutes" },
  { from: "2026-11-23T14:46:00Z", to: "2026-11-24T14:46:00Z", want: "24 hours" },
  { from: "2026-11-25T14:46:00Z", to: "2026-11-23T14:46:00Z", want: "2 days" },
  { from: "2026-11-23T14:46:00Z", to: "2036-11-23T14:46:00Z", want: "10 years" },
])("from $from to $to: $want", ({ from, to, want }) => expect(describeSpan(from, to)).toBe(want));

it.each([
  { time: "2026-11-23T14:46:09.250Z", want: "2026-11-23T14:46:09Z" },
  { time: "2026-11-23T14:46:09Z", want: "2026-11-23T14:46:09Z" },
])("$time is $want in short", ({ time, want }) => expect(shortTime(time)).toBe(want));
