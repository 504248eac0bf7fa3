/** The times of a run of which nothing is known. Pure. */
import type { Event } from "../records/event.ts";
import type { RunRecord } from "../records/past-run.ts";
import type { Gap } from "./facts.ts";

/** Of EM's silences those that were told: shorter ones are not kept. In the order of their ends. */
export function gapsOf({ watch, moments }: RunRecord): Gap[] {
  const told = moments.flatMap(({ at, what }) =>
    what.is === "event" ? flat(what.event).map((event) => ({ at, event })) : [],
  );
  const gaps = told.flatMap(({ at, event }) => closedBy(event, at));
  return [...gaps, ...stillSilent(told, watch.phase.is === "ended" ? watch.phase.at : undefined)];
}

interface TimedEvent {
  readonly at: number;
  readonly event: Event;
}

/** What is told of an absence, and what happened meanwhile. */
const flat = (event: Event): readonly Event[] =>
  event.is === "away" ? [event, ...event.meanwhile] : [event];

function closedBy(event: Event, at: number): Gap[] {
  if (event.is === "answering") return [{ from: event.since, to: at, why: "em-silent" }];
  if (event.is !== "away") return [];
  const { from, to, tookOverFrom } = event;
  return [{ from, to, why: "nobody-watched", tookOverFrom }];
}

/** Up to the end, or as far as anything is told of the run. */
function stillSilent(told: readonly TimedEvent[], endedAt: number | undefined): Gap[] {
  const last = told.findLast(({ event }) => event.is === "silent" || event.is === "answering");
  if (last?.event.is !== "silent") return [];
  const to = endedAt ?? told.at(-1)?.at ?? last.at;
  return [{ from: last.event.since, to, why: "em-silent" }];
}
