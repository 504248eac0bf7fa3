/** Lists: plans, sessions, watches. */
import type { Card, Line, Mark, Row } from "../chat/port.ts";
import type { FailoverPlan, FailoverSession, Task } from "../em/types.ts";
import type { AnyWatch } from "../watch/any.ts";
import { headlineOf } from "./watched.ts";
import { ago, at, count, list, plainWord, quoted, type } from "./words.ts";

/** Longer lists are cut; the rest is found by a part of the name. */
const LONGEST_LIST = 30;

export function plansCard(plans: readonly FailoverPlan[], typed: string): Card {
  const shown = plans.slice(0, LONGEST_LIST);
  const left = plans.length - shown.length;
  return {
    tone: "plain",
    title: `${plans.length === 0 ? "No failover plan" : count(plans.length, "failover plan")}${typed === "" ? "" : ` with ${quoted(typed)}`}`,
    lines: [
      ...shown.map((plan, i): Line => [`${i + 1}. `, { strong: plan.name }, planWords(plan)]),
      ...(left > 0 ? [`… and ${left} more: add a part of the name.`] : []),
    ],
    ...(plans.length > 0 ? { next: [type("start <number or name>"), " asks before anything happens."] } : {}),
  };
}

function planWords({ kind, tenant, vms }: FailoverPlan): string {
  const owner =
    kind === "cloud" ? (tenant ? ` – tenant ${tenant.name}` : " – cloud plan") : " – ordinary plan";
  return `${owner}, ${count(vms.length, "VM")}: ${list(
    vms.map(({ name }) => name),
    6,
  )}`;
}

export function sessionsCard(sessions: readonly FailoverSession[], of?: string): Card {
  return {
    tone: "plain",
    title:
      of === undefined ? "The newest failover sessions" : `The newest failover sessions of ${quoted(of)}`,
    lines: sessions.length === 0 ? ["EM shows none; it keeps them for 30 days."] : [],
    rows: sessions.map(sessionRow),
    ...(sessions.length > 0 ? { next: [type("watch <session id>"), " follows one that runs."] } : {}),
  };
}

export function sessionRow(session: FailoverSession): Row {
  return { mark: sessionMark(session), name: session.name, detail: sessionWords(session) };
}

export function sessionMark({ state, result }: Pick<FailoverSession, "state" | "result">): Mark {
  if (state !== "Stopped") return state.startsWith("unknown:") ? "unknown" : "running";
  if (result === "Success") return "done";
  if (result === "Warning") return "warning";
  return result === "Failed" ? "failed" : "unknown";
}

export function sessionWords(session: FailoverSession): Line {
  const ended = session.endedAt === undefined ? [] : [", ended ", at(session.endedAt)];
  const word =
    session.state === "Stopped" ? `EM reports ${plainWord(session.result)}` : plainWord(session.state);
  const vms = session.vms.length > 0 ? `, ${count(session.vms.length, "VM")}` : "";
  return [
    `${word}, begun `,
    at(session.createdAt),
    ...ended,
    vms,
    session.failureMessage ? `: ${session.failureMessage}` : "",
    ` · ${session.id}`,
  ];
}

export function watchesCard(watches: readonly AnyWatch[]): Card {
  return {
    tone: "plain",
    title:
      watches.length === 0 ? "Nothing is being watched" : `${count(watches.length, "run")} being watched`,
    lines: watches.map(
      (watch): Line => [
        { strong: watch.subject.name },
        `: ${headlineOf(watch)}, checked `,
        ago(watch.seenAt),
        ` · ${watch.id}`,
      ],
    ),
    next:
      watches.length === 0
        ? [type("watch <plan or session id>"), " begins."]
        : [type("unwatch <id>"), " ends the messages; it stops nothing in EM."],
  };
}

export function tasksCard(tasks: readonly Task[]): Card {
  return {
    tone: "plain",
    title: `${tasks.length === 0 ? "No task" : count(tasks.length, "task")} of EM in this bot's logon`,
    lines: [],
    rows: tasks.map(taskRow),
    ...(tasks.length > 0 ? { next: [type("tasks clear"), " removes the finished ones."] } : {}),
  };
}

function taskRow({ id, state, operation, result }: Task): Row {
  const mark = result === undefined ? "running" : result.success ? "done" : "failed";
  return {
    mark,
    name: id,
    detail: `${operation}, ${plainWord(state)}${result?.message ? `: ${result.message}` : ""}`,
  };
}
