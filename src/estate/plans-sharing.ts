import type { FailoverPlan } from "../em/types.ts";

/** Other plans of its tenant, whose runs may have brought VMs of this one to where they run. */
export const plansSharing = (
  { id, tenant, vms }: FailoverPlan,
  plans: readonly FailoverPlan[],
): FailoverPlan[] =>
  plans.filter(
    (other) =>
      other.id !== id &&
      other.tenant?.id === tenant?.id &&
      other.vms.some(({ name }) => vms.some((own) => own.name === name)),
  );
