import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A request as it came out of Envoy. */
export interface Arrived {
  readonly cluster: string;
  readonly authority: string | null;
  /** The request target. */
  readonly path: string;
  readonly probe: string | null;
}

export interface Upstreams {
  /** Ports of this machine by cluster name. */
  readonly ports: ReadonlyMap<string, number>;
  readonly arrived: readonly Arrived[];
  readonly close: () => Promise<void>;
}

/** Opens an HTTP server for each name of `http`, which notes what comes and answers 200, and one for each of `tcp`, which greets and hangs up. */
export async function openUpstreams(http: readonly string[], tcp: readonly string[]): Promise<Upstreams> {
  const arrived: Arrived[] = [];
  const open = new Set<Socket>();
  const ports = new Map<string, number>();
  const servers: Server[] = [];
  const listen = async (name: string, serve: (socket: Socket) => void) => {
    const server = createServer((socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      socket.on("error", () => socket.destroy());
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
    ports.set(name, portOf(server.address()));
  };
  for (const name of http) await listen(name, (socket) => answer(socket, name, arrived));
  for (const name of tcp) await listen(name, greet);
  const close = async () => {
    for (const socket of open) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  };
  return { ports, arrived, close };
}

const portOf = (address: AddressInfo | string | null): number => (typeof address === "object" && address !== null ? address.port : 0);

export const greeting = "welcome\n";

function greet(socket: Socket): void {
  socket.resume();
  socket.end(greeting);
}

const utf8 = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");

const longestHead = 200_000;

function answer(socket: Socket, cluster: string, arrived: Arrived[]): void {
  let text = "";
  const read = (chunk: Buffer) => {
    text += chunk.toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      if (text.length > longestHead) socket.destroy();
      return;
    }
    socket.off("data", read);
    socket.resume();
    const [line = "", ...headers] = text.slice(0, end).split("\r\n");
    const header = (name: string) =>
      headers
        .find((one) => one.toLowerCase().startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim() ?? null;
    const host = header("host");
    arrived.push({
      cluster,
      authority: host === null ? null : utf8(host),
      path: utf8(line.split(" ").slice(1, -1).join(" ")),
      probe: header("x-probe-id"),
    });
    socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  };
  socket.on("data", read);
}
