/**
 * The policy: who may do what, where, on which plans, and how an order is confirmed. Read from a
 * YAML file.
 *
 * rule: lets (or forbids) some people some verbs in some places. A denial wins over any number of
 * permissions, and the order of rules does not matter. person: one human being, with the accounts
 * that are his or hers.
 */

import type * as yaml from "yaml";
import { z } from "zod";
import type { Confirming } from "../records/asker.ts";
import { type PolicyFault, readYaml } from "./policy-yaml.ts";
import { offsetOf, type PartPath, placeAt } from "./text-place.ts";

export const DEFAULT_CONFIRMING: Confirming = { by: "type", approvals: 0 };

const SLACK_PERSON = "(?:T[A-Z0-9]+/)?[UW][A-Z0-9]+";
const DISCORD_ID = "\\d+";
const LOGIN = "[^\\s#@*:]+";

const whole = (...forms: string[]) => new RegExp(`^(?:${forms.join("|")})$`, "u");

const ID = "must be an id in quotes, as the platform shows it";

/** One account, or several. */
function accounts(form: string) {
  const one = z.string(ID).regex(whole(form), ID);
  return z.union([one, z.array(one).min(1, ID)], ID).optional();
}

const A_NAME = /^(?!(?:everyone|members|guests|external)$)[\p{L}\d][\p{L}\d._-]*$/iu;
/** Also those that no person can have, such as a class in another case. */
const IN_WHO = /^[\p{L}\d][\p{L}\d._-]*$/u;
const CLASSES: ReadonlySet<string> = new Set(["everyone", "members", "guests", "external"]);
const NAME =
  "must be a name of letters, digits, dots and dashes, and not everyone, members, guests or external";
const people = z.record(
  z.string().regex(A_NAME, NAME),
  z
    .strictObject(
      {
        slack: accounts(SLACK_PERSON),
        discord: accounts(DISCORD_ID),
        terminal: accounts(LOGIN),
      },
      'must hold accounts, like slack: "U0123"',
    )
    .refine((one) => Object.values(one).some((ids) => ids !== undefined), "must have an account"),
  'must hold names with accounts, like anna: { slack: "U0123" }',
);

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

const listOf = (form: RegExp, wants: string) =>
  z.array(z.string(wants).regex(form, wants), "must be a list").min(1, "must name at least one");

const who = listOf(
  WHO,
  'must be everyone, members, guests, external, a name under people, or an id like "slack:U0123", "slack:T0123", "slack:T0123/U0123", "slack-group:S0123", "discord:123", "discord-role:123", "terminal:root"',
);
const where = listOf(
  WHERE,
  'must be anywhere, terminal, or a channel like "slack:C0123" or "discord:123"',
);
const verbs = listOf(/^[a-z]+$/, 'must be a verb, or "read", "order", "audit" or "all"');
const plans = listOf(
  /^(?=.*[^\s])(?:[^@]| @ )*$/su,
  'must be a pattern in quotes, like "ABC*" or "* @ ABC Company", with a blank on both sides of @; for an @ in a name write ?',
);

const confirming = z.strictObject(
  {
    by: z.enum(["press", "type"], 'must be "press" or "type"').default("type"),
    approvals: z
      .int("must be a whole number")
      .min(0, "must not be negative")
      .max(10, "must be 10 at most")
      .default(0),
  },
  'must hold "by" or "approvals"',
);

const CONFIRMED: ReadonlySet<string> = new Set(["start", "test", "undo", "stop", "order", "all"]);

const allowing = z
  .strictObject({
    allow: verbs,
    who,
    where: where.optional(),
    plans: plans.optional(),
    confirm: confirming.optional(),
  })
  .refine(
    ({ allow, confirm }) => confirm === undefined || allow.some((verb) => CONFIRMED.has(verb)),
    {
      path: ["confirm"],
      message:
        "must stand in a rule that allows start, test, undo, stop, order or all: they are what is confirmed",
    },
  );
const denying = z.strictObject({
  deny: verbs,
  who,
  where: where.optional(),
  plans: plans.optional(),
});

const frame = z.strictObject(
  {
    version: z.literal(1, "must be 1"),
    people: z.unknown().optional(),
    rules: z.array(z.unknown(), "must be a list").default([]),
  },
  'must hold "version", "people" and "rules"',
);

export type People = z.output<typeof people>;
export type Rule = z.output<typeof allowing> | z.output<typeof denying>;

export interface Policy {
  readonly people: People;
  readonly rules: readonly Rule[];
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
  const persons = people.safeParse(whole.people ?? {});
  const given: readonly unknown[] = Array.isArray(whole.rules) ? whole.rules : [];
  const rules = given.map(readRule);
  const parts: PartFault[] = [
    ...faultsOf(frame.safeParse(read.value ?? {}), []),
    ...faultsOf(persons, ["people"]),
    ...twice(persons.data ?? {}),
    ...rules.flatMap((one, i) => [
      ...one.faults,
      ...strangers(mapping(given[i]), i, mapping(whole.people), knownVerbs),
    ]),
  ];
  const faults = [...read.cut, ...parts.map(placedIn(text, read.document))];
  return faults.length > 0
    ? { ok: false, faults }
    : {
        ok: true,
        policy: { people: persons.data ?? {}, rules: rules.flatMap(({ rule }) => rule ?? []) },
      };
}

const placedIn =
  (text: string, document: yaml.Document) =>
  ({ path, ...fault }: PartFault): PolicyFault => ({
    ...fault,
    place: placeAt(text, offsetOf(document, path)),
  });

const mapping = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

const faultsOf = ({ error }: z.ZodSafeParseResult<unknown>, at: PartPath): PartFault[] =>
  error?.issues.map(faultAt(at)) ?? [];

type Issue = z.core.$ZodIssue;

/** Rules and their parts are counted from 1, as people count. */
const faultAt =
  (before: PartPath) =>
  (issue: Issue): PartFault => {
    const steps = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    const path = [...before, ...steps];
    const says = `${named(path) || "the file"} ${saidOf(issue)}`;
    const [word] = issue.code === "unrecognized_keys" ? issue.keys : [];
    if (word === undefined) return { path, says };
    return { path: [...path, word], says, strange: { word, known: keysIn(path) } };
  };

const named = (path: PartPath) =>
  path.map((step) => (typeof step === "number" ? step + 1 : step)).join(".");

const RULE_KEYS = ["allow", "deny", "who", "where", "plans", "confirm"] as const;

function keysIn(path: PartPath): readonly string[] {
  if (path.length === 0) return ["version", "people", "rules"];
  if (path[0] === "people") return ["slack", "discord", "terminal"];
  return path.at(-1) === "confirm" ? ["by", "approvals"] : RULE_KEYS;
}

function saidOf(issue: Issue): string {
  if (issue.code === "unrecognized_keys")
    return `must not hold ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  return issue.code === "invalid_key" ? (issue.issues[0]?.message ?? NAME) : issue.message;
}

/** By what it is meant to be, so that the faults are those of that form. */
function readRule(given: unknown, i: number): { rule?: Rule; faults: PartFault[] } {
  const path = ["rules", i];
  const holds = (word: string) => typeof given === "object" && given !== null && word in given;
  if (holds("allow") === holds("deny"))
    return { faults: [neither(path, given), ...faultsOf(rest.safeParse(mapping(given)), path)] };
  const read = (holds("allow") ? allowing : denying).safeParse(given);
  return read.success ? { rule: read.data, faults: [] } : { faults: faultsOf(read, path) };
}

/** What can be told of a rule of which nobody knows whether it allows or denies. */
const rest = z.object({ who: who.optional(), where: where.optional(), plans: plans.optional() });

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
