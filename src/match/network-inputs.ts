import { type Any, messageNameOf } from "../model/proto-json.js";
import { lowerAscii } from "./ascii-case.js";
import { formatIp, parseIp } from "./cidr.js";
import { isLocalConnection, type MatchedConnection, unknownSource, unknownSourcePort } from "./connection.js";
import type { InputValue, MatcherExtension, ReadInput } from "./matcher-tree.js";

type ReadConnection = (connection: MatchedConnection) => InputValue;

/** The inputs of envoy.extensions.matching.common_inputs.network.v3; an empty value counts as none. */
const inputs: ReadonlyMap<string, ReadConnection> = new Map<string, ReadConnection>([
  ["DestinationIPInput", ({ destination }) => (destination === undefined ? null : canonicalIp(destination.ip))],
  ["DestinationPortInput", ({ destination }) => (destination === undefined ? null : String(destination.port))],
  ["SourceIPInput", ({ source }) => (source === undefined ? unknownSource : canonicalIp(source.ip))],
  ["SourcePortInput", ({ source }) => (source?.port === undefined ? unknownSourcePort : String(source.port))],
  ["DirectSourceIPInput", ({ directSource }) => (directSource === undefined ? unknownSource : canonicalIp(directSource.ip))],
  [
    "SourceTypeInput",
    (connection) => {
      const local = isLocalConnection(connection);
      return typeof local !== "boolean" ? local : local ? "local" : null;
    },
  ],
  ["ServerNameInput", ({ serverName }) => (serverName === "" ? null : lowerAscii(serverName))],
  ["TransportProtocolInput", ({ transportProtocol }) => (transportProtocol === "" ? null : transportProtocol)],
  [
    "ApplicationProtocolInput",
    ({ applicationProtocols }) => (applicationProtocols.length === 0 ? null : applicationProtocols.map((name) => `'${name}'`).join(",")),
  ],
]);

const inputPackage = "envoy.extensions.matching.common_inputs.network.v3.";

/** Reads a matcher's inputs from a connection, as a listener's filter_chain_matcher does. */
export function readNetworkInput(connection: MatchedConnection): ReadInput {
  return (input) => {
    const name = typeNameOf(input.typed_config);
    const read = name.startsWith(inputPackage) ? inputs.get(name.slice(inputPackage.length)) : undefined;
    return read === undefined ? inputNotModelled(input) : read(connection);
  };
}

/** Why the value of an input is not known: its extension is none of those evaluated here. */
export function inputNotModelled(input: MatcherExtension): InputValue {
  const name = input.name ?? typeNameOf(input.typed_config);
  return { because: `the input ${name} is an extension not modelled here`, decidedBy: `the extension ${name}` };
}

const typeNameOf = (config: Any | undefined): string => (config === undefined ? "" : messageNameOf(config));

const canonicalIp = (ip: string): string => {
  const address = parseIp(ip);
  return address === undefined ? ip : formatIp(address);
};
