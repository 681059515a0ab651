import type { PatchContext, RouteConfigurationMatch } from "./envoy-filter.js";
import { isAsked } from "./match-listener.js";
import { nameOf } from "./message-fields.js";
import { type Mismatch, mismatch } from "./mismatch.js";
import type { PatchedProxy } from "./patched-resources.js";
import type { Piece } from "./pieces.js";
import { parseSubsetKey, wholeNumber } from "./subset-key.js";

/** The first condition of a match that a route configuration fails; undefined where it matches. */
export function routeConfigurationMismatch(
  configuration: Piece,
  match: RouteConfigurationMatch | undefined,
  context: PatchContext | null,
  portMap: PatchedProxy["gatewayPortMap"],
): Mismatch | undefined {
  if (match === undefined) return undefined;
  const name = nameOf(configuration.value);
  const { portNumber, portName, gateway } = match;
  if (context !== "GATEWAY") {
    const port = sidecarPort(name);
    if (isAsked(portNumber) && portNumber !== port)
      return mismatch("route configuration port", configuration, portNumber, port || undefined);
  } else {
    const said = parseGatewayName(name);
    if (isAsked(portNumber) && !servesPort(said.port, portNumber, portMap)) {
      return mismatch("route configuration port", configuration, portNumber, said.port || undefined);
    }
    if (isAsked(portName) && portName !== said.portName)
      return mismatch("route configuration port name", configuration, portName, said.portName);
    if (isAsked(gateway) && gateway !== said.gateway) return mismatch("route configuration gateway", configuration, gateway, said.gateway);
  }
  return isAsked(match.name) && match.name !== name ? mismatch("route configuration name", configuration, match.name, name) : undefined;
}

/** The port that a sidecar's route configuration has in its name; 0 where there is none, as in `host:port` or `http_proxy`. */
const sidecarPort = (name: string): number => (name.startsWith("inbound") ? parseSubsetKey(name).port : wholeNumber(name));

interface GatewayRouteName {
  readonly port: number;
  readonly portName: string;
  /** `namespace/name`. */
  readonly gateway: string;
}

/** What the name of a gateway's route configuration says: `http.80`, or `https.443.app.gateway.namespace`. */
function parseGatewayName(name: string): GatewayRouteName {
  if (name.startsWith("http.")) return { port: wholeNumber(name.slice("http.".length)), portName: "", gateway: "" };
  const [scheme, port = "", portName = "", gateway = "", namespace = ""] = name.split(".");
  if (scheme !== "https" || name.split(".").length !== 5) return { port: 0, portName: "", gateway: "" };
  return { port: wholeNumber(port), portName, gateway: `${namespace}/${gateway}` };
}

/** A match asks for a service's port; a route configuration has the port that the gateway listens on. */
function servesPort(port: number, wanted: number, portMap: PatchedProxy["gatewayPortMap"]): boolean {
  const servicePorts = portMap !== null && portMap !== undefined && Object.hasOwn(portMap, port) ? portMap[port] : undefined;
  return servicePorts === undefined ? port === wanted : servicePorts.includes(wanted);
}
