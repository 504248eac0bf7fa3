/** Failover plans as tests need them. */
import type { FailoverPlan } from "../../src/em/types.ts";

let made = 0;

const newGuid = () => `00000000-0000-4000-8000-${String(++made).padStart(12, "0")}`;

/** A cloud plan with that name; its VMs are named, and its tenant is another one for each name. */
export function planOf(
  name: string,
  tenant?: string,
  vms: readonly string[] = ["srv01"],
): FailoverPlan {
  return {
    id: newGuid(),
    name,
    kind: "cloud",
    description: "",
    ...(tenant === undefined ? {} : { tenant: { id: `tenant of ${tenant}`, name: tenant } }),
    vms: vms.map((vm, order) => ({ id: `${name}/${vm}`, name: vm, order })),
  };
}
