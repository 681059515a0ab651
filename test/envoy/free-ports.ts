import { createServer } from "node:net";

/** Below the range from which a system picks ports for its clients, so that no probe takes one away. */
const [lowest, highest] = [15_500, 32_000];
let next = lowest + ((process.pid * 97) % (highest - lowest - 2_000));

/** Ports of 127.0.0.1 that nobody listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries += 1) {
    if (tries > 10_000) throw new Error("no free ports on 127.0.0.1");
    next = next >= highest ? lowest : next + 1;
    if (await isFree(next)) ports.push(next);
  }
  return ports;
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
