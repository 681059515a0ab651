import { lowerAscii } from "../../match/ascii-case.js";
import { type NetworkFilterModel, passesOn, placeOfFilter } from "./network-filter.js";

/** The sni_cluster filter: the TCP proxy behind it dials the cluster that the SNI names, where there is one. */
export const sniCluster: NetworkFilterModel = (filter, { connection }) => {
  // Envoy keeps the name of a connection in lower case.
  const name = lowerAscii(connection.serverName);
  if (name === "") return passesOn("there is no SNI to name a cluster");
  const because = "named by the SNI";
  return {
    does: "continues",
    because: `the SNI names the cluster ${name}`,
    state: { tcpCluster: { name, at: placeOfFilter(filter), because } },
  };
};
