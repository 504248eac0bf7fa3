/**
 * Sends an approved order to EM, once. `sending` is saved before the request and the receipt after it, so that a crash
 * in between is known; then, as after a lost answer, the session is looked for and nothing is sent again.
 */
import type { Person } from "../chat/port.ts";
import type { EmClient } from "../em/client.ts";
import { EmError } from "../em/errors.ts";
import { isShared } from "../em/plan-names.ts";
import type { FailoverPlan, Receipt } from "../em/types.ts";
import { decidedCard, stopLine } from "../messages/decided.ts";
import { threadLine } from "../messages/events.ts";
import { sentence } from "../messages/words.ts";
import { putTopic, queueLine } from "../speech/topics.ts";
import type { Conditional, Store } from "../store/store.ts";
import type { Event } from "../watch/events.ts";
import { putWatch, watchTopic } from "../watch/records.ts";
import type { Phase, Watch } from "../watch/watch.ts";
import { expire, orderTopic } from "./acts.ts";
import {
  archiveOrder,
  type Closed,
  closeOrder,
  holdKey,
  type Order,
  type OrderPhase,
  putOrder,
  releaseHold,
} from "./orders.ts";
import { preflight } from "./preflight.ts";

export interface Dispatching {
  readonly em: EmClient;
  readonly store: Store;
  /** Mentioned at failure, stall and the end of every run. */
  readonly onCall: readonly Person[];
  plans(): Promise<FailoverPlan[]>;
  now(): number;
}

type Approved = Extract<OrderPhase, { is: "approved" }>;
type Sending = Extract<OrderPhase, { is: "sending" }>;

/** A confirmation that could not be carried out for so long is no longer what the people meant. */
const APPROVAL_VALID_MS = 120_000;

/**
 * Closes questions whose time is over and sends what was approved; gives whether any order is still in hand. Called by
 * the loop that polls EM, since only its logon can read the task.
 */
export async function moveOrders(emKey: string, parts: Dispatching): Promise<boolean> {
  const all = (await parts.store.all<Order>("orders")).map(({ value }) => value);
  const orders = all.filter((order) => order.em === emKey);
  for (const order of orders) {
    if (order.phase.is !== "asked") await dispatch(order, parts);
    else if (parts.now() >= order.expiresAt) await expire(order, parts.store, parts.now());
  }
  return orders.length > 0;
}

/** Moves one order on; what it leaves `approved` is tried again at the next tick. */
async function dispatch(order: Order, parts: Dispatching): Promise<void> {
  const { phase } = order;
  if (phase.is === "sending") return loseAnswer(order, phase, parts);
  if (phase.is !== "approved") return;
  if (isOver(phase, parts.now()))
    return drop(order, "It was confirmed, but could not be sent within two minutes. Nothing was sent", parts);
  const refusal = await lastCheck(order, parts);
  if (refusal === "later") return;
  if (refusal !== undefined) return drop(order, refusal, parts);
  const known = await sessionsBefore(order, parts.em);
  const at = parts.now();
  const sending: Sending = { is: "sending", at, atEm: at + parts.em.clockOffsetMs, by: phase.by };
  const next: Order = { ...order, known, phase: sending };
  await parts.store.commit([putOrder(next), putTopic(orderTopic(next, decidedCard(next), at))]);
  await send(next, sending, parts);
}

/** So that the session that the order makes is told from those that were there. */
async function sessionsBefore({ plan, known }: Order, em: EmClient): Promise<string[]> {
  if (plan.kind === "ordinary") return [];
  const now = await em.sessions({ planName: plan.name }).catch(() => []);
  return [...new Set([...known, ...now.map(({ id }) => id)])];
}

async function send(order: Order, sending: Sending, parts: Dispatching): Promise<void> {
  try {
    if (order.stops) await stopTask(order, order.stops, parts);
    else await follow(order, sending, orderedBy(await request(order, parts.em), parts.now()), [], parts);
  } catch (error) {
    if (!(error instanceof EmError)) throw error;
    return error.perhapsDone ? loseAnswer(order, sending, parts) : drop(order, error.message, parts);
  }
}

function request({ action, plan, from }: Order, em: EmClient): Promise<Receipt> {
  switch (action) {
    case "start":
      return em.startPlan(plan, from);
    case "test":
      return em.testPlan(plan);
    case "undo":
      return em.undoPlan(plan);
    case "stop":
      throw new Error("A stop is no request to a plan");
    default:
      return action satisfies never;
  }
}

const orderedBy = ({ task, logon }: Receipt, at: number): Phase => ({
  is: "ordered",
  task: task.id,
  logon,
  at,
});

/** The run that is stopped is watched on, and tells what became of it. */
async function stopTask(order: Order, stops: NonNullable<Order["stops"]>, parts: Dispatching): Promise<void> {
  await parts.em.removeTask(stops.task, stops.logon);
  await closeStop(order, { is: "stopped" }, parts);
}

async function closeStop(order: Order, how: Closed, { store, now }: Dispatching): Promise<void> {
  const next = closeOrder(order, how, now());
  const watch = order.stops && (await store.get<Watch>("watches", order.stops.watch));
  const line = stopLine(next);
  await store.commit([
    ...archiveOrder(next),
    releaseHold(order),
    putTopic(orderTopic(next, decidedCard(next), now(), true)),
    ...(watch?.topics ?? []).map((topic) => queueLine(topic, line, true, now())),
  ]);
}

/** A stop is offered only while the task runs. */
async function stillRuns({ stops }: Order, { store }: Dispatching): Promise<string | undefined> {
  const watch = stops && (await store.get<Watch>("watches", stops.watch));
  return watch?.phase.is === "ordered"
    ? undefined
    : "EM's task has ended meanwhile, so there is nothing to stop. Nothing was sent";
}

/** The order may have reached EM. */
function loseAnswer(order: Order, sending: Sending, parts: Dispatching): Promise<void> {
  if (order.action === "stop")
    return closeStop(
      order,
      { is: "not-known", why: "EM's answer was lost, so the task may or may not be gone" },
      parts,
    );
  const phase: Phase = { is: "looking", since: parts.now(), silentMs: 0, why: "answer-lost" };
  return follow(order, sending, phase, [{ is: "looking", why: "answer-lost" }], parts);
}

/** From here on the watch tells the story. It bears the order's id. */
async function follow(
  order: Order,
  sending: Sending,
  phase: Phase,
  say: readonly Event[],
  { store, now, onCall }: Dispatching,
): Promise<void> {
  const watch = watchOf(order, sending, phase, onCall, now());
  const sent: Order = { ...order, phase: { is: "sent", watch: watch.id, by: sending.by } };
  const taken = phase.is === "ordered" ? [takenLine(order, now())] : [];
  await store.commit([
    ...archiveOrder(sent),
    putWatch(watch),
    putTopic(watchTopic(watch, order.topic, order.place, now())),
    ...taken,
    ...say.map((event) => {
      const { card, urgent } = threadLine(watch, event);
      return queueLine(order.topic, card, urgent, now());
    }),
  ]);
}

const takenLine = ({ topic }: Order, now: number): Conditional =>
  queueLine(topic, { tone: "plain", title: "EM has taken the order", lines: [] }, false, now);

function watchOf(
  order: Order,
  { by, at, atEm }: Sending,
  phase: Phase,
  onCall: readonly Person[],
  now: number,
): Watch {
  const { id, em, plan, shared, action, from, known, topic, points } = order;
  return {
    version: 1,
    of: "failover",
    id,
    em,
    subject: {
      name: plan.name,
      kind: plan.kind,
      planId: plan.id,
      ...(plan.tenant ? { tenant: plan.tenant.name } : {}),
      shared,
      vms: plan.vms.map(({ name }) => name),
    },
    order: {
      id,
      action,
      from,
      hold: holdKey(em, plan),
      by: order.by,
      approvedBy: by,
      sentAt: at,
      sentAtEm: atEm,
      known,
      over: points.filter(({ state }) => state === "Failover").map(({ vm }) => vm),
    },
    notify: everybodyOnce([order.by, ...by, ...onCall]),
    topics: [topic],
    since: at,
    seenAt: now,
    phase,
    vms: plan.vms.map(({ name }) => ({ name, mark: "waiting", progress: 0, changedAt: now })),
  };
}

const everybodyOnce = (persons: Order["by"][]) =>
  persons.filter(
    (person, i) =>
      persons.findIndex(({ platform, id }) => platform === person.platform && id === person.id) === i,
  );

/** Why the order must not go out now; `later` where EM cannot be asked at the moment. */
async function lastCheck(order: Order, parts: Dispatching): Promise<string | undefined | "later"> {
  if (order.action === "stop") return stillRuns(order, parts);
  try {
    const plan = await parts.em.plan(order.plan.kind, order.plan.id);
    const plans = await parts.plans();
    if (!isSame(plan, order.plan) || isShared(plan, plans) !== order.shared)
      return "The plan was changed in EM after it was shown, so the confirmation no longer fits it. Nothing was sent";
    const { blockers } = await preflight(parts.em, { action: order.action, plan, from: order.from }, plans);
    return blockers.length > 0 ? `${blockers.map(sentence).join(" ")} Nothing was sent` : undefined;
  } catch (error) {
    if (!(error instanceof EmError)) throw error;
    return "later";
  }
}

const isOver = ({ at }: Approved, now: number) => now - at >= APPROVAL_VALID_MS;

/** The same VMs in the same order, for the same tenant, under the same name. */
const isSame = (a: FailoverPlan, b: FailoverPlan) => fingerprint(a) === fingerprint(b);

const fingerprint = ({ name, tenant, vms, commandBefore, commandAfter }: FailoverPlan) =>
  JSON.stringify([name, tenant?.id, vms.map((vm) => [vm.name, vm.order]), commandBefore, commandAfter]);

async function drop(order: Order, why: string, { store, now }: Dispatching): Promise<void> {
  const next = closeOrder(order, { is: "not-sent", why }, now());
  const line = {
    tone: "bad" as const,
    title: "Not started",
    lines: [sentence(why)],
    notify: [order.by],
    alsoInChannel: true,
  };
  await store.commit([
    ...archiveOrder(next),
    releaseHold(order),
    putTopic(orderTopic(next, decidedCard(next), now(), true)),
    queueLine(order.topic, line, true, now()),
  ]);
}
