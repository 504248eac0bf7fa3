/**
 * Connections through a proxy, by CONNECT: the proxy sees where they lead, and nothing of what is
 * said over them if that is https.
 */
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";

export interface TunnelEnd {
  readonly host: string;
  readonly port: number;
}

type Opened = (outcome: Socket | Error) => void;

/**
 * `withinMs`: the longest silence of the proxy. Its password stands in no error. Calls back once.
 */
export function openTunnel(proxy: URL, to: TunnelEnd, withinMs: number, opened: Opened): void {
  const secure = proxy.protocol === "https:";
  const path = `${to.host.includes(":") ? `[${to.host}]` : to.host}:${to.port}`;
  const asking = (secure ? httpsRequest : httpRequest)({
    host: proxy.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: proxy.port || (secure ? 443 : 80),
    method: "CONNECT",
    path,
    headers: { host: path, ...credentials(proxy) },
    agent: false,
    timeout: withinMs,
  });
  asking.once("connect", ({ statusCode = 0 }, socket, head) => {
    if (statusCode !== 200 || !(socket instanceof Socket)) {
      socket.destroy();
      return opened(failure(proxy, `answers with ${statusCode}`));
    }
    if (head.length > 0) socket.unshift(head);
    socket.setTimeout(0);
    opened(socket);
  });
  asking.once("timeout", () => asking.destroy(new Error("is silent")));
  asking.once("error", (error) => opened(failure(proxy, `cannot be used: ${error.message}`)));
  asking.end();
}

const failure = (proxy: URL, what: string) =>
  Object.assign(new Error(`The proxy ${proxy.host} ${what}`), { code: "EPROXY" });

function credentials({ username, password }: URL): { readonly "proxy-authorization"?: string } {
  if (username === "") return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` };
}

/** The same, with TLS to where it leads, and only if its certificate is trusted. */
export function openSecureTunnel(
  proxy: URL,
  to: TunnelEnd,
  withinMs: number,
  opened: Opened,
): void {
  openTunnel(proxy, to, withinMs, (socket) => {
    if (socket instanceof Error) return opened(socket);
    const secured = connectTls({
      socket,
      ...(isIP(to.host) ? {} : { servername: to.host }),
      host: to.host,
      ALPNProtocols: ["http/1.1"],
    });
    secured.once("error", opened);
    secured.once("secureConnect", () => {
      secured.off("error", opened);
      opened(secured);
    });
  });
}

const SILENCE_MS = 10_000;

/** For requests of Node's own; `to` says whether they are https. */
export function tunnelAgent(proxy: URL, to: URL): HttpAgent | HttpsAgent {
  const secure = to.protocol === "https:" || to.protocol === "wss:";
  const agent = secure ? new HttpsAgent() : new HttpAgent();
  const open = secure ? openSecureTunnel : openTunnel;
  agent.createConnection = (_options: unknown, opened?: HandOver) => {
    open(proxy, endOf(to), SILENCE_MS, (outcome) => handOver(outcome, opened));
    return undefined;
  };
  return agent;
}

/** Node's own callback, which wants a socket beside an error too. */
type HandOver = (error: Error | null, socket: Duplex) => void;

function handOver(outcome: Socket | Error, opened: HandOver | undefined): void {
  if (outcome instanceof Error) opened?.(outcome, new Socket());
  else opened?.(null, outcome);
}

export const endOf = (to: URL): TunnelEnd => ({
  host: to.hostname.replace(/^\[(.*)\]$/, "$1"),
  port: Number(to.port || (to.protocol === "https:" || to.protocol === "wss:" ? 443 : 80)),
});
