/** What can be said on the command line. */

import { parseArgs } from "node:util";
import { didYouMean, type SettingFault, shownValue } from "./faults.ts";

interface Flag {
  /** What follows it, if anything does. */
  readonly takes?: string;
  /** And what follows that. */
  readonly second?: string;
  /** One letter that means the same. */
  readonly short?: string;
  readonly summary: string;
}

export const flags = {
  scenario: { takes: "name", summary: "What the sandbox plays" },
  speed: {
    takes: "number",
    summary: "How fast time goes by in the sandbox, from 0.1 to 1000; 1 is real time",
  },
  dialect: { takes: "version", summary: "Which version of Enterprise Manager the sandbox is" },
  "export-audit": {
    summary:
      "Prints the audit log as lines of JSON, each with its hash, and ends; with 1 if it was changed",
  },
  report: {
    takes: "run",
    summary:
      "Prints the report of a run, or of a plan's last run, as Markdown or with --json as JSON, and ends; with 1 if none is known",
  },
  backup: {
    takes: "file",
    summary: "Copies the state into a new file and ends, also while a bot runs on it",
  },
  "move-state": {
    takes: "from",
    second: "to",
    summary:
      "Moves the state, like sqlite:data/failover-bot.db postgres://bot@db.example.com/bot, and ends; no bot may run on it",
  },
  doctor: {
    summary:
      "Looks at settings, EM, state and chat platforms, says what to cure, and ends; with 1 if not all is well",
  },
  wait: {
    takes: "time",
    summary:
      "How long a script waits at most for the runs that it began, like 30m; then it ends with 1. Without it: until they end",
  },
  json: { summary: "Everything said is one line of JSON" },
  version: { short: "v", summary: "Says which version this is" },
  help: { short: "h", summary: "Shows this" },
} as const satisfies Record<string, Flag>;

type FlagName = keyof typeof flags;

/** Flags as given; a flag that takes nothing is an empty text. */
export type Flags = { readonly [Name in FlagName]?: string } & {
  /** The second word of `move-state`. */
  readonly moveTo?: string;
};

const flagNames = Object.keys(flags) as FlagName[];
const isFlag = (name: string): name is FlagName => Object.hasOwn(flags, name);
const takes = (name: FlagName): boolean => "takes" in flags[name];

const entryOf = (name: FlagName): Flag => flags[name];

/** How each is typed, and what it does. */
export const flagRows: readonly (readonly [typed: string, summary: string])[] = flagNames.map(
  (name) => {
    const { short, takes: value, second, summary } = entryOf(name);
    const typed = [...(short ? [`-${short}`] : []), `--${name}`].join(", ");
    const values = [value, second].flatMap((one) => (one ? [` <${one}>`] : []));
    return [typed + values.join(""), summary];
  },
);

const optionOf = (name: FlagName) => {
  const { short } = entryOf(name);
  return {
    type: takes(name) ? ("string" as const) : ("boolean" as const),
    ...(short ? { short } : {}),
  };
};

const options = Object.fromEntries(flagNames.map((name) => [name, optionOf(name)]));

interface OptionToken {
  readonly rawName: string;
  readonly name: string;
  readonly value?: string | undefined;
}

function faultOf({ rawName, name, value }: OptionToken): SettingFault | undefined {
  if (!isFlag(name)) {
    const known = flagNames.map((flag) => `--${flag}`);
    return {
      name: rawName,
      wants: `must be one of ${known.join(", ")}`,
      got: `not known${didYouMean(rawName, known)}`,
    };
  }
  if (takes(name) && (value === undefined || value === "" || value.startsWith("--")))
    return { name: rawName, wants: "must be followed by a value", got: "followed by none" };
  if (!takes(name) && value !== undefined)
    return { name: rawName, wants: "must stand alone", got: `followed by ${shownValue(value)}` };
  return undefined;
}

/** `-help` would be four flags of one letter each. */
const withTwoDashes = (word: string) => (/^-[a-z]{2,}$/i.test(word) ? `-${word}` : word);

/**
 * Reads the command line without its first two words. The last of several flags of one name counts;
 * words after an unknown flag are taken for its own.
 */
export function readFlags(argv: readonly string[]): {
  readonly flags: Flags;
  readonly faults: readonly SettingFault[];
} {
  const { tokens } = parseArgs({
    args: argv.map(withTwoDashes),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given: { [Name in FlagName]?: string } & { moveTo?: string } = {};
  const faults: SettingFault[] = [];
  let wordsOfUnknown = false;
  for (const token of tokens) {
    if (token.kind === "positional" && !wordsOfUnknown) {
      if (lacksSecond(given)) given.moveTo = token.value;
      else faults.push(bareWord(token.value));
    }
    if (token.kind !== "option") continue;
    wordsOfUnknown = !isFlag(token.name);
    const fault = faultOf(token);
    if (fault) faults.push(fault);
    else if (isFlag(token.name)) given[token.name] = token.value ?? "";
  }
  return { flags: given, faults };
}

const lacksSecond = (given: Flags) =>
  given["move-state"] !== undefined && given.moveTo === undefined;

const bareWord = (word: string): SettingFault => ({
  name: shownValue(word),
  wants:
    "must be a flag, like --help; what the bot shall do is typed once it runs, or piped into it",
  got: "a bare word",
});
