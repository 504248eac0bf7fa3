/** The certificate that EM shows, looked at and not judged; nothing but the handshake is sent. */
import { connect, type PeerCertificate } from "node:tls";

export interface Certificate {
  /** SHA-256, like `AB:CD:…`. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: number;
  readonly validTo: number;
}

/** Undefined where nobody listens there, or no TLS is spoken within the time. */
export function certificateAt(address: URL, withinMs = 5000): Promise<Certificate | undefined> {
  const { promise, resolve } = Promise.withResolvers<Certificate | undefined>();
  const host = address.hostname.replace(/^\[|\]$/g, "");
  const port = Number(address.port || 443);
  const socket = connect({
    host,
    port,
    ...(/[a-z]/i.test(host) ? { servername: host } : {}),
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
    subject: nameIn(subject),
    issuer: nameIn(issuer),
    validFrom: Date.parse(valid_from),
    validTo: Date.parse(valid_to),
  };
}

const nameIn = ({ CN, O }: PeerCertificate["subject"]) => String(CN ?? O ?? "no name");
