/**
 * Connections to EM that are handed over only when they may be written to: connected, and over
 * https with a certificate that is trusted. Until then not a byte of HTTP is sent, and whatever
 * fails until then has surely not reached EM.
 */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect as connectTcp, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { openTunnel } from "../network/tunnel.ts";

/**
 * Which certificates are trusted. A fingerprint decides alone; else the CA, else those that Node
 * brings.
 */
export interface Trust {
  /** PEM, one or more certificates. */
  readonly ca?: string;
  /** SHA-256 of EM's own certificate, like `AB:CD:…`. */
  readonly fingerprint?: string;
}

/**
 * EM's certificate is not trusted. `reason` is OpenSSL's code, or "pin" where it is not the one
 * pinned.
 */
export class UntrustedError extends Error {
  readonly code = "EM_UNTRUSTED";
  readonly fingerprint: string;
  readonly reason: string;

  constructor(fingerprint: string, reason: string) {
    super("The certificate is not trusted");
    this.fingerprint = fingerprint;
    this.reason = reason;
  }
}

export interface AgentOptions {
  readonly trust: Trust;
  readonly keepAlive: boolean;
  /** For connecting, name resolution and TLS together. */
  readonly connectMs: number;
  /** Through which EM is reached. Default: none. */
  readonly proxy?: URL | undefined;
}

const MAX_CONNECTIONS = 8;

type HandOver = (error: Error | null, socket: Duplex) => void;
interface Destination {
  readonly host?: string | null | undefined;
  readonly port?: number | string | null | undefined;
  readonly servername?: string | undefined;
}

export function plainAgent({ keepAlive, connectMs, proxy }: AgentOptions): HttpAgent {
  const agent = new HttpAgent({ keepAlive, maxSockets: MAX_CONNECTIONS });
  agent.createConnection = (to, handOver) => {
    if (proxy) throughProxy(proxy, to, connectMs, handOver, (socket) => handOver?.(null, socket));
    else whenReady(connectTcp(address(to)), "connect", connectMs, () => undefined, handOver);
    return undefined;
  };
  return agent;
}

function throughProxy(
  proxy: URL,
  to: Destination,
  connectMs: number,
  handOver: HandOver | undefined,
  opened: (socket: Socket) => void,
): void {
  openTunnel(proxy, address(to), connectMs, (outcome) => {
    if (outcome instanceof Error) handOver?.(outcome, new Socket());
    else opened(outcome);
  });
}

/**
 * Node's own verification result is read here instead of being left to Node, because only so a
 * pinned certificate without a known issuer can be accepted, and the fingerprint of a refused one
 * be shown. There is no way around it: a socket leaves this function trusted or destroyed. No TLS
 * session is resumed, so each is judged.
 */
export function secureAgent({ keepAlive, connectMs, trust, proxy }: AgentOptions): HttpsAgent {
  const agent = new HttpsAgent({ keepAlive, maxSockets: MAX_CONNECTIONS, maxCachedSessions: 0 });
  agent.createConnection = (to: Destination, handOver?: HandOver) => {
    const secure = (within?: Socket) => {
      const socket = secured(to, trust, within);
      whenReady(socket, "secureConnect", connectMs, () => distrust(socket, trust), handOver);
    };
    if (proxy) throughProxy(proxy, to, connectMs, handOver, secure);
    else secure();
    return undefined;
  };
  return agent;
}

/** `within`: a connection to EM that is there already. */
const secured = (to: Destination, trust: Trust, within: Socket | undefined): TLSSocket =>
  connectTls({
    ...address(to),
    ...(within ? { socket: within } : {}),
    ...(to.servername ? { servername: to.servername } : {}),
    ...(trust.ca ? { ca: trust.ca } : {}),
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: false,
  });

const address = (to: Destination) => ({ host: to.host ?? "localhost", port: Number(to.port) });

/**
 * Hands the socket over once, when it is ready and nothing speaks against it; else destroys it and
 * says why.
 */
function whenReady(
  socket: Socket,
  ready: "connect" | "secureConnect",
  withinMs: number,
  objection: () => Error | undefined,
  handOver: HandOver | undefined,
): void {
  let settled = false;
  const settle = (error?: Error) => {
    if (settled) return;
    settled = true;
    socket.setTimeout(0);
    if (error) socket.destroy();
    handOver?.(error ?? null, socket);
  };
  socket.setTimeout(withinMs, () => settle(coded("ETIMEDOUT")));
  socket.on("error", settle);
  socket.once("close", () => settle(coded("ECONNRESET")));
  socket.once(ready, () => settle(objection()));
}

const coded = (code: string) => Object.assign(new Error("No connection"), { code });

function distrust(socket: TLSSocket, trust: Trust): Error | undefined {
  const shown = socket.getPeerCertificate().fingerprint256;
  if (trust.fingerprint) {
    return plainHex(shown) === plainHex(trust.fingerprint)
      ? undefined
      : new UntrustedError(shown, "pin");
  }
  return socket.authorized ? undefined : new UntrustedError(shown, reasonOf(socket));
}

const reasonOf = (socket: TLSSocket) => String(socket.authorizationError ?? "unknown");
const plainHex = (fingerprint: string | undefined) =>
  (fingerprint ?? "").replaceAll(":", "").toUpperCase();

/**
 * Whether something is written like a SHA-256 fingerprint: 64 hexadecimal digits, with or without
 * colons.
 */
export const isFingerprint = (said: string) => /^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(said);
