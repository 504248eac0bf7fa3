/**
 * The only part of the bot that speaks of its own accord. It sends what the topics hold: one
 * message at a time in each lane, the most urgent first, edits coalesced to the newest. What is
 * said survives a crash; a message that was on its way then is sent again with the same key and the
 * remark that it may have arrived.
 */
import {
  ChatError,
  type ChatFailure,
  type ChatPort,
  type MessageRef,
  type Place,
} from "../chat/port.ts";
import { isPerhapsSaid } from "../chat/trouble.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { NOT_MADE } from "../messages/delivery.ts";
import type { Locks } from "../store/locks.ts";
import type { Store } from "../store/store.ts";
import type { Wakeups } from "../store/wakeups.ts";
import { type Budgets, createBudgets } from "./budgets.ts";
import type { FileMaker } from "./file-maker.ts";
import { createLateEdits, lateEditMs, nextLate, noteDrawn, noteLost } from "./late-edits.ts";
import {
  budgetOf,
  claimsOf,
  heldOf,
  type Job,
  laneOf,
  mostUrgentFirst,
  turnOfEdit,
} from "./next-message.ts";
import { createPlainMessages, type PlainMessages } from "./plainer.ts";
import { giveUp, leaveOut, portFor, refuseFile, sayApart, send, tellDirectly } from "./sending.ts";
import { jobsToDo, type Unsaid } from "./unsaid.ts";
import {
  createWaits,
  FIRST_RETRY_MS,
  hold,
  holdSlowly,
  isBareNo,
  LONGEST_RETRY_MS,
  letGo,
  refusalsOf,
  type Waits,
  waitOf,
} from "./waits.ts";

export interface Outbox {
  /** Speaks until the signal aborts, as soon as there is word that something is to be said. */
  run(signal: AbortSignal): Promise<void>;
  /** Sends all that can be sent now, and returns when nothing is left or the rest must wait. */
  flush(): Promise<void>;
  /** Where a topic's root card stands, once it has been posted. */
  refOf(topic: string): Promise<MessageRef | undefined>;
  /**
   * Calls `tell`, once, if the root card may not be posted in its place; `instead` is where it
   * goes.
   */
  onRefusal(topic: string, tell: Tell): { end(): void };
}

type Tell = (why: string, instead: Place | undefined) => Promise<void>;

export interface OutboxParts {
  readonly store: Store;
  readonly wakeups: Wakeups;
  readonly ports: readonly ChatPort[];
  /** The one table of this store. */
  readonly locks: Locks;
  readonly clock: Clock;
  readonly log: Log;
  readonly fileMaker: FileMaker;
  /** Where to speak of what can no longer be said in its own place. Default: nowhere. */
  readonly fallback?: readonly Place[];
}

interface State extends OutboxParts, Unsaid {
  /** What the messages that are on their way have claimed. */
  readonly claimed: Set<string>;
  readonly waits: Waits;
  readonly budgets: Budgets;
  readonly plain: PlainMessages;
  readonly running: Set<Promise<void>>;
  readonly fallback: readonly Place[];
  readonly listeners: Map<string, Tell>;
  changed: PromiseWithResolvers<void>;
}

/** So often a platform says no without a reason before the message is taken for the reason. */
const MOST_BARE_NOES = 2;

/**
 * Files can have a way of their own, which is closed where messages get through: so long a file is
 * tried, before the thread goes on without it.
 */
const FILE_WAITS_MS = 86_400_000;

export function createOutbox(parts: OutboxParts): Outbox {
  const state: State = {
    ...parts,
    fallback: parts.fallback ?? [],
    claimed: new Set(),
    waits: createWaits(),
    budgets: createBudgets(),
    shownAt: new Map(),
    plain: createPlainMessages(),
    running: new Set(),
    standing: new Map(),
    late: createLateEdits(),
    idle: new WeakMap(),
    listeners: new Map(),
    changed: Promise.withResolvers(),
  };
  return {
    run: (signal) => run(state, signal),
    flush: () => flush(state),
    refOf: async (topic) => (await parts.store.get("posted", topic))?.ref,
    onRefusal: (topic, tell) => {
      state.listeners.set(topic, tell);
      return { end: () => state.listeners.delete(topic) };
    },
  };
}

function wake(state: State): void {
  state.changed.resolve();
  state.changed = Promise.withResolvers();
}

async function run(state: State, signal: AbortSignal): Promise<void> {
  const listening = state.wakeups.on("speech", () => wake(state));
  while (!signal.aborted) {
    const { promise: changed } = state.changed;
    const { waitMs } = await round(state).catch((error) => {
      state.log.error({ err: error }, "the outbox could not read or write its state");
      return { waitMs: FIRST_RETRY_MS };
    });
    await sleepOr(state, changed, waitMs, signal);
  }
  listening.end();
  await Promise.allSettled(state.running);
}

/** Waits until something changed, the wait is over, or the signal aborts; never rejects. */
async function sleepOr(
  state: State,
  changed: Promise<void>,
  waitMs: number | undefined,
  signal: AbortSignal,
) {
  const over = new AbortController();
  const stopped = AbortSignal.any([signal, over.signal]);
  const waits = state.clock.sleep(waitMs ?? LONGEST_RETRY_MS, stopped).catch(() => undefined);
  await Promise.race([changed, waits]);
  over.abort();
}

async function flush(state: State): Promise<void> {
  for (;;) {
    const { sawAll } = await round(state);
    if (sawAll && state.running.size === 0) return;
    await Promise.allSettled(state.running);
  }
}

interface Round {
  /** How long the next message has to wait, if one waits. */
  readonly waitMs: number | undefined;
  /** Nothing was on its way as it began, so that it has left nothing alone. */
  readonly sawAll: boolean;
}

/**
 * Starts a job in every free lane. What was claimed when reading began is left alone: what was read
 * of it may have been sent meanwhile.
 */
function round(state: State): Promise<Round> {
  return state.locks.exclusively("outbox round", async () => {
    const claimed = new Set(state.claimed);
    const jobs = await jobsToDo(state, claimed, state.clock.now());
    const free = jobs.filter((job) => !claimsOf(job).some((claim) => claimed.has(claim)));
    const now = state.clock.elapsed();
    const held = free.map((job) => waitOf(state.waits, heldOf(job), now));
    const next = firstOfLanes(
      state,
      free.filter((_, i) => held[i] === 0),
    );
    const paced = next.map((job) => startInPace(state, job, now));
    const waits = [...held, ...paced, ...nextLate(state.late, now)].filter((ms) => ms > 0);
    return {
      waitMs: waits.length > 0 ? Math.min(...waits) : undefined,
      sawAll: claimed.size === 0,
    };
  });
}

interface Ranked {
  readonly job: Job;
  readonly refusals: number;
  readonly turn: number;
}

/** What was refused goes after what was not, so that it holds up nobody else. */
const inOrder = (a: Ranked, b: Ranked) =>
  a.refusals - b.refusals || a.turn - b.turn || mostUrgentFirst(a.job, b.job);

function firstOfLanes({ waits, shownAt }: State, jobs: readonly Job[]): Job[] {
  const first = new Map<string, Ranked>();
  for (const job of jobs) {
    const refusals = refusalsOf(waits, heldOf(job));
    const ranked = { job, refusals, turn: turnOfEdit(job, shownAt.get(job.topic.id) ?? 0) };
    const before = first.get(laneOf(job));
    if (!before || inOrder(ranked, before) < 0) first.set(laneOf(job), ranked);
  }
  return [...first.values()].toSorted(inOrder).map(({ job }) => job);
}

/** Starts it, unless its budget is used up; then gives the milliseconds until it is not. */
function startInPace(state: State, job: Job, now: number): number {
  const { pace } = portFor(state, job.topic.place.platform);
  const { name, budget } = budgetOf(job, pace);
  const waitMs = state.budgets.waitOf(name, budget, now);
  if (waitMs > 0) return waitMs;
  state.budgets.spend(name, budget, now);
  start(state, job, now);
  return 0;
}

function start(state: State, job: Job, now: number): void {
  const claims = claimsOf(job);
  for (const claim of claims) state.claimed.add(claim);
  const done = send(state, job, (card) => state.plain.drawn(job, card, state.clock.elapsed()))
    .then(
      () => arrived(state, job, now),
      (error) => failed(state, job, error),
    )
    .catch((error) =>
      state.log.error({ err: error }, "the outbox could not save what became of a message"),
    )
    .finally(() => {
      for (const claim of claims) state.claimed.delete(claim);
      state.running.delete(done);
      wake(state);
    });
  state.running.add(done);
}

/** What an edit left undone is tried again slowly. */
function arrived(state: State, job: Job, begunAt: number): void {
  const { listeners, waits, plain, shownAt, late, clock } = state;
  letGo(waits, heldOf(job));
  if (job.is === "root" || job.is === "edit") shownAt.set(job.topic.id, clock.elapsed());
  if (job.is === "edit") {
    noteDrawn(late, job.topic.id, begunAt);
    holdSlowly(waits, heldOf({ ...job, why: "unfinished" }), clock.elapsed());
  }
  plain.arrived(job);
  listeners.delete(job.topic.id);
}

async function failed(state: State, job: Job, error: unknown): Promise<void> {
  const { clock, log, waits } = state;
  const failure = error instanceof ChatError ? error.failure : undefined;
  hold(waits, heldOf(job), failure, clock.elapsed());
  log.warn(
    { err: error, topic: job.topic.id, place: job.topic.place, job: job.is },
    "a message could not be sent",
  );
  if (job.is === "edit" && isPerhapsSaid(error))
    noteLost(state.late, job.topic, (topic) => lateEditMs(state, topic), clock.elapsed());
  if (error instanceof ChatError) await cure(state, job, error);
  else if (job.is === "file" && isOverdue(state, job)) await refuseFile(state, job, NOT_MADE);
}

/** Whose trouble it is decides what is done about it; a moment's trouble passes by itself. */
async function cure(state: State, job: Job, error: ChatError): Promise<void> {
  const { failure, message } = error;
  const isTaken = isTakenForMessage(state, job, failure);
  const isOfPlace = failure.kind === "place" || (failure.kind === "message" && failure.gone);
  if (job.is === "edit" && job.why === "drawn over" && isOfPlace)
    return void state.late.until.delete(job.topic.id);
  if (job.is === "copy" && (isOfPlace || failure.kind === "message" || isTaken))
    return leaveOut(state, job);
  if (isOfPlace && isRefusedAgain(state, job)) await tellDirectly(state, job, message);
  if (isOfPlace) await giveUp(state, job, error);
  if (isOfPlace || failure.kind === "bot") return tellRefused(state, job.topic.id, message);
  if (failure.kind === "message" || isTaken) await sayOtherwise(state, job, message);
}

const isTakenForMessage = (state: State, job: Job, failure: ChatFailure) =>
  (isBareNo(failure) && refusalsOf(state.waits, heldOf(job)) >= MOST_BARE_NOES) ||
  (job.is === "file" && isOverdue(state, job));

const isOverdue = ({ clock }: State, { line }: Job & { is: "file" }) =>
  clock.now() - line.value.at >= FILE_WAITS_MS;

/**
 * A file as its text; lines that are refused together as mere text, too, one by one; anything else
 * plainer, until there is nothing plainer.
 */
async function sayOtherwise(state: State, job: Job, why: string): Promise<void> {
  if (job.is === "file") return refuseFile(state, job, why);
  if (job.is === "line" && job.lines.length > 1 && isRefusedAgain(state, job))
    return sayApart(state, job);
  const isPlainer = state.plain.refused(job, state.clock.elapsed());
  if (isPlainer) return;
  await tellDirectly(state, job, why);
  await tellRefused(state, job.topic.id, why);
}

/** For a place: all others were tried since, or there is none. */
const isRefusedAgain = ({ waits }: State, job: Job) => refusalsOf(waits, heldOf(job)) > 1;

async function tellRefused({ listeners, store }: State, topic: string, why: string): Promise<void> {
  const tell = listeners.get(topic);
  listeners.delete(topic);
  if (tell) await tell(why, (await store.get("posted", topic))?.moved?.to);
}
