/** Which plan a person means. */
import { distance } from "fastest-levenshtein";
import { fold } from "../chat/same-name.ts";
import type { FailoverPlan } from "../em/types.ts";
import { unquoted } from "./line.ts";

export type FoundPlan =
  | { readonly is: "one"; readonly plan: FailoverPlan }
  | { readonly is: "several"; readonly plans: readonly FailoverPlan[] }
  | { readonly is: "none"; readonly nearest: readonly FailoverPlan[] };

/** So many near misses are offered. */
const NEAREST = 3;

/**
 * By exact name, id, `name @ tenant`, number in the list last shown (from 1), or a part of the name
 * that fits one plan alone; in that order. Several plans of one exact name stay several.
 */
export function findPlan(
  typed: string,
  plans: readonly FailoverPlan[],
  listed: readonly string[] = [],
): FoundPlan {
  const wanted = fold(unquoted(typed));
  const rules = [byName, byId, byTenant, byNumber, byPart];
  for (const rule of rules) {
    const found = wanted === "" ? [] : rule(wanted, plans, listed);
    const [first] = found;
    if (first)
      return found.length === 1 ? { is: "one", plan: first } : { is: "several", plans: found };
  }
  return { is: "none", nearest: nearest(wanted, plans) };
}

type Rule = (
  wanted: string,
  plans: readonly FailoverPlan[],
  listed: readonly string[],
) => readonly FailoverPlan[];

const byName: Rule = (wanted, plans) => plans.filter(({ name }) => fold(name) === wanted);

const byId: Rule = (wanted, plans) =>
  plans.filter(({ id }) => id === wanted.replace(/^urn:veeam:\w+:/, ""));

const byTenant: Rule = (wanted, plans) =>
  plans.filter(
    ({ name, tenant }) => tenant !== undefined && fold(`${name} @ ${tenant.name}`) === wanted,
  );

/** A number in a list, as `3` or `#3`. */
export const isNumber = (wanted: string) => /^#?\d{1,4}$/.test(wanted);

const byNumber: Rule = (wanted, plans, listed) => {
  if (!isNumber(wanted)) return [];
  const id = listed[Number(wanted.replace("#", "")) - 1];
  return plans.filter((plan) => plan.id === id);
};

/** A number whose list is no more must not find a plan that happens to have it in its name. */
const byPart: Rule = (wanted, plans) =>
  isNumber(wanted) ? [] : plans.filter(({ name }) => fold(name).includes(wanted));

function nearest(wanted: string, plans: readonly FailoverPlan[]): FailoverPlan[] {
  return plans
    .map((plan) => ({ plan, far: distance(wanted, fold(plan.name)) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, NEAREST)
    .map(({ plan }) => plan);
}

/**
 * What to type to mean exactly this plan among these: its name, its name and tenant, or else its
 * id.
 */
export function planWords(plan: FailoverPlan, plans: readonly FailoverPlan[]): string {
  const names = [plan.name, ...(plan.tenant ? [`${plan.name} @ ${plan.tenant.name}`] : [])];
  const clear = names.find((name) => {
    const found = findPlan(name, plans);
    return found.is === "one" && found.plan.id === plan.id;
  });
  return clear === undefined ? plan.id : `"${clear}"`;
}
