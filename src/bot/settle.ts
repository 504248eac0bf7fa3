/** What people decide about an order: confirmed, cancelled, or called off while it is being sent. */
import type { Incoming } from "../chat/port.ts";
import { stopHeldCard } from "../messages/answers.ts";
import { refusedWords } from "../messages/audit-words.ts";
import { type Taken, takeDecision, takenCard } from "../orders/approval.ts";
import { stopOnItsWay } from "../orders/withdrawal.ts";
import type { Actor } from "../records/asker.ts";
import type { Order } from "../records/order.ts";
import type { Services } from "../services.ts";
import { decider, refusedBy } from "./deciding.ts";
import { forbidden, type Reaction } from "./reaction.ts";
import { acting } from "./received.ts";

interface Settling
  extends Pick<
    Services,
    "store" | "locks" | "permissions" | "onCall" | "clock" | "wakeups" | "outbox"
  > {
  /** Ids of runs that people have begun. */
  readonly begun: Set<string>;
}

export async function settle(
  state: Settling,
  incoming: Incoming,
  order: Order,
  decision: "confirm" | "cancel",
): Promise<Reaction> {
  const deciding = { ...state, store: acting(state.store, incoming) };
  const actor = await decider(state, incoming, order, decision);
  const taken = await takeDecision(order, decision, actor, deciding);
  if (decision === "cancel" && isBeingSent(taken, order))
    return stopWhatIsSent(state, incoming, taken.order, actor);
  if (taken.is === "granted") state.begun.add(order.id);
  state.wakeups.wake("speech");
  state.wakeups.wake("watch");
  const { platform, channel } = order.place;
  const isHere = incoming.place.platform === platform && incoming.place.channel === channel;
  const card = takenCard(taken, decision, isHere, await state.outbox.refOf(order.topic));
  const why = refusedBy(taken);
  if (why === undefined) return { card };
  const what = refusedWords(`${decision} ${order.plan.name}`, why);
  return { card, refused: { kind: "not-done", what, run: order.id } };
}

/** It was not sent yet when it was to be called off. */
const isBeingSent = ({ order: { action, phase } }: Taken, seen: Order) =>
  action !== "stop" &&
  (phase.is === "sending" || (phase.is === "sent" && seen.phase.is !== "sent"));

/** EM's task is removed as soon as it is known. */
async function stopWhatIsSent(
  state: Settling,
  incoming: Incoming,
  order: Order,
  actor: Actor,
): Promise<Reaction> {
  const { plan } = order;
  const allowed = state.permissions.allows(actor, { verb: "stop", group: "order", plan });
  if (!allowed.ok) return forbidden(`stop ${plan.name}`, allowed.why);
  const saving = { ...state, store: acting(state.store, incoming) };
  const held = await stopOnItsWay(order, actor, allowed.confirming, saving);
  state.wakeups.wake("speech");
  state.wakeups.wake("watch");
  if (!held) return { card: stopHeldCard(plan.name) };
  return {
    card: held,
    refused: { kind: "not-done", what: refusedWords(`stop ${plan.name}`, { is: "held" }) },
  };
}
