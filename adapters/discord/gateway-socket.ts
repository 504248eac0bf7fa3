/**
 * The WebSocket of the gateway, through a proxy. discord.js makes it with the package `ws` and lets
 * nobody say how, so its class is replaced by one that asks here for the way. That must be done
 * before discord.js is loaded: `discord.ts` imports this file before all others.
 */
import { createRequire } from "node:module";
import type { ClientOptions, WebSocket } from "ws";
import { type Proxies, proxyTo } from "../../src/network/proxies.ts";
import { tunnelAgent } from "../../src/network/tunnel.ts";

type Protocols = ConstructorParameters<typeof WebSocket>[1];

/** As discord.js requires it: the module itself, whose parts can be replaced. */
const ws: { WebSocket: typeof WebSocket } = createRequire(import.meta.url)("ws");

/** Of the bot of this process; it has one Discord. */
let proxies: Proxies = {};

export function goThrough(chosen: Proxies | undefined): void {
  proxies = chosen ?? {};
}

class GatewaySocket extends ws.WebSocket {
  constructor(address: string | URL, protocols?: Protocols, options?: ClientOptions) {
    const to = new URL(address);
    const proxy = proxyTo(to, proxies);
    super(address, protocols, proxy ? { ...options, agent: tunnelAgent(proxy, to) } : options);
  }
}

Object.assign(ws, { WebSocket: GatewaySocket });
