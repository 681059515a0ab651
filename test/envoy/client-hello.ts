import { Duplex } from "node:stream";
import { connect } from "node:tls";
import type { RequestTls } from "../../src/model/request.js";

const hellos = new Map<string, Promise<Buffer>>();

/** The bytes of a ClientHello with that SNI and ALPN, as Node's TLS client begins with them. */
export function clientHello({ sni, alpn }: RequestTls): Promise<Buffer> {
  const key = JSON.stringify([sni, alpn]);
  let hello = hellos.get(key);
  if (hello === undefined) {
    hello = makeHello(sni, alpn);
    hellos.set(key, hello);
  }
  return hello;
}

function makeHello(sni: string | undefined, alpn: readonly string[] | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const wire = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        resolve(Buffer.from(chunk));
        done();
      },
    });
    const socket = connect({
      socket: wire,
      ...(sni === undefined ? {} : { servername: sni }),
      ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    });
    socket.on("error", reject);
  });
}
