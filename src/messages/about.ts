/** What a card is about, for programs: see `About`. */
import type { About, RunOutcome } from "../chat/about.ts";
import type { Order } from "../records/order.ts";
import type { ReplicationEnd, ReplicationWatch } from "../records/replication-watch.ts";
import type { Watch } from "../records/watch.ts";

export function aboutOrder({ id, plan, action, phase, expiresAt }: Order): About {
  const of = {
    run: id,
    plan: plan.name,
    ...(plan.tenant ? { tenant: plan.tenant.name } : {}),
    action,
  };
  if (phase.is === "asked") return { ...of, stands: "asked", closesAt: expiresAt };
  return phase.is === "closed"
    ? { ...of, stands: "ended", outcome: phase.how.is }
    : { ...of, stands: "approved" };
}

export function aboutRun({ id, subject, order, phase }: Watch): About {
  const of = {
    run: id,
    plan: subject.name,
    ...(subject.tenant === undefined ? {} : { tenant: subject.tenant }),
    ...(order ? { action: order.action } : {}),
  };
  return phase.is === "ended"
    ? { ...of, stands: "ended", outcome: phase.how.is }
    : { ...of, stands: "running" };
}

export function aboutReplication({ id, subject, phase }: ReplicationWatch): About {
  const of = { run: id, job: subject.name };
  return phase.is === "ended"
    ? { ...of, stands: "ended", outcome: replicationOutcome(phase.how) }
    : { ...of, stands: "running" };
}

function replicationOutcome(how: ReplicationEnd): RunOutcome {
  if (how.is === "lost") return "lost";
  switch (how.result) {
    case "Success":
      return "success";
    case "Warning":
      return "warning";
    case "Failed":
      return "failed";
    default:
      return "unclear";
  }
}
