/**
 * What the bot does once a command has said what should happen. Each act is one commit, so that an order, its card and
 * its lines are saved together or not at all; whoever asked is answered when it is saved.
 */
import type { Card, Person, Place } from "../chat/port.ts";
import { decidedAlreadyCard, heldCard, note } from "../messages/answers.ts";
import { decidedCard } from "../messages/decided.ts";
import { questionCard } from "../messages/question.ts";
import { quoted, who } from "../messages/words.ts";
import type { Outbox } from "../speech/outbox.ts";
import { putTopic, queueLine, type Topic, topicId } from "../speech/topics.ts";
import type { Locks } from "../store/locks.ts";
import type { Store } from "../store/store.ts";
import type { AnyWatch } from "../watch/any.ts";
import { putWatch, SESSION_KEPT_MS, seenKey, watchTopic } from "../watch/records.ts";
import { sessionOf } from "../watch/watch.ts";
import { archiveOrder, closeOrder, type Hold, holdOf, type Order, putOrder, releaseHold } from "./orders.ts";

export interface Acting {
  readonly store: Store;
  readonly locks: Locks;
  readonly outbox: Outbox;
  readonly emKey: string;
  now(): number;
}

/** What became of a press. Exactly one press ever sees `granted`. */
export type Taken =
  | { readonly is: "granted"; readonly order: Order }
  | { readonly is: "cancelled"; readonly order: Order }
  | { readonly is: "already-decided"; readonly order: Order }
  | { readonly is: "expired"; readonly order: Order };

/** Saves the question; or gives the card that says who holds the plan. */
export async function askFor(order: Order, { store, outbox, now }: Acting): Promise<Card | undefined> {
  const hold: Hold = { version: 1, order: order.id };
  const { done } = await store.commit([
    { insert: "holds", key: holdOf(order), value: hold, require: true },
    putOrder(order),
    { put: "asks", key: order.id, value: { version: 1 } },
    putTopic(orderTopic(order, questionCard(order, now()), now())),
  ]);
  if (done) return undefined;
  return heldBy(order, store, outbox);
}

async function heldBy(order: Order, store: Store, outbox: Outbox): Promise<Card> {
  const hold = await store.get<Hold>("holds", holdOf(order));
  const holder = hold && (await findOrder(store, hold.order));
  return heldCard(order.plan, holder, holder && (await outbox.refOf(holder.topic)));
}

export const findOrder = async (store: Store, id: string): Promise<Order | undefined> =>
  (await store.get<Order>("orders", id)) ?? (await store.get<Order>("past-orders", id));

export function orderTopic(order: Order, card: Card, now: number, closed = false): Topic {
  const { topic: id, place, plan } = order;
  return { version: 1, id, place, title: plan.name, card, updatedAt: now, closed };
}

/** Confirms or cancels an order, once, whoever else presses at the same time. */
export async function decide(
  order: Order,
  decision: "confirm" | "cancel",
  by: Person,
  { store, now }: Acting,
): Promise<Taken> {
  if (now() >= order.expiresAt) return expire(order, store, now());
  const next: Order =
    decision === "confirm"
      ? { ...order, phase: { is: "approved", at: now(), by: [by] } }
      : closeOrder(order, { is: "cancelled", by }, now());
  const { done } = await store.commit([
    { remove: "asks", key: order.id, require: true },
    ...(decision === "confirm" ? [putOrder(next)] : [...archiveOrder(next), releaseHold(order)]),
    putTopic(orderTopic(next, decidedCard(next), now(), decision === "cancel")),
    queueLine(order.topic, decisionLine(next, by), false, now()),
  ]);
  if (!done) return { is: "already-decided", order: (await findOrder(store, order.id)) ?? order };
  return { is: decision === "confirm" ? "granted" : "cancelled", order: next };
}

function decisionLine({ phase }: Order, by: Person): Card {
  const title =
    phase.is === "approved" ? `Confirmed by ${by.name}` : `Cancelled by ${by.name}. Nothing was sent`;
  return { tone: "plain", title, lines: [] };
}

/** Closes a question whose time is over. */
export async function expire(order: Order, store: Store, now: number): Promise<Taken> {
  const next = closeOrder(order, { is: "expired" }, now);
  const { done } = await store.commit([
    { remove: "asks", key: order.id, require: true },
    ...archiveOrder(next),
    releaseHold(order),
    putTopic(orderTopic(next, decidedCard(next), now, true)),
    queueLine(
      order.topic,
      {
        tone: "plain",
        title: "The question has closed",
        lines: ["Nobody confirmed in time. Nothing was sent."],
      },
      false,
      now,
    ),
  ]);
  return done
    ? { is: "expired", order: next }
    : { is: "already-decided", order: (await findOrder(store, order.id)) ?? next };
}

/** What the presser is told; nothing where the run's own card says it all. */
export function takenCard(taken: Taken): Card | undefined {
  return taken.is === "granted" || taken.is === "cancelled" ? undefined : decidedAlreadyCard(taken.order);
}

/** Shows a watched run in one more place. */
export function watchHere(
  watch: AnyWatch,
  place: Place,
  { store, locks, outbox, now }: Acting,
): Promise<Card | undefined> {
  return locks.exclusively(watch.id, async () => {
    const current = await store.get<AnyWatch>("watches", watch.id);
    const id = topicId(watch.id, place);
    if (!current) return note("That run has just ended");
    if (current.topics.includes(id)) return alreadyHere(current, await outbox.refOf(id));
    const next = { ...current, topics: [...current.topics, id] };
    await store.commit([putWatch(next), putTopic(watchTopic(next, id, place, now()))]);
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
  { store, emKey, now }: Acting,
): Promise<void> {
  const id = topicId(watch.id, place);
  const shown = { ...watch, topics: [id] };
  const session = watch.of === "failover" ? sessionOf(watch) : undefined;
  await store.commit([
    ...(session === undefined
      ? []
      : [
          {
            put: "seen-sessions",
            key: seenKey(emKey, session),
            value: { version: 1 },
            ttlMs: SESSION_KEPT_MS,
          },
        ]),
    putWatch(shown),
    putTopic(watchTopic(shown, id, place, now())),
  ]);
}

/** Ends the messages about a run in one place; the run itself is watched on, so that its end is known. */
export function unwatchHere(
  watch: AnyWatch,
  place: Place,
  by: Person,
  { store, locks, now }: Acting,
): Promise<void> {
  return locks.exclusively(watch.id, async () => {
    const current = (await store.get<AnyWatch>("watches", watch.id)) ?? watch;
    const id = topicId(watch.id, place);
    const next = { ...current, topics: current.topics.filter((topic) => topic !== id) };
    const topic = watchTopic(next, id, place, now(), true);
    const stopped: Card = {
      ...topic.card,
      tone: "plain",
      title: `${quoted(watch.subject.name)}: no longer watched here`,
      lines: [
        ["Stopped by ", who(by), ". What stands below is from then; nothing was stopped in EM."],
        ...topic.card.lines,
      ],
      next: "The verb watch shows it here again.",
      buttons: [],
    };
    await store.commit([putWatch(next), putTopic({ ...topic, card: stopped })]);
  });
}
