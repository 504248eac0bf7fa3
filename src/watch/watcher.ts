/**
 * The loop that follows EM: sends what was approved, looks at what is watched, moves each watch on,
 * and saves the watch with the cards and lines that this causes in one commit.
 */
import { chance } from "../chance.ts";
import { lineOf } from "../messages/watch-card.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Event } from "../records/event.ts";
import { lookOf } from "../records/last-look.ts";
import type { OrderPhase } from "../records/order.ts";
import { isOpen } from "../records/watch.ts";
import type { Services } from "../services.ts";
import { queueLine } from "../speech/topics.ts";
import { openWatches } from "../store/in-hand.ts";
import { happened } from "../store/moments.ts";
import { advanceOne } from "./advance.ts";
import type { Collections } from "./collecting.ts";
import { type Details, sessionDetails } from "./details.ts";
import { type Announcing, tellElsewhere } from "./elsewhere.ts";
import { happenedIn } from "./happened.ts";
import { saveLook, type Unchanged } from "./last-look.ts";
import { limitOf } from "./limit.ts";
import { type Moving, move, type TakenOver } from "./move.ts";
import { type Look, pollEm } from "./poll.ts";
import { isEndsOnly } from "./records.ts";
import type { Limits, Sighting } from "./sighting.ts";
import type { Vigil } from "./vigil.ts";

export interface WatcherParts
  extends Pick<
    Services,
    | "em"
    | "emKey"
    | "plans"
    | "store"
    | "locks"
    | "permissions"
    | "wakeups"
    | "announceIn"
    | "onCall"
    | "clock"
    | "log"
  > {
  readonly limits: Limits;
  readonly vigil: Vigil;
  readonly collections: Collections;
  /** Default: nobody was there before, or this same host. */
  readonly takenOver?: TakenOver;
  /** Shortest time between two looks; without anything to watch it is six times that. */
  readonly pollMs: number;
  /** Sends what was approved, before each look; gives whether any order is in hand. */
  moveOrders(): Promise<boolean>;
}

export interface Watcher {
  /** One look; gives whether anything is being watched or waits to be sent. */
  tick(): Promise<boolean>;
  /**
   * Looks again and again until the signal aborts, and as soon as there is word that something is
   * to be looked at; an order in hand is finished first.
   */
  run(signal: AbortSignal): Promise<void>;
}

interface State extends WatcherParts, Moving, Omit<Announcing, "silentLooks" | "limits"> {
  /** Since when this process looks at EM without a break. */
  lookingSince: number;
  /** When, by `elapsed()`, each ended session's evidence was last read; it is read at the idle headway. */
  readonly evidenceAt: Map<string, number>;
  readonly details: Details;
  begun: boolean;
  /** How often the process was found to have been frozen. */
  freezes: number;
  /** Looks in a row to which EM did not answer. */
  silentLooks: number;
  woken: PromiseWithResolvers<void>;
}

const IDLE_FACTOR = 6;
/** Of a pause, more or less, so that several bots do not ask in step. */
const JITTER = 0.2;
/** So many are moved at once, and what is new of them is saved as one. */
const AT_ONCE = 32;
/** A task may end in its session, and that in its evidence, within one look. */
const MOST_STEPS = 3;

export function createWatcher(parts: WatcherParts): Watcher {
  const state: State = {
    ...parts,
    unseen: new Map(),
    lookingSince: parts.clock.now(),
    evidenceAt: new Map(),
    details: sessionDetails(),
    begun: false,
    lookedBack: undefined,
    freezes: 0,
    silentLooks: 0,
    woken: Promise.withResolvers(),
  };
  return {
    tick: () => tick(state),
    run: (signal) => run(state, signal),
  };
}

async function run(state: State, signal: AbortSignal): Promise<void> {
  const vigil = state.vigil.run(() => state.woken.resolve(), signal);
  const listening = state.wakeups.on("watch", () => state.woken.resolve());
  await lookAgainAndAgain(state, signal);
  listening.end();
  await vigil;
}

async function lookAgainAndAgain(state: State, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    state.woken = Promise.withResolvers();
    const begunAt = state.clock.elapsed();
    const busy = await tick(state).catch((error) => {
      state.log.error({ err: error }, "a look at EM failed");
      return true;
    });
    await untilWoken(state, pauseMs(state, busy, state.clock.elapsed() - begunAt), signal);
  }
}

/**
 * From the beginning of one look to the next; longer where nothing is watched, where EM is slow, and
 * ever longer (up to a limit, never in step) where it is silent.
 */
function pauseMs({ pollMs, silentLooks, limits }: State, busy: boolean, tookMs: number): number {
  const beatMs = pollMs * (busy ? 1 : IDLE_FACTOR);
  const slowMs = Math.min(tookMs, Math.max(pollMs, limits.silenceMs));
  const steady = Math.max(beatMs - tookMs, slowMs);
  if (silentLooks === 0) return steady;
  const backoff = Math.min(pollMs * 2 ** silentLooks, Math.max(pollMs, limits.silenceMs));
  return Math.max(beatMs, slowMs, backoff) * (1 + JITTER * (2 * chance.fraction() - 1));
}

async function untilWoken(
  { clock, woken }: State,
  waitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const waits = clock.sleep(waitMs, AbortSignal.any([signal, over.signal])).catch(() => undefined);
  await Promise.race([woken.promise, waits]);
  over.abort();
}

/** What ended without being seen is looked for as seldom as EM is asked where nothing is watched. */
async function announceElsewhere(state: State, look: Look): Promise<boolean | undefined> {
  if (state.announceIn.length === 0) return undefined;
  const { heard, ended } = await tellElsewhere(state, look, state.pollMs * IDLE_FACTOR);
  for (const { watch, session } of ended) await move(state, watch, [{ is: "session", session }]);
  return heard;
}

/** A look in which the process was frozen is done again: what failed in it says nothing about EM. */
async function tick(state: State): Promise<boolean> {
  const { freezes } = state;
  const busy = await lookAtAll(state);
  return state.freezes === freezes ? busy : lookAtAll(state);
}

async function lookAtAll(state: State): Promise<boolean> {
  await notice(state);
  if (!state.begun) await rememberUnseen(state, state.takenOver);
  const waiting = await state.moveOrders();
  const look = pollEm(state.em, state.clock.now(), state.collections, state.details);
  const [heard] = await Promise.all([lookAtEach(state, look), state.collections.attend()]);
  const answered = [...heard, await announceElsewhere(state, look)].filter(
    (one) => one !== undefined,
  );
  state.silentLooks = answered.length > 0 && !answered.includes(true) ? state.silentLooks + 1 : 0;
  state.wakeups.wake("speech");
  return waiting || (await openWatches(state.store, state.emKey)).length > 0;
}

/**
 * Some at once, and others than the watches come to their turn meanwhile. Also where one fails, it
 * is saved that the others were seen.
 */
async function lookAtEach(state: State, look: Look): Promise<(boolean | undefined)[]> {
  const watches = await openWatches(state.store, state.emKey);
  const unchanged: Unchanged[] = [];
  const [limit, turn] = [limitOf(AT_ONCE), state.clock.turn()];
  const all = watches.toSorted(longestAgoFirst).map((watch) =>
    limit(async () => {
      await turn();
      return lookInto(state, look, watch, unchanged);
    }),
  );
  await Promise.allSettled(all);
  await saveLook(state, watches, unchanged);
  return Promise.all(all);
}

/** Of few replications the VMs are read in one look: first of those of which that is longest ago. */
const longestAgoFirst = (one: AnyWatch, other: AnyWatch) => vmsReadAt(one) - vmsReadAt(other);
const vmsReadAt = (watch: AnyWatch) => (watch.of === "replication" ? (watch.vmsAt ?? 0) : 0);

/**
 * Whatever has happened to time is told in each open run. Of a process that was frozen, nobody
 * watched meanwhile.
 */
async function notice(state: State): Promise<void> {
  for (const noticed of state.vigil.noticed()) {
    state.log.warn(noticed, "time did not go on as it should");
    if (noticed.is === "moved") await tellAll(state, { is: "clock-moved", byMs: noticed.byMs });
    else {
      state.freezes += 1;
      await rememberUnseen(state);
    }
  }
}

async function tellAll(state: State, event: Event): Promise<void> {
  const at = state.clock.now();
  const lines = (await openWatches(state.store, state.emKey)).flatMap((watch) => {
    const { card, urgent } = lineOf(watch, event);
    const moments = happenedIn(watch, event, at).map(happened);
    return watch.topics
      .filter((topic) => urgent || !isEndsOnly(watch, topic))
      .map((topic) => queueLine(topic, card, urgent, at))
      .concat(moments);
  });
  if (lines.length > 0) await state.store.commit(lines);
}

async function rememberUnseen(state: State, since: TakenOver = {}): Promise<void> {
  for (const { id } of await openWatches(state.store, state.emKey))
    if (!state.unseen.has(id)) state.unseen.set(id, since);
  state.lookingSince = state.clock.now();
  state.begun = true;
}

/**
 * Sightings are gathered first and acted on together, so that people may change the watch while EM
 * is asked. Gives whether EM answered, where it was asked.
 */
async function lookInto(
  state: State,
  look: Look,
  watch: AnyWatch,
  unchanged: Unchanged[],
): Promise<boolean | undefined> {
  const { freezes } = state;
  const sightings: Sighting[] = [];
  let seen = watch;
  while (sightings.length < MOST_STEPS && isOpen(seen) && mayReadNow(state, seen)) {
    const sighting = sinceWeAsk(await withOurStop(await look.sight(seen), seen, state), state);
    sightings.push(sighting);
    const next = advanceOne(seen, sighting, state.clock.now(), state.limits).watch;
    if (next.phase.is === seen.phase.is) break;
    seen = next;
  }
  await notice(state);
  const wasFrozen = state.freezes > freezes && sightings.every(({ is }) => is === "silence");
  if (sightings.length === 0 || wasFrozen) return undefined;
  const left = await state.locks.exclusively(watch.id, () =>
    move(state, watch.id, sightings, lookOf(watch)),
  );
  if (left) unchanged.push(left);
  return sightings.some(({ is }) => is !== "silence");
}

/** While nobody asked, nobody was silent. */
const sinceWeAsk = (sighting: Sighting, { lookingSince }: State) =>
  sighting.is === "silence" ? { ...sighting, askedFrom: lookingSince } : sighting;

/** A task that a stop of ours has deleted, or may have deleted, is not lost. */
async function withOurStop(
  sighting: Sighting,
  { id }: AnyWatch,
  { store }: State,
): Promise<Sighting> {
  if (sighting.is !== "task-unknown") return sighting;
  const stops = await store.find("past-orders", "stops.watch", id);
  const stop = stops.find(({ value: { phase } }) => mayHaveStopped(phase));
  return stop ? { ...sighting, stoppedBy: stop.value.by } : sighting;
}

const mayHaveStopped = (phase: OrderPhase) =>
  phase.is === "closed" && (phase.how.is === "stopped" || phase.how.is === "not-known");

/** Evidence is read when a session ends, then at the idle headway. */
function mayReadNow({ evidenceAt, clock, pollMs }: State, { id, phase }: AnyWatch): boolean {
  if (phase.is !== "checking") return true;
  const last = evidenceAt.get(id);
  if (
    last !== undefined &&
    clock.elapsed() - last < pollMs * IDLE_FACTOR &&
    clock.now() < phase.until
  )
    return false;
  evidenceAt.set(id, clock.elapsed());
  return true;
}
