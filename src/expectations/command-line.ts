import type { TargetOptions } from "../explain/request-for-target.js";
import { formatSocket } from "../model/address.js";
import type { Snapshot } from "../model/snapshot.js";
import type { Question } from "./expectation.js";

/** A word as a POSIX shell reads it back. */
const quoted = (word: string): string => (/^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A question in a few words: as `xdsight explain` takes it; a request in full by its id, else by its first line and its destination. */
export function nameOfQuestion(question: Question): string {
  if (question.kind === "target") return targetWords(question);
  const { id, http, destination } = question.request;
  const to = formatSocket(destination.ip, destination.port);
  return id ?? (http === undefined ? to : `${http.method} ${http.authority ?? ""}${http.path ?? ""} to ${to}`);
}

const targetWords = ({ target, options }: Question & { readonly kind: "target" }): string =>
  [target, ...optionWords(options)].map(quoted).join(" ");

/** The command that explains a question in full, on the same dump with the same endpoints. */
export function explainCommandLine({ file, endpointsFrom }: Pick<Snapshot, "file" | "endpointsFrom">, question: Question): string {
  const further = (file.with ?? []).flatMap(({ name }) => [name === endpointsFrom ? "--clusters" : "--with", quoted(name)]);
  const entry = file.entry === undefined ? [] : ["--entry", quoted(file.entry)];
  const explained = ["xdsight explain", quoted(file.name), ...entry, ...further].join(" ");
  if (question.kind === "target") return `${explained} ${targetWords(question)}`;
  // Not by echo: that of some shells reads escapes.
  return `printf %s ${quoted(JSON.stringify(question.request))} | ${explained} --requests -`;
}

function optionWords(options: TargetOptions): readonly string[] {
  const { to, direction, source, sni, alpn, clientCertificateUris, method, headers, http2, payload, serverFirst, random } = options;
  const word = (flag: string, value: string | undefined): readonly string[] => (value === undefined ? [] : [flag, value]);
  return [
    ...word("--to", to && formatSocket(to.ip, to.port)),
    ...word("--direction", direction),
    ...word("--source", source && formatSocket(source.ip, source.port)),
    ...word("--sni", sni),
    ...word("--alpn", alpn?.join(",")),
    ...(clientCertificateUris ?? []).flatMap((uri) => ["--client-cert-uri", uri]),
    ...word("-X", method),
    ...(headers ?? []).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
    ...(http2 === true ? ["--http2"] : []),
    ...word("--payload", payload),
    ...(serverFirst === true ? ["--server-first"] : []),
    ...word("--random", random === undefined ? undefined : String(random)),
  ];
}
