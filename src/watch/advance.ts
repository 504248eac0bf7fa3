/** All kinds of watches as one, for whoever does not care which. */

import type { AnyWatch } from "../records/any-watch.ts";
import type { Event } from "../records/event.ts";
import { advance } from "./failover.ts";
import { advanceReplication } from "./replication.ts";
import type { Limits, Sighting } from "./sighting.ts";

export interface Advanced {
  readonly watch: AnyWatch;
  readonly say: readonly Event[];
}

/** One step: the watch as it is after this sighting, and what is to be said. */
export function advanceOne(
  watch: AnyWatch,
  sighting: Sighting,
  now: number,
  limits: Limits,
): Advanced {
  return watch.of === "failover"
    ? advance(watch, sighting, now, limits)
    : advanceReplication(watch, sighting, now, limits);
}

/** Nobody was there since `from`. */
export interface Absence {
  readonly from: number;
  readonly tookOverFrom?: string;
}

/** Several sightings of one look, one after the other. After an absence, what changed is one line. */
export function advanceAll(
  watch: AnyWatch,
  sightings: readonly Sighting[],
  now: number,
  limits: Limits,
  absence?: Absence,
): Advanced {
  const start: Advanced = { watch, say: [] };
  const last = sightings.reduce(({ watch, say }, sighting) => {
    const step = advanceOne(watch, sighting, now, limits);
    return { watch: step.watch, say: [...say, ...step.say] };
  }, start);
  const moved = overdue(last, now, limits);
  const say = worthSaying(moved.say);
  return { watch: moved.watch, say: absence ? toldOnce(say, absence, now) : say };
}

/** Nothing else ends a watch to which EM is silent. */
function overdue({ watch, say }: Advanced, now: number, { watchMs }: Limits): Advanced {
  if (watchMs === undefined || watch.phase.is === "ended" || now - watch.since < watchMs)
    return { watch, say };
  const how = { is: "lost", why: { is: "time-limit", limitMs: watchMs } } as const;
  const phase = { is: "ended", at: now, how } as const;
  return { watch: { ...watch, phase } as AnyWatch, say: [...say, { is: "ended", how }] };
}

/**
 * A VM that begins is shown by the card, and is no news in the thread; nor is that the end is not
 * yet confirmed, where it is confirmed in the same look.
 */
function worthSaying(say: readonly Event[]): readonly Event[] {
  const ended = say.some(({ is }) => is === "ended");
  const isNoNews = (event: Event) =>
    event.is === "vms" ? event.mark === "running" : ended && event.is === "reported";
  return say.filter((event) => !isNoNews(event));
}

/** After an absence all but the end is told in one line. */
function toldOnce(say: readonly Event[], absence: Absence, to: number): readonly Event[] {
  const ends = say.filter((event) => event.is === "ended");
  const meanwhile = say.filter((event) => event.is !== "ended");
  return [{ is: "away", ...absence, to, meanwhile }, ...ends];
}
