/** The certificate that EM shows, looked at and not judged; nothing but the handshake is sent. */
import { isIP, type Socket } from "node:net";
import { connect, type PeerCertificate } from "node:tls";
import { endOf, openTunnel, type TunnelEnd } from "../network/tunnel.ts";
import { certifiedName } from "./tls.ts";

export interface Certificate {
  /** SHA-256, like `AB:CD:…`. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: number;
  readonly validTo: number;
}

/**
 * Undefined where nobody listens there, or no TLS is spoken within the time. `proxy`: through which
 * EM is reached.
 */
export async function certificateAt(
  address: URL,
  proxy?: URL,
  withinMs = 5000,
): Promise<Certificate | undefined> {
  const to = endOf(address);
  if (!proxy) return shownAt(to, undefined, withinMs);
  const { promise, resolve } = Promise.withResolvers<Socket | Error>();
  openTunnel(proxy, to, withinMs, resolve);
  const tunnel = await promise;
  return tunnel instanceof Error ? undefined : shownAt(to, tunnel, withinMs);
}

/** `within`: a connection that is there already. */
function shownAt(
  { host, port }: TunnelEnd,
  within: Socket | undefined,
  withinMs: number,
): Promise<Certificate | undefined> {
  const { promise, resolve } = Promise.withResolvers<Certificate | undefined>();
  const socket = connect({
    host,
    port,
    ...(within ? { socket: within } : {}),
    ...(isIP(host) ? {} : { servername: host }),
    rejectUnauthorized: false,
  });
  const end = (found?: Certificate) => {
    resolve(found);
    socket.destroy();
  };
  socket.setTimeout(withinMs, () => end());
  socket.on("error", () => end());
  socket.once("secureConnect", () => end(described(socket.getPeerCertificate())));
  return promise;
}

function described({
  fingerprint256,
  subject,
  issuer,
  valid_from,
  valid_to,
}: PeerCertificate): Certificate {
  return {
    fingerprint: fingerprint256,
    subject: certifiedName(subject) ?? "no name",
    issuer: certifiedName(issuer) ?? "no name",
    validFrom: Date.parse(valid_from),
    validTo: Date.parse(valid_to),
  };
}
