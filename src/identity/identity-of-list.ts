import type { FieldDescription } from "../proto/describe-type.js";
import { type ListIdentity, listIdentity } from "./identity.js";
import { fieldOf } from "./value-type.js";

/** How a repeated field's items are told apart: by its row, else by `name` where they have one, and in order. */
export function identityOfList(type: string, field: FieldDescription): ListIdentity {
  const known = listIdentity(type, field.name);
  if (known !== undefined) return known;
  const name = field.kind === "message" ? fieldOf(field.type, "name") : undefined;
  const named = name !== undefined && name.kind === "scalar" && name.scalar === "string" && !name.repeated;
  return { message: type, field: field.name, keys: named ? [["name"]] : [], order: "decides", instances: false, label: false, why: "" };
}
