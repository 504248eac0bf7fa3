/** Lists: plans, sessions, watches. */
import { duration } from "../chat/duration.ts";
import type { Card, Line, Mark, Row, Span } from "../chat/port.ts";
import { type Answered, readOf } from "../em/optional.ts";
import type { UnreadPlans } from "../em/plan-list.ts";
import type { FailoverPlan, FailoverSession, Task } from "../em/types.ts";
import type { StandingPlan } from "../estate/standing-plans.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import { downWords, overOf } from "./standing.ts";
import { unreadLine, unreadPlansLine } from "./unread.ts";
import { headlineOf } from "./watch-card.ts";
import { ago, at, count, list, plainWord, quoted, type } from "./words.ts";

/** Longer lists are cut; the rest is found by a part of the name. */
const LONGEST_LIST = 20;

/** What stands beside the plans: which are failed over, and what could not be read. */
interface BesidePlans {
  readonly unread: readonly UnreadPlans[];
  readonly standing: Answered<readonly StandingPlan[]>;
}

export function plansCard(
  plans: readonly FailoverPlan[],
  typed: string,
  { unread, standing }: BesidePlans,
): Card {
  const shown = plans.slice(0, LONGEST_LIST);
  const isCut = plans.length > shown.length;
  return {
    tone: "plain",
    title: `${plans.length === 0 ? "No failover plan" : count(plans.length, "failover plan")}${typed === "" ? "" : ` with ${quoted(typed)}`}`,
    lines: [
      ...unread.map(unreadPlansLine),
      ...(standing.is === "unread" && unread.length === 0
        ? [unreadLine("replica points", standing.why)]
        : []),
      ...(isCut
        ? [
            [
              `The first ${shown.length} of them; `,
              type("plans"),
              " and a part of the name shows fewer.",
            ],
          ]
        : []),
    ],
    rows: shown.map((plan, i) => planRow(plan, i, readOf(standing) ?? [])),
    ...(plans.length > 0
      ? {
          next: [
            "A number can be typed for the name: ",
            type("start 1"),
            " asks before anything happens.",
          ],
        }
      : {}),
  };
}

function planRow(plan: FailoverPlan, i: number, standing: readonly StandingPlan[]): Row {
  const row = { name: `${i + 1}. ${plan.name}` };
  const found = standing.find((one) => one.plan.id === plan.id);
  if (!found) return { ...row, mark: "plain", detail: planWords(plan) };
  const { over, down } = found.standing;
  const state =
    over.length > 0
      ? `${overOf(found.standing)} failed over${downWords(found.standing)}`
      : "not known whether it is failed over";
  return {
    ...row,
    mark: down.length > 0 ? "warning" : "plain",
    detail: `${state} · ${planWords(plan)}`,
  };
}

function planWords({ kind, tenant, vms }: FailoverPlan): string {
  const owner =
    kind === "cloud" ? (tenant ? `tenant ${tenant.name}` : "cloud plan") : "ordinary plan";
  return `${owner}, ${count(vms.length, "VM")}: ${list(
    vms.map(({ name }) => name),
    6,
  )}`;
}

export function sessionsCard(sessions: readonly FailoverSession[], of?: string): Card {
  return {
    tone: "plain",
    title:
      of === undefined
        ? "The newest failover sessions"
        : `The newest failover sessions of ${quoted(of)}`,
    lines: sessions.length === 0 ? ["EM shows none; it keeps them for 30 days."] : [],
    rows: sessions.map(sessionRow),
    ...nextOf(sessions),
  };
}

function nextOf(sessions: readonly FailoverSession[]): Pick<Card, "next"> {
  const open = sessions.find(({ state }) => state !== "Stopped");
  const [last] = sessions;
  if (open) return { next: [type(`watch ${open.id}`), " follows what runs."] };
  return last ? { next: [type(`status ${last.id}`), " shows the VMs of the newest."] } : {};
}

const sessionRow = (session: FailoverSession): Row => ({
  mark: sessionMark(session),
  name: session.name,
  detail: [...besideMark(session), ` · ${session.id}`],
});

/** The mark has said EM's word where something was wrong. */
function besideMark(session: FailoverSession): readonly Span[] {
  const mark = sessionMark(session);
  return mark === "failed" || mark === "warning" ? storyOf(session) : sessionWords(session);
}

export function sessionMark({ state, result }: Pick<FailoverSession, "state" | "result">): Mark {
  if (state !== "Stopped") return state.startsWith("unknown:") ? "unknown" : "running";
  if (result === "Success") return "done";
  if (result === "Warning") return "warning";
  return result === "Failed" ? "failed" : "unknown";
}

/** Those of its VMs that have failed, while it runs too. */
export const wrongIn = ({ vms }: FailoverSession) =>
  vms.filter(({ result }) => result === "Failed");

/** EM's word, when it was, and what EM says was wrong. */
export const sessionWords = (session: FailoverSession): readonly Span[] => [
  `${emWord(session)}, `,
  ...storyOf(session),
];

function storyOf({ createdAt, endedAt, vms, failureMessage }: FailoverSession): readonly Span[] {
  const took = endedAt === undefined ? "" : `, took ${duration(endedAt - createdAt)}`;
  const extent = vms.length > 0 ? `, ${count(vms.length, "VM")}` : "";
  const why = failureMessage ? `: ${failureMessage}` : "";
  return ["begun ", at(createdAt), `${took}${extent}${why}`];
}

const emWord = ({ state, result }: FailoverSession) =>
  state === "Stopped" ? `EM reports ${plainWord(result)}` : plainWord(state);

export function watchesCard(watches: readonly AnyWatch[]): Card {
  return {
    tone: "plain",
    title:
      watches.length === 0
        ? "Nothing is being watched"
        : `${count(watches.length, "run")} being watched`,
    lines: watches.map(
      (watch): Line => [
        { strong: watch.subject.name },
        `: ${headlineOf(watch)}, looked at `,
        ago(watch.seenAt),
        ` · ${watch.id}`,
      ],
    ),
    next:
      watches.length === 0
        ? ["Type ", type("watch"), " and the name of a plan that runs."]
        : [
            type(`unwatch ${watches[0]?.id}`),
            " ends the messages of the first; it stops nothing in EM.",
          ],
  };
}

/** `awaited`: tasks that a run of this bot has not read to their end. */
export function tasksCard(tasks: readonly Task[], awaited: readonly string[]): Card {
  const isLeft = (task: Task) => !isClearable(task, awaited);
  return {
    tone: "plain",
    title: `${tasks.length === 0 ? "No task" : count(tasks.length, "task")} of EM in this bot's logon`,
    lines: [],
    rows: tasks.map((task) => taskRow(task, isLeft(task))),
    ...(tasks.every(isLeft) ? {} : { next: [type("tasks clear"), " removes the finished ones."] }),
  };
}

/** Whether `tasks clear` removes it. */
export const isClearable = ({ id, state }: Task, awaited: readonly string[]) =>
  state === "Finished" && !awaited.includes(id);

function taskRow({ id, state, operation, result }: Task, isLeft: boolean): Row {
  const words = `${operation}, ${plainWord(state)}${result?.message ? `: ${result.message}` : ""}`;
  if (result === undefined) return { mark: "running", name: id, detail: words };
  if (!result.success) return { mark: "failed", name: id, detail: words };
  return isLeft
    ? { mark: "waiting", name: id, detail: `${words}; not to be cleared yet` }
    : { mark: "done", name: id, detail: words };
}
