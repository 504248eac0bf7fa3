/**
 * How the texts of settings are read: what each must be like, in a sentence's end, and what becomes
 * of it.
 */

import { X509Certificate } from "node:crypto";
import { validateDetailed } from "node-cron";
import * as v from "valibot";
import { verbNames } from "../commands/verb-names.ts";
import { type Policy, readPolicy } from "../policy/policy.ts";
import type { PolicyFault } from "../policy/policy-yaml.ts";
import { eachHost } from "../store/postgres-hosts.ts";
import { didYouMean } from "./faults.ts";

/** What a text says, or what it must be like: `refuse` takes that, and gives nothing. */
const textAs = <Out>(read: (text: string, refuse: (wants: string) => never) => Out) =>
  v.pipe(
    v.string(),
    v.rawTransform<string, Out>(({ dataset, addIssue, NEVER }) =>
      read(dataset.value, (message) => {
        addIssue({ message });
        return NEVER;
      }),
    ),
  );

export const textThat = (is: (text: string) => boolean, wants: string) =>
  v.pipe(v.string(), v.check(is, wants));

export const textLike = (form: RegExp, wants: string) => v.pipe(v.string(), v.regex(form, wants));

/** `begins`: what is often set in its place begins so; `hint` is said then. */
export const token = (form: RegExp, wants: string, begins: string, hint: string) =>
  textAs((text, refuse): string => {
    if (form.test(text)) return text;
    return refuse(text.startsWith(begins) ? `${wants}; ${hint}` : wants);
  });

const numberOf = (form: RegExp, is: (number: number) => boolean, wants: string) =>
  v.pipe(v.string(), v.regex(form, wants), v.transform(Number), v.check(is, wants));

/** The longest that a timer can wait. */
const longestMs = 2 ** 31 - 1;

export function milliseconds(least: number) {
  const wants = `must be a whole number of milliseconds from ${least} to ${longestMs}`;
  return textAs((text, refuse): number => {
    const ms = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    return ms >= least && ms <= longestMs ? ms : refuse(`${wants}${inMilliseconds(text)}`);
  });
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Like `, 300000 for 5m`; nothing where no unit stands there. */
function inMilliseconds(text: string): string {
  const [, count, unit = ""] = /^(\d{1,6}) *(ms|[smhd])[a-z]*$/i.exec(text) ?? [];
  const ms = UNITS_MS[unit.toLowerCase()];
  return ms === undefined ? "" : `, ${Number(count) * ms} for ${text}`;
}

export const oneLine = (text: string) => !/\p{Cc}/u.test(text);

const defaultPorts: Readonly<Record<string, string>> = { "https:": "9398", "http:": "9399" };
const namesPort = /^https?:\/\/[^/?#]*:\d+(?:[/?#]|$)/i;

/** What is wrong with EM's address, or nothing. */
function wrongWithEmUrl(url: URL | null): string | undefined {
  if (!url || !(url.protocol in defaultPorts) || url.hostname === "")
    return "must be an address like https://em.example.com:9398";
  if (url.username || url.password)
    return "must not hold a user name or password; EM_USERNAME and EM_PASSWORD do";
  if (url.port === "9419")
    return "must lead to Enterprise Manager; port 9419 is another API, that of Veeam Backup & Replication (EM has 9398 for https, 9399 for http)";
  if (!/^\/(?:api\/?)?$/i.test(url.pathname))
    return "must end after the port, or with /api: no other path leads to Enterprise Manager's API";
  if (url.search || url.hash) return "must end after the port, or with /api";
  return undefined;
}

export const emUrl = textAs((text, refuse) => {
  const url = URL.parse(text);
  const wrong = wrongWithEmUrl(url);
  if (!url || wrong !== undefined) {
    return refuse(wrong ?? "must be an address");
  }
  const port = namesPort.test(text) ? "" : `:${defaultPorts[url.protocol]}`;
  return `${url.origin}${port}`;
});

const BEGIN = "-----BEGIN CERTIFICATE-----";
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

/** OpenSSL passes over what it cannot read, and all after that. */
export const certificates = textAs((text, refuse): string => {
  // So files end up that were put together without a line's end between.
  const pem = text.replaceAll(`-----${BEGIN}`, `-----\n${BEGIN}`);
  const all = pem.split(BEGIN).length - 1;
  const whole = (pem.match(CERTIFICATE) ?? []).filter(isCertificate).length;
  if (all > 0 && whole === all) return pem;
  const found = all > 1 ? `; of ${all} in it, ${whole} can be read` : "";
  const message = `must name a file with certificates in PEM form (BEGIN CERTIFICATE; Windows calls it Base-64)${found}`;
  return refuse(message);
});

/** What openssl, certutil and browsers write before a fingerprint. */
const FINGERPRINT_LABEL = /(?:cert\s+hash\s*\()?\bsha-?256\b\)?(?:\s+fingerprint)?\s*[=:]?/gi;
const hasLabel = (line: string) => line.search(FINGERPRINT_LABEL) >= 0;
const isDigits = (line: string) => /^[0-9a-f:,;\s]*$/i.test(line);

/** Where a terminal was pasted whole, openssl's other lines are left out. */
const withoutTalk = (text: string) =>
  text
    .split("\n")
    .filter((line) => !hasLabel(text) || hasLabel(line) || isDigits(line))
    .join("\n");

/** Pairs and groups may have colons or blanks between; the fingerprints, commas too. */
function fingerprintsIn(text: string): string[] | undefined {
  const parts = withoutTalk(text).replace(FINGERPRINT_LABEL, ",").split(/[,;]/);
  const digits = parts.map((part) => part.replaceAll(/[:\s]/g, "").toUpperCase());
  const given = digits.filter((part) => part !== "");
  if (!given.every((part) => /^(?:[0-9A-F]{64})+$/.test(part))) return undefined;
  return [...new Set(given.flatMap((part) => part.match(/.{64}/g) ?? []))];
}

const isSha1 = (text: string) =>
  /\bsha-?1\b/i.test(text) || /^[0-9a-f]{40}$/i.test(text.replaceAll(/[:\s]/g, ""));

export const certificateFingerprints = textAs((text, refuse): string[] => {
  const found = fingerprintsIn(text) ?? [];
  if (found.length > 0) return found.map((hex) => (hex.match(/../g) ?? []).join(":"));
  const message =
    "must be a SHA-256 fingerprint, 64 hexadecimal digits with or without colons, or several with " +
    `commas between${isSha1(text) ? "; this is one of SHA-1: openssl wants -sha256" : ""}`;
  return refuse(message);
});

export const port = numberOf(
  /^\d{1,5}$/,
  (number) => number >= 1 && number <= 65_535,
  "must be a port, 1 to 65535",
);

export const httpAddress = textThat(
  (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ""),
  "must be an address that begins with https://",
);

/** Written without a scheme, it is an HTTP one, as everywhere. */
export const proxyAddress = textAs((text, refuse): URL => {
  const url = URL.parse(/^\w+:\/\//.test(text) ? text : `http://${text}`);
  const isProxy =
    url && /^https?:$/.test(url.protocol) && url.pathname === "/" && url.search === "";
  if (isProxy) return url;
  const message = "must be the address of an HTTP proxy like http://proxy.example.com:3128";
  return refuse(message);
});

const parted = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

export const ids = (form: RegExp, wants: string) =>
  textAs((text, refuse) => {
    const all = parted(text);
    return all.every((id) => form.test(id)) ? all : refuse(wants);
  });

/** `slack:C0123ABCD` and the like. */
export interface Tagged {
  readonly platform: "slack" | "discord";
  readonly id: string;
}

export const tagged = (platforms: readonly string[], wants: string) =>
  textAs((text, refuse): Tagged[] => {
    const all = parted(text).map((part) => ({
      platform: part.split(":")[0] ?? "",
      id: part.slice(part.indexOf(":") + 1),
    }));
    if (
      all.every(
        ({ platform, id }) => platforms.includes(platform) && /^(role:)?[A-Z0-9]+$/.test(id),
      )
    )
      return all as Tagged[];
    return refuse(wants);
  });

/** From the top of the file down; what has no place of its own comes first. */
const byPlace = ({ place: one }: PolicyFault, { place: other }: PolicyFault): number =>
  (one?.line ?? 0) - (other?.line ?? 0) || (one?.column ?? 0) - (other?.column ?? 0);

/** Like `line 3, column 5: rules.1 must not hold "plan", did you mean plans?`. */
function policyFaultWords({ says, place, strange }: PolicyFault): string {
  const where = place ? `line ${place.line}, column ${place.column}: ` : "";
  return `${where}${says}${strange ? didYouMean(strange.word, strange.known) : ""}`;
}

export const policyText = textAs((text, refuse): Policy => {
  const read = readPolicy(text, verbNames);
  if (read.ok) return read.policy;
  const faults = read.faults.toSorted(byPlace).map(policyFaultWords);
  return refuse(`must name a policy without faults: ${faults.join("; ")}`);
});

const zoneNames = () => ["UTC", ...Intl.supportedValuesOf("timeZone")];

/** A city alone is often written for its zone. */
function meantZone(text: string): string {
  const end = `/${text.trim().replaceAll(" ", "_").toLowerCase()}`;
  const ofCity = zoneNames().find((name) => name.toLowerCase().endsWith(end));
  return ofCity ? `, did you mean ${ofCity}?` : didYouMean(text, zoneNames());
}

export const timeZone = textAs((text, refuse) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return refuse(`must be the name of a time zone like UTC or Europe/Berlin${meantZone(text)}`);
  }
});

const sqliteLike = "like sqlite:data/failover-bot.db or sqlite:///var/lib/failover-bot/state.db";

/** What is wrong with what follows `sqlite:`, or nothing. */
function wrongWithSqlite(rest: string): string | undefined {
  if (/^\/\/[^/]/.test(rest))
    return `must name a file of this machine, without a host, ${sqliteLike}`;
  if (/^:|^file:/i.test(rest)) return `must name a file that stays, ${sqliteLike}`;
  const isFile = rest !== "" && oneLine(rest) && !/(?:^|\/)\.{0,2}$/.test(rest);
  return isFile ? undefined : `must name a file after sqlite:, ${sqliteLike}`;
}

/** Where the state is: a file of this machine, or a database that several processes share. */
export type StatePlace =
  | { readonly is: "file"; readonly path: string }
  /** The address once for each host in it; one of them at least. */
  | { readonly is: "postgres"; readonly hosts: readonly URL[] };

const postgresLike = "like postgres://failover@db.example.com/failover?sslmode=verify-full";

export const statePlace = textAs((text, refuse): StatePlace => {
  const wrong = /^sqlite:/i.test(text)
    ? wrongWithSqlite(text.slice("sqlite:".length))
    : wrongWithPostgres(text);
  if (wrong === undefined)
    return /^sqlite:/i.test(text)
      ? { is: "file", path: text.slice("sqlite:".length).replace(/^\/\/(?=\/)/, "") }
      : { is: "postgres", hosts: eachHost(text).map((one) => new URL(one)) };
  return refuse(wrong);
});

const hostsLike = "like postgres://failover@a.example.com,b.example.com:5433/failover";

function wrongWithPostgres(text: string): string | undefined {
  if (!/^postgres(?:ql)?:/i.test(text))
    return `must begin with sqlite: or postgres:, ${sqliteLike}, or ${postgresLike}`;
  const addresses = eachHost(text);
  const hosts = addresses.flatMap((one) => (URL.canParse(one) ? [new URL(one)] : []));
  const isWhole = (url: URL) => url.hostname !== "" && url.pathname.length > 1;
  if (hosts.length === addresses.length && hosts.every(isWhole)) return wrongWithHosts(hosts);
  return addresses.length > 1
    ? `must name a host at each side of a comma, with a port or none, and a database, ${hostsLike}`
    : `must name a host and a database, ${postgresLike}`;
}

/** What a program that is not the bot may want of a server. */
const SESSIONS = ["read-write", "primary"];

function wrongWithHosts(hosts: readonly URL[]): string | undefined {
  const wanted = hosts[0]?.searchParams;
  const session = wanted?.get("target_session_attrs") ?? "read-write";
  if (!SESSIONS.includes(session))
    return `must have no target_session_attrs but ${SESSIONS.join(" or ")}, as the bot writes`;
  if (wanted?.has("hostaddr") || /,/.test(`${wanted?.get("host")}${wanted?.get("port")}`))
    return `must name its hosts before the database, ${hostsLike}`;
  const names = hosts.map(({ hostname, port }) => `${hostname}:${port || 5432}`);
  return new Set(names).size === names.length ? undefined : "must name each host once";
}

export function wholeNumber(least: number, most: number) {
  const wants = `must be a whole number from ${least} to ${most}`;
  return numberOf(/^\d{1,10}$/, (number) => number >= least && number <= most, wants);
}

const anyDay = (field: string) => field === "*" || field === "?";

/**
 * What is wrong with a cron expression, or nothing. Where both days are given, programs differ in
 * what they mean.
 */
function wrongWithCron(text: string): string | undefined {
  const like =
    "must be off, or a cron expression like 0 8 * * * (minute, hour, day of month, month, day of week)";
  const fields = text.split(/\s+/);
  if (fields.length !== 5 || !validateDetailed(text).valid) return like;
  const [, , dayOfMonth = "*", , dayOfWeek = "*"] = fields;
  return anyDay(dayOfMonth) || anyDay(dayOfWeek)
    ? undefined
    : "must not name both a day of the month and a day of the week";
}

/** Undefined for `off`. */
export const cronOrOff = textAs((text, refuse): string | undefined => {
  if (text.toLowerCase() === "off") return undefined;
  const wrong = wrongWithCron(text);
  if (wrong === undefined) return text;
  return refuse(wrong);
});
