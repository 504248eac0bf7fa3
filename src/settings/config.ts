/**
 * All settings, read once: from the environment, from the files that it names, and from the command
 * line. Whatever is wrong with them is told at once, in one `ConfigError`.
 */

import * as v from "valibot";
import type { LogLevel } from "../log.ts";
import type { Policy } from "../policy/policy.ts";
import {
  connectionFaults,
  connectionIn,
  emOf,
  lookedAt,
  type RealEm,
  type SandboxChoice,
  type SandboxEm,
  sandboxFaults,
} from "./em-settings.ts";
import {
  ConfigError,
  edgesOf,
  hidden,
  isWrapped,
  nearest,
  type SettingFault,
  shownValue,
} from "./faults.ts";
import { type Flags, readFlags } from "./flags.ts";
import { moveFaults, moveOf, type StateMove } from "./move-settings.ts";
import { patienceFaults, patienceOf } from "./patience.ts";
import {
  type DiscordSettings,
  discordOf,
  lonelyRooms,
  platformFaults,
  roomlessPlatforms,
  type SlackSettings,
  slackOf,
  unserved,
} from "./platform-settings.ts";
import type { Tagged } from "./setting-forms.ts";
import {
  type Environment,
  entryOf,
  type SettingName,
  settingNames,
  type Values,
  variablesOf,
} from "./settings.ts";
import { passwordFaults, type StateSettings, stateOf } from "./state-settings.ts";

export { ConfigError } from "./faults.ts";

export interface Config extends StateSettings {
  readonly em: SandboxEm | RealEm;
  readonly pollMs: number;
  /** Whether EM is asked to collect its data when a run has ended. */
  readonly collects: boolean;
  /** An IANA name in its usual spelling. */
  readonly timeZone: string;
  readonly stallMs: number;
  readonly evidenceWaitMs: number;
  /** A watch ends after so long, even if EM is silent. */
  readonly watchLimitMs: number;
  /** How long a confirmation stays open. */
  readonly confirmMs: number;
  /** Absent where no digest is wanted. */
  readonly digest?: { readonly at: string; readonly untestedDays: number };
  /** How long what is known of a run that has ended is kept. */
  readonly reportDays: number;
  /** Where machines ask how the bot is; absent where they cannot. */
  readonly health?: { readonly host: string; readonly port: number };
  readonly slack?: SlackSettings;
  readonly discord?: DiscordSettings;
  /** Absent without a policy file. */
  readonly policy?: Policy;
  readonly announceIn: readonly Tagged[];
  readonly onCall: readonly Tagged[];
  /**
   * Absent where not set: the default depends on whether somebody sits at the terminal (see
   * `levelFor`).
   */
  readonly logLevel?: LogLevel;
  /** How long a pipe waits at most for the runs that it began; absent: until they end. */
  readonly waitMs?: number;
  readonly json: boolean;
  readonly colour: boolean;
  /** Whether the terminal says of itself that it understands no control codes. */
  readonly dumb: boolean;
  /** To be kept out of every message and log. */
  readonly secrets: readonly string[];
  /** Sentences for the log. */
  readonly warnings: readonly string[];
  readonly help: boolean;
  /** Which version this is shall be said, and nothing else be done. */
  readonly version: boolean;
  readonly exportAudit: boolean;
  /** Of which run or plan a report is wanted. */
  readonly report?: string;
  /** The file into which the state is to be copied, and nothing else be done. */
  readonly backup?: string;
  /** Set where the state is to be moved, and nothing else be done. */
  readonly move?: StateMove;
}

/** Gives a file's text, or throws as `fs.readFileSync` does. */
export type ReadFile = (path: string) => string;

/** A setting's text, and what a fault may show of it. */
interface Given {
  readonly variable: string;
  readonly text: string;
  readonly got: string;
  /** What stands around the text that hardly belongs to it; empty where nothing does. */
  readonly edges: string;
}

/** What is wrong with the settings, and what may be: sentences for the log. */
interface Findings {
  readonly faults: SettingFault[];
  readonly warnings: string[];
}

/**
 * `argv` is the command line without its first two words. Empty variables count as not set. Where
 * help or the version is asked for, the environment is not looked at; where the state is moved,
 * nothing of it but the password. Throws `ConfigError`.
 */
export function readConfig(
  environment: Environment,
  argv: readonly string[],
  readFile: ReadFile,
  sandbox: SandboxChoice,
): Config {
  const { flags, faults: flagFaults } = readFlags(argv);
  const env = lookedAt(withProxies(environment), flags);
  const faults: SettingFault[] = [];
  const warnings: string[] = [];
  const values = readSettings(env, readFile, { faults, warnings });
  const set = connectionIn(env);
  const isSet = (name: string) => Boolean(env[name] ?? env[`${name}_FILE`]);
  faults.push(
    ...connectionFaults(set),
    ...platformFaults(isSet),
    ...flagFaults,
    ...patienceFaults(flags),
    ...(flags["move-state"] === undefined ? passwordFaults(values) : moveFaults(flags, values)),
    ...sandboxFaults(flags, set[0], sandbox),
  );
  if (faults.length > 0) throw new ConfigError(faults);
  const move = moveOf(flags, values);
  const config = { ...configOf(values, flags, sandbox, env), ...(move ? { move } : {}) };
  return { ...config, warnings: [...warnings, ...config.warnings] };
}

function fileText(
  variable: string,
  path: string,
  readFile: ReadFile,
  faults: SettingFault[],
): string | undefined {
  try {
    const text = readFile(path).replace(/\r?\n$/, "");
    if (text.trim() !== "") return text;
    faults.push({
      name: variable,
      wants: "must name a file that is not empty",
      got: shownValue(path),
    });
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    faults.push({
      name: variable,
      wants: "must name a file that can be read",
      got: `${shownValue(path)}${code}${edgesOf(path)}`,
    });
    return undefined;
  }
}

/**
 * What the environment says of a setting, directly or by a file; nothing where it says nothing or
 * cannot be read.
 */
function givenIn(
  env: Environment,
  name: SettingName,
  readFile: ReadFile,
  faults: SettingFault[],
): Given | undefined {
  const entry = entryOf(name);
  const [variable, ...others] = variablesOf(name).filter((each) => env[each]);
  if (variable === undefined) {
    const { default: text } = entry;
    return text === undefined
      ? undefined
      : { variable: name, text, got: shownValue(text), edges: "" };
  }
  if (others.length > 0) {
    faults.push({ name, wants: `must not be set beside ${name}_FILE`, got: "set as well" });
    return undefined;
  }
  const direct = env[variable] ?? "";
  if (variable !== name || entry.namesFile) {
    const text = fileText(variable, direct, readFile, faults);
    if (text === undefined) return undefined;
    const edges = entry.namesFile ? "" : edgesOf(text);
    return { variable, text, got: `${hidden(text)} in ${shownValue(direct)}`, edges };
  }
  const text = entry.secret ? direct : direct.trim();
  const shown = entry.secret ? hidden : (entry.shown ?? shownValue);
  return { variable, text, got: shown(text), edges: edgesOf(text) };
}

function readSettings(
  env: Environment,
  readFile: ReadFile,
  { faults, warnings }: Findings,
): Values {
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of settingNames) {
    const given = givenIn(env, name, readFile, faults);
    if (!given) continue;
    const read = v.safeParse(entryOf(name).read, given.text);
    if (read.success) {
      values[name] = read.output;
      if (isWrapped(given.edges)) warnings.push(wrapped(given));
    } else
      faults.push({
        name: given.variable,
        wants: read.issues[0].message,
        got: `${given.got}${given.edges}`,
      });
  }
  return values as Values;
}

const wrapped = ({ variable, edges }: Given) =>
  `${variable} is read as it stands${edges}: leave out what does not belong to it`;

/** Below it, a password is easily guessed, and is often a word that others use too. */
const SHORT_PASSWORD = 8;

/** A short password may also be a word of the log: what is left out there gives it away. */
function shortPasswords({ EM_PASSWORD, EM_PROXY, HTTPS_PROXY, HTTP_PROXY }: Values): string[] {
  const passwords = {
    EM_PASSWORD,
    "The password in EM_PROXY": EM_PROXY?.password,
    "The password in HTTPS_PROXY": HTTPS_PROXY?.password,
    "The password in HTTP_PROXY": HTTP_PROXY?.password,
  };
  return Object.entries(passwords)
    .filter(([, password]) => password && password.length < SHORT_PASSWORD)
    .map(
      ([name]) =>
        `${name} has fewer than ${SHORT_PASSWORD} characters: it is easily guessed, and what is ` +
        "hidden in the log may give it away; choose a longer one",
    );
}

function secretsOf(values: Values): string[] {
  const secret = settingNames.filter((name) => entryOf(name).secret).map((name) => values[name]);
  const login =
    values.EM_PASSWORD === undefined ? [] : [`${values.EM_USERNAME}:${values.EM_PASSWORD}`];
  const { STATE_URL: state } = values;
  const urls = [values.EM_PROXY, values.HTTPS_PROXY, values.HTTP_PROXY];
  const proxies = [...urls, state.is === "postgres" ? state.hosts[0] : undefined].flatMap((url) =>
    url?.password ? [url.password, decodeURIComponent(url.password)] : [],
  );
  return [...secret.filter((value) => typeof value === "string"), ...login, ...proxies];
}

/** Proxies are written in small letters too, as other programs read them. */
function withProxies(environment: Environment): Environment {
  const { https_proxy, http_proxy, no_proxy } = environment;
  const small = { HTTPS_PROXY: https_proxy, HTTP_PROXY: http_proxy, NO_PROXY: no_proxy };
  const given = Object.entries(environment).filter(([, text]) => text !== "");
  return { ...small, ...Object.fromEntries(given) };
}

/** Variables that nobody reads, and that are close to one that is read. */
function mistyped(env: Environment): string[] {
  const known = settingNames.flatMap(variablesOf);
  const strange = Object.keys(env).filter((name) => /^EM_/i.test(name) && !known.includes(name));
  return strange.flatMap((name) => {
    const meant = nearest(name, known);
    return meant === undefined
      ? []
      : [`${name} is not a setting and has no effect; ${meant} is one`];
  });
}

function warningsOf(env: Environment, em: SandboxEm | RealEm): string[] {
  if (em.kind === "sandbox" || !em.url.startsWith("http:")) return mistyped(env);
  const open =
    "EM_URL begins with http: so that the password and all orders can be read on their way; " +
    "use https:, which Enterprise Manager speaks on port 9398";
  const idle =
    (em.ca ?? em.fingerprints) ? ["No certificate is checked, as EM_URL begins with http:"] : [];
  return [open, ...idle, ...mistyped(env)];
}

function configOf(values: Values, flags: Flags, sandbox: SandboxChoice, env: Environment): Config {
  const em = emOf(values, flags, sandbox);
  const slack = slackOf(values);
  const discord = discordOf(values);
  const waitMs = patienceOf(flags);
  return {
    em,
    ...(slack ? { slack } : {}),
    ...(discord ? { discord } : {}),
    ...(values.POLICY_FILE === undefined ? {} : { policy: values.POLICY_FILE }),
    announceIn: values.ANNOUNCE_IN,
    onCall: values.ON_CALL,
    pollMs: values.EM_POLL_MS,
    collects: values.EM_COLLECT === "on",
    timeZone: values.TIME_ZONE,
    stallMs: values.STALL_MS,
    evidenceWaitMs: values.EVIDENCE_WAIT_MS,
    watchLimitMs: values.WATCH_LIMIT_MS,
    confirmMs: values.CONFIRM_MS,
    ...stateOf(values),
    ...(values.DIGEST_AT === undefined
      ? {}
      : { digest: { at: values.DIGEST_AT, untestedDays: values.UNTESTED_DAYS } }),
    reportDays: values.REPORT_DAYS,
    ...(values.HEALTH_PORT === undefined
      ? {}
      : { health: { host: values.HEALTH_HOST, port: values.HEALTH_PORT } }),
    ...(values.LOG_LEVEL === undefined ? {} : { logLevel: values.LOG_LEVEL }),
    ...(waitMs === undefined ? {} : { waitMs }),
    json: flags.json !== undefined,
    colour: values.NO_COLOR === undefined,
    dumb: env.TERM === "dumb",
    secrets: secretsOf(values),
    warnings: [
      ...warningsOf(env, em),
      ...shortPasswords(values),
      ...roomlessPlatforms(slack, discord, values.POLICY_FILE !== undefined),
      ...lonelyRooms(slack, discord, values.ANNOUNCE_IN),
      ...unserved(slack, discord, { ANNOUNCE_IN: values.ANNOUNCE_IN, ON_CALL: values.ON_CALL }),
    ],
    help: flags.help !== undefined,
    version: flags.version !== undefined,
    exportAudit: flags["export-audit"] !== undefined,
    ...(flags.report === undefined ? {} : { report: flags.report }),
    ...(flags.backup === undefined ? {} : { backup: flags.backup }),
  };
}
