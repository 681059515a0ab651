import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A running Envoy. */
export interface EnvoyProcess {
  /** GET of an admin page. */
  readonly admin: (path: string) => Promise<Uint8Array>;
  /** Lets it end by itself, so that it writes out its access logs. */
  readonly stop: () => Promise<void>;
}

const running = new Set<ChildProcess>();
const killAll = () => {
  for (const child of running) child.kill("SIGKILL");
};
process.on("exit", killAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    killAll();
    process.exit(1);
  });
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;
const pollMs = 20;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Starts Envoy with the bootstrap of a folder and waits until it serves.
 *
 * @throws Error with the end of its log, where it does not come up
 */
export async function startEnvoy(executable: string, folder: string): Promise<EnvoyProcess> {
  const [log, address] = [join(folder, "envoy.log"), join(folder, "admin-address")];
  const out = openSync(log, "w");
  const child = spawn(
    executable,
    ["-c", join(folder, "bootstrap.json"), "--concurrency", "1", "--disable-hot-restart", "--admin-address-path", address, "-l", "warning"],
    { stdio: ["ignore", out, out], cwd: folder },
  );
  closeSync(out);
  running.add(child);
  let ended = false;
  child.on("error", () => {
    ended = true;
  });
  child.on("exit", () => {
    ended = true;
    running.delete(child);
  });
  const until = Date.now() + startTimeoutMs;
  const get = async (path: string, method = "GET") => {
    const response = await fetch(`http://${readFileSync(address, "utf8").trim()}${path}`, { method });
    return { ok: response.ok, body: new Uint8Array(await response.arrayBuffer()) };
  };
  const isReady = async () => {
    if (!existsSync(address) || readFileSync(address, "utf8").trim() === "") return false;
    try {
      return (await get("/ready")).ok;
    } catch {
      return false;
    }
  };
  while (!(await isReady())) {
    if (ended || Date.now() > until) {
      child.kill("SIGKILL");
      throw new Error(`Envoy does not come up:\n${readFileSync(log, "utf8").split("\n").slice(-30).join("\n")}`);
    }
    await pause(pollMs);
  }
  return {
    admin: async (path) => (await get(path)).body,
    async stop() {
      await get("/quitquitquit", "POST").catch(() => undefined);
      for (const end = Date.now() + stopTimeoutMs; !ended && Date.now() < end; ) await pause(pollMs);
      if (!ended) child.kill("SIGKILL");
    },
  };
}
