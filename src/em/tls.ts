/**
 * Connections to EM that are handed over only when they may be written to: connected, and over
 * https with a certificate that is trusted. Until then not a byte of HTTP is sent, and whatever
 * fails until then has surely not reached EM.
 */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect as connectTcp, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls, type PeerCertificate, TLSSocket } from "node:tls";
import { openTunnel } from "../network/tunnel.ts";

/**
 * Which certificates are trusted. A fingerprint decides alone; else the CA, else those that Node
 * brings.
 */
export interface Trust {
  /** PEM, one or more certificates. */
  readonly ca?: string;
  /**
   * SHA-256 of EM's own certificate, like `AB:CD:…`; several for EMs behind one address, or for one
   * that is renewed.
   */
  readonly fingerprints?: readonly string[];
}

/** What a certificate says of itself. Nobody has checked it. */
export interface ShownCertificate {
  readonly fingerprint: string;
  readonly issuer: string;
  /** Names and addresses of the server. */
  readonly names: readonly string[];
  /** As OpenSSL writes it, like `Nov 29 12:00:00 2027 GMT`. */
  readonly validFrom: string;
  readonly validTo: string;
  /** Of an RSA key. */
  readonly rsaBits?: number;
}

/**
 * EM's certificate is not trusted. `reason` is OpenSSL's code, or "pin" where it is none of those
 * pinned.
 */
export class UntrustedError extends Error {
  readonly code = "EM_UNTRUSTED";
  readonly reason: string;
  readonly shown: ShownCertificate;
  /** The authorities are those of EM_CA_FILE, not those that Node brings. */
  readonly byCaFile: boolean;

  constructor(reason: string, shown: ShownCertificate, byCaFile: boolean) {
    super("The certificate is not trusted");
    this.reason = reason;
    this.shown = shown;
    this.byCaFile = byCaFile;
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
    // A file may hold the authority that signed EM's certificate, without the one above that.
    allowPartialTrustChain: true,
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
  socket.on("error", (error) => settle(wantsCertificate(socket, error) ? coded(DEMANDED) : error));
  socket.once("close", () => settle(coded("ECONNRESET")));
  socket.once(ready, () => settle(objection()));
}

const coded = (code: string) => Object.assign(new Error("No connection"), { code });

/** Of ours: the server wants a certificate of its client. */
export const DEMANDED = "EM_WANTS_CERTIFICATE";

/** Up to TLS 1.2, a server that misses a certificate says no more than that the handshake fails. */
const wantsCertificate = (socket: Socket, error: Error) =>
  "code" in error &&
  /ALERT_HANDSHAKE_FAILURE$/.test(String(error.code)) &&
  socket instanceof TLSSocket &&
  socket.getPeerCertificate().fingerprint256 !== undefined;

function distrust(socket: TLSSocket, { ca, fingerprints }: Trust): Error | undefined {
  const shown = shownBy(socket);
  const refused = (reason: string) => new UntrustedError(reason, shown, ca !== undefined);
  if (fingerprints) {
    const isPinned = fingerprints.some((one) => plainHex(one) === plainHex(shown.fingerprint));
    return isPinned ? undefined : refused("pin");
  }
  return socket.authorized ? undefined : refused(reasonOf(socket, shown));
}

function shownBy(socket: TLSSocket): ShownCertificate {
  const { fingerprint256, issuer, subject, ...rest } = socket.getPeerCertificate();
  const { subjectaltname = "", valid_from, valid_to, bits, modulus } = rest;
  const listed = [...subjectaltname.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)];
  const common = certifiedName(subject);
  return {
    fingerprint: fingerprint256,
    issuer: certifiedName(issuer) ?? "no name",
    names: listed.length > 0 ? listed.map(([, name = ""]) => name) : common ? [common] : [],
    validFrom: valid_from,
    validTo: valid_to,
    ...(modulus === undefined || bits === undefined ? {} : { rsaBits: bits }),
  };
}

/** The name of whom a certificate is about; nothing where it has none. */
export const certifiedName = (about: PeerCertificate["subject"]): string | undefined =>
  [about.CN ?? about.O ?? []].flat()[0];

/** Shorter RSA keys are refused by OpenSSL, whose reason Node does not tell. */
const LEAST_RSA_BITS = 2048;

function reasonOf(
  { authorizationError }: TLSSocket,
  { rsaBits = LEAST_RSA_BITS }: ShownCertificate,
) {
  const reason = String(authorizationError ?? "unknown");
  return reason === "UNSPECIFIED" && rsaBits < LEAST_RSA_BITS ? "weak-key" : reason;
}

const plainHex = (fingerprint: string | undefined) =>
  (fingerprint ?? "").replaceAll(":", "").toUpperCase();

/**
 * Whether something is written like a SHA-256 fingerprint: 64 hexadecimal digits, with or without
 * colons.
 */
export const isFingerprint = (said: string) => /^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(said);
