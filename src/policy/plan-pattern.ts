/** Which plans a pattern of the policy means. Pure. */
import { fold, loosened } from "../chat/same-name.ts";
import type { FailoverPlan } from "../em/types.ts";
import { globs } from "./glob.ts";

/** A plan, as far as patterns tell plans apart. */
export interface PlanNamed extends Pick<FailoverPlan, "name"> {
  readonly tenant?: { readonly name: string };
}

const AT = " @ ";

/**
 * One notion of sameness: a pattern fits whatever can be typed for a name that it fits, so that no
 * blank or invisible character more makes another plan of it.
 */
const fits = (pattern: string, name: string): boolean =>
  globs(pattern, name) ||
  globs(loosened(pattern), loosened(name)) ||
  globs(loosened(pattern), fold(name)) ||
  (!/[*?]/.test(pattern) && fold(pattern) === fold(name));

/**
 * `plan @ tenant` where the pattern says so, else the plan alone. The last sign counts, so that a
 * plan that a tenant has called "A @ B" never passes for plan A of tenant B.
 */
export function meansPlan(pattern: string, { name, tenant }: PlanNamed): boolean {
  const parts = pattern.lastIndexOf(AT);
  if (parts < 0) return fits(pattern, name);
  return (
    fits(pattern.slice(0, parts), name) &&
    fits(pattern.slice(parts + AT.length), tenant?.name ?? "")
  );
}

/** However a denial may be read, it denies. */
export const mayMeanPlan = (pattern: string, plan: PlanNamed): boolean =>
  meansPlan(pattern, plan) ||
  fits(pattern, plan.name) ||
  fits(pattern, `${plan.name}${AT}${plan.tenant?.name ?? ""}`);
