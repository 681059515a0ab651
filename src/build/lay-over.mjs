// Lays the types of proto/xdsight/newer/ over the packaged ones.

const newerPrefix = "xdsight.newer.";

/** The name in the packaged definitions of a type that may stand under the prefix; both with their leading dot. */
export const packagedTypeName = (fullName) => (fullName.startsWith(`.${newerPrefix}`) ? fullName.replace(newerPrefix, "") : fullName);

/**
 * What Envoy has gained since the packaged definitions stands in proto/xdsight/newer/ under Envoy's own names, with a
 * prefix (see proto/README.md). Each such type is laid over the packaged one, or becomes a type where the package has none.
 * Throws where the package has a field or value just so: with a newer package, what has become superfluous must go.
 *
 * @param descriptors Map from the full name of each top-level type to its descriptor; changed in place
 */
export function layOverNewer(descriptors) {
  for (const [name, newer] of [...descriptors]) {
    if (!name.startsWith(newerPrefix)) continue;
    const packagedName = name.slice(newerPrefix.length);
    descriptors.delete(name);
    descriptors.set(packagedName, layOver(packagedName, descriptors.get(packagedName), newer));
  }
}

function layOver(name, packaged, newer) {
  if (packaged === undefined) return newer;
  if ((packaged.values === undefined) !== (newer.values === undefined))
    throw new Error(`${name} is a message in one place and an enum in the other`);
  return newer.values === undefined
    ? layOverMessage(name, packaged, newer)
    : { ...packaged, values: layOverValues(name, packaged.values, newer.values) };
}

function layOverMessage(name, packaged, newer) {
  for (const [field, described] of Object.entries(newer.fields)) {
    if (JSON.stringify(packaged.fields[field]) === JSON.stringify(described)) throw new Error(`${name}.${field} is in the package already`);
    const namesake = Object.keys(packaged.fields).find((other) => other !== field && packaged.fields[other].id === described.id);
    if (namesake !== undefined) throw new Error(`${name}.${field} has the number of ${namesake}`);
  }
  const message = { edition: packaged.edition };
  const oneofs = { ...packaged.oneofs };
  for (const [oneof, { oneof: fields }] of Object.entries(newer.oneofs ?? {}))
    oneofs[oneof] = { ...oneofs[oneof], oneof: [...(oneofs[oneof]?.oneof ?? []), ...fields] };
  if (Object.keys(oneofs).length > 0) message.oneofs = oneofs;
  message.fields = { ...packaged.fields, ...newer.fields };
  const nested = { ...packaged.nested };
  for (const [inner, described] of Object.entries(newer.nested ?? {}))
    nested[inner] = layOver(`${name}.${inner}`, nested[inner], described);
  if (Object.keys(nested).length > 0) message.nested = nested;
  return message;
}

function layOverValues(name, packaged, newer) {
  if (Object.keys(newer).every((value) => value in packaged)) throw new Error(`the values of ${name} are in the package already`);
  for (const [value, number] of Object.entries(newer)) {
    if ((packaged[value] ?? number) !== number) throw new Error(`${name}.${value} has another number in the package`);
  }
  return { ...packaged, ...newer };
}
