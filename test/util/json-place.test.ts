import { expect, test } from "vitest";
import { placeOfByte } from "../../src/util/json-place.js";
import { encodeUtf8 } from "../../src/util/utf8.js";

test.each([
  ["at the top", "", ""],
  ["in an object without a key yet", '{"na', ""],
  ["behind a key", '{"name"', "name"],
  ["in a value", '{"configs":[{"a":1},{"static_clusters":[{"cluster":"x', "configs[1].static_clusters[0].cluster"],
  ["between members", '{"configs":[{"a":1,', "configs[0]"],
  ["behind a closed value", '{"configs":[{"a":{"b":1}', "configs[0]"],
  ["behind a text", '{"configs":[{"a":"b"', "configs[0]"],
  ["brackets and quotes in strings", '{"a":"]}\\"[","b":', "b"],
  ["keys that are no plain words", '{"a.b":{"":{"@type":', '["a.b"][""].@type'],
  ["an escaped key", '{"caf\\u00e9\\n":', '["caf\\u00e9\\n"]'],
  ["an array at the top", "[[1,2,", "[0][2]"],
])("%s", (_, text, place) => {
  expect(placeOfByte(encodeUtf8(text), text.length)).toBe(place);
});

test("a place that nobody would read is cut in its middle", () => {
  const text = `{"outer":${"[".repeat(1000)}`;
  expect(placeOfByte(encodeUtf8(text), text.length)).toBe(`outer${"[0]".repeat(7)}…${"[0]".repeat(8)}`);
});
