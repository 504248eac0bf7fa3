/** Where the VMs of a plan run now, whoever brought them there, as EM's replica points show it. */
import type { FailoverPlan, PointState, VmTask } from "../em/types.ts";
import type { Bringers } from "./bringers.ts";
import type { VmPoints } from "./plan-points.ts";

/** not shown: EM has no point of it. unclear: nobody can tell which points are its own. */
export type StandingState = PointState | "not shown" | "unclear";

export interface VmStanding {
  readonly vm: string;
  readonly state: StandingState;
  /** When its newest point was made. */
  readonly newestAt?: number;
}

export interface Standing {
  /** failed-over: all of its VMs. partly: some. not-known: none that EM shows, and not all shown. */
  readonly is: "ready" | "failed-over" | "partly" | "not-known";
  readonly vms: readonly VmStanding[];
  /** Those that run from their replicas, whoever brought them there. */
  readonly over: readonly string[];
  /** Those that the last failover of this plan did not bring up. */
  readonly down: readonly string[];
  /** When that failover began, where a session shows that it brought one of them there. */
  readonly since?: number;
}

export function standingOf(
  plan: FailoverPlan,
  points: readonly VmPoints[],
  bringers: Bringers,
): Standing {
  const vms = points.map(vmStanding);
  const over = vms.filter(({ state }) => isOver(state)).map(({ vm }) => vm);
  const [last] = over
    .flatMap((vm) => bringers(plan, vm) ?? [])
    .filter((bringer) => bringer.plan === plan.id)
    .map(({ session }) => session)
    .toSorted((one, other) => other.createdAt - one.createdAt);
  return {
    is: standing(vms, over),
    vms,
    over,
    down: (last?.vms ?? [])
      .filter(hasFailed)
      .map(({ vm }) => vm)
      .filter((vm) => !over.includes(vm)),
    ...(last ? { since: last.createdAt } : {}),
  };
}

export const isOver = (state: StandingState) =>
  state === "Failover" || state === "PermanentFailover";

function standing(vms: readonly VmStanding[], over: readonly string[]): Standing["is"] {
  if (over.length > 0) return over.length === vms.length ? "failed-over" : "partly";
  const isKnown = vms.every(({ state }) => state !== "not shown" && state !== "unclear");
  return isKnown ? "ready" : "not-known";
}

const hasFailed = ({ result }: VmTask) => result === "Failed";

/** One point in such a state speaks for the VM. */
const TELLING = ["PermanentFailover", "Failback", "Failover"] as const;

function vmStanding({ vm, is, points }: VmPoints): VmStanding {
  if (is === "unclear") return { vm, state: "unclear" };
  const [first] = points;
  if (first === undefined) return { vm, state: "not shown" };
  const newest = points.reduce((one, other) => (other.createdAt > one.createdAt ? other : one));
  const told = TELLING.find((state) => points.some((point) => point.state === state));
  return { vm, state: told ?? newest.state, newestAt: newest.createdAt };
}
