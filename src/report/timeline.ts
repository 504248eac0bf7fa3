/** A run from its question to its end, line by line, by our word and EM's. Pure. */
import { endedWell } from "../records/any-watch.ts";
import type { Event } from "../records/event.ts";
import type { Moment, Recorded } from "../records/moment.ts";
import type { RunRecord } from "../records/past-run.ts";
import type { Happening, VmFacts } from "./facts.ts";

/** In the order of their times; what has the same, in that in which one brings about the other. */
export function timelineOf(
  { watch, moments }: RunRecord,
  vms: readonly VmFacts[],
  undo: RunRecord | undefined,
): Happening[] {
  const { session } = watch;
  const told = moments.flatMap((moment) => ownHappening(moment, session !== undefined));
  const all: Happening[] = [
    ...told.filter(({ what }) => what.is === "deed"),
    ...byEm(session?.createdAt, { is: "session-began" }),
    ...vms.flatMap(vmBegan),
    ...vms.flatMap(vmEnded),
    ...byEm(session?.endedAt, { is: "session-ended" }),
    ...told.filter(({ what }) => what.is !== "deed"),
    ...undone(undo),
  ];
  return all.toSorted((one, other) => one.at - other.at);
}

const byEm = (at: number | undefined, what: Happening["what"]): Happening[] =>
  at === undefined ? [] : [{ at, by: "em", what }];

const vmBegan = ({ name: vm, began }: VmFacts): Happening[] =>
  began ? [{ ...began, what: { is: "vm-began", vm } }] : [];

const vmEnded = ({ name: vm, mark, message, ended }: VmFacts): Happening[] =>
  ended ? [{ ...ended, what: { is: "vm-ended", vm, mark, message } }] : [];

/** What EM's own times tell is left out. */
function ownHappening({ at, what }: Moment, hasSession: boolean): Happening[] {
  if (what.is !== "event") return [{ at, by: "bot", what }];
  const event = withoutEms(what.event, hasSession);
  const own: Recorded[] = event ? [{ is: "event", event }] : [];
  return own.map((one) => ({ at, by: "bot", what: one }));
}

function withoutEms(event: Event, hasSession: boolean): Event | undefined {
  if (event.is === "vms") return undefined;
  if (event.is === "found" && hasSession && !event.doubt && !event.carriedOut) return undefined;
  if (event.is !== "away") return event;
  const meanwhile = event.meanwhile.flatMap((one) => withoutEms(one, hasSession) ?? []);
  return { ...event, meanwhile };
}

function undone(undo: RunRecord | undefined): Happening[] {
  if (!undo || !endedWell(undo.watch)) return [];
  const { id: run, order, phase, session } = undo.watch;
  const what: Happening["what"] = { is: "undone", run, who: order?.by };
  if (session?.endedAt !== undefined) return byEm(session.endedAt, what);
  return phase.is === "ended" ? [{ at: phase.at, by: "bot", what }] : [];
}
