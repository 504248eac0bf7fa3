/**
 * The only part of the bot that speaks of its own accord. It sends what the topics hold: one message at a time in each
 * lane, the most urgent first, edits coalesced to the newest. What is said survives a crash; a message that was on its
 * way then is sent again with the same key and the remark that it may have arrived.
 */
import { ChatError, type ChatPort, type MessageRef, type Place, type Platform } from "../chat/port.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { type Locks, localLocks } from "../store/locks.ts";
import type { Conditional, Store } from "../store/store.ts";
import { fingerprint, isSettled, type Job, jobsOf, laneOf, mostUrgentFirst, type Speech } from "./jobs.ts";
import type { Posted, QueuedLine, Topic } from "./topics.ts";

export interface Outbox {
  /** Something was committed that wants to be said. */
  wake(): void;
  /** Speaks until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Sends all that can be sent now, and returns when nothing is left or the rest must wait. */
  flush(): Promise<void>;
  /** Where a topic's root card stands, once it has been posted. */
  refOf(topic: string): Promise<MessageRef | undefined>;
}

export interface OutboxParts {
  readonly store: Store;
  readonly ports: readonly ChatPort[];
  readonly clock: Clock;
  readonly log: Log;
}

interface Lane {
  busy: boolean;
  notBefore: number;
  failures: number;
}

interface State extends OutboxParts {
  readonly lanes: Map<string, Lane>;
  readonly running: Set<Promise<void>>;
  readonly locks: Locks;
  changed: PromiseWithResolvers<void>;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
/** How long links to messages of ended runs are remembered. */
const REMEMBER_MS = 30 * 86_400_000;

export function createOutbox(parts: OutboxParts): Outbox {
  const state: State = {
    ...parts,
    lanes: new Map(),
    running: new Set(),
    locks: localLocks(),
    changed: Promise.withResolvers(),
  };
  return {
    wake: () => wake(state),
    run: (signal) => run(state, signal),
    flush: () => flush(state),
    refOf: async (topic) => (await parts.store.get<Posted>("posted", topic))?.ref,
  };
}

function wake(state: State): void {
  state.changed.resolve();
  state.changed = Promise.withResolvers();
}

async function run(state: State, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { promise: changed } = state.changed;
    const waitMs = await round(state).catch((error) => {
      state.log.error({ err: error }, "the outbox could not read or write its state");
      return FIRST_RETRY_MS;
    });
    await sleepOr(state, changed, waitMs, signal);
  }
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
    await round(state);
    if (state.running.size === 0) return;
    await Promise.allSettled(state.running);
  }
}

/**
 * Starts a job in every free lane; gives how long the next waiting lane has to wait, if one waits. A lane that was busy
 * when reading began is left alone: what was read of it may have been sent meanwhile.
 */
function round(state: State): Promise<number | undefined> {
  return state.locks.exclusively("round", async () => {
    const busy = new Set([...state.lanes].filter(([, lane]) => lane.busy).map(([name]) => name));
    const now = state.clock.now();
    const waits: number[] = [];
    for (const [name, job] of await firstJobs(state, now)) {
      const lane = laneNamed(state, name);
      if (busy.has(name)) continue;
      if (lane.notBefore > now) waits.push(lane.notBefore - now);
      else start(state, lane, job);
    }
    return waits.length > 0 ? Math.min(...waits) : undefined;
  });
}

function laneNamed({ lanes }: State, name: string): Lane {
  const lane = lanes.get(name) ?? { busy: false, notBefore: 0, failures: 0 };
  lanes.set(name, lane);
  return lane;
}

async function firstJobs(state: State, now: number): Promise<Map<string, Job>> {
  const first = new Map<string, Job>();
  for (const speech of await everythingUnsaid(state)) {
    if (isSettled(speech, now)) await forget(state, speech);
    else
      for (const job of jobsOf(speech, now)) {
        const before = first.get(laneOf(job));
        if (!before || mostUrgentFirst(job, before) < 0) first.set(laneOf(job), job);
      }
  }
  return first;
}

async function everythingUnsaid({ store }: State): Promise<Speech[]> {
  const [topics, lines] = await Promise.all([store.all<Topic>("topics"), store.all<QueuedLine>("lines")]);
  return Promise.all(
    topics.map(async ({ value: topic }) => ({
      topic,
      posted: (await store.get<Posted>("posted", topic.id)) ?? { version: 1 },
      lines: lines.filter(({ value }) => value.topic === topic.id),
    })),
  );
}

function forget({ store, locks }: State, { topic, lines }: Speech): Promise<void> {
  return locks.exclusively(topic.id, async () => {
    const posted = (await store.get<Posted>("posted", topic.id)) ?? { version: 1 };
    await store.commit([
      { remove: "topics", key: topic.id },
      ...lines.map(({ key }): Conditional => ({ remove: "lines", key })),
      { put: "posted", key: topic.id, value: posted, ttlMs: REMEMBER_MS },
    ]);
  });
}

function start(state: State, lane: Lane, job: Job): void {
  lane.busy = true;
  const done = send(state, job)
    .then(
      () => arrivedIn(lane),
      (error) => failed(state, lane, job, error),
    )
    .catch((error) => state.log.error({ err: error }, "the outbox could not save what became of a message"))
    .finally(() => {
      lane.busy = false;
      state.running.delete(done);
      wake(state);
    });
  state.running.add(done);
}

function arrivedIn(lane: Lane): void {
  lane.failures = 0;
}

async function send(state: State, job: Job): Promise<void> {
  const port = portFor(state, job.topic.place.platform);
  switch (job.is) {
    case "root":
      return sendRoot(state, port, job);
    case "line":
      return sendLine(state, port, job);
    case "edit":
      return sendEdit(state, port, job);
    default:
      return job satisfies never;
  }
}

async function sendRoot(state: State, port: ChatPort, { topic, posted, card }: Job & { is: "root" }) {
  const again = await attempt(state, topic, posted, topic.id);
  const ref = await port.post(topic.place, card, topic.id, again);
  await update(state, topic, (before) => ({ ...arrived(before), ref, shown: fingerprint(card) }));
}

async function sendEdit(state: State, port: ChatPort, { topic, posted, card }: Job & { is: "edit" }) {
  const ref = await port.edit(refOf(posted), card);
  await update(state, topic, (before) => ({ ...before, ref, shown: fingerprint(card) }));
}

async function sendLine(state: State, port: ChatPort, { topic, posted, line }: Job & { is: "line" }) {
  const thread = posted.thread ?? (await threadOf(state, port, topic, posted));
  const key = `${topic.id}/${line.key}`;
  const again = await attempt(state, topic, posted, key);
  await port.post(thread, line.value.card, key, again);
  await update(state, topic, arrived, [{ remove: "lines", key: line.key }]);
}

/** A topic that stands in a thread speaks on there; others get a thread of their own. */
async function threadOf(state: State, port: ChatPort, topic: Topic, posted: Posted): Promise<Place> {
  const thread =
    topic.place.thread === undefined ? await port.threadUnder(refOf(posted), topic.title) : topic.place;
  await update(state, topic, (before) => ({ ...before, thread }));
  return thread;
}

/** Saves that a message is on its way; true where it may have arrived in an earlier attempt. */
async function attempt(state: State, topic: Topic, posted: Posted, key: string): Promise<boolean> {
  if (posted.attempting === key) return true;
  await update(state, topic, (before) => ({ ...before, attempting: key }));
  return false;
}

/** Posts and edits of one topic end at the same time; neither may undo what the other saved. */
function update(
  { store, locks }: State,
  { id }: Topic,
  change: (before: Posted) => Posted,
  also: readonly Conditional[] = [],
): Promise<void> {
  return locks.exclusively(id, async () => {
    const before = (await store.get<Posted>("posted", id)) ?? { version: 1 };
    await store.commit([{ put: "posted", key: id, value: change(before) }, ...also]);
  });
}

const arrived = ({ attempting: _, ...posted }: Posted): Posted => posted;

async function failed(state: State, lane: Lane, job: Job, error: unknown): Promise<void> {
  const { clock, log } = state;
  const failure = error instanceof ChatError ? error.failure : "unknown";
  lane.failures += 1;
  const backoffMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (lane.failures - 1));
  lane.notBefore =
    clock.now() + (error instanceof ChatError && failure === "retry-after" ? error.afterMs : backoffMs);
  log.warn(
    { err: error, topic: job.topic.id, place: job.topic.place, job: job.is },
    "a message could not be sent",
  );
  if (failure === "not-allowed") lane.notBefore = clock.now() + LONGEST_RETRY_MS;
  if (failure === "gone") await giveUp(state, job, error);
}

async function giveUp(state: State, job: Job, error: unknown): Promise<void> {
  const why = error instanceof Error ? error.message : "the place is gone";
  await update(state, job.topic, (before) =>
    job.is === "edit" ? { ...before, frozen: true } : { ...before, givenUp: why },
  );
}

function portFor({ ports }: State, platform: Platform): ChatPort {
  const port = ports.find((one) => one.platform === platform);
  if (!port) throw new ChatError("not-allowed", `Cannot speak on ${platform} as it is not configured`);
  return port;
}

function refOf({ ref }: Posted): MessageRef {
  if (!ref) throw new ChatError("unknown", "Cannot write under a message that is not there yet");
  return ref;
}
