import { describe, expect, it } from "vitest";
import { changeClasses } from "../../src/diff/change.js";
import { classRows } from "../../src/diff/classify.js";
import { listIdentities } from "../../src/identity/identity.js";
import { describeMessage } from "../../src/proto/describe-type.js";
import { diffClassesPage } from "./diff-classes-page.js";

describe("docs/diff-classes.md", () => {
  it("says what the tables say", async () => {
    await expect(diffClassesPage()).toMatchFileSnapshot(new URL("../../docs/diff-classes.md", import.meta.url).pathname);
  });
});

describe("the table of list identities", () => {
  it("names only lists that there are", () => {
    for (const { message, field } of listIdentities) {
      if (message === "*") continue;
      expect(describeMessage(message)?.field(field)?.repeated, `${message}.${field}`).toBe(true);
    }
  });

  it("names each list once", () => {
    const names = listIdentities.map(({ message, field }) => `${message}.${field}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("the table of classes", () => {
  it("names only message types and fields that there are", () => {
    for (const { message, fields = [] } of classRows) {
      if (message === "*" || message === "?" || message.endsWith(".")) continue;
      expect(describeMessage(message), message).toBeDefined();
      for (const field of fields)
        expect(describeMessage(message)?.field(field) !== undefined || isOneof(message, field), `${message}.${field}`).toBe(true);
    }
  });

  it("uses every class but the one for the rest", () => {
    expect(new Set([...classRows.map((row) => row.class), "other"])).toEqual(new Set(changeClasses));
  });
});

const isOneof = (message: string, name: string): boolean => describeMessage(message)?.fields.some(({ oneof }) => oneof === name) === true;
