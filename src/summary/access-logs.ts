import { serves } from "../decode/configuration.js";
import type { Snapshot } from "../model/snapshot.js";
import type { FactsOf } from "./facts.js";
import type { LogWriter, Writer } from "./log-writers.js";
import type { AccessLogDestination, AccessLogSummary, LoggingCount } from "./summary.js";

/** Who writes access logs and where to, for each direction that has a serving listener. */
export function summariseAccessLogs(snapshot: Snapshot, facts: FactsOf): readonly AccessLogSummary[] {
  const listeners = snapshot
    .resources("listener")
    .filter(serves)
    .flatMap((resource) => {
      const { listener } = facts(resource).answer;
      return listener === null ? [] : [{ ...listener, at: resource.at }];
    });
  return (["INBOUND", "OUTBOUND", "UNSPECIFIED"] as const).flatMap((direction) => {
    const ofDirection = listeners.filter((listener) => listener.direction === direction);
    return ofDirection.length === 0 ? [] : [summariseDirection(direction, ofDirection)];
  });
}

function summariseDirection(
  direction: AccessLogSummary["direction"],
  listeners: readonly { readonly at: string; readonly writers: readonly LogWriter[] }[],
): AccessLogSummary {
  const destinations = new Map<string, AccessLogDestination>();
  const counts: Record<Writer, { total: number; logging: number }> = {
    httpConnectionManagers: { total: 0, logging: 0 },
    tcpProxies: { total: 0, logging: 0 },
    listeners: { total: 0, logging: 0 },
  };
  for (const { at, writers } of listeners) {
    for (const { writer, logs } of writers) {
      counts[writer].total++;
      if (logs.length > 0) counts[writer].logging++;
      for (const { destination, isConditional, at: within } of logs) {
        const key = JSON.stringify(destination);
        const known = destinations.get(key);
        const before = known?.writers ?? { httpConnectionManagers: 0, tcpProxies: 0, listeners: 0 };
        destinations.set(key, {
          ...destination,
          writers: { ...before, [writer]: before[writer] + 1 },
          conditional: (known?.conditional ?? 0) + (isConditional ? 1 : 0),
          at: known?.at ?? at + within,
        });
      }
    }
  }
  return { direction, ...(counts satisfies Record<Writer, LoggingCount>), destinations: [...destinations.values()] };
}
