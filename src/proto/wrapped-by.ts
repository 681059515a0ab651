import type { FieldKind } from "./describe-type.js";

const wrapped: Readonly<Record<string, FieldKind>> = {
  "google.protobuf.BoolValue": { kind: "scalar", scalar: "bool" },
  "google.protobuf.StringValue": { kind: "scalar", scalar: "string" },
  "google.protobuf.BytesValue": { kind: "scalar", scalar: "bytes" },
  "google.protobuf.DoubleValue": { kind: "scalar", scalar: "double" },
  "google.protobuf.FloatValue": { kind: "scalar", scalar: "float" },
  "google.protobuf.Int32Value": { kind: "scalar", scalar: "int32" },
  "google.protobuf.UInt32Value": { kind: "scalar", scalar: "uint32" },
  "google.protobuf.Int64Value": { kind: "scalar", scalar: "int64" },
  "google.protobuf.UInt64Value": { kind: "scalar", scalar: "uint64" },
};

/** What a wrapper message holds, which ProtoJSON writes as the bare value; undefined for any other type. */
export function wrappedBy(type: string): FieldKind | undefined {
  return Object.hasOwn(wrapped, type) ? wrapped[type] : undefined;
}
