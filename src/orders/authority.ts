/**
 * Whether those who asked and approved still may, by the policy and by what the platforms say of
 * them now. What cannot be read is no permission.
 */
import type { Person } from "../chat/port.ts";
import type { Permissions } from "../policy/permissions.ts";
import type { Actor, Allowed, Confirming, Denial } from "../records/asker.ts";
import type { Order } from "../records/order.ts";

export type Authority =
  /** `confirming`: how the order must be confirmed by now. */
  | { readonly is: "theirs"; readonly confirming: Confirming }
  | { readonly is: "taken-away"; readonly from: Person }
  /** `why`: the platform's words; empty where it gives none. */
  | { readonly is: "not-known"; readonly of: Person; readonly why: string };

/** `order.plan` is the plan that counts. */
export async function authorityFor(
  order: Pick<Order, "asker" | "approvals" | "action" | "plan">,
  permissions: Pick<Permissions, "actorNow" | "allows">,
): Promise<Authority> {
  const [asker, approvers] = await Promise.all([
    permissions.actorNow(order.asker),
    Promise.all(order.approvals.map(permissions.actorNow)),
  ]);
  const may = (actor: Actor, verb: string) => ({
    person: actor.person,
    allowed: permissions.allows(actor, { verb, group: "order", plan: order.plan }),
  });
  const asked = may(asker, order.action);
  const all = [asked, ...approvers.map((approver) => may(approver, "confirm"))];
  return refusalAmong(all) ?? theirs(asked.allowed);
}

/** Whoever surely may not comes before those of whom nobody knows. */
function refusalAmong(
  all: readonly { readonly person: Person; readonly allowed: Allowed }[],
): Authority | undefined {
  const refused = all.flatMap(({ person, allowed }) =>
    allowed.ok ? [] : [{ person, unread: unreadIn(allowed.why) }],
  );
  const [first] = [...refused.filter(({ unread }) => unread === undefined), ...refused];
  if (!first) return undefined;
  const { person, unread } = first;
  return unread === undefined
    ? { is: "taken-away", from: person }
    : { is: "not-known", of: person, why: unread };
}

function unreadIn(why: Denial): string | undefined {
  return "unreadable" in why ? why.unreadable : undefined;
}

function theirs(allowed: Allowed): Authority {
  if (!allowed.ok) throw new Error("A refusal was overlooked");
  return { is: "theirs", confirming: allowed.confirming };
}
