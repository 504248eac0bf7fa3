/**
 * What the bot does once a command has said what should happen. Each act is one commit, so that an
 * order, its card and its lines are saved together or not at all; whoever asked is answered when it
 * is saved.
 */
import type { Card, Person, Place } from "../chat/port.ts";
import { heldCard, note } from "../messages/answers.ts";
import { questionCard } from "../messages/question.ts";
import { unwatchedCard } from "../messages/unwatched.ts";
import { quoted } from "../messages/words.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { AuditDeed, AuditEntry } from "../records/audit-entry.ts";
import type { Hold, Order } from "../records/order.ts";
import type { Topic } from "../records/topic.ts";
import { sessionOf } from "../records/watch.ts";
import type { Services } from "../services.ts";
import { topicAt } from "../speech/locate.ts";
import { putTopic, topicId } from "../speech/topics.ts";
import { audited } from "../store/audit.ts";
import { markSeen, putWatch, watchTopic } from "../watch/records.ts";
import { holderOf } from "./holds.ts";
import { holdOf, putOrder } from "./order.ts";

/** Saves the question; or gives the card that says who holds the plan. */
export async function askFor(
  order: Order,
  { store, clock }: Pick<Services, "store" | "clock">,
): Promise<Card | undefined> {
  const hold: Hold = { version: 1, order: order.id };
  const { done } = await store.commit([
    { insert: "holds", key: holdOf(order), value: hold, require: true },
    putOrder(order),
    { put: "asks", key: order.id, value: { version: 1 } },
    putTopic(orderTopic(order, questionCard(order, clock.now()), clock.now())),
    audited(askedEntry(order, clock.now())),
  ]);
  if (done) return undefined;
  const holder = await holderOf(store, holdOf(order));
  return heldCard(order.plan, holder?.order, holder?.ref);
}

/** An audit entry about an order. */
export function orderEntry(
  order: Order,
  deed: AuditDeed,
  at: number,
  who = order.by,
  what = orderWords(order),
): Omit<AuditEntry, "version"> {
  const { id: run, place: where, reason } = order;
  return { at, deed, who, where, run, what, ...(reason === undefined ? {} : { why: reason }) };
}

function orderWords({ action, plan, from }: Order): string {
  const tenant = plan.tenant ? ` of tenant ${plan.tenant.name}` : "";
  const before =
    from.points === "before" ? ` with points before ${new Date(from.at).toISOString()}` : "";
  return `${action} ${plan.kind} plan ${quoted(plan.name)}${tenant}, id ${plan.id}${before}`;
}

/** The points stand where the question is told; what follows is bound to them. */
export function askedEntry(order: Order, at: number): Omit<AuditEntry, "version"> {
  const chosen = order.points.flatMap(({ name }) => name ?? []);
  const points = chosen.length > 0 ? `; points: ${chosen.join(", ")}` : "";
  return orderEntry(order, "asked", at, order.by, `${orderWords(order)}${points}`);
}

export function orderTopic(order: Order, card: Card, now: number, closed = false): Topic {
  const { topic: id, place, plan } = order;
  return { version: 1, id, place, title: plan.name, card, updatedAt: now, closed };
}

/** Shows a watched run in one more place. */
export function watchHere(
  watch: AnyWatch,
  place: Place,
  { store, locks, outbox, clock }: Pick<Services, "store" | "locks" | "outbox" | "clock">,
): Promise<Card | undefined> {
  return locks.exclusively(watch.id, async () => {
    const current = await store.get("watches", watch.id);
    if (!current) return hasEnded;
    const shown = await topicAt(store, current.topics, place);
    if (shown !== undefined) return alreadyHere(current, await outbox.refOf(shown));
    const id = topicId(watch.id, place);
    const next = { ...current, topics: [...current.topics, id] };
    await store.commit([putWatch(next), putTopic(watchTopic(next, id, place, clock.now()))]);
    return undefined;
  });
}

function alreadyHere({ subject }: AnyWatch, ref: { link?: string } | undefined): Card {
  const link = ref?.link ? [[{ link: ref.link, text: "Open its card" }]] : [];
  return note(`${quoted(subject.name)} is watched here already`, ...link);
}

/** Begins a watch that nobody has begun yet. */
export async function beginWatch(
  watch: AnyWatch,
  place: Place,
  { store, emKey, clock }: Pick<Services, "store" | "emKey" | "clock">,
): Promise<void> {
  const id = topicId(watch.id, place);
  const shown = { ...watch, topics: [id] };
  const session = watch.of === "failover" ? sessionOf(watch) : undefined;
  await store.commit([
    ...(session === undefined ? [] : [markSeen(emKey, session)]),
    putWatch(shown),
    putTopic(watchTopic(shown, id, place, clock.now())),
  ]);
}

const hasEnded = note("That run has ended already", "Nothing was done.");

/**
 * Ends the messages about a run in one place; the run itself is watched on, so that its end is
 * known.
 */
export function unwatchHere(
  watch: AnyWatch,
  place: Place,
  by: Person,
  { store, locks, clock }: Pick<Services, "store" | "locks" | "clock">,
): Promise<Card | undefined> {
  return locks.exclusively(watch.id, async () => {
    const current = await store.get("watches", watch.id);
    if (!current) return hasEnded;
    const id = (await topicAt(store, current.topics, place)) ?? topicId(watch.id, place);
    const own = (await store.get("topics", id))?.place ?? place;
    const next = { ...current, topics: current.topics.filter((topic) => topic !== id) };
    const topic = watchTopic(next, id, own, clock.now(), true);
    const card = unwatchedCard(next, by, clock.now());
    await store.commit([putWatch(next), putTopic({ ...topic, card })]);
    return undefined;
  });
}
