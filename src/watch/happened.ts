/** What is kept of what a watch tells, for the timeline of its run. */
import type { AnyWatch } from "../records/any-watch.ts";
import { newCalls } from "../records/calls.ts";
import type { Event } from "../records/event.ts";
import type { Moment, Recorded } from "../records/moment.ts";
import { isOn } from "../speech/topics.ts";
import { momentOf } from "../store/moments.ts";

/** The event, and whom it calls: nobody is mentioned on another platform than his or her own. Of a replication nothing is kept. */
export function happenedIn(watch: AnyWatch, event: Event, at: number): Moment[] {
  if (watch.of !== "failover") return [];
  const { id, notify, topics } = watch;
  const people = notify.filter(({ platform }) => topics.some((one) => isOn(one, platform)));
  const calls = people.length === 0 ? [] : newCalls(watch, event);
  const all: Recorded[] = [
    { is: "event", event },
    ...calls.map((call): Recorded => ({ is: "called", call, people })),
  ];
  return all.map((what) => momentOf(id, at, what));
}
