/**
 * The policy: who may do what, where, on which plans, and how an order is confirmed; and what is
 * promised for which plans. Read from a YAML file.
 *
 * rule: lets (or forbids) some people some verbs in some places. A denial wins over any number of
 * permissions, and the order of rules does not matter. person: one human being, with the accounts
 * that are his or hers.
 */

import * as v from "valibot";
import type * as yaml from "yaml";
import type { Confirming } from "../records/asker.ts";
import { PROMISE_KEYS, type Promised, promise } from "./plan-targets.ts";
import { isMapping, listOf, mapping, only, planPatterns, whole } from "./policy-parts.ts";
import { type PolicyFault, readYaml } from "./policy-yaml.ts";
import { offsetOf, type PartPath, placeAt } from "./text-place.ts";

export const DEFAULT_CONFIRMING: Confirming = { by: "type", approvals: 0 };

const SLACK_PERSON = "(?:T[A-Z0-9]+/)?[UW][A-Z0-9]+";
const DISCORD_ID = "\\d+";
const LOGIN = "[^\\s#@*:]+";

const ID = "must be an id in quotes, as the platform shows it";

/** One account, or several. */
function accounts(form: string) {
  const one = v.pipe(v.string(ID), v.regex(whole(form), ID));
  return v.optional(v.union([one, v.pipe(v.array(one), v.minLength(1, ID))], ID));
}

const A_NAME = /^(?!(?:everyone|members|guests|external)$)[\p{L}\d][\p{L}\d._-]*$/iu;
/** Also those that no person can have, such as a class in another case. */
const IN_WHO = /^[\p{L}\d][\p{L}\d._-]*$/u;
const CLASSES: ReadonlySet<string> = new Set(["everyone", "members", "guests", "external"]);
const NAME =
  "must be a name of letters, digits, dots and dashes, and not everyone, members, guests or external";
const PEOPLE = 'must hold names with accounts, like anna: { slack: "U0123" }';
const recordOfPeople = v.record(
  v.pipe(v.string(), v.regex(A_NAME, NAME)),
  v.pipe(
    only(
      {
        slack: accounts(SLACK_PERSON),
        discord: accounts(DISCORD_ID),
        terminal: accounts(LOGIN),
      },
      'must hold accounts, like slack: "U0123"',
    ),
    v.check((one) => Object.values(one).some((ids) => ids !== undefined), "must have an account"),
  ),
);
const people = v.pipe(v.custom<Record<string, unknown>>(isMapping, PEOPLE), recordOfPeople);

const WHO = whole(
  "everyone|members|guests|external",
  `slack:${SLACK_PERSON}`,
  "slack:T[A-Z0-9]+",
  "slack-group:S[A-Z0-9]+",
  `discord:${DISCORD_ID}`,
  `discord-role:${DISCORD_ID}`,
  `terminal:${LOGIN}`,
  "[\\p{L}\\d][\\p{L}\\d._-]*",
);
const WHERE = whole("anywhere|terminal", "slack:[CGD][A-Z0-9]+", `discord:${DISCORD_ID}`);

const who = listOf(
  WHO,
  'must be everyone, members, guests, external, a name under people, or an id like "slack:U0123", "slack:T0123", "slack:T0123/U0123", "slack-group:S0123", "discord:123", "discord-role:123", "terminal:root"',
);
const where = listOf(
  WHERE,
  'must be anywhere, terminal, or a channel like "slack:C0123" or "discord:123"',
);
const verbs = listOf(/^[a-z]+$/, 'must be a verb, or "read", "order", "audit" or "all"');
const confirming = only(
  {
    by: v.optional(v.picklist(["press", "type"], 'must be "press" or "type"'), "type"),
    approvals: v.optional(
      v.pipe(
        v.number("must be a whole number"),
        v.safeInteger("must be a whole number"),
        v.minValue(0, "must not be negative"),
        v.maxValue(10, "must be 10 at most"),
      ),
      0,
    ),
  },
  'must hold "by" or "approvals"',
);

const CONFIRMED: ReadonlySet<string> = new Set(["start", "test", "undo", "stop", "order", "all"]);

const allowing = v.pipe(
  only({
    allow: verbs,
    who,
    where: v.optional(where),
    plans: v.optional(planPatterns),
    confirm: v.optional(confirming),
  }),
  v.forward(
    v.check(
      ({ allow, confirm }) => confirm === undefined || allow.some((verb) => CONFIRMED.has(verb)),
      "must stand in a rule that allows start, test, undo, stop, order or all: they are what is confirmed",
    ),
    ["confirm"],
  ),
);
const denying = only({
  deny: verbs,
  who,
  where: v.optional(where),
  plans: v.optional(planPatterns),
});

const frame = only(
  {
    version: v.literal(1, "must be 1"),
    people: v.optional(v.unknown()),
    rules: v.optional(v.array(v.unknown(), "must be a list"), []),
    targets: v.optional(v.array(v.unknown(), "must be a list"), []),
  },
  'must hold "version", "people" and "rules"',
);

export type People = v.InferOutput<typeof people>;
export type Rule = v.InferOutput<typeof allowing> | v.InferOutput<typeof denying>;

export interface Policy {
  readonly people: People;
  readonly rules: readonly Rule[];
  /** Absent where there are none. */
  readonly targets?: readonly Promised[];
}

export type ReadPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly faults: readonly PolicyFault[] };

/** A fault of a part, before that part is looked for in the text. */
interface PartFault extends Pick<PolicyFault, "says" | "strange"> {
  readonly path: PartPath;
}

/**
 * Reads a policy; all faults together. `knownVerbs`: those that rules may
 * name.
 */
export function readPolicy(text: string, knownVerbs: readonly string[]): ReadPolicy {
  const read = readYaml(text);
  if (!read.ok) return read;
  const whole = mapping(read.value);
  const readPeople = v.safeParse(people, whole.people ?? {});
  const known = readPeople.success ? readPeople.output : {};
  const given = listed(whole.rules);
  const rules = given.map(readRule);
  const promises = listed(whole.targets).map(readPromise);
  const parts: PartFault[] = [
    ...faultsOf(v.safeParse(frame, read.value ?? {}), []),
    ...faultsOf(readPeople, ["people"]),
    ...twice(known),
    ...rules.flatMap((one, i) => [
      ...one.faults,
      ...strangers(mapping(given[i]), i, mapping(whole.people), knownVerbs),
    ]),
    ...promises.flatMap(({ faults }) => faults),
  ];
  const faults = [...read.cut, ...parts.map(placedIn(text, read.document))];
  return faults.length > 0
    ? { ok: false, faults }
    : {
        ok: true,
        policy: {
          people: known,
          rules: rules.flatMap(({ rule }) => rule ?? []),
          ...targetsIn(promises.flatMap(({ promise }) => promise ?? [])),
        },
      };
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const targetsIn = (targets: readonly Promised[]): Pick<Policy, "targets"> =>
  targets.length > 0 ? { targets } : {};

function readPromise(given: unknown, i: number): { promise?: Promised; faults: PartFault[] } {
  const read = v.safeParse(promise, given);
  return read.success
    ? { promise: read.output, faults: [] }
    : { faults: faultsOf(read, ["targets", i]) };
}

const placedIn =
  (text: string, document: yaml.Document) =>
  ({ path, ...fault }: PartFault): PolicyFault => ({
    ...fault,
    place: placeAt(text, offsetOf(document, path)),
  });

interface Parsed {
  readonly issues: readonly Issue[] | undefined;
}

type Issue = v.BaseIssue<unknown>;

/** Of each place the first. */
function faultsOf({ issues = [] }: Parsed, at: PartPath): PartFault[] {
  const faults = issues.map(faultAt(at));
  return faults.filter(
    ({ path }, i) => faults.findIndex((other) => named(other.path) === named(path)) === i,
  );
}

/** Rules and their parts are counted from 1, as people count. */
const faultAt =
  (before: PartPath) =>
  (issue: Issue): PartFault => {
    const steps = (issue.path ?? []).map(({ key }) =>
      typeof key === "number" ? key : String(key),
    );
    const path = [...before, ...steps];
    if (!isStrange(issue)) return { path, says: `${named(path) || "the file"} ${issue.message}` };
    const holder = path.slice(0, -1);
    const says = `${named(holder) || "the file"} ${issue.message}`;
    return { path, says, strange: { word: String(path.at(-1)), known: keysIn(holder) } };
  };

/** The first word that does not belong there; the others are told with it. */
const isStrange = ({ type, expected }: Issue) => type === "strict_object" && expected === "never";

const named = (path: PartPath) =>
  path.map((step) => (typeof step === "number" ? step + 1 : step)).join(".");

const RULE_KEYS = ["allow", "deny", "who", "where", "plans", "confirm"] as const;

function keysIn(path: PartPath): readonly string[] {
  if (path.length === 0) return ["version", "people", "rules", "targets"];
  if (path[0] === "targets") return PROMISE_KEYS;
  if (path[0] === "people") return ["slack", "discord", "terminal"];
  return path.at(-1) === "confirm" ? ["by", "approvals"] : RULE_KEYS;
}

/** By what it is meant to be, so that the faults are those of that form. */
function readRule(given: unknown, i: number): { rule?: Rule; faults: PartFault[] } {
  const path = ["rules", i];
  const holds = (word: string) => typeof given === "object" && given !== null && word in given;
  if (holds("allow") === holds("deny"))
    return { faults: [neither(path, given), ...faultsOf(v.safeParse(rest, mapping(given)), path)] };
  const read = holds("allow") ? v.safeParse(allowing, given) : v.safeParse(denying, given);
  return read.success ? { rule: read.output, faults: [] } : { faults: faultsOf(read, path) };
}

/** What can be told of a rule of which nobody knows whether it allows or denies. */
const rest = v.object({
  who: v.optional(who),
  where: v.optional(where),
  plans: v.optional(planPatterns),
});

function neither(path: PartPath, given: unknown): PartFault {
  const says = `${named(path)} must hold either "allow" or "deny"`;
  const word = Object.keys(mapping(given)).find((key) => !RULE_KEYS.some((known) => known === key));
  return word === undefined
    ? { path, says }
    : { path: [...path, word], says, strange: { word, known: ["allow", "deny"] } };
}

/** One account is one person's. */
function twice(people: People): PartFault[] {
  const owners = new Map<string, { names: string[]; path: PartPath }>();
  for (const [name, accounts] of Object.entries(people))
    for (const [platform, ids] of Object.entries(accounts))
      for (const id of [ids].flat()) {
        const key = `${platform}:${id}`;
        const names = [...(owners.get(key)?.names ?? []), name];
        owners.set(key, { names, path: ["people", name, platform] });
      }
  return [...owners]
    .filter(([, { names }]) => names.length > 1)
    .map(([account, { names, path }]) => ({
      path,
      says: `people: the account ${account} must be one person's: it is given to ${names.join(" and ")}`,
    }));
}

const GROUPS_OF_VERBS = ["read", "order", "audit", "all"] as const;

/**
 * Names of people and verbs in a rule that nobody and nothing has, whatever else is wrong with it.
 */
function strangers(
  rule: Readonly<Record<string, unknown>>,
  i: number,
  people: object,
  knownVerbs: readonly string[],
): PartFault[] {
  const at = named(["rules", i]);
  const verbs: readonly string[] = [...new Set([...GROUPS_OF_VERBS, ...knownVerbs])];
  const names = wordsIn(rule.who).filter(
    (name) => IN_WHO.test(name) && !CLASSES.has(name) && !Object.hasOwn(people, name),
  );
  const known = [...CLASSES, ...Object.keys(people)];
  return [
    ...names.map((word) => ({
      path: pathOf(word, "who", rule, i),
      says: `${at}.who names "${word}", who is not under people`,
      strange: { word, known },
    })),
    ...(["allow", "deny"] as const).flatMap((key) =>
      wordsIn(rule[key])
        .filter((verb) => !verbs.includes(verb))
        .map((word) => ({
          path: pathOf(word, key, rule, i),
          says: `${at} names the verb "${word}", which does not exist; there are ${verbs.join(", ")}`,
          strange: { word, known: verbs },
        })),
    ),
  ];
}

function pathOf(
  word: string,
  key: "who" | "allow" | "deny",
  rule: Readonly<Record<string, unknown>>,
  i: number,
): PartPath {
  const list = rule[key];
  return ["rules", i, key, ...(Array.isArray(list) ? [list.indexOf(word)] : [])];
}

const wordsIn = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((word) => typeof word === "string") : [];

export const verbsOf = (one: Rule): readonly string[] => ("allow" in one ? one.allow : one.deny);
