import { messageNameIn } from "../model/proto-json.js";
import { describeMessage, type FieldDescription, type FieldKind, type MessageDescription, successorOf } from "../proto/describe-type.js";
import { typedStructs } from "../proto/read-message.js";
import { matchesHosts, type Naming, namingOf, namingUnder } from "./name-fields.js";
import type { ObjectFacts } from "./object-facts.js";
import type { Trust } from "./randomness.js";
import { Reading, type TextRule } from "./reading.js";
import type { RemovalKind } from "./redaction.js";
import { codeKinds, codeLocations, isPublicField, isPublicKey, keptNodeMetadata, secretFields } from "./secret-fields.js";
import { isSecretName } from "./secret-names.js";

/** How a text is written: as it is, in base64, as what another is to begin with, end in or hold, or as a regular expression. */
export type Form = "plain" | "bytes" | "start" | "end" | "within" | "pattern";

/** What a text stands for, as its place tells. */
export interface Meaning {
  /** `header`: the value of a header that holds credentials, or a matcher of it. */
  readonly secret: "none" | "whole" | "header" | "code";
  /** What it is removed as, where it is a secret. */
  readonly kind: RemovalKind;
  readonly form: Form;
  readonly naming: Naming;
  readonly trust: Trust;
}

/** What becomes of texts: of each meaning one rule. */
export type RuleOf = (meaning: Meaning) => TextRule;

/** What a place inherits from the places around it. */
interface Situation {
  /** All texts below are this secret. */
  readonly hides: RemovalKind | null;
  /** Texts below are values of a header, or matchers of it: one that holds credentials, one that names a host. */
  readonly header: "secret" | "host" | null;
  /** Texts below in free structures hold names. */
  readonly naming: Naming;
}

const ordinary: Situation = { hides: null, header: null, naming: "text" };
const plainText: Meaning = { secret: "none", kind: "credential-field", form: "plain", naming: "text", trust: "known" };

const structs: ReadonlySet<string> = new Set(["google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue"]);
const texts: ReadonlyMap<string, "plain" | "bytes"> = new Map([
  ["google.protobuf.StringValue", "plain"],
  ["google.protobuf.BytesValue", "bytes"],
]);
const hostHeaders: ReadonlySet<string> = new Set([":authority", "host", "x-forwarded-host", "origin", "referer"]);

/** Messages whose value is about the header, parameter or variable that another member names. */
const named: ReadonlyMap<string, keyof ObjectFacts> = new Map([
  ["envoy.config.core.v3.HeaderValue", "key"],
  ["envoy.config.core.v3.QueryParameter", "key"],
  ["envoy.config.core.v3.KeyValue", "key"],
  ["envoy.config.core.v3.KeyValuePair", "key"],
  ["envoy.config.route.v3.HeaderMatcher", "name"],
  ["envoy.config.route.v3.QueryParameterMatcher", "name"],
  ["envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule", "header"],
  ["xds.type.matcher.v3.Matcher.MatcherList.Predicate.SinglePredicate", "header"],
  ["xds.type.matcher.v3.Matcher.MatcherTree", "header"],
]);

/** How the values of dumps are read, with the rules for their texts. */
export class Readings {
  readonly #ruleOf: RuleOf;
  readonly #keepCode: boolean;
  readonly #rules = new Map<string, TextRule>();
  readonly #messages = new Map<string, Reading>();
  readonly #frees = new Map<string, Reading>();
  readonly fixed: Reading;

  constructor(ruleOf: RuleOf, keepCode: boolean) {
    this.#ruleOf = ruleOf;
    this.#keepCode = keepCode;
    this.fixed = new LeafReading(this, this.rule({ ...plainText, naming: "fixed", trust: "public" }), null);
  }

  rule(meaning: Meaning): TextRule {
    const key = `${meaning.secret} ${meaning.kind} ${meaning.form} ${meaning.naming} ${meaning.trust}`;
    let rule = this.#rules.get(key);
    if (rule === undefined) {
      rule = this.#ruleOf(meaning);
      this.#rules.set(key, rule);
    }
    return rule;
  }

  /** A message by its full name; a type that nobody knows is a free structure that nobody vouches for. */
  message(type: string, situation: Situation = ordinary): Reading {
    const key = `${type} ${situation.hides} ${situation.header} ${situation.naming}`;
    let reading = this.#messages.get(key);
    if (reading === undefined) {
      reading = this.#makeMessage(type, situation);
      this.#messages.set(key, reading);
    }
    return reading;
  }

  #makeMessage(type: string, situation: Situation): Reading {
    if (type === "google.protobuf.Any") return new AnyReading(this, situation);
    if (structs.has(type)) return this.free("free", situation);
    const form = texts.get(type);
    if (form !== undefined) return this.leaf({ ...plainText, form, naming: situation.naming }, situation);
    // Times, durations, numbers: ProtoJSON writes them as texts.
    if (type.startsWith("google.protobuf.") && situation.hides === null) return this.fixed;
    const description = describeMessage(type) ?? describeMessage(successorOf(type) ?? "");
    if (description === undefined) return this.free("unknown", situation);
    return new MessageReading(this, description, situation);
  }

  /** A structure with no type: metadata, a Struct, what a type that nobody knows holds. */
  free(trust: Trust, situation: Situation = ordinary): Reading {
    const key = `${trust} ${situation.hides} ${situation.header} ${situation.naming}`;
    let reading = this.#frees.get(key);
    if (reading === undefined) {
      reading = new FreeReading(this, trust, situation);
      this.#frees.set(key, reading);
    }
    return reading;
  }

  nodeMetadata(situation: Situation): Reading {
    return new NodeMetadataReading(this, situation);
  }

  leaf(meaning: Meaning, { hides, header }: Situation): Reading {
    if (hides !== null) {
      const secret = hides === "extension-code" ? "code" : "whole";
      return new LeafReading(this, this.rule({ ...meaning, secret, kind: hides }), hides);
    }
    // What is left of such a value is too short to be renamed: it would no longer be too short to be hidden.
    if (header === "secret") {
      return new LeafReading(this, this.rule({ ...meaning, naming: "fixed", secret: "header", kind: "credential-header" }), null);
    }
    return new LeafReading(this, this.rule(header === "host" ? { ...meaning, naming: "host" } : meaning), null);
  }

  /** The value of a field, or one of its elements. */
  field(message: string, field: FieldDescription, situation: Situation): Reading {
    const name = `${message}.${field.name}`;
    const inner = this.#within(name, field, situation);
    const naming = namingOf(message, field);
    if (message === "envoy.config.core.v3.Node" && field.name === "metadata" && inner.hides === null) return this.nodeMetadata(inner);
    if (field.mapKey === null) return this.#value(message, field, naming, inner);
    const keys = this.rule({ ...plainText, naming, secret: inner.header === "secret" ? "header" : "none", kind: "credential-header" });
    return new MapReading(this.#value(message, field, "text", inner), keys);
  }

  #value(message: string, field: FieldDescription & FieldKind, naming: Naming, situation: Situation): Reading {
    if (field.kind === "message") return this.message(field.type, situation);
    if (field.kind === "enum" || (field.scalar !== "string" && field.scalar !== "bytes")) return this.fixed;
    const form = formOf(field);
    const fixed = naming === "fixed" || isPublicField(field.name);
    const known: Meaning = fixed ? { ...plainText, naming: "fixed", trust: "public" } : { ...plainText, naming };
    // What names the header is no value of it.
    const names = situation.header !== null && (named.get(message) === field.name || field.name === "header_name");
    return this.leaf({ ...known, form }, names ? { ...situation, header: null } : situation);
  }

  #within(name: string, field: FieldDescription, situation: Situation): Situation {
    if (situation.hides !== null) {
      return codeKinds.has(situation.hides) && codeLocations.has(field.name) ? { ...situation, hides: null } : situation;
    }
    if (matchesHosts.has(name)) return { ...situation, header: "host" };
    const hides = field.sensitive ? "sensitive-field" : (secretFields.get(name) ?? null);
    return hides === null || (this.#keepCode && codeKinds.has(hides)) ? situation : { ...situation, hides };
  }
}

/** Fields of string and header matchers that ask for a part of a text. */
const parts: ReadonlyMap<string, Form> = new Map([
  ["prefix", "start"],
  ["prefix_match", "start"],
  ["suffix", "end"],
  ["suffix_match", "end"],
  ["contains", "within"],
  ["contains_match", "within"],
]);

function formOf(field: FieldDescription): Form {
  if (field.kind === "scalar" && field.scalar === "bytes") return "bytes";
  if (/(?:^|_)regex(?:_|$)/.test(field.name)) return "pattern";
  return parts.get(field.name) ?? "plain";
}

/** A text, where no object should be. */
class LeafReading extends Reading {
  readonly text: TextRule;
  override readonly number: RemovalKind | null;
  readonly #readings: Readings;

  constructor(readings: Readings, text: TextRule, hides: RemovalKind | null) {
    super();
    this.#readings = readings;
    this.text = text;
    this.number = hides;
  }

  protected member(): Reading {
    return this.#readings.free("unknown", { ...ordinary, hides: this.number });
  }
}

class MapReading extends Reading {
  readonly text: TextRule;
  override readonly keys: TextRule;
  readonly #value: Reading;

  constructor(value: Reading, keys: TextRule) {
    super();
    this.#value = value;
    this.text = value.text;
    this.keys = keys;
  }

  protected member(): Reading {
    return this.#value;
  }
}

class MessageReading extends Reading {
  readonly text: TextRule;
  override readonly decidedBy: readonly (keyof ObjectFacts)[];
  readonly #readings: Readings;
  readonly #description: MessageDescription;
  readonly #situation: Situation;

  constructor(readings: Readings, description: MessageDescription, situation: Situation) {
    super();
    this.#readings = readings;
    this.#description = description;
    this.#situation = situation;
    const fact = named.get(description.name);
    this.decidedBy = fact === undefined || situation.hides !== null || situation.header !== null ? [] : [fact];
    this.text = readings.leaf({ ...plainText, trust: "unknown" }, situation).text;
  }

  override decide(facts: ObjectFacts): Reading {
    const [fact] = this.decidedBy;
    const name = fact === undefined ? undefined : facts[fact]?.toLowerCase();
    if (name === undefined) return this;
    const header = isSecretName(name) ? "secret" : hostHeaders.has(name) ? "host" : null;
    return header === null ? this : this.#readings.message(this.#description.name, { ...this.#situation, header });
  }

  protected member(key: string): Reading {
    if (key === "@type") return this.#readings.fixed;
    const field = this.#description.field(key);
    if (field !== undefined) return this.#readings.field(this.#description.name, field, this.#situation);
    return freeMember(this.#readings, key, "unknown", this.#situation);
  }
}

class AnyReading extends Reading {
  readonly text: TextRule;
  override readonly decidedBy: readonly (keyof ObjectFacts)[] = ["type"];
  readonly #readings: Readings;
  readonly #situation: Situation;

  constructor(readings: Readings, situation: Situation) {
    super();
    this.#readings = readings;
    this.#situation = situation;
    this.text = readings.leaf({ ...plainText, trust: "unknown" }, situation).text;
  }

  override decide({ type }: ObjectFacts): Reading {
    return type === undefined ? this.#readings.free("unknown", this.#situation) : packed(this.#readings, type, this.#situation);
  }

  protected member(key: string): Reading {
    return freeMember(this.#readings, key, "unknown", this.#situation);
  }
}

/** What an Any of a type holds beside its "@type". */
function packed(readings: Readings, url: string, situation: Situation): Reading {
  const type = messageNameIn(url);
  if (typedStructs.includes(type)) return new TypedStructReading(readings, situation);
  if (type.startsWith("google.protobuf.")) return new WrappedReading(readings, readings.message(type, situation));
  return readings.message(type, situation);
}

/** An Any of a well-known type has its value under `value`. */
class WrappedReading extends Reading {
  readonly text: TextRule;
  readonly #readings: Readings;
  readonly #value: Reading;

  constructor(readings: Readings, value: Reading) {
    super();
    this.#readings = readings;
    this.#value = value;
    this.text = value.text;
  }

  protected member(key: string): Reading {
    return key === "@type" ? this.#readings.fixed : this.#value;
  }
}

class TypedStructReading extends Reading {
  readonly text: TextRule;
  override readonly decidedBy: readonly (keyof ObjectFacts)[];
  readonly #readings: Readings;
  readonly #situation: Situation;
  readonly #type: string | null;

  constructor(readings: Readings, situation: Situation, type: string | null = null) {
    super();
    this.#readings = readings;
    this.#situation = situation;
    this.#type = type;
    this.decidedBy = type === null ? ["typeUrl"] : [];
    this.text = readings.leaf({ ...plainText, trust: "unknown" }, situation).text;
  }

  override decide({ typeUrl = "" }: ObjectFacts): Reading {
    return new TypedStructReading(this.#readings, this.#situation, typeUrl);
  }

  protected member(key: string): Reading {
    if (key === "value") return packed(this.#readings, this.#type ?? "", this.#situation);
    if (key === "@type" || key === "type_url" || key === "typeUrl") return this.#readings.fixed;
    return freeMember(this.#readings, key, "unknown", this.#situation);
  }
}

/** How a member of a structure without a type is read: its key is all that tells. */
function freeMember(readings: Readings, key: string, trust: Trust, situation: Situation): Reading {
  if (key === "@type") return readings.fixed;
  if (situation.hides !== null) return readings.free(trust, situation);
  if (isPublicKey(key) && situation.header === null) return readings.leaf({ ...plainText, trust: "public" }, situation);
  const naming = namingUnder(key);
  const inner = naming === "text" ? situation : { ...situation, naming };
  if (key === "proxyMetadata") return readings.free(trust, { ...inner, hides: "node-metadata" });
  return isSecretName(key) ? readings.free(trust, { ...inner, header: "secret" }) : readings.free(trust, inner);
}

/** Members that hold what a `name` or `key` beside them names. */
const valueMembers: ReadonlySet<string> = new Set(["value", "values", "val", "content", "data", "default", "stringValue", "string_value"]);

class FreeReading extends Reading {
  readonly text: TextRule;
  override readonly keys: TextRule | null;
  override readonly number: RemovalKind | null;
  override readonly decidedBy: readonly (keyof ObjectFacts)[] = ["type", "name", "key"];
  readonly #readings: Readings;
  readonly #trust: Trust;
  readonly #situation: Situation;

  constructor(readings: Readings, trust: Trust, situation: Situation) {
    super();
    this.#readings = readings;
    this.#trust = trust;
    this.#situation = situation;
    const meaning = { ...plainText, trust, naming: situation.naming };
    this.text = readings.leaf(meaning, situation).text;
    this.keys = readings.rule({ ...plainText, naming: "key" });
    this.number = situation.hides ?? (situation.header === "secret" ? "credential-field" : null);
  }

  override decide({ type, name, key }: ObjectFacts): Reading {
    if (type !== undefined) return packed(this.#readings, type, this.#situation);
    const about = [name, key].find((text) => text !== undefined && isSecretName(text));
    const plain = this.#situation.hides === null && this.#situation.header === null;
    return about === undefined || !plain ? this : new PairReading(this.#readings, this.#trust, this.#situation, this);
  }

  protected member(key: string): Reading {
    return freeMember(this.#readings, key, this.#trust, this.#situation);
  }
}

/** `{name: "API_TOKEN", value: …}` */
class PairReading extends Reading {
  readonly text: TextRule;
  override readonly keys: TextRule | null;
  readonly #readings: Readings;
  readonly #trust: Trust;
  readonly #situation: Situation;

  constructor(readings: Readings, trust: Trust, situation: Situation, free: Reading) {
    super();
    this.#readings = readings;
    this.#trust = trust;
    this.#situation = situation;
    this.text = free.text;
    this.keys = free.keys;
  }

  protected member(key: string): Reading {
    if (valueMembers.has(key)) return this.#readings.free(this.#trust, { ...this.#situation, header: "secret" });
    return freeMember(this.#readings, key, this.#trust, this.#situation);
  }
}

/** The metadata of the bootstrap's node: environment variables and annotations of the pod, save what answers need. */
class NodeMetadataReading extends Reading {
  readonly text: TextRule;
  override readonly keys: TextRule | null;
  readonly #readings: Readings;
  readonly #situation: Situation;

  constructor(readings: Readings, situation: Situation) {
    super();
    this.#readings = readings;
    this.#situation = situation;
    this.text = readings.leaf({ ...plainText, trust: "free" }, situation).text;
    this.keys = readings.rule({ ...plainText, naming: "key" });
  }

  protected member(key: string): Reading {
    if (keptNodeMetadata.has(key)) return freeMember(this.#readings, key, "free", this.#situation);
    return this.#readings.free("free", { ...this.#situation, hides: "node-metadata" });
  }
}
