/** An address that a connection has at one end. */
export interface SocketEnd {
  readonly ip: string;
  readonly port: number;
}

/** What a client shows in its TLS ClientHello, and the certificate it offers. */
export interface RequestTls {
  readonly sni?: string;
  readonly alpn?: readonly string[];
  /** Absent: the client offers no certificate. */
  readonly clientCertificate?: { readonly uris?: readonly string[]; readonly dns?: readonly string[] };
}

export type HttpVersion = "http/1.0" | "http/1.1" | "h2";

export interface RequestHttp {
  readonly version: HttpVersion;
  readonly method: string;
  /** Absent: no Host header; "": an empty one. */
  readonly authority?: string;
  /** With its query string; absent for CONNECT. */
  readonly path?: string;
  /** Lower-case names; each value in the order in which it is sent. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

/** One request or connection, as in the contract; the unit that `explain` and `test` take. */
export interface Request {
  readonly id?: string;
  readonly direction?: "inbound" | "outbound";
  /** The address that the client dialled, before redirection. */
  readonly destination: SocketEnd;
  readonly source?: SocketEnd;
  /** The TCP peer, where a PROXY header or X-Forwarded-For says another source. */
  readonly directSource?: SocketEnd;
  /** The listener whose socket takes the connection, where direction and destination don't tell. */
  readonly acceptedBy?: string;
  readonly tls?: RequestTls;
  readonly http?: RequestHttp;
  /** That many bytes of further headers, in lines of at most 7,000 bytes. */
  readonly headerPadBytes?: number;
  readonly bodyBytes?: number;
  /** The first bytes when they are neither TLS nor HTTP, as text. */
  readonly payload?: string;
  readonly payloadBase64?: string;
  /** The client sends nothing until the server does. */
  readonly serverFirst?: boolean;
  /** The random value for weighted clusters and runtime fractions. */
  readonly random?: number;
}

/** A request as somebody writes it: an HTTP request may leave out its headers. */
export type WrittenRequest = Omit<Request, "http"> & {
  readonly http?: Omit<RequestHttp, "headers"> & Partial<Pick<RequestHttp, "headers">>;
};

/** The request with the headers that it leaves out; their names in lower case. */
export function completeRequest({ http, ...rest }: WrittenRequest): Request {
  if (http === undefined) return rest;
  const headers = Object.entries(http.headers ?? {}).map(([name, values]) => [name.toLowerCase(), values] as const);
  return { ...rest, http: { ...http, headers: Object.fromEntries(headers) } };
}
