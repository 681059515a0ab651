import protobuf from "protobufjs";
import { expect, it } from "vitest";
import { isRequiredOneof, validationRules } from "../../src/build/validation-rules.mjs";

const { root } = protobuf.parse(
  `syntax = "proto3";
  message Review {
    string text = 1 [(validate.rules).string = {min_len: 1 max_bytes: 9}];
    repeated string tags = 2 [(validate.rules).repeated = {min_items: 1 items {string {min_len: 1}}}];
    map<string, string> notes = 3 [(validate.rules).map = {values {string {min_len: 2}}}];
    Wait wait = 4 [(validate.rules).message.required = true, (validate.rules).duration = {gt {seconds: 1 nanos: 500000000}}];
    uint32 stars = 5 [deprecated = true];
    oneof by { option (validate.required) = true; string reader = 6; }
    oneof at { string page = 7; }
  }
  message Wait {}`,
  { keepCase: true },
);
const review = root.lookupType("Review");

it.each([
  ["text", { min_len: 1, max_bytes: 9 }],
  ["tags", { min_items: 1, items: { min_len: 1 } }],
  ["notes", { values: { min_len: 2 } }],
  ["wait", { required: true, gt: 1.5 }],
  ["stars", undefined],
])("the rules of %s", (field, want) => expect(validationRules(review.fields[field])).toEqual(want));

it("tells the oneof that must be set", () => {
  expect(Object.entries(review.oneofs).map(([name, oneof]) => [name, isRequiredOneof(oneof)])).toEqual([
    ["by", true],
    ["at", false],
  ]);
});
