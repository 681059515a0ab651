import type { Request, RequestHttp, RequestTls } from "../../model/request.js";

/** A way in which a request may be made otherwise, in words for a description; "" where it goes without saying. */
export interface Variation {
  readonly words: string;
  apply(request: Request): Request;
}

export const asIs: Variation = { words: "", apply: (request) => request };

/** Several at once, one after the other. */
export const together = (...variations: readonly Variation[]): Variation => ({
  words: variations
    .map(({ words }) => words)
    .filter((words) => words !== "")
    .join(", "),
  apply: (request) => variations.reduce((made, variation) => variation.apply(made), request),
});

/** Changes the HTTP part; a connection without one stays as it is. */
export const inHttp = (words: string, change: (http: RequestHttp) => Partial<RequestHttp>): Variation => ({
  words,
  apply: (request) => (request.http === undefined ? request : { ...request, http: { ...request.http, ...change(request.http) } }),
});

/** Changes what the client shows in TLS; a connection without TLS stays as it is. */
export const inTls = (words: string, change: (tls: RequestTls) => Partial<RequestTls>): Variation => ({
  words,
  apply: (request) => (request.tls === undefined ? request : { ...request, tls: { ...request.tls, ...change(request.tls) } }),
});

export const withHeader = (name: string, ...values: readonly string[]): Variation =>
  inHttp(values.length === 0 ? `no header ${name}` : `header ${name} = ${values.join(", ")}`, ({ headers }) => {
    const { [name]: _, ...others } = headers;
    return { headers: values.length === 0 ? others : { ...others, [name]: values } };
  });

export const withPath = (path: string): Variation => inHttp(`path ${path}`, () => ({ path }));
export const withMethod = (method: string): Variation => inHttp(`method ${method}`, () => ({ method }));
export const withAuthority = (authority: string): Variation => inHttp(`authority ${authority}`, () => ({ authority }));

export const withSource = (ip: string, port = 40_000): Variation => ({
  words: `from ${ip}${port === 40_000 ? "" : `, port ${port}`}`,
  apply: (request) => ({ ...request, source: { ip, port } }),
});

/** Where it comes from is left open. */
export const withoutSource: Variation = {
  words: "",
  apply: ({ source: _, directSource: __, ...request }) => request,
};

export const withDirectSource = (ip: string): Variation => ({
  words: `from the TCP peer ${ip}`,
  apply: (request) => ({ ...request, directSource: { ip, port: 40_000 } }),
});

export const withDestination = (change: { readonly ip?: string; readonly port?: number }): Variation => ({
  words: "",
  apply: (request) => ({ ...request, destination: { ...request.destination, ...change } }),
});

export const withServerName = (sni: string): Variation =>
  inTls(sni === "" ? "without SNI" : `SNI ${sni}`, ({ sni: _, ...tls }) => (sni === "" ? tls : { sni }));

/** The client's certificate has this name alone; "": it offers none. */
export const withIdentity = (uri: string): Variation => ({
  words: uri === "" ? "without a client certificate" : `client certificate ${uri}`,
  apply(request) {
    if (request.tls === undefined) return request;
    const { clientCertificate: _, ...tls } = request.tls;
    return { ...request, tls: uri === "" ? tls : { ...tls, clientCertificate: { uris: [uri], dns: [] } } };
  },
});

export const withBody = (bodyBytes: number): Variation => ({
  words: `a body of ${bodyBytes} bytes`,
  apply: (request) => ({ ...request, bodyBytes }),
});
export const withRandom = (random: number): Variation => ({ words: `random ${random}`, apply: (request) => ({ ...request, random }) });

/** What the draw is, is left open. */
export const withoutRandom: Variation = { words: "whatever is drawn", apply: ({ random: _, ...request }) => request };

export const withHeaderBytes = (headerPadBytes: number): Variation => ({
  words: `${headerPadBytes} bytes of further headers`,
  apply: (request) => ({ ...request, headerPadBytes }),
});
