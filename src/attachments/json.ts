/**
 * A run's report for programs: `run-report.schema.json` says of what form. What is not known is left
 * out. Names and reasons are as they are: whoever shows them makes them harmless.
 */
import { inertJson } from "../chat/inert-json.ts";
import { happeningWords } from "../messages/happenings.ts";
import { reportTitle } from "../messages/report-title.ts";
import type { Recorded } from "../records/moment.ts";
import type { Decided, Gap, Happening, RunFacts, Sourced, VmFacts } from "../report/facts.ts";
import { botVersion } from "../version.ts";
import { isoTime, type ReadBy, unmarked } from "./shown.ts";

const RUN_REPORT = "failover-bot/run-report/v1";

/** Ends with a line break. */
export const jsonReport = (facts: RunFacts, by: Pick<ReadBy, "shown">): string =>
  `${inertJson(runReport(facts, { ...by, timeZone: "UTC" }), 2)}\n`;

function runReport(facts: RunFacts, by: ReadBy) {
  const { run, em, plan, action, reason, session, result, vms, timeline, gaps } = facts;
  return {
    schema: RUN_REPORT,
    bot: botVersion,
    run,
    em,
    title: reportTitle(facts),
    plan: { name: plan.name, kind: plan.kind, id: plan.planId, tenant: plan.tenant },
    action,
    pointsBefore: facts.from?.points === "before" ? isoTime(by, facts.from.at) : undefined,
    reason,
    asked: facts.asked && decided(facts.asked, by),
    approved: facts.approved.map((one) => decided(one, by)),
    sent: sourced(facts.sent, by),
    began: sourced(facts.began, by),
    sessionEnded: sourced(facts.sessionEnded, by),
    ended: facts.ended && { ...sourced(facts.ended, by), how: facts.ended.how.is },
    asOf: sourced(facts.asOf, by),
    session,
    emResult: result,
    stoppedBy: facts.stoppedBy,
    scorecard: { ...facts.scorecard, decided: sourced(facts.scorecard.decided, by) },
    vms: vms.map((vm) => vmEntry(vm, by)),
    timeline: timeline.map((happening) => happeningEntry(happening, facts, by)),
    gaps: gaps.map((gap) => gapEntry(gap, by)),
  };
}

const sourced = (time: Sourced | undefined, by: ReadBy) =>
  time && { at: isoTime(by, time.at), by: time.by };

const decided = ({ who, where, ...time }: Decided, by: ReadBy) => ({
  ...sourced(time, by),
  who,
  where,
});

function vmEntry(vm: VmFacts, by: ReadBy) {
  const { name, mark, evidence, message, usualMs, point } = vm;
  return {
    name,
    state: mark,
    began: sourced(vm.began, by),
    ended: sourced(vm.ended, by),
    evidence,
    emSays: message,
    usualMs,
    point: point && {
      name: point.name,
      madeAt: point.madeAt === undefined ? undefined : isoTime(by, point.madeAt),
      ageMs: point.ageMs,
      promisedMs: point.promisedMs,
    },
  };
}

/** `text` is for people, and may be worded otherwise tomorrow. */
const happeningEntry = (happening: Happening, facts: RunFacts, by: ReadBy) => ({
  ...sourced(happening, by),
  ...kindOf(happening),
  text: unmarked(happeningWords(happening, facts), by),
});

function kindOf({ what }: Happening) {
  switch (what.is) {
    case "deed":
      return deedEntry(what);
    case "event":
      return { is: what.is, event: what.event.is };
    case "called":
      return { is: what.is, call: what.call, people: what.people };
    case "told-directly":
      return { is: what.is, who: what.who };
    case "answered":
      return { is: what.is, who: what.who, where: what.where };
    case "note":
      return { is: what.is, who: what.who, where: what.where, note: what.text };
    case "vm-began":
      return { is: what.is, vm: what.vm };
    case "vm-ended":
      return { is: what.is, vm: what.vm, state: what.mark, emSays: what.message };
    case "undone":
      return { is: what.is, run: what.run, who: what.who };
    case "session-began":
    case "session-ended":
      return { is: what.is };
    default:
      return what satisfies never;
  }
}

const deedEntry = ({ is, stop, deed, who, where, why }: Extract<Recorded, { is: "deed" }>) => ({
  ...{ is, stop, deed, who, where, why },
});

const gapEntry = ({ from, to, why, tookOverFrom }: Gap, by: ReadBy) => ({
  from: isoTime(by, from),
  to: isoTime(by, to),
  why,
  tookOverFrom,
});
