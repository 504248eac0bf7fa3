/** Who decides, and what the audit log has of a decision that does not count. */
import type { Incoming } from "../chat/port.ts";
import type { Taken } from "../orders/approval.ts";
import type { Actor } from "../records/asker.ts";
import type { Order } from "../records/order.ts";
import type { WhyRefused } from "../records/why-refused.ts";
import type { Services } from "../services.ts";

/**
 * To confirm counts what the platform says now; to cancel, what it said a short time ago will do.
 * Never called as those who asked and approved are.
 */
export function decider(
  { permissions }: Pick<Services, "permissions">,
  incoming: Incoming,
  { by, approvals }: Order,
  decision: "confirm" | "cancel",
): Promise<Actor> {
  const others = [by, ...approvals.map(({ person }) => person)];
  const from = permissions.shownAs(incoming.from, others);
  return decision === "confirm"
    ? permissions.actorNow({ person: from, place: incoming.place })
    : permissions.actor({ ...incoming, from });
}

export function refusedBy(taken: Taken): WhyRefused | undefined {
  if (taken.is === "not-allowed") return { is: "denied", why: taken.why };
  if (taken.is === "not-known") return { is: "not-known", of: taken.of, why: taken.why };
  if (taken.is === "withdrawn") return { is: "withdrawn" };
  if (taken.is === "not-another") return { is: "not-another", why: taken.why };
  if (taken.is === "already-decided") return { is: "decided-already" };
  return taken.is === "expired" ? { is: "question-closed" } : undefined;
}
