/** How an estate stands, as tests of what is said about it need it. */
import { EmError, type EmFailure } from "../../src/em/errors.ts";
import { read } from "../../src/em/optional.ts";
import type { FailoverPlan, FailoverSession, ReplicaPoint } from "../../src/em/types.ts";
import { agesOf } from "../../src/estate/ages.ts";
import { bringersBy } from "../../src/estate/bringers.ts";
import type { PlanFacts } from "../../src/estate/plan-facts.ts";
import { pointsByPlan } from "../../src/estate/plan-points.ts";
import { standingOf } from "../../src/estate/standing.ts";
import type { StandingPlan } from "../../src/estate/standing-plans.ts";
import type { StatusFacts } from "../../src/messages/status.ts";

/** Nothing runs, and nothing is failed over. */
export const quietFacts = (
  plans: readonly FailoverPlan[],
  points: readonly ReplicaPoint[],
): StatusFacts => ({
  origin: "https://em.example:9398",
  sandbox: false,
  bot: "failover-bot 1.2.3",
  estate: read({
    versions: ["v1_6", "v1_7"],
    cloud: true,
    backupServers: [{ id: "1", name: "srv13.tech.local", description: "", version: "12.1" }],
    answeredInMs: 40,
  }),
  plans: read({ plans, unread: [], cloud: true }),
  open: read([]),
  standing: read([]),
  ages: read(agesOf(plans, { points, unread: [] }, new Map())),
  replications: { snapshot: read([]), cdp: read([]) },
});

/** EM did not let it be read, or failed at it. */
export const unread = (failure: EmFailure = "forbidden", said = "EM is busy") => ({
  is: "unread" as const,
  why: new EmError(failure, said),
});

/** One plan with these points and sessions of its own. */
export function factsOf(
  plan: FailoverPlan,
  sessions: readonly FailoverSession[],
  points: readonly ReplicaPoint[],
): PlanFacts {
  const own = pointsByPlan({ plans: [plan], points, owners: new Map() })(plan);
  return {
    sessions: read(sessions),
    standing: read(standingOf(plan, own, bringersBy(sessions, [plan]))),
  };
}

export function standingPlan(
  plan: FailoverPlan,
  sessions: readonly FailoverSession[],
  points: readonly ReplicaPoint[],
): StandingPlan {
  const { standing } = factsOf(plan, sessions, points);
  if (standing.is === "unread") throw standing.why;
  return { plan, standing: standing.value };
}
