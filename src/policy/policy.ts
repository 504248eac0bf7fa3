/**
 * The policy: who may do what, where, on which plans, and how an order is confirmed. Read from a YAML file.
 *
 * rule: lets (or forbids) some people some verbs in some places. A denial wins over any number of permissions, and the
 * order of rules does not matter. person: one human being, with the accounts that are his or hers.
 */
import { parseDocument } from "yaml";
import { z } from "zod";

/** How orders are confirmed: by pressing, or by typing the plan's name; `approvals`: by so many others than the requester. */
export interface Confirming {
  readonly by: "press" | "type";
  readonly approvals: number;
}

export const DEFAULT_CONFIRMING: Confirming = { by: "type", approvals: 0 };

const account = z.string().min(1, "must be an id");

const people = z.record(
  z.string().regex(/^[\p{L}\d][\p{L}\d._-]*$/u, "must be a name of letters, digits, dots and dashes"),
  z.strictObject({
    slack: account.optional(),
    discord: account.optional(),
    terminal: account.optional(),
  }),
);

const WHO =
  /^(everyone|(slack|discord|terminal):\S+|slack-group:\S+|discord-role:\S+|[\p{L}\d][\p{L}\d._-]*)$/u;
const WHERE = /^(anywhere|terminal|(slack|discord):\S+)$/;

const listOf = (form: RegExp, wants: string) =>
  z.array(z.string().regex(form, wants)).min(1, "must name at least one");

const who = listOf(
  WHO,
  'must be everyone, a name under people, or an account like "slack:U0123", "slack-group:S0123", "discord:123", "discord-role:123", "terminal:root"',
);
const where = listOf(WHERE, 'must be anywhere, terminal, or a channel like "slack:C0123" or "discord:123"');
const verbs = listOf(/^[a-z]+$/, 'must be a verb, or "read", "order", "audit" or "all"');
const plans = z
  .array(z.string().min(1, 'must be a pattern like "ABC*" or "* @ ABC Company"'))
  .min(1, "must name at least one");

const confirming = z.strictObject({
  by: z.enum(["press", "type"], 'must be "press" or "type"').default("type"),
  approvals: z
    .int("must be a whole number")
    .min(0, "must not be negative")
    .max(10, "must be 10 at most")
    .default(0),
});

const allowing = z.strictObject({
  allow: verbs,
  who,
  where: where.optional(),
  plans: plans.optional(),
  confirm: confirming.optional(),
});
const denying = z.strictObject({ deny: verbs, who, where: where.optional(), plans: plans.optional() });

const rule = z.union([allowing, denying], {
  error: 'must hold "allow" or "deny", "who", and perhaps "where", "plans" and (with "allow") "confirm"',
});

const policy = z.strictObject({
  version: z.literal(1, "must be 1"),
  people: people.default({}),
  rules: z.array(z.unknown()).default([]),
});

export type People = z.output<typeof people>;
export type Rule = z.output<typeof rule>;

export interface Policy {
  readonly people: People;
  readonly rules: readonly Rule[];
}

export type ReadPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads a policy; all faults together, each a sentence with its place. `knownVerbs`: those that rules may name. */
export function readPolicy(text: string, knownVerbs: readonly string[]): ReadPolicy {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0)
    return {
      ok: false,
      faults: document.errors.map(({ message }) => `is no YAML: ${message.split("\n")[0]}`),
    };
  const whole = policy.safeParse(document.toJS() ?? {});
  if (!whole.success) return { ok: false, faults: whole.error.issues.map(faultAt("")) };
  const rules = whole.data.rules.map(readRule);
  const faults = rules.flatMap(({ faults }) => faults);
  const read = rules.flatMap((one) => (one.rule ? [one.rule] : []));
  const all = [...faults, ...twice(whole.data.people), ...unknownNames(whole.data.people, read, knownVerbs)];
  return all.length > 0
    ? { ok: false, faults: all }
    : { ok: true, policy: { people: whole.data.people, rules: read } };
}

type Issue = z.core.$ZodIssue;

const faultAt =
  (before: string) =>
  ({ path, message }: Issue): string =>
    `${[before, ...path.map(String)].filter(Boolean).join(".") || "the file"} ${message}`;

/** By what it is meant to be, so that the faults are those of that form. */
function readRule(given: unknown, i: number): { rule?: Rule; faults: string[] } {
  const at = `rules.${i + 1}`;
  const holds = (word: string) => typeof given === "object" && given !== null && word in given;
  if (holds("allow") === holds("deny")) return { faults: [`${at} must hold either "allow" or "deny"`] };
  const read = (holds("allow") ? allowing : denying).safeParse(given);
  return read.success ? { rule: read.data, faults: [] } : { faults: read.error.issues.map(faultAt(at)) };
}

/** One account is one person's. */
function twice(people: People): string[] {
  const owners = new Map<string, string[]>();
  for (const [name, accounts] of Object.entries(people))
    for (const [platform, id] of Object.entries(accounts)) {
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

export const GROUPS_OF_VERBS = ["read", "order", "audit", "all"] as const;

function unknownNames(people: People, rules: readonly Rule[], knownVerbs: readonly string[]): string[] {
  const verbs: readonly string[] = [...GROUPS_OF_VERBS, ...knownVerbs];
  return rules.flatMap((one, i) => {
    const named = one.who.filter((name) => !name.includes(":") && name !== "everyone" && !(name in people));
    const strange = verbsOf(one).filter((verb) => !verbs.includes(verb));
    return [
      ...named.map((name) => `rules.${i + 1}.who names "${name}", who is not under people`),
      ...strange.map(
        (verb) =>
          `rules.${i + 1} names the verb "${verb}", which does not exist; there are ${verbs.join(", ")}`,
      ),
    ];
  });
}

export const verbsOf = (one: Rule): readonly string[] => ("allow" in one ? one.allow : one.deny);
