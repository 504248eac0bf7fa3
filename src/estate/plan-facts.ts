/** How one plan stands: its points, where its VMs run, and its last sessions. */
import { type Answered, answered, readOf } from "../em/optional.ts";
import { isOf, withVms } from "../em/session-owner.ts";
import type { FailoverPlan, FailoverSession } from "../em/types.ts";
import { bringersBy } from "./bringers.ts";
import type { FactsFrom } from "./facts.ts";
import { ownersBySessions, rememberedOwners } from "./owners.ts";
import { pointsByPlan } from "./plan-points.ts";
import { plansSharing } from "./plans-sharing.ts";
import { sessionsNamed } from "./sessions-named.ts";
import { type Standing, standingOf } from "./standing.ts";

export interface PlanFacts {
  /** Its own, newest first. */
  readonly sessions: Answered<readonly FailoverSession[]>;
  readonly standing: Answered<Standing>;
}

/** Among so many sessions of the plan's name those of this plan are looked for. */
const OF_ITS_NAME = 20;
/** Of so many sessions the links tell whose the replicas are. */
const NEWEST = 100;

/** Of a cloud plan: EM's API shows nothing but itself of an ordinary one. */
export async function planFacts(
  { em, store, emKey }: Pick<FactsFrom, "em" | "store" | "emKey">,
  plan: FailoverPlan,
  plans: readonly FailoverPlan[],
): Promise<PlanFacts> {
  const [named, newest, points, remembered] = await Promise.all([
    answered(
      em
        .sessions({ planName: plan.name, limit: OF_ITS_NAME })
        .then((sessions) => withVms(em, sessions)),
    ),
    answered(em.sessions({ limit: NEWEST })),
    answered(em.points({ vms: plan.vms.map(({ name }) => name) })),
    rememberedOwners(store, emKey, plans),
  ]);
  const sharing = plansSharing(plan, plans);
  const theirs = await answered(sessionsNamed(em, sharing, readOf(newest) ?? []));
  const all = [named, newest, theirs].flatMap((sessions) => readOf(sessions) ?? []);
  const own = (readOf(named) ?? []).filter((session) => isOf(plan, session, plans) === "yes");
  if (points.is === "unread") return { sessions: ofOwn(named, own), standing: points };
  const shown = ownersBySessions(all, points.value, plans);
  const owners = new Map([...remembered, ...shown]);
  const ofPlan = pointsByPlan({ plans, points: points.value, owners });
  return {
    sessions: ofOwn(named, own),
    standing: { is: "read", value: standingOf(plan, ofPlan(plan), bringersBy(all, plans)) },
  };
}

const ofOwn = (
  named: Answered<readonly FailoverSession[]>,
  own: readonly FailoverSession[],
): Answered<readonly FailoverSession[]> =>
  named.is === "read" ? { is: "read", value: own } : named;
