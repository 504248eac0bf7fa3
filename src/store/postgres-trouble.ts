/** What Postgres, its driver and the network say, in words for whoever is to mend it. */

import { eachHost } from "./postgres-hosts.ts";

/** As in the address, without the password. */
interface Where {
  /** With its port. */
  readonly server: string;
  readonly host: string;
  readonly user: string;
  readonly database: string;
}

interface Known {
  /** Of the code, a space and what was said. */
  readonly fits: RegExp;
  why(where: Where): string;
  readonly cure: string;
}

const ADDRESS = "see that host and port in STATE_URL are right";
const PASSWORD = "set STATE_PASSWORD_FILE or STATE_PASSWORD to the right one";
const AUTHORITY = "name the file of its authority's certificate as sslrootcert in STATE_URL";
const BY_ITSELF = "the bot goes on by itself once it answers";

const KNOWN: readonly Known[] = [
  {
    fits: /^ECONNREFUSED/,
    why: ({ server }) => `nothing listens at ${server}`,
    cure: `see that Postgres runs there, and ${ADDRESS}`,
  },
  {
    fits: /^(?:ENOTFOUND|EAI_AGAIN)/,
    why: ({ host }) => `the name of the host ${host} cannot be looked up`,
    cure: "see that STATE_URL has it right, and that this machine can look up names",
  },
  {
    fits: /^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)|timeout expired|connection timeout|trying to connect/,
    why: ({ server }) => `there is no way to ${server}, or nothing answers there in time`,
    cure: `have the firewall let this machine connect to it, and ${ADDRESS}`,
  },
  {
    fits: /Query read timeout/,
    why: ({ server }) => `${server} does not answer in time`,
    cure: `see how much it has to do, and whether the network is slow; ${BY_ITSELF}`,
  },
  {
    fits: /^57P03/,
    why: ({ server }) => `Postgres at ${server} is starting or stopping`,
    cure: BY_ITSELF,
  },
  {
    fits: /^(?:57P0[12]|ECONNRESET|EPIPE|08)|Connection (?:terminated|ended)|connection error/,
    why: ({ server }) => `the connection to ${server} was cut`,
    cure: BY_ITSELF,
  },
  {
    fits: /^28P01/,
    why: ({ user, server }) => `${server} does not take the password of the user "${user}"`,
    cure: PASSWORD,
  },
  {
    fits: /client password must be/,
    why: ({ user, server }) => `${server} asks the user "${user}" for a password, and none is set`,
    cure: PASSWORD,
  },
  {
    fits: /^28/,
    why: ({ user, server }) => `${server} does not let the user "${user}" in from this machine`,
    cure: "see that it has this user, and what its pg_hba.conf says",
  },
  {
    fits: /^3D000/,
    why: ({ database, server }) => `${server} has no database "${database}"`,
    cure: "make it, or name another in STATE_URL",
  },
  {
    fits: /^(?:42501|3F000)/,
    why: ({ user, database }) =>
      `the user "${user}" may not make tables in its schema of "${database}", or has none`,
    cure: "give it a schema of its own, and the rights USAGE and CREATE on it",
  },
  {
    fits: /^25006/,
    why: ({ server }) => `Postgres at ${server} takes no writes, as a replica does`,
    cure: "name the one that does in STATE_URL, or promote this one",
  },
  {
    fits: /^53300/,
    why: ({ server }) => `all connections to ${server} are taken`,
    cure: "raise its max_connections, or the limit of the user",
  },
  {
    fits: /^53100/,
    why: ({ server }) => `the disk of ${server} is full`,
    cure: "make room; the bot goes on by itself then",
  },
  {
    fits: /SELF_SIGNED_CERT|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)/,
    why: ({ server }) => `nobody here knows who issued the certificate of ${server}`,
    cure: AUTHORITY,
  },
  {
    fits: /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)/,
    why: ({ server }) => `the certificate of ${server} has expired, or is not valid yet`,
    cure: "renew it there, or see that the clock of this machine is right",
  },
  {
    fits: /^ERR_TLS_CERT_ALTNAME_INVALID/,
    why: ({ server, host }) => `the certificate of ${server} is not for the name ${host}`,
    cure: "name the host in STATE_URL as its certificate does",
  },
  {
    fits: /does not support SSL/,
    why: ({ server }) => `${server} takes no connections with TLS`,
    cure: "turn ssl on there, or leave out sslmode in STATE_URL where the way to it is safe",
  },
];

/**
 * Ends a sentence: what is wrong, the code by which others can be asked, and the cure; what was said where
 * that is not known.
 */
export function postgresTrouble(error: unknown, url: string): string {
  if (error instanceof NoWriterError) return error.message;
  const [code, said] = [codeIn(error), saidIn(error)];
  const known = KNOWN.find(({ fits }) => fits.test(`${code} ${said}`.trimStart()));
  if (!known) return said;
  return `${known.why(whereIn(url))}${code && ` (${code})`}: ${known.cure}`;
}

/**
 * None of several hosts takes writes, each for a reason, which is in words already. Its code is Postgres'
 * own for a connection that did not come to be.
 */
export class NoWriterError extends Error {
  readonly code = "08001";

  constructor(reasons: readonly string[]) {
    super(reasons.join("; "));
    this.name = "NoWriterError";
  }
}

/** Of several addresses that were tried, it is the first that tells. */
const firstOf = (error: unknown): unknown =>
  error instanceof AggregateError ? (error.errors[0] ?? error) : error;

function codeIn(error: unknown): string {
  const first = firstOf(error);
  return first instanceof Error && "code" in first ? String(first.code) : "";
}

function saidIn(error: unknown): string {
  const first = firstOf(error);
  return first instanceof Error ? first.message : String(first);
}

/** Of several hosts it is one, and nobody says which. */
function whereIn(address: string): Where {
  const all = eachHost(address).map(whereAt);
  const either = (of: "server" | "host") => all.map((where) => where[of]).join(" or ");
  const { user = "", database = "" } = all[0] ?? {};
  return { user, database, server: either("server"), host: either("host") };
}

function whereAt(url: string): Where {
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  const host = searchParams.get("host") ?? decodeURIComponent(hostname);
  const user = decodeURIComponent(username);
  return {
    ...{ host, user },
    server: `${host}:${searchParams.get("port") ?? (port || "5432")}`,
    database: decodeURIComponent(pathname.slice(1)) || user,
  };
}
