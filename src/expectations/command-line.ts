import type { TargetOptions } from "../explain/request-for-target.js";
import { formatSocket } from "../model/address.js";
import type { Question } from "./expectation.js";

/** A word as a POSIX shell reads it back. */
const quoted = (word: string): string => (/^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A question as the arguments of `xdsight explain`, behind the dump; a request in full as its JSON. */
export function describeQuestion(question: Question): string {
  return question.kind === "request" ? JSON.stringify(question.request) : [question.target, ...optionWords(question.options)].map(quoted).join(" ");
}

/** The command that explains a question in full. */
export function explainCommandLine(dump: string, question: Question): string {
  return question.kind === "request"
    ? `echo ${quoted(JSON.stringify(question.request))} | xdsight explain ${quoted(dump)} --requests -`
    : `xdsight explain ${quoted(dump)} ${describeQuestion(question)}`;
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
