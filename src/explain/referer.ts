const highestPort = 65_535;
const url = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:\[[0-9A-Fa-f:.]*\]|[A-Za-z0-9.-]+)(?::(\d+))?(?:[/?][!$-;=?-Z_a-z~]*)?$/;
const relative = /^(?:[!$-.0-9;=?-Z_a-z~]*|[!$-.0-9;=?-Z_a-z~]*\/[!$-;=?-Z_a-z~]*)$/;

/**
 * Is this a Referer that Envoy leaves where it is? It takes off one that is neither a URL (without user and fragment) nor a relative
 * reference, before it looks for a route. Measured on 1.40.0.
 */
export function isReferer(value: string): boolean {
  const absolute = url.exec(value);
  return absolute === null ? relative.test(value) : Number(absolute[1] ?? 0) <= highestPort;
}
