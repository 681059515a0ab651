import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Request, RequestHttp, RequestTls, SocketEnd } from "../../src/model/request.js";
import { clientCertificate } from "./certificates.js";
import { clientHello } from "./client-hello.js";
import { h2Request, readH2, settingsAcknowledged } from "./h2-frames.js";
import { greeting } from "./upstreams.js";

/** What the client saw, in the words of the recorded corpus. */
export interface Client {
  /** Null where no answer came, or (h2) where its head was not read. */
  readonly status: number | null;
  readonly location: string | null;
  readonly answered: boolean;
  /** Has the server behind a TCP proxy been heard? */
  readonly greeted: boolean;
  readonly closed: boolean;
  readonly timeout: boolean;
}

export interface Sent {
  readonly client: Client;
  /** The client's end of the connection. */
  readonly peer: SocketEnd;
  readonly raw: Buffer;
  readonly proxy: string | null;
}

/** Longer than anything takes that answers at all; what waits, waits for ever. */
const patienceMs = 1_500;
const longestPad = 7_000;

/** Sends one request to a port of this machine and waits for the answer's end, the connection's end, or nothing. */
export async function send(request: Request, port: number, proxied: boolean): Promise<Sent> {
  const raw = await bytesOf(request);
  const proxy = proxied ? proxyHeader(request) : null;
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    let inner: Socket | TLSSocket = socket;
    const chunks: Buffer[] = [];
    let peer: SocketEnd = { ip: "127.0.0.1", port: 0 };
    let acknowledged = false;
    let over = false;
    const finish = (ending: "answered" | "closed" | "timeout") => {
      if (over) return;
      over = true;
      clearTimeout(patience);
      socket.destroy();
      resolve({ client: clientOf(request.http, Buffer.concat(chunks), ending), peer, raw, proxy });
    };
    const patience = setTimeout(() => finish("timeout"), patienceMs);
    socket.on("connect", () => {
      peer = { ip: "127.0.0.1", port: socket.localPort ?? 0 };
      if (proxy !== null) socket.write(proxy);
      if (request.tls !== undefined && request.http !== undefined) {
        const secure = shakeHands(socket, request.tls);
        inner = secure;
        secure.on("secureConnect", () => secure.write(raw));
        secure.on("error", () => finish("closed"));
        secure.on("data", receive);
        secure.on("end", () => finish("closed"));
      } else {
        socket.on("data", receive);
        if (raw.length > 0) socket.write(raw);
      }
    });
    const receive = (chunk: Buffer) => {
      chunks.push(chunk);
      if (request.http === undefined) return;
      const all = Buffer.concat(chunks);
      if (request.http.version === "h2") {
        const progress = readH2(all);
        if (progress.settings && !acknowledged) {
          acknowledged = true;
          inner.write(settingsAcknowledged);
        }
        if (progress.ended || progress.reset) finish("answered");
      } else if (isComplete(all, request.http.method)) finish("answered");
    };
    socket.on("end", () => finish("closed"));
    socket.on("error", () => finish("closed"));
    socket.on("close", () => finish("closed"));
  });
}

/** PROXY protocol, version 1. */
function proxyHeader({ destination, source = { ip: "10.244.1.5", port: 40000 } }: Request): string {
  const family = destination.ip.includes(":") ? "TCP6" : "TCP4";
  return `PROXY ${family} ${source.ip} ${destination.ip} ${source.port} ${destination.port}\r\n`;
}

/** A TLS client that takes any certificate, and offers its own where the request says so. */
function shakeHands(socket: Socket, { sni, alpn, clientCertificate: offered }: RequestTls): TLSSocket {
  return connectTls({
    socket,
    rejectUnauthorized: false,
    ...(sni === undefined ? {} : { servername: sni }),
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    ...(offered === undefined ? {} : { cert: clientCertificate.certificate, key: clientCertificate.key }),
  });
}

async function bytesOf(request: Request): Promise<Buffer> {
  if (request.http !== undefined) return httpBytes(request, request.http);
  if (request.tls !== undefined) return clientHello(request.tls);
  if (request.payloadBase64 !== undefined) return Buffer.from(request.payloadBase64, "base64");
  return Buffer.from(request.payload ?? "");
}

function httpBytes(request: Request, http: RequestHttp): Buffer {
  const lines = Object.entries(http.headers).flatMap(([name, values]) => values.map((value) => [name, value] as const));
  for (let left = request.headerPadBytes ?? 0, index = 0; left > 0; index += 1) {
    const name = `x-pad-${index}`;
    const size = Math.min(left, longestPad);
    lines.push([name, "p".repeat(Math.max(0, size - name.length))]);
    left -= size;
  }
  const body = Buffer.alloc(request.bodyBytes ?? 0, "b");
  if (http.version === "h2") {
    const pseudo: (readonly [string, string])[] = [[":method", http.method]];
    if (http.method !== "CONNECT") pseudo.push([":scheme", request.tls === undefined ? "http" : "https"]);
    if (http.authority !== undefined) pseudo.push([":authority", http.authority]);
    if (http.path !== undefined) pseudo.push([":path", http.path]);
    return h2Request([...pseudo, ...lines], body);
  }
  const target = http.path ?? http.authority ?? "";
  const host = http.authority === undefined ? [] : [`Host: ${http.authority}`];
  const length = body.length === 0 ? [] : [`content-length: ${body.length}`];
  const head = [
    `${http.method} ${target} ${http.version.toUpperCase()}`,
    ...host,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    ...length,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
}

function headOf(bytes: Buffer): { readonly head: string; readonly rest: Buffer } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  return end < 0 ? undefined : { head: bytes.subarray(0, end).toString("latin1"), rest: bytes.subarray(end + 4) };
}

const statusOf = (head: string): number => Number(/^HTTP\/1\.\d (\d+)/.exec(head)?.[1] ?? 0);

function isComplete(bytes: Buffer, method: string): boolean {
  const read = headOf(bytes);
  if (read === undefined) return false;
  const status = statusOf(read.head);
  if (method === "HEAD" || status === 204 || status === 304) return true;
  const length = /^content-length: *(\d+)/im.exec(read.head)?.[1];
  if (length !== undefined) return read.rest.length >= Number(length);
  return /^transfer-encoding: *chunked/im.test(read.head) && read.rest.toString("latin1").endsWith("0\r\n\r\n");
}

function clientOf(http: RequestHttp | undefined, bytes: Buffer, ending: "answered" | "closed" | "timeout"): Client {
  const end = { greeted: bytes.includes(greeting), closed: ending === "closed", timeout: ending === "timeout" };
  const spokeHttp1 = bytes.subarray(0, 7).toString("latin1") === "HTTP/1.";
  if (http?.version === "h2" && !spokeHttp1) return { status: null, location: null, answered: readH2(bytes).answered, ...end };
  const head = headOf(bytes)?.head;
  if (head === undefined || !spokeHttp1) return { status: null, location: null, answered: false, ...end };
  return { status: statusOf(head), location: /^location: *(.*)$/im.exec(head)?.[1]?.replace(/\r$/, "") ?? null, answered: true, ...end };
}
