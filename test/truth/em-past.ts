/**
 * What a simulated Enterprise Manager knew at any moment that is over: its own world, opened again
 * as it stood then.
 */

import { courseOf } from "../../src/sandbox/estate/course.ts";
import type { EstateEvent, Plan, Recorded, Run } from "../../src/sandbox/estate/estate.ts";
import type { Point } from "../../src/sandbox/estate/points.ts";
import { type JobSession, jobSessions } from "../../src/sandbox/estate/replication.ts";
import { type SessionView, sessionView } from "../../src/sandbox/estate/session-view.ts";
import { openWorld } from "../../src/sandbox/estate/world.ts";
import type { Scenario } from "../../src/sandbox/scenarios.ts";
import type { Switches } from "../../src/sandbox/switches.ts";

/** EM as it was at one moment, by its own clock. */
export interface Moment {
  readonly at: number;
  readonly plans: readonly Plan[];
  /** The sessions of the site's own replication, newest first of each kind. */
  replications(): readonly JobSession[];
  /** Those ordered by then, oldest first. */
  readonly runs: readonly Run[];
  /** When plans were edited by then. */
  readonly edits: readonly number[];
  /** As EM shows them, newest first. */
  readonly sessions: readonly SessionView[];
  /** Newest first, of one replicated VM. */
  points(vm: string): readonly Point[];
  /** The word for a state of its points that EM uses of this VM. */
  wordOf(state: string | undefined, vm: string): string | undefined;
}

export interface EmPast {
  /**
   * Keeps what is recorded now: EM itself forgets edits that were edited again. `aheadMs`: of EM's
   * clock, since the last note; default: it is right.
   */
  note(recorded: Recorded, aheadMs?: number): void;
  /** `aheadMs`: of EM's clock then. A clock that was set back shows a time twice. */
  at(at: number, aheadMs?: number): Moment;
  /** When anything changed between two moments, both included. */
  changes(from: number, to: number): readonly number[];
}

export function emPast(scenario: Scenario, switches: Switches): EmPast {
  const events = new Map<string, Noted>();
  const moments = new Map<string, Moment>();
  const instants = new Map<number, readonly number[]>();
  let bornAt = 0;
  const inventory = scenario.inventory();
  /** Of replication too, which goes on by itself; oldest first. */
  const instantsTo = (to: number) => {
    const found = instants.get(to) ?? inOrder([...known().flatMap(instantsOf), ...beside(to)]);
    instants.set(to, found);
    return found;
  };
  const beside = (to: number) =>
    momentOf(to)
      .replications()
      .flatMap(({ createdAt, endedAt = to }) => [createdAt, endedAt]);
  const still = { ...scenario, inventory: () => inventory, schedule: "nothing" } as const;
  const known = () => [...events.values()].map(({ event }) => event);
  const knownBy = (at: number) =>
    [...events.values()].filter(({ happenedAt }) => happenedAt <= at).map(({ event }) => event);
  const momentOf = (at: number, aheadMs = 0) => {
    const then = knownBy(at - aheadMs).filter((event) => !isYetToCome(event, at));
    const key = `${at} ${then.length}`;
    const found = moments.get(key) ?? momentAt(still, switches, recordedBy(then, bornAt, at), at);
    moments.set(key, found);
    return found;
  };
  return {
    note(recorded, aheadMs = 0) {
      bornAt = recorded.bornAt;
      for (const event of recorded.events) {
        const key = keyOf(event);
        if (events.has(key)) continue;
        events.set(key, { event, happenedAt: whenOf(event) - aheadMs });
        moments.clear();
        instants.clear();
      }
    },
    at: momentOf,
    changes: (from, to) =>
      from > to ? [] : inOrder([from, ...instantsTo(to).filter((at) => at > from && at < to), to]),
  };
}

/** A collection is recorded before it is done. */
const isYetToCome = (event: EstateEvent, at: number) => event.kind === "collected" && event.at > at;

/** By the world's time; that of EM's clock stands in the event. */
interface Noted {
  readonly event: EstateEvent;
  readonly happenedAt: number;
}

const inOrder = (instants: readonly number[]): number[] =>
  [...new Set(instants)].sort((one, other) => one - other);

const whenOf = (event: EstateEvent) => (event.kind === "run" ? event.run.orderedAt : event.at);

const keyOf = (event: EstateEvent) => (event.kind === "run" ? event.run.id : JSON.stringify(event));

const recordedBy = (events: readonly EstateEvent[], bornAt: number, at: number): Recorded => ({
  version: 1,
  bornAt,
  settledTo: at,
  events: [...events].sort((a, b) => whenOf(a) - whenOf(b)),
});

function instantsOf(event: EstateEvent): number[] {
  if (event.kind !== "run") return [event.at];
  const course = courseOf(event.run);
  const vms = course.vms.flatMap(({ beginsAt, worksAt, endsAt }) => [beginsAt, worksAt, endsAt]);
  const own = [
    course.beginsAt,
    course.worksAt,
    course.taskFinishedAt,
    course.stopsAt,
    course.endsAt,
  ];
  return [...own, ...vms].filter(Number.isFinite);
}

const KINDS = ["snapshot", "cdp"] as const;

function momentAt(scenario: Scenario, switches: Switches, recorded: Recorded, at: number): Moment {
  const clock = { now: () => at, anchor: () => ({ realAt: at, sandboxAt: at, speed: 1 }) };
  const world = openWorld({ scenario, switches, clock, recorded, remember: () => undefined });
  let byVm: Map<string, Point[]> | undefined;
  let replications: JobSession[] | undefined;
  return {
    at,
    plans: world.plans(),
    replications() {
      replications ??= KINDS.flatMap((kind) => jobSessions(world.inventory.jobs, kind, at));
      return replications;
    },
    runs: world.runs(),
    edits: recorded.events.flatMap((event) => (event.kind === "plan-edited" ? event.at : [])),
    sessions: world
      .sessions()
      .map((run) => sessionView(run, at, { switches, words: scenario.words })),
    points(vm) {
      byVm ??= Map.groupBy(world.points(), (point) => point.vm.id);
      return byVm.get(vm) ?? [];
    },
    wordOf: (state, vm) =>
      scenario.words === "unknown" && state === "Ready" && vm.endsWith("4")
        ? "Resynchronizing"
        : state,
  };
}
