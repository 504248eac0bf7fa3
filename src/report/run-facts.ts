/** From what is kept of a run to what is known of it. Pure. */
import type { Moment, Recorded } from "../records/moment.ts";
import type { Order } from "../records/order.ts";
import type { RunRecord } from "../records/past-run.ts";
import { hasEnded, sessionOf, type VmView, type Watch } from "../records/watch.ts";
import type { Decided, RunFacts, Sourced, VmFacts } from "./facts.ts";
import { gapsOf } from "./gaps.ts";
import { concerned, evidenceOf, pointOf, scorecardOf } from "./scorecard.ts";
import { usualMsOf } from "./slower.ts";
import { timelineOf } from "./timeline.ts";

/** `undo`: the later run that has taken it back. */
export function factsOf(record: RunRecord, undo?: RunRecord): RunFacts {
  const { watch, order, moments } = record;
  const { id: run, em, subject: plan, session, order: ref } = watch;
  const seen = endsSeen(moments);
  const vms = concerned(watch).map((vm) => vmFacts(watch, vm, seen.get(vm.name)));
  return {
    ...{ run, em, plan, action: ref?.action, from: ref?.from, reason: ref?.reason },
    asked: askedOf(moments) ?? askedBy(order),
    approved: approvedOf(moments),
    sent: ref && { at: ref.sentAt, by: "bot" },
    began: byEm(session?.createdAt),
    sessionEnded: byEm(session?.endedAt),
    ...endOf(watch),
    ...{ session: sessionOf(watch), result: session?.result, stoppedBy: watch.stoppedBy },
    vms,
    timeline: timelineOf(record, vms, undo),
    gaps: gapsOf(record),
    scorecard: scorecardOf(watch),
  };
}

const byEm = (at: number | undefined): Sourced | undefined =>
  at === undefined ? undefined : { at, by: "em" };

const endOf = ({ phase, seenAt }: Watch): Pick<RunFacts, "ended" | "asOf"> =>
  phase.is === "ended"
    ? { ended: { how: phase.how, at: phase.at, by: "bot" } }
    : { asOf: { at: seenAt, by: "bot" } };

type Deed = Extract<Recorded, { is: "deed" }>;

/** What people and the bot did about the order itself, and not about one to stop it. */
const deedsIn = (moments: readonly Moment[]): (Deed & { readonly at: number })[] =>
  moments.flatMap(({ at, what }) => (what.is === "deed" && !what.stop ? [{ ...what, at }] : []));

const decided = ({ at, who, where }: Deed & { readonly at: number }): Decided[] =>
  who && where ? [{ at, by: "bot", who, where }] : [];

/** By the first question, however often it was asked anew. */
const askedOf = (moments: readonly Moment[]): Decided | undefined =>
  deedsIn(moments)
    .filter(({ deed }) => deed === "asked")
    .flatMap(decided)[0];

const askedBy = (order: Order | undefined): Decided | undefined =>
  order && {
    at: order.firstAskedAt ?? order.askedAt,
    ...{ by: "bot", who: order.asker.person, where: order.asker.place },
  };

/** Of the last question: what was approved before it was void. */
function approvedOf(moments: readonly Moment[]): Decided[] {
  const deeds = deedsIn(moments);
  return deeds
    .slice(deeds.findLastIndex(({ deed }) => deed === "asked") + 1)
    .filter(({ deed }) => deed === "approved" || deed === "confirmed")
    .flatMap(decided);
}

/** When it ended is EM's word; where EM gives no time, when the bot saw it. */
function vmFacts(watch: Watch, vm: VmView, seen: Sourced | undefined): VmFacts {
  const { name, mark, message, startedAt, endedAt } = vm;
  return {
    ...{ name, mark, message, began: byEm(startedAt) },
    ended: byEm(endedAt) ?? (hasEnded(mark) ? seen : undefined),
    evidence: evidenceOf(watch, name),
    point: pointOf(watch, vm),
    usualMs: usualMsOf(watch, name),
  };
}

/** When the bot was told last how a VM has ended, by VM. */
const endsSeen = (moments: readonly Moment[]): ReadonlyMap<string, Sourced> =>
  new Map(
    moments.flatMap(({ at, what }) => newsOf(what).map((vm) => [vm, { at, by: "bot" }] as const)),
  );

/** The VMs of which it tells how they have ended; also what was told after an absence. */
function newsOf(what: Recorded): readonly string[] {
  if (what.is !== "event") return [];
  const { event } = what;
  const events = event.is === "away" ? event.meanwhile : [event];
  return events.flatMap((one) => (one.is === "vms" ? one.vms.map(({ name }) => name) : []));
}
