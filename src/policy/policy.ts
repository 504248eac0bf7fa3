/**
 * The policy: who may do what, where, on which plans, and how an order is confirmed. Read from a
 * YAML file.
 *
 * rule: lets (or forbids) some people some verbs in some places. A denial wins over any number of
 * permissions, and the order of rules does not matter. person: one human being, with the accounts
 * that are his or hers.
 */

import { createRequire } from "node:module";
import type * as yaml from "yaml";
import { z } from "zod";
import type { Confirming } from "../records/asker.ts";

/** Loaded with the first policy that is read: without a policy file it is for nothing. */
const loadYaml = (): typeof yaml => createRequire(import.meta.url)("yaml");

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
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Reads a policy; all faults together, each a sentence with its place. `knownVerbs`: those that
 * rules may name.
 */
export function readPolicy(text: string, knownVerbs: readonly string[]): ReadPolicy {
  if (text.includes(NO_UTF_8))
    return { ok: false, faults: ["the file must be UTF-8, and holds bytes that are not"] };
  const read = readYaml(text);
  if (!read.ok) return read;
  const whole = mapping(read.value);
  const persons = people.safeParse(whole.people ?? {});
  const given: readonly unknown[] = Array.isArray(whole.rules) ? whole.rules : [];
  const rules = given.map(readRule);
  const faults = [
    ...read.cut,
    ...faultsOf(frame.safeParse(read.value ?? {}), ""),
    ...faultsOf(persons, "people"),
    ...twice(persons.data ?? {}),
    ...rules.flatMap((one, i) => [
      ...one.faults,
      ...strangers(mapping(given[i]), `rules.${i + 1}`, mapping(whole.people), knownVerbs),
    ]),
  ];
  return faults.length > 0
    ? { ok: false, faults }
    : {
        ok: true,
        policy: { people: persons.data ?? {}, rules: rules.flatMap(({ rule }) => rule ?? []) },
      };
}

/** What reading makes of bytes that are no UTF-8. */
const NO_UTF_8 = "\ufffd";

type Yaml =
  | { readonly ok: true; readonly value: unknown; readonly cut: readonly string[] }
  | Extract<ReadPolicy, { ok: false }>;

function readYaml(text: string): Yaml {
  const document = loadYaml().parseDocument(text);
  if (document.errors.length > 0)
    return { ok: false, faults: document.errors.map(({ message }) => noYaml(message)) };
  try {
    return { ok: true, value: document.toJS(), cut: cutPlans(document, text) };
  } catch {
    return { ok: false, faults: [noYaml("an alias names what is not there, or too much")] };
  }
}

/** YAML takes what follows ` #` for a comment; a plan would be another one without it. */
function cutPlans(document: yaml.Document, text: string): string[] {
  const { visit, isScalar, isSeq } = loadYaml();
  const found: string[] = [];
  visit(document, {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || key.value !== "plans" || !isSeq(value)) return;
      for (const item of value.items)
        if (isScalar(item) && item.type === "PLAIN" && isCut(item, text))
          found.push(
            `plans: "${item.value}" is cut off at #, which begins a comment: put the pattern in quotes`,
          );
    },
  });
  return found;
}

const isCut = ({ range }: yaml.Scalar, text: string) =>
  range !== null && range !== undefined && /^[ \t]+#/.test(text.slice(range[1]));

/** What the parser says, without the lines that it quotes. */
function noYaml(message: string): string {
  const [said = ""] = message.split("\n");
  const cure = /alias/i.test(said) ? "; a pattern that begins with * must stand in quotes" : "";
  return `the file is no YAML: ${said.replace(/:$|; please use \S+/g, "")}${cure}`;
}

const mapping = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

const faultsOf = ({ error }: z.ZodSafeParseResult<unknown>, at: string) =>
  error?.issues.map(faultAt(at)) ?? [];

type Issue = z.core.$ZodIssue;

/** Rules and their parts are counted from 1, as people count. */
const faultAt =
  (before: string) =>
  (issue: Issue): string => {
    const path = issue.path.map((step) => (typeof step === "number" ? step + 1 : String(step)));
    return `${[before, ...path].filter((step) => step !== "").join(".") || "the file"} ${saidOf(issue)}`;
  };

function saidOf(issue: Issue): string {
  if (issue.code === "unrecognized_keys")
    return `must not hold ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  return issue.code === "invalid_key" ? (issue.issues[0]?.message ?? NAME) : issue.message;
}

/** By what it is meant to be, so that the faults are those of that form. */
function readRule(given: unknown, i: number): { rule?: Rule; faults: string[] } {
  const at = `rules.${i + 1}`;
  const holds = (word: string) => typeof given === "object" && given !== null && word in given;
  if (holds("allow") === holds("deny"))
    return { faults: [`${at} must hold either "allow" or "deny"`] };
  const read = (holds("allow") ? allowing : denying).safeParse(given);
  return read.success ? { rule: read.data, faults: [] } : { faults: faultsOf(read, at) };
}

/** One account is one person's. */
function twice(people: People): string[] {
  const owners = new Map<string, string[]>();
  for (const [name, accounts] of Object.entries(people))
    for (const [platform, ids] of Object.entries(accounts))
      for (const id of [ids].flat()) {
        const key = `${platform}:${id}`;
        owners.set(key, [...(owners.get(key) ?? []), name]);
      }
  return [...owners]
    .filter(([, names]) => names.length > 1)
    .map(
      ([account, names]) =>
        `people: the account ${account} must be one person's: it is given to ${names.join(" and ")}`,
    );
}

const GROUPS_OF_VERBS = ["read", "order", "audit", "all"] as const;

/**
 * Names of people and verbs in a rule that nobody and nothing has, whatever else is wrong with it.
 */
function strangers(
  rule: Readonly<Record<string, unknown>>,
  at: string,
  people: object,
  knownVerbs: readonly string[],
): string[] {
  const verbs: readonly string[] = [...new Set([...GROUPS_OF_VERBS, ...knownVerbs])];
  const names = wordsIn(rule.who).filter(
    (name) => IN_WHO.test(name) && !CLASSES.has(name) && !Object.hasOwn(people, name),
  );
  const strange = [...wordsIn(rule.allow), ...wordsIn(rule.deny)].filter(
    (verb) => !verbs.includes(verb),
  );
  return [
    ...names.map((name) => `${at}.who names "${name}", who is not under people`),
    ...strange.map(
      (verb) =>
        `${at} names the verb "${verb}", which does not exist; there are ${verbs.join(", ")}`,
    ),
  ];
}

const wordsIn = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((word) => typeof word === "string") : [];

export const verbsOf = (one: Rule): readonly string[] => ("allow" in one ? one.allow : one.deny);
