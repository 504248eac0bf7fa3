/**
 * Every setting, once: what it is for, its default, and how its text is read. The README's table, `--help` and all
 * faults are drawn from here. A setting of a new platform needs one entry here and one use in config.ts.
 */

import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { didYouMean, quotedAddress } from "./faults.ts";
import { logLevels } from "./log.ts";

export interface Setting<Value> {
  /** One line. */
  readonly summary: string;
  /** As it would be written. */
  readonly default?: string;
  /** Reads the text; the message of its first issue says what the setting must be. */
  readonly read: z.ZodType<Value, string>;
  /** Never shown, and hidden in every log. */
  readonly secret?: true;
  /** May also come from a file, named by `<NAME>_FILE`. */
  readonly fileToo?: true;
  /** How a fault shows what it got; by default in quotes. */
  readonly shown?: (text: string) => string;
  /** Whether the text names a file, of which `read` is given the contents. */
  readonly namesFile?: true;
}

/** The longest that a timer can wait. */
const longestMs = 2 ** 31 - 1;

function milliseconds(least: number) {
  const wants = `must be a whole number of milliseconds from ${least} to ${longestMs}`;
  return z
    .string()
    .regex(/^\d{1,10}$/, wants)
    .transform(Number)
    .refine((ms) => ms >= least && ms <= longestMs, wants);
}

const oneLine = (text: string) => !/\p{Cc}/u.test(text);

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
  if (!/^\/(?:api\/?)?$/i.test(url.pathname) || url.search || url.hash)
    return "must end after the port, or with /api";
  return undefined;
}

const emUrl = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const wrong = wrongWithEmUrl(url);
  if (!url || wrong !== undefined) {
    context.addIssue({ code: "custom", message: wrong ?? "must be an address" });
    return z.NEVER;
  }
  const port = namesPort.test(text) ? "" : `:${defaultPorts[url.protocol]}`;
  return `${url.origin}${port}`;
});

const certificates = z.string().refine((pem) => {
  try {
    return pem.includes("BEGIN CERTIFICATE") && new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}, "must name a file with certificates in PEM form (BEGIN CERTIFICATE)");

const fingerprint = z
  .string()
  .transform((text) =>
    text
      .replace(/^sha-?256[=:\s]*/i, "")
      .replaceAll(/[:\s]/g, "")
      .toUpperCase(),
  )
  .refine(
    (hex) => /^[0-9A-F]{64}$/.test(hex),
    "must be a SHA-256 fingerprint, 64 hexadecimal digits with or without colons",
  )
  .transform((hex) => (hex.match(/../g) ?? []).join(":"));

const zoneNames = () => ["UTC", ...Intl.supportedValuesOf("timeZone")];

const timeZone = z.string().transform((text, context) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    const message = `must be the name of a time zone like UTC or Europe/Berlin${didYouMean(text, zoneNames())}`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  }
});

const sqlitePath = z
  .string()
  .regex(
    /^sqlite:/i,
    "must begin with sqlite:, as no other store is built in yet, like sqlite:data/failover-bot.db",
  )
  .transform((text) => text.slice("sqlite:".length).replace(/^\/\/(?=\/)/, ""))
  .refine(
    (path) => path !== "" && oneLine(path),
    "must name a file after sqlite:, like sqlite:data/failover-bot.db",
  );

const settings = {
  EM_URL: {
    summary:
      "Address of Enterprise Manager; without it, the built-in sandbox is used. Port: 9398, with http: 9399",
    read: emUrl,
    shown: quotedAddress,
  },
  EM_USERNAME: {
    summary: "Account in Enterprise Manager, like DOMAIN\\user",
    read: z
      .string()
      .refine((text) => oneLine(text) && !text.includes(":"), "must be one line without a colon"),
    fileToo: true,
  },
  EM_PASSWORD: {
    summary: "Its password",
    read: z.string().refine(oneLine, "must be one line without control characters"),
    secret: true,
    fileToo: true,
  },
  EM_CA_FILE: {
    summary: "File with the certificate of the authority that signed EM's, in PEM form",
    read: certificates,
    namesFile: true,
  },
  EM_FINGERPRINT: {
    summary: "SHA-256 fingerprint of EM's certificate, instead of EM_CA_FILE",
    read: fingerprint,
  },
  EM_FORMAT: {
    summary: "What to speak with EM: xml (every version) or json",
    default: "xml",
    read: z.enum(["xml", "json"], "must be xml or json"),
  },
  EM_POLL_MS: {
    summary: "How often EM is asked while something runs, at least 100; six times that while nothing does",
    default: "5000",
    read: milliseconds(100),
  },
  TIME_ZONE: {
    summary: "Zone of times that are typed without one, and shown beside UTC",
    default: "UTC",
    read: timeZone,
  },
  STALL_MS: {
    summary: "After how long without a change a run is called stalled",
    default: "600000",
    read: milliseconds(1000),
  },
  EVIDENCE_WAIT_MS: {
    summary: "How long restore points are asked for evidence of how a run ended",
    default: "1200000",
    read: milliseconds(0),
  },
  CONFIRM_MS: {
    summary: "How long an order can be confirmed",
    default: "300000",
    read: milliseconds(1000),
  },
  STATE_URL: {
    summary: "Where the bot keeps what it must remember",
    default: "sqlite:data/failover-bot.db",
    read: sqlitePath,
    shown: quotedAddress,
  },
  LOG_LEVEL: {
    summary: `${logLevels.join(", ")}; by default info, and warn where a person types in a terminal`,
    read: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`),
  },
  NO_COLOR: {
    summary: "Set to anything, it takes the colour out of the terminal",
    read: z.string(),
  },
} satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof settings;

type Entries = typeof settings;
type Read<Entry extends Setting<unknown>> = Entry extends { default: string }
  ? z.output<Entry["read"]>
  : z.output<Entry["read"]> | undefined;

/** The settings as read: those without default are absent where not set. */
export type Values = { readonly [Name in SettingName]: Read<Entries[Name]> };

/** The entry of a setting, as far as all have the same. */
export const entryOf = (name: SettingName): Setting<unknown> => settings[name];

export const settingNames = Object.keys(settings) as SettingName[];

/** The variables by which a setting can be given. */
export const variablesOf = (name: SettingName): string[] =>
  entryOf(name).fileToo ? [name, `${name}_FILE`] : [name];

export interface SettingRow {
  readonly name: string;
  readonly default: string;
  readonly summary: string;
}

/** The settings as they are shown to people. */
export const settingRows: readonly SettingRow[] = settingNames.map((name) => {
  const entry = entryOf(name);
  return { name: variablesOf(name).join(" or "), default: entry.default ?? "", summary: entry.summary };
});
