import type { FailoverPlan } from "./types.ts";

/** Whether another plan bears the same name, so that a session's name does not tell whose it is. */
export const isShared = (plan: FailoverPlan, plans: readonly FailoverPlan[]) =>
  plans.some(({ id, name }) => id !== plan.id && name === plan.name);
