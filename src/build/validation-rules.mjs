// What Envoy's .proto files say a value must be (protoc-gen-validate's `validate.rules`), made small: the rules of the one kind of value
// that a field holds, durations in seconds.
const rulesOption = "(validate.rules)";

/** The rules of a field; undefined where it has none. */
export function validationRules(field) {
  const written = (field.parsedOptions ?? []).map((option) => option[rulesOption]).filter((rules) => rules !== undefined);
  const rules = Object.assign({}, ...written.map(rulesOfKind));
  return Object.keys(rules).length === 0 ? undefined : rules;
}

/** Must one member of a oneof be set? */
export const isRequiredOneof = (oneof) => oneof.options?.["(validate.required)"] === true;

/** `message` goes with the rules of a wrapper or a duration: they are of one field. */
const rulesOfKind = (rules) => Object.assign({}, ...Object.entries(rules).map(([kind, value]) => small(kind, value)));

function small(kind, rules) {
  const entries = Object.entries(rules).map(([name, value]) => {
    if (name === "items" || name === "keys" || name === "values") return [name, rulesOfKind(value)];
    return [name, kind === "duration" && typeof value === "object" ? secondsOf(value) : value];
  });
  return Object.fromEntries(entries);
}

const secondsOf = ({ seconds = 0, nanos = 0 }) => Number(seconds) + Number(nanos) / 1e9;
