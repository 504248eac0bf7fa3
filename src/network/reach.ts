/**
 * Whether anything answers at an address of the web, asked without any token; and where nothing
 * does, why, and what to do about it.
 */
export interface Unreached {
  /** Ends a sentence. */
  readonly why: string;
  readonly cure: string;
}

/** Any answer will do, also a refusal. `by`: the way to it. Never rejects. */
export async function whyUnreached(
  address: URL,
  by: typeof fetch,
  signal: AbortSignal,
): Promise<Unreached | undefined> {
  try {
    const answer = await by(address, { method: "HEAD", redirect: "manual", signal });
    await answer.body?.cancel();
    return undefined;
  } catch (error) {
    return meaningOf(rootOf(error));
  }
}

/** What fetch hides: the first of several errors, and what caused it. */
function rootOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

const ELSE_PROXY = "or set HTTPS_PROXY to the proxy that leads there";
const NAMES = `see that this machine can look up names, ${ELSE_PROXY}`;
const NETWORK = `look at the network of this machine, ${ELSE_PROXY}`;
const FIREWALL = `have the firewall let this machine connect to it, ${ELSE_PROXY}`;
const READS_ALONG =
  "something on the way reads along, such as a proxy of your company: start the bot with NODE_EXTRA_CA_CERTS set to the file of its authority's certificate";

const MEANINGS: Readonly<Record<string, Unreached>> = {
  ENOTFOUND: { why: "its name is not known", cure: NAMES },
  EAI_AGAIN: { why: "its name could not be looked up", cure: NAMES },
  ECONNREFUSED: { why: "the connection was refused", cure: FIREWALL },
  ECONNRESET: { why: "the connection was cut", cure: FIREWALL },
  UND_ERR_SOCKET: { why: "the connection was cut", cure: FIREWALL },
  EHOSTUNREACH: { why: "there is no way to it", cure: NETWORK },
  ENETUNREACH: { why: "there is no way to it", cure: NETWORK },
  ETIMEDOUT: { why: "nothing answered in time", cure: FIREWALL },
  UND_ERR_CONNECT_TIMEOUT: { why: "nothing answered in time", cure: FIREWALL },
  TimeoutError: { why: "nothing answered in time", cure: FIREWALL },
  CERT_HAS_EXPIRED: {
    why: "the certificate that is shown there has expired",
    cure: "see that the clock of this machine is right",
  },
  CERT_NOT_YET_VALID: {
    why: "the certificate that is shown there is not valid yet",
    cure: "see that the clock of this machine is right",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    why: "the certificate that is shown there is for another name",
    cure: "see who answers there in its place: a name service or a proxy that leads elsewhere",
  },
};

const UNKNOWN_ISSUER = /^(?:DEPTH_ZERO_)?SELF_SIGNED_CERT|^UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)/;

/** So nobody was reached, and no request can have arrived. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPROXY",
]);

/** Ends a sentence; nothing where a request may have arrived all the same. */
export function whyNotReached(error: unknown): string | undefined {
  const root = rootOf(error);
  return NEVER_SENT.has(codeIn(root)) ? reasonIn(root) : undefined;
}

/** What fetch says of a failure is that it failed; its cause, in words where there are some. */
export const reasonOf = (error: unknown): string => reasonIn(rootOf(error));

/** With the code, by which others can be asked. */
function reasonIn(root: unknown): string {
  const code = codeIn(root);
  if (code === "EPROXY" || UNKNOWN_ISSUER.test(code)) return meaningOf(root).why;
  const known = MEANINGS[code];
  if (known !== undefined) return `${known.why} (${code})`;
  return root instanceof Error && root.message !== "" ? root.message : code;
}

function meaningOf(error: unknown): Unreached {
  const code = codeIn(error);
  if (code === "EPROXY" && error instanceof Error)
    return {
      why: error.message.replace(/^The/, "the"),
      cure: "see that HTTPS_PROXY is right, with user name and password where it wants them, and that the proxy lets this address through",
    };
  if (UNKNOWN_ISSUER.test(code))
    return {
      why: "nobody here knows who issued the certificate that is shown there",
      cure: READS_ALONG,
    };
  return MEANINGS[code] ?? { why: `the connection failed (${code})`, cure: NETWORK };
}

function codeIn(error: unknown): string {
  if (!(error instanceof Error)) return "no code";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.name;
}
