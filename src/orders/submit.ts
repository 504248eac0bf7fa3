/**
 * Sends an approved order to EM, once. `sending` is saved before the request and the receipt after
 * it, so that a crash in between is known; then, as after a lost answer, the session is looked for
 * and nothing is sent again.
 */
import type { Person } from "../chat/port.ts";
import type { EmOrders } from "../em/client.ts";
import { EmError } from "../em/errors.ts";
import type { Receipt } from "../em/types.ts";
import { answerWords } from "../messages/audit-words.ts";
import { changeWords } from "../messages/not-sent.ts";
import { decidedCard, takenLine, voidLine } from "../messages/order-card.ts";
import { questionCard } from "../messages/question.ts";
import type { Event } from "../records/event.ts";
import type { Hold, NotSent, Order, OrderPhase, Stopped } from "../records/order.ts";
import type { OrderRef, Phase, Watch } from "../records/watch.ts";
import type { Services } from "../services.ts";
import { putTopic, queueLine } from "../speech/topics.ts";
import { ordersInHand } from "../store/in-hand.ts";
import { carriedOn, happened } from "../store/moments.ts";
import { putWatch, watchTopic } from "../watch/records.ts";
import { withLines } from "../watch/saving.ts";
import { unusedId } from "../watch/unused-id.ts";
import { expire } from "./approval.ts";
import { askedEntry, orderEntry, orderTopic, told } from "./asking.ts";
import {
  archiveOrder,
  calledFor,
  closeOrder,
  holdKey,
  holdOf,
  insertOrder,
  moveOrder,
  newCode,
  questionStands,
} from "./order.ts";
import { type Fresh, type LastCheck, lastCheck } from "./recheck.ts";
import { closeStop } from "./stopping.ts";
import { withdraw } from "./withdrawing.ts";

type SubmitDeps = Pick<
  Services,
  "em" | "emKey" | "plans" | "store" | "permissions" | "onCall" | "clock"
>;

type Approved = Extract<OrderPhase, { is: "approved" }>;
type Sending = Extract<OrderPhase, { is: "sending" }>;

/** A confirmation that could not be carried out for so long is no longer what the people meant. */
const APPROVAL_VALID_MS = 120_000;

/**
 * Closes questions whose time is over and sends what `grant` in approval.ts has saved as approved;
 * gives whether any order is still in hand. The watcher's loop calls it before each look at EM, as
 * only the logon that gives an order can read its task.
 */
export async function moveOrders(parts: SubmitDeps): Promise<boolean> {
  const orders = await ordersInHand(parts.store, parts.emKey);
  for (const order of orders) {
    if (order.phase.is !== "asked") await dispatch(order, parts);
    else if (parts.clock.now() >= order.expiresAt)
      await expire(order, parts.store, parts.clock.now());
  }
  return orders.length > 0;
}

/** Moves one order on; what it leaves `approved` is tried again at the next tick. */
async function dispatch(order: Order, parts: SubmitDeps): Promise<void> {
  const { phase } = order;
  if (phase.is === "sending") return loseAnswer(order, phase, parts);
  if (phase.is !== "approved") return;
  if (isOver(phase, parts.clock.now())) return drop(order, tooLate(phase), parts);
  const check = await lastCheck(order, parts);
  if (check.is === "not-yet") return;
  if (check.is === "later") return wait(order, phase, check, parts);
  if (check.is === "no") return drop(order, check.why, parts);
  if (check.is === "changed") return askAnew(order, check.fresh, parts);
  const at = parts.clock.now();
  const sending: Sending = { is: "sending", at, approvedAt: phase.at, by: phase.by };
  const { known, stops } = check;
  const next: Order = { ...order, known, ...(stops && { stops }), phase: sending };
  const { done } = await parts.store.commit([
    moveOrder(order, next),
    putTopic(orderTopic(next, decidedCard(next), at)),
    ...told(next, orderEntry(next, "sending", at)),
  ]);
  if (done) await send(next, sending, stops, parts);
}

const tooLate = ({ waits }: Approved): NotSent => ({
  is: "too-late",
  ...(waits ? { waited: waits.why } : {}),
  ...(waits?.of ? { of: waits.of } : {}),
});

/** The card says why it waits, once. */
async function wait(
  order: Order,
  phase: Approved,
  { why, of }: Extract<LastCheck, { is: "later" }>,
  { store, clock }: SubmitDeps,
): Promise<void> {
  if (phase.waits !== undefined) return;
  const waits = { why, until: phase.at + APPROVAL_VALID_MS, ...(of ? { of } : {}) };
  const next: Order = { ...order, phase: { ...phase, waits } };
  await store.commit([
    moveOrder(order, next),
    putTopic(orderTopic(next, decidedCard(next), clock.now())),
  ]);
}

/** `stops`: of a stop. */
async function send(
  order: Order,
  sending: Sending,
  stops: Required<Stopped> | undefined,
  parts: SubmitDeps,
): Promise<void> {
  try {
    if (stops) await stopTask(order, stops, parts);
    else
      await follow(
        order,
        sending,
        orderedBy(await request(order, parts.em), parts.clock.now()),
        [],
        parts,
      );
  } catch (error) {
    if (!(error instanceof EmError)) throw error;
    return error.perhapsDone
      ? loseAnswer(order, sending, parts)
      : drop(order, { is: "refused", says: error.message }, parts);
  }
}

function request({ action, plan, from }: Order, em: EmOrders): Promise<Receipt> {
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
async function stopTask(
  order: Order,
  { task, logon }: Required<Stopped>,
  parts: SubmitDeps,
): Promise<void> {
  await parts.em.removeTask(task, logon);
  await closeStop(order, { is: "stopped" }, parts);
}

/** The order may have reached EM. */
function loseAnswer(order: Order, sending: Sending, parts: SubmitDeps): Promise<void> {
  if (order.action === "stop") return closeStop(order, { is: "not-known" }, parts);
  const phase: Phase = { is: "looking", since: parts.clock.now(), silentMs: 0, why: "answer-lost" };
  return follow(order, sending, phase, [{ is: "looking", why: "answer-lost" }], parts);
}

/** From here on the watch tells the story. It bears the order's id. */
async function follow(
  order: Order,
  sending: Sending,
  phase: Phase,
  say: readonly Event[],
  { store, clock, onCall }: SubmitDeps,
): Promise<void> {
  const begun = watchOf(order, sending, phase, onCall, clock.now());
  const { watch, lines, moments } = withLines(begun, say, clock.now());
  const sent: Order = { ...order, phase: { is: "sent", watch: watch.id, by: sending.by } };
  const taken =
    phase.is === "ordered" && order.plan.kind === "ordinary"
      ? [queueLine(order.topic, takenLine, false, clock.now())]
      : [];
  await store.commit([
    ...archiveOrder(order, sent),
    putWatch(watch),
    putTopic(watchTopic(watch, order.topic, order.place, clock.now())),
    ...taken,
    ...told(
      sent,
      orderEntry(
        sent,
        phase.is === "ordered" ? "accepted" : "answer-lost",
        clock.now(),
        order.by,
        answerWords(phase),
      ),
    ),
    ...moments.map(happened),
    ...lines.map(({ card, urgent }) => queueLine(order.topic, card, urgent, clock.now())),
  ]);
}

function watchOf(
  order: Order,
  { by, at, approvedAt }: Sending,
  phase: Phase,
  onCall: readonly Person[],
  now: number,
): Watch {
  const { id, em, plan, shared, action, from, known, topic, points } = order;
  return {
    version: 2,
    of: "failover",
    id,
    em,
    subject: {
      name: plan.name,
      kind: plan.kind,
      planId: plan.id,
      ...(plan.tenant ? { tenant: plan.tenant.name } : {}),
      ...(plan.backupServer ? { server: plan.backupServer } : {}),
      shared,
      vms: plan.vms.map(({ name }) => name),
    },
    order: {
      id,
      action,
      from,
      hold: holdKey(em, plan),
      by: order.by,
      ...(order.reason === undefined ? {} : { reason: order.reason }),
      approvedBy: by,
      askedAt: order.firstAskedAt ?? order.askedAt,
      ...(approvedAt === undefined ? {} : { approvedAt }),
      ...(action === "start" ? { shown: shownPoints(points) } : {}),
      sentAt: at,
      known,
      over: points.filter(({ state }) => state === "Failover").map(({ vm }) => vm),
      replicas: Object.fromEntries(
        points.flatMap(({ vm, replica }) => (replica === undefined ? [] : [[vm, replica]])),
      ),
    },
    notify: calledFor(order, onCall),
    topics: [topic],
    since: at,
    seenAt: now,
    ...(order.targets ? { targets: order.targets } : {}),
    ...(order.usual ? { usual: order.usual } : {}),
    phase,
    vms: plan.vms.map(({ name }) => ({ name, mark: "waiting", progress: 0, changedAt: now })),
  };
}

const shownPoints = (points: Order["points"]): NonNullable<OrderRef["shown"]> =>
  Object.fromEntries(
    points.flatMap(({ vm, name, createdAt, ambiguous }) =>
      createdAt === undefined || ambiguous
        ? []
        : [[vm, { ...(name === undefined ? {} : { name }), createdAt }] as const],
    ),
  );

const isOver = ({ at }: Approved, now: number) => now - at >= APPROVAL_VALID_MS;

/**
 * The confirmation was for something else than what is there now: it is void, and the question
 * stands anew.
 */
async function askAnew(
  order: Order,
  { plan, shared, change, needs, ...fresh }: Fresh,
  { store, clock, permissions }: SubmitDeps,
): Promise<void> {
  const void_ = closeOrder(order, { is: "not-sent", why: { is: "changed", change } }, clock.now());
  const { points, notes, known, tookMs, since } = fresh;
  const { since: _, tookMs: __, ...lasting } = order;
  const next: Order = {
    ...lasting,
    id: await unusedId("run", store),
    plan,
    shared,
    points,
    notes,
    known,
    needs,
    mayConfirm: permissions.whoMay({ verb: "confirm", group: "order", plan }, order.place),
    ...(tookMs ? { tookMs } : {}),
    ...(since === undefined ? {} : { since }),
    approvals: [],
    askedAt: clock.now(),
    firstAskedAt: order.firstAskedAt ?? order.askedAt,
    expiresAt: clock.now() + (order.expiresAt - order.askedAt),
    confirmation: newCode(),
    phase: { is: "asked" },
  };
  const hold: Hold = { version: 1, order: next.id };
  await store.commit([
    ...archiveOrder(order, void_),
    { put: "holds", key: holdOf(next), value: hold },
    insertOrder(next),
    questionStands(next),
    { put: "asks", key: next.id, value: { version: 1 } },
    putTopic(orderTopic(next, questionCard(next, clock.now()), clock.now())),
    queueLine(order.topic, voidLine(order, change), true, clock.now()),
    ...(await carriedOn(store, order.id, next.id)),
    ...told(next, orderEntry(order, "void", clock.now(), order.by, changeWords(change))),
    ...told(next, askedEntry(next)),
  ]);
}

const drop = async (order: Order, why: NotSent, parts: SubmitDeps): Promise<void> => {
  await withdraw(order, why, parts);
};
