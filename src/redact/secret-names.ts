/** Words in the name of a header, a key or a variable whose value is a secret. */
const secretWords: ReadonlySet<string> = new Set([
  ...["password", "passwords", "passwd", "passphrase", "pwd", "pass", "psk", "otp"],
  ...["secret", "secrets", "credential", "credentials", "creds", "authorization", "cookie", "cookies"],
  ...[
    "token",
    "tokens",
    "jwt",
    "bearer",
    "apikey",
    "apikeys",
    "apitoken",
    "accesskey",
    "accesstoken",
    "authtoken",
    "secretkey",
    "privatekey",
  ],
  ...["signature", "sig", "hmac", "jwks", "dsn", "connectionstring", "clientsecret", "csrf", "xsrf"],
]);
/** Words that say so only at the end of the name. */
const lastWords: ReadonlySet<string> = new Set(["auth", "session", "sessionid", "sid"]);
/** What comes before `key` where a key is a secret. */
const secretKeys: ReadonlySet<string> = new Set([
  ...["api", "access", "private", "secret", "auth", "subscription", "function", "functions", "shared", "account", "master"],
  ...["encryption", "signing", "hmac", "license", "client", "storage", "symmetric", "ssh", "tls", "deploy", "app", "application"],
]);
/** Ends of names that tell of a secret without holding it: `token_url`, `password_file`, `secret_name`. */
const tellsAbout: ReadonlySet<string> = new Set([
  ...["file", "filename", "path", "url", "uri", "endpoint", "name", "names", "type", "header", "headers", "location", "provider"],
  ...["ttl", "expiry", "expires", "expiration", "timeout", "duration", "interval", "issuer", "audience", "audiences", "scope", "scopes"],
  ...[
    "enabled",
    "disabled",
    "mode",
    "format",
    "prefix",
    "bucket",
    "algorithm",
    "count",
    "limit",
    "size",
    "policy",
    "ref",
    "claim",
    "domain",
  ],
]);

/** The words of a name in lower case: at dashes, dots, underscores and the humps of camelCase. */
export const wordsOfName = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");

/** What stands in place of a name may be a credential itself: it says nothing of another value. */
const credential = /^(?:bearer|basic|digest|token|negotiate)\s/i;

/** Does a header, key or variable of this name hold a secret? */
export function isSecretName(name: string): boolean {
  if (name.length > 200 || credential.test(name)) return false;
  const words = wordsOfName(name);
  const last = words[words.length - 1] ?? "";
  if (tellsAbout.has(last)) return false;
  if (lastWords.has(last)) return true;
  return words.some(
    (word, index) => secretWords.has(word) || ((word === "key" || word === "keys") && secretKeys.has(words[index - 1] ?? "")),
  );
}
