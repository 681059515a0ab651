/** Where a listener or an endpoint is to be reached (envoy.config.core.v3.Address). */
export type Address =
  | { readonly kind: "socket"; readonly ip: string; readonly port: number; readonly ipv4Compat: boolean }
  | { readonly kind: "pipe"; readonly path: string }
  | { readonly kind: "internal"; readonly name: string; readonly endpointId: string };

/** "10.0.0.1:80", "[fd00::1]:80". */
export const formatSocket = (ip: string, port: number): string => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`);

/** An address as Envoy writes it: "10.0.0.1:80", "[::]:80", a pipe's path, "envoy://name/endpoint". */
export function formatAddress(address: Address): string {
  switch (address.kind) {
    case "socket":
      return formatSocket(address.ip, address.port);
    case "pipe":
      return address.path;
    case "internal":
      return `envoy://${address.name}/${address.endpointId}`;
  }
}
