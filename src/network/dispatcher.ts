/** How fetch and WebSockets of undici reach the world: through the proxies of the settings. */

import type { Socket } from "node:net";
import { Agent, buildConnector, type Dispatcher } from "undici";
import { type Proxies, proxyTo } from "./proxies.ts";
import { endOf, openSecureTunnel, openTunnel } from "./tunnel.ts";

export interface Ways {
  readonly dispatcher: Dispatcher;
  /** Ends all its connections, also those over which a WebSocket runs. */
  drop(): void;
}

const CONNECT_MS = 10_000;

/** Nothing where no proxy is set: then each library goes its own way. */
export function waysThrough(proxies: Proxies | undefined): Ways | undefined {
  if (!proxies?.https && !proxies?.http) return undefined;
  const sockets = new Set<Socket>();
  const direct = buildConnector({ allowH2: false, timeout: CONNECT_MS });
  const connect: buildConnector.connector = (options, callback) => {
    const kept: buildConnector.Callback = (...outcome) => {
      const [, socket] = outcome;
      if (socket) sockets.add(socket.once("close", () => sockets.delete(socket)));
      callback(...outcome);
    };
    const to = new URL(`${options.protocol}//${options.hostname}:${options.port}`);
    const proxy = proxyTo(to, proxies);
    if (proxy) through(proxy, to, kept);
    else direct(options, kept);
  };
  const dispatcher = new Agent({ connect });
  return {
    dispatcher,
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function through(proxy: URL, to: URL, callback: buildConnector.Callback): void {
  const open = to.protocol === "https:" ? openSecureTunnel : openTunnel;
  open(proxy, endOf(to), CONNECT_MS, (outcome) => {
    if (outcome instanceof Error) callback(outcome, null);
    else callback(null, outcome);
  });
}

/** Node's own fetch, by these ways. */
export const fetchBy = (ways: Ways | undefined): typeof fetch =>
  ways
    ? (asked, init) => fetch(asked, Object.assign({}, init, { dispatcher: ways.dispatcher }))
    : fetch;
