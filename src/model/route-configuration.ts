import type {
  RouteConfiguration as RouteConfigurationMessage,
  Route as RouteMessage,
  VirtualHost as VirtualHostMessage,
} from "../generated/messages.js";

export interface RouteConfiguration {
  readonly name: string;
  readonly at: string;
  readonly virtualHosts: readonly VirtualHost[];
  readonly message: RouteConfigurationMessage;
}

export interface VirtualHost {
  readonly name: string;
  /** 0-based place in virtual_hosts. */
  readonly index: number;
  readonly at: string;
  readonly domains: readonly string[];
  readonly routes: readonly Route[];
  readonly message: VirtualHostMessage;
}

export interface Route {
  readonly name: string | null;
  /** 0-based place in the virtual host's routes. */
  readonly index: number;
  readonly at: string;
  readonly action: "route" | "redirect" | "direct_response" | "non_forwarding_action" | "filter_action" | null;
  readonly message: RouteMessage;
}
