/** One plan as it stands: where its VMs run, how old their points are, and its last session. */
import type { Card, Line, Row } from "../chat/port.ts";
import { readOf } from "../em/optional.ts";
import type { FailoverPlan, FailoverSession } from "../em/types.ts";
import type { PlanFacts } from "../estate/plan-facts.ts";
import type { Standing, StandingState, VmStanding } from "../estate/standing.ts";
import { sessionWords, wrongIn } from "./lists.ts";
import { spelledOut } from "./spelled-out.ts";
import { downWords, overOf } from "./standing.ts";
import { unreadLine } from "./unread.ts";
import { age, at, count, list, quoted, type } from "./words.ts";

/** `facts`: of a cloud plan. `words`: what is typed to mean this plan. */
export function planCard(
  plan: FailoverPlan,
  facts: PlanFacts | undefined,
  now: number,
  words = quoted(plan.name),
): Card {
  const sessions = facts && readOf(facts.sessions);
  const open = sessions?.find(({ state }) => state !== "Stopped");
  const standing = facts && readOf(facts.standing);
  return spelledOut({
    tone: toneOf(open, standing),
    title: `Failover plan ${quoted(plan.name)}${titleWords(open, standing)}`,
    lines: [
      ...(standing ? standingLines(standing) : []),
      ...unreadLines(facts),
      `${plan.tenant ? `Tenant ${plan.tenant.name}, ` : ""}${plan.kind === "cloud" ? "cloud plan" : "ordinary plan"}, ${count(plan.vms.length, "VM")}.`,
      ...(plan.description ? [plan.description] : []),
      ...sessionLines(facts, sessions),
    ],
    rows: plan.vms.map(({ name }, i) => vmRow(name, i, standing?.vms[i], now)),
    next: nextOf(open, standing, words),
    footer: `Plan id ${plan.id}`,
  });
}

function toneOf(open: FailoverSession | undefined, standing: Standing | undefined): Card["tone"] {
  if (open) return wrongIn(open).length > 0 ? "warning" : "running";
  return (standing?.over.length ?? 0) > 0 ? "warning" : "plain";
}

function titleWords(open: FailoverSession | undefined, standing: Standing | undefined): string {
  if (open) return ": a session runs";
  if (!standing || standing.over.length === 0) return "";
  return standing.is === "failed-over" ? ": failed over" : `: ${overOf(standing)} failed over`;
}

function standingLines(standing: Standing): Line[] {
  const { over, since, vms } = standing;
  const unclear = vms.filter(({ state }) => state === "unclear").map(({ vm }) => vm);
  return [
    ...(over.length > 0
      ? [
          [
            `${overOf(standing)} run from their replicas`,
            ...(since === undefined ? [] : [" since ", at(since)]),
            `${downWords(standing)}.`,
          ],
        ]
      : []),
    ...(unclear.length > 0
      ? ["Another tenant has VMs of the same name, and EM does not show which points are whose."]
      : []),
  ];
}

function unreadLines(facts: PlanFacts | undefined): Line[] {
  if (!facts) return [];
  return [
    ...(facts.sessions.is === "unread"
      ? [unreadLine("failover sessions", facts.sessions.why)]
      : []),
    ...(facts.standing.is === "unread" ? [unreadLine("replica points", facts.standing.why)] : []),
  ];
}

function nextOf(
  open: FailoverSession | undefined,
  standing: Standing | undefined,
  words: string,
): Line {
  if (open) return [type(`watch ${words}`), " follows it."];
  return standing && standing.over.length > 0 && standing.since !== undefined
    ? [
        type(`undo ${words}`),
        " asks whether to take it back; that discards what has changed in the replicas since.",
      ]
    : [type(`start ${words}`), " asks before anything happens."];
}

function sessionLines(
  facts: PlanFacts | undefined,
  sessions: readonly FailoverSession[] | undefined,
): Line[] {
  if (!facts) return ["EM's API shows no sessions and no points of an ordinary plan."];
  if (!sessions) return [];
  const [last] = sessions;
  if (!last) return ["No failover session in the last 30 days."];
  if (last.state === "Stopped") return [["Last session: ", ...sessionWords(last)]];
  const wrong = wrongIn(last).map(({ vm }) => vm);
  return [
    ["Runs now: ", ...sessionWords(last)],
    ...(wrong.length > 0 ? [`Failed in it: ${list(wrong)}.`] : []),
  ];
}

const stateWords: Partial<Record<StandingState, string>> = {
  Failover: "failed over",
  Failback: "in failback",
  PermanentFailover: "failed over for good",
};

/** The age first: it is what a failover is decided on. */
function vmRow(vm: string, i: number, standing: VmStanding | undefined, now: number): Row {
  const row = { name: `${i + 1}. ${vm}` };
  if (standing === undefined) return { ...row, mark: "plain", detail: "" };
  const { state, newestAt } = standing;
  if (state === "unclear") return { ...row, mark: "unknown", detail: "its points are not known" };
  if (newestAt === undefined) return { ...row, mark: "warning", detail: "no restore point shown" };
  const old = `${age(newestAt, now)} old`;
  const words = stateWords[state];
  return words === undefined
    ? { ...row, mark: "plain", detail: [`${old}, point of `, at(newestAt)] }
    : {
        ...row,
        mark: state === "Failover" ? "plain" : "warning",
        detail: `${words}; newest point ${old}`,
      };
}
