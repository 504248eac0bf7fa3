/**
 * Every setting, once: what it is for, its default, and how its text is read. The table on the
 * settings' page, `--help` and all faults are drawn from here. A setting of a new platform needs one entry here and
 * one use in config.ts.
 */

import * as v from "valibot";
import { logLevels } from "../log.ts";
import { quotedAddress } from "./faults.ts";
import {
  certificateFingerprints,
  certificates,
  cronOrOff,
  emUrl,
  httpAddress,
  ids,
  milliseconds,
  oneLine,
  policyText,
  port,
  proxyAddress,
  statePlace,
  tagged,
  textLike,
  textThat,
  timeZone,
  token,
  wholeNumber,
} from "./setting-forms.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Setting<Value> {
  /** One line. */
  readonly summary: string;
  /** As it would be written. */
  readonly default?: string;
  /** Reads the text; the message of its first issue says what the setting must be. */
  readonly read: v.GenericSchema<string, Value>;
  /** Never shown, and hidden in every log. */
  readonly secret?: true;
  /** May also come from a file, named by `<NAME>_FILE`. */
  readonly fileToo?: true;
  /** How a fault shows what it got; by default in quotes. */
  readonly shown?: (text: string) => string;
  /** Whether the text names a file, of which `read` is given the contents. */
  readonly namesFile?: true;
}

const settings = {
  EM_URL: {
    summary:
      "Address of Enterprise Manager; without it, the built-in sandbox is used. Port: 9398, with http: 9399",
    read: emUrl,
    shown: quotedAddress,
  },
  EM_USERNAME: {
    summary: "Account in Enterprise Manager, like DOMAIN\\user",
    read: textThat(
      (text) => oneLine(text) && !text.includes(":"),
      "must be one line without a colon",
    ),
    fileToo: true,
  },
  EM_PASSWORD: {
    summary: "Its password",
    read: textThat(oneLine, "must be one line without control characters"),
    secret: true,
    fileToo: true,
  },
  EM_CA_FILE: {
    summary: "File with the certificate of the authority that signed EM's, in PEM form",
    read: certificates,
    namesFile: true,
  },
  EM_FINGERPRINT: {
    summary:
      "SHA-256 fingerprint of EM's certificate, or several with commas between, instead of EM_CA_FILE",
    read: certificateFingerprints,
  },
  EM_PROXY: {
    summary:
      "Proxy for EM alone, like http://proxy.example.com:3128; HTTPS_PROXY is never used for EM",
    read: proxyAddress,
    shown: quotedAddress,
  },
  EM_FORMAT: {
    summary: "What to speak with EM: xml (every version) or json",
    default: "xml",
    read: v.picklist(["xml", "json"], "must be xml or json"),
  },
  EM_POLL_MS: {
    summary:
      "How often EM is asked while something runs, at least 100; six times that while nothing does",
    default: "5000",
    read: milliseconds(100),
  },
  EM_COLLECT: {
    summary:
      "Whether EM is asked to collect its data when a run has ended (on or off), at most once in five minutes a server",
    default: "on",
    read: v.picklist(["on", "off"], "must be on or off"),
  },
  SLACK_BOT_TOKEN: {
    summary: "Token of the Slack app's bot, xoxb-…; with it the bot serves Slack",
    read: token(
      /^xox[a-z]-\S+$/,
      "must be a token that begins with xoxb-",
      "xapp-",
      "one with xapp- is for SLACK_APP_TOKEN",
    ),
    secret: true,
    fileToo: true,
  },
  SLACK_APP_TOKEN: {
    summary: "App-level token with connections:write, xapp-…, for Socket Mode",
    read: token(
      /^xapp-\S+$/,
      "must be a token that begins with xapp-",
      "xoxb-",
      "one with xoxb- is for SLACK_BOT_TOKEN",
    ),
    secret: true,
    fileToo: true,
  },
  SLACK_SIGNING_SECRET: {
    summary: "Signing secret of the Slack app, for HTTP mode instead of Socket Mode",
    read: textLike(/^\S{8,}$/, "must be the signing secret from the app's page"),
    secret: true,
    fileToo: true,
  },
  PORT: {
    summary: "Port for Slack's HTTP mode",
    read: port,
  },
  HOST: {
    summary: "Address that Slack's HTTP mode listens on",
    default: "127.0.0.1",
    read: textThat(oneLine, "must be an address of this machine"),
  },
  SLACK_CHANNELS: {
    summary: "Ids of the Slack channels where it may be read, separated by commas",
    default: "",
    read: ids(/^[A-Z0-9]{3,}$/, "must be ids of channels like C0123ABCD, separated by commas"),
  },
  SLACK_COMMAND: {
    summary: "Slash command of the Slack app, where it is another than /failover",
    read: textLike(/^\/\S{1,31}$/, "must be a slash command, like /failover"),
  },
  SLACK_API_URL: {
    summary: "Slack's Web API, for GovSlack, a proxy or a test server",
    read: httpAddress,
    shown: quotedAddress,
  },
  DISCORD_TOKEN: {
    summary: "Token of the Discord application's bot; with it the bot serves Discord",
    read: token(
      /^\S{10,}$/,
      "must be the bot's token from the application's page",
      "Bot ",
      "without Bot before it",
    ),
    secret: true,
    fileToo: true,
  },
  DISCORD_CHANNELS: {
    summary: "Ids of the Discord channels where it may be read, separated by commas",
    default: "",
    read: ids(
      /^\d{15,22}$/,
      "must be ids of channels, numbers of about 18 digits, separated by commas",
    ),
  },
  DISCORD_API_URL: {
    summary: "Discord's API up to before /v10, for a proxy or a test server",
    read: httpAddress,
    shown: quotedAddress,
  },
  POLICY_FILE: {
    summary: "File with the policy: who may do what, where, and how orders are confirmed (YAML)",
    read: policyText,
    namesFile: true,
  },
  ANNOUNCE_IN: {
    summary:
      "Channels for what nobody asked for (runs started elsewhere, notices), like slack:C0123ABCD, discord:123…",
    default: "",
    read: tagged(
      ["slack", "discord"],
      "must be channels like slack:C0123ABCD or discord:123456789012345678, separated by commas",
    ),
  },
  ON_CALL: {
    summary:
      "Who is called besides those who ordered: at failures, stalls, doubts, silence and ends. slack:U… or S… (group), discord:123… or role:123…",
    default: "",
    read: tagged(
      ["slack", "discord"],
      "must be ids like slack:S0123ABCD or discord:role:123456789012345678, separated by commas",
    ),
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
  WATCH_LIMIT_MS: {
    summary: "After how long a watch ends, even if EM is silent; a week by default",
    default: "604800000",
    read: milliseconds(60_000),
  },
  CONFIRM_MS: {
    summary: "How long an order can be confirmed",
    default: "300000",
    read: milliseconds(1000),
  },
  DIGEST_AT: {
    summary:
      "When a digest is posted in ANNOUNCE_IN, as a cron expression in TIME_ZONE, or off: what is protected, what fails",
    default: "0 8 * * *",
    read: cronOrOff,
  },
  UNTESTED_DAYS: {
    summary: "The digest names plans that were not tested through this bot for so many days",
    default: "90",
    read: wholeNumber(1, 3650),
  },
  REPORT_DAYS: {
    summary: "How many days what is known of a run that has ended is kept, with names and reasons",
    default: "400",
    read: wholeNumber(1, 3650),
  },
  HEALTH_PORT: {
    summary: "Port for /healthz, /readyz and /metrics; without it there are none",
    read: port,
  },
  HEALTH_HOST: {
    summary: "Address that they listen on; they ask nobody who they are, so keep them inside",
    default: "127.0.0.1",
    read: textThat(oneLine, "must be an address of this machine"),
  },
  HTTPS_PROXY: {
    summary: "Proxy for Slack and Discord, like http://proxy.example.com:3128",
    read: proxyAddress,
    shown: quotedAddress,
  },
  HTTP_PROXY: {
    summary: "The same for addresses that begin with http://",
    read: proxyAddress,
    shown: quotedAddress,
  },
  NO_PROXY: {
    summary: "Where no proxy is used, like .example.com, 10.0.0.0/8; separated by commas",
    default: "",
    read: v.pipe(
      v.string(),
      v.transform((text) => text.split(/[\s,]+/).filter((one) => one !== "")),
    ),
  },
  STATE_URL: {
    summary: "Where the bot keeps what it must remember",
    default: "sqlite:data/failover-bot.db",
    read: statePlace,
    shown: quotedAddress,
  },
  STATE_PASSWORD: {
    summary: "Password of the user in STATE_URL, where that is a Postgres",
    read: textThat(oneLine, "must be one line without control characters"),
    secret: true,
    fileToo: true,
  },
  LOG_LEVEL: {
    summary: `${logLevels.join(", ")}; by default info, and warn where a person types in a terminal`,
    read: v.picklist(logLevels, `must be one of ${logLevels.join(", ")}`),
  },
  NO_COLOR: {
    summary: "Set to anything, it takes the colour out of the terminal",
    read: v.string(),
  },
} satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof settings;

type Entries = typeof settings;
type Read<Entry extends Setting<unknown>> = Entry extends { default: string }
  ? v.InferOutput<Entry["read"]>
  : v.InferOutput<Entry["read"]> | undefined;

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
  return {
    name: variablesOf(name).join(" or "),
    default: entry.default ?? "",
    summary: entry.summary,
  };
});
