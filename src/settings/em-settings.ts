/** The Enterprise Manager that the settings ask for: a real one, or the sandbox. */
import { didYouMean, type SettingFault, shownValue } from "./faults.ts";
import { type Flags, readFlags } from "./flags.ts";
import { type Environment, type SettingName, type Values, variablesOf } from "./settings.ts";

/** The built-in Enterprise Manager. `speed` 1 is real time. */
export interface SandboxEm {
  readonly kind: "sandbox";
  readonly scenario: string;
  readonly speed: number;
  readonly dialect: string;
  readonly format: "xml" | "json";
}

export interface RealEm {
  readonly kind: "real";
  /**
   * Like `https://em.example.com:9398`: always with a port, unless it is the scheme's own, and
   * without a path.
   */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly format: "xml" | "json";
  /** Certificates in PEM form. Never together with `fingerprints`. */
  readonly ca?: string;
  /** Each like `AB:CD:…`, 32 pairs; never empty. */
  readonly fingerprints?: readonly string[];
  readonly proxy?: URL;
}

/**
 * What the sandbox has to offer: the first scenario and the last dialect are the defaults. Empty
 * where the sandbox is not asked for.
 */
export interface SandboxChoice {
  readonly scenarios: readonly string[];
  readonly dialects: readonly string[];
}

const nothing = "not set";
const connection: readonly SettingName[] = [
  "EM_URL",
  "EM_USERNAME",
  "EM_PASSWORD",
  "EM_CA_FILE",
  "EM_FINGERPRINT",
];
const either = (name: SettingName) => variablesOf(name).join(" or ");

/** The settings of the connection that are set. */
export const connectionIn = (env: Environment): SettingName[] =>
  connection.filter((name) => variablesOf(name).some((variable) => env[variable]));

/** Where help is asked for, nothing of the environment; where the state is moved, its password. */
export function lookedAt(environment: Environment, flags: Flags): Environment {
  if (flags.help !== undefined || flags.version !== undefined) return {};
  if (flags["move-state"] === undefined) return environment;
  const { STATE_PASSWORD, STATE_PASSWORD_FILE } = environment;
  return { STATE_PASSWORD, STATE_PASSWORD_FILE };
}

/** Whether the settings ask for the sandbox, or for help, which tells of it. */
export const wantsSandbox = (environment: Environment, argv: readonly string[]): boolean =>
  connectionIn(lookedAt(environment, readFlags(argv).flags)).length === 0;

/** A connection is set whole or not at all. */
export function connectionFaults(set: readonly SettingName[]): SettingFault[] {
  if (set.length === 0) return [];
  const needed: readonly SettingName[] = ["EM_URL", "EM_USERNAME", "EM_PASSWORD"];
  const missing = needed
    .filter((name) => !set.includes(name))
    .map((name) => ({ name: either(name), wants: `must be set, as ${set[0]} is`, got: nothing }));
  const twice = set.includes("EM_CA_FILE") && set.includes("EM_FINGERPRINT");
  const wants = "must not be set beside EM_CA_FILE, as one of them says what is trusted";
  return twice ? [...missing, { name: "EM_FINGERPRINT", wants, got: "set as well" }] : missing;
}

const isSpeed = (text: string) =>
  /^\d{1,4}(?:\.\d{1,3})?$/.test(text) && Number(text) >= 0.1 && Number(text) <= 1000;

function choiceFault(
  name: string,
  text: string | undefined,
  choice: readonly string[],
): SettingFault[] {
  if (text === undefined || choice.includes(text)) return [];
  const wants = `must be one of ${choice.join(", ")}`;
  return [{ name, wants, got: `${shownValue(text)}${didYouMean(text, choice)}` }];
}

function besideConnection(flags: Flags, set: SettingName): SettingFault[] {
  const given = (["scenario", "speed", "dialect"] as const).filter(
    (name) => flags[name] !== undefined,
  );
  const wants = `must not be given beside ${set}, as it is for the sandbox`;
  return given.map((name) => ({ name: `--${name}`, wants, got: shownValue(flags[name] ?? "") }));
}

export function sandboxFaults(
  flags: Flags,
  set: SettingName | undefined,
  sandbox: SandboxChoice,
): SettingFault[] {
  if (set !== undefined) return besideConnection(flags, set);
  const { scenario, dialect, speed } = flags;
  const wants = "must be a number from 0.1 to 1000";
  return [
    ...choiceFault("--scenario", scenario, sandbox.scenarios),
    ...choiceFault("--dialect", dialect, sandbox.dialects),
    ...(speed === undefined || isSpeed(speed)
      ? []
      : [{ name: "--speed", wants, got: shownValue(speed) }]),
  ];
}

export function emOf(
  values: Values,
  flags: Flags,
  { scenarios, dialects }: SandboxChoice,
): SandboxEm | RealEm {
  const { EM_URL: url, EM_USERNAME: username, EM_PASSWORD: password, EM_FORMAT: format } = values;
  if (url !== undefined && username !== undefined && password !== undefined) {
    const ca = values.EM_CA_FILE === undefined ? {} : { ca: values.EM_CA_FILE };
    const pinned =
      values.EM_FINGERPRINT === undefined ? {} : { fingerprints: values.EM_FINGERPRINT };
    const proxied = values.EM_PROXY === undefined ? {} : { proxy: values.EM_PROXY };
    return { kind: "real", url, username, password, format, ...ca, ...pinned, ...proxied };
  }
  const scenario = flags.scenario ?? scenarios[0] ?? "";
  const dialect = flags.dialect ?? dialects.at(-1) ?? "";
  return { kind: "sandbox", scenario, speed: Number(flags.speed ?? "1"), dialect, format };
}
