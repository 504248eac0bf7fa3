/** What a sighting of the failover session itself means for a watch. */

import type { Mark } from "../chat/port.ts";
import type { FailoverSession, VmTask } from "../em/types.ts";
import { oddWords } from "../messages/remarks.ts";
import type { Event, Tally } from "../records/event.ts";
import type { End, Phase, Remark, SessionView, VmView, Watch } from "../records/watch.ts";
import { hasEnded, wentWell } from "../records/watch.ts";
import { end, explained, type Limits, type Step } from "./sighting.ts";

export function sawSession(
  watch: Watch,
  session: FailoverSession,
  now: number,
  limits: Limits,
): Step {
  if (watch.phase.is !== "following" || watch.phase.session !== session.id)
    return { watch, say: [] };
  const view = sessionView(watch.session, session, now);
  const seen = stalledOrNot(vmViews(watch, session, now), now, limits);
  const vms = session.state === "Stopped" ? seen : heldBack(watch, seen);
  const changedAt = Math.max(view.changedAt, ...vms.map((vm) => vm.changedAt));
  const stalled =
    !vms.some(({ mark }) => mark === "stalled") && isStalled({ changedAt }, now, limits);
  const next: Watch = {
    ...watch,
    phase: withoutMissing(watch.phase),
    session: { ...view, changedAt, stalled },
    vms,
  };
  const say = [
    ...firstSight(watch, session),
    ...vmNews(watch, vms),
    ...sessionNews(watch.session, next),
  ];
  // Whose end it is, the task must tell first.
  const isInDoubt = watch.phase.doubt !== undefined && watch.phase.receipt !== undefined;
  if (session.state !== "Stopped" || isInDoubt) return { watch: next, say };
  const ended = stopped(next, session, now, limits);
  return { watch: ended.watch, say: [...say, ...ended.say] };
}

function firstSight(watch: Watch, session: FailoverSession): Event[] {
  const { phase } = watch;
  if (watch.session || phase.is !== "following") return [];
  const { id, createdAt } = session;
  const doubt = phase.doubt && { doubt: phase.doubt };
  return [{ is: "found", session: id, createdAt, ...doubt }];
}

type Following = Extract<Phase, { is: "following" }>;

const withoutMissing = ({ missingSince: _, ...phase }: Following): Following => phase;

function sessionView(
  before: SessionView | undefined,
  session: FailoverSession,
  now: number,
): Omit<SessionView, "stalled"> {
  const { id, createdAt, endedAt, state, result, progress, failureMessage, backupServer } = session;
  const same = before?.state === state && before.result === result && before.progress === progress;
  return {
    id,
    createdAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    state,
    result,
    progress,
    ...(failureMessage === undefined ? {} : { failureMessage }),
    ...(backupServer ? { backupServer } : {}),
    changedAt: same ? before.changedAt : now,
  };
}

/**
 * The plan's VMs in order, with what the session says of them, and the session's other VMs after
 * them.
 */
function vmViews(watch: Watch, session: FailoverSession, now: number): VmView[] {
  const told = new Map([...session.vms].sort(worseLast).map((task) => [task.vm, task]));
  const before = new Map(watch.vms.map((view) => [view.name, view]));
  const names = new Set([
    ...watch.subject.vms,
    ...watch.vms.map(({ name }) => name),
    ...told.keys(),
  ]);
  return [...names].map((name) => vmView(name, before.get(name), told.get(name), now));
}

/** Where several VMs of a session have one name, the worst of them speaks for all. */
const worseLast = (a: VmTask, b: VmTask) => badness.indexOf(markOf(a)) - badness.indexOf(markOf(b));

const badness: readonly Mark[] = ["done", "warning", "running", "unknown", "failed"];

function vmView(
  name: string,
  before: VmView | undefined,
  task: VmTask | undefined,
  now: number,
): VmView {
  if (!task) return before ?? { name, mark: "waiting", progress: 0, changedAt: now };
  const mark = markOf(task);
  const message = task.failureMessage ?? oddWord(task);
  const wasMark = before?.mark === "stalled" ? "running" : before?.mark;
  const same = wasMark === mark && before?.progress === task.progress && before.message === message;
  return {
    name,
    mark,
    progress: mark === "done" ? 100 : task.progress,
    ...(message === undefined ? {} : { message }),
    ...(task.point ? { point: task.point } : {}),
    ...(task.createdAt === undefined ? {} : { startedAt: task.createdAt }),
    ...(task.endedAt === undefined ? {} : { endedAt: task.endedAt }),
    changedAt: same ? before.changedAt : now,
    ...toldSoFar(before?.told, mark),
    ...(before?.slow ? { slow: true } : {}),
  };
}

/** Where EM says something of a VM that this bot does not know. */
function oddWord({ state, result }: VmTask): string | undefined {
  const odd = [state, result].find((word) => word.startsWith("unknown:"));
  return odd === undefined ? undefined : oddWords(odd);
}

/**
 * The order in which a VM's marks are news; what was said, or something further on, is not said
 * again.
 */
const furtherOn: readonly (Mark | undefined)[] = [
  undefined,
  "running",
  "done",
  "warning",
  "failed",
];

function toldSoFar(before: Mark | undefined, mark: Mark): Pick<VmView, "told"> {
  const told = furtherOn.indexOf(mark) > furtherOn.indexOf(before) ? mark : before;
  return told === undefined ? {} : { told };
}

/** About so many lines tell of the VMs that ended well, however many there are. */
const GOOD_NEWS_LINES = 10;

/** In a large plan, what ended well is told when there is enough of it for a line. */
function heldBack(watch: Watch, vms: readonly VmView[]): VmView[] {
  const told = new Map(watch.vms.map((vm) => [vm.name, vm.told]));
  const isGoodNews = ({ name, told: now }: VmView) => now === "done" && told.get(name) !== "done";
  const enough = vms.filter(isGoodNews).length >= vms.length / GOOD_NEWS_LINES;
  if (enough || vms.every(({ mark }) => hasEnded(mark))) return [...vms];
  return vms.map((vm) => (isGoodNews(vm) ? untold(vm, told.get(vm.name)) : vm));
}

const untold = ({ told: _, ...vm }: VmView, before: Mark | undefined): VmView => ({
  ...vm,
  ...(before === undefined ? {} : { told: before }),
});

function markOf({ state, result }: VmTask): Mark {
  if (result === "Failed") return "failed";
  if (state !== "Stopped") return state.startsWith("unknown:") ? "unknown" : "running";
  if (result === "Success") return "done";
  return result === "Warning" ? "warning" : "unknown";
}

const isStalled = ({ changedAt }: { changedAt: number }, now: number, { stallMs }: Limits) =>
  now - changedAt >= stallMs;

function stalledOrNot(vms: readonly VmView[], now: number, limits: Limits): VmView[] {
  return vms.map((vm) =>
    vm.mark === "running" && isStalled(vm, now, limits) ? { ...vm, mark: "stalled" } : vm,
  );
}

/**
 * News of VMs, those of one kind in one line: started, ended well, with a warning, failed, stalled,
 * moving again.
 */
function vmNews(watch: Watch, vms: readonly VmView[]): Event[] {
  const marks = new Map(watch.vms.map(({ name, mark }) => [name, mark]));
  const told = new Map(watch.vms.map((vm) => [vm.name, vm.told]));
  const fresh = (mark: Mark) => vms.filter((vm) => vm.told === mark && told.get(vm.name) !== mark);
  const tally: Tally = { well: vms.filter(({ mark }) => wentWell(mark)).length, of: vms.length };
  const news = (mark: Mark, of: readonly VmView[]): Event[] =>
    of.length === 0
      ? []
      : [
          {
            is: "vms",
            mark,
            vms: of.map(({ name, message }) =>
              message === undefined ? { name } : { name, message },
            ),
            tally,
          },
        ];
  return [
    ...news("running", fresh("running")),
    ...news("done", fresh("done")),
    ...news("warning", fresh("warning")),
    ...news("failed", fresh("failed")),
    ...stallNews(marks, vms),
  ];
}

function stallNews(before: ReadonlyMap<string, Mark>, vms: readonly VmView[]): Event[] {
  const stalled = vms.filter(
    ({ name, mark }) => mark === "stalled" && before.get(name) !== "stalled",
  );
  const moving = vms.filter(
    ({ name, mark }) => mark === "running" && before.get(name) === "stalled",
  );
  const since = Math.min(...stalled.map(({ changedAt }) => changedAt));
  return [
    ...(stalled.length > 0
      ? [{ is: "stalled", vms: stalled.map(({ name }) => name), since } as const]
      : []),
    ...(moving.length > 0 ? [{ is: "moving", vms: moving.map(({ name }) => name) } as const] : []),
  ];
}

function sessionNews(before: SessionView | undefined, { session }: Watch): Event[] {
  if (!session || !before) return [];
  const stalled: Event[] =
    session.stalled && !before.stalled
      ? [{ is: "stalled", vms: [], since: session.changedAt }]
      : [];
  const stopping: Event[] =
    session.state === "Stopping" && before.state !== "Stopping"
      ? [{ is: "session-state", state: session.state }]
      : [];
  return [...stalled, ...stopping];
}

/** The session has ended: failed at once, or to be held against the replica points. */
function stopped(
  watch: Watch,
  session: FailoverSession,
  now: number,
  { evidenceWaitMs }: Limits,
): Step {
  const failure = failureOf(watch, session);
  if (failure) return end(watch, failure, now);
  const until = now + evidenceWaitMs;
  return {
    watch: { ...watch, phase: { is: "checking", session: session.id, until } },
    say: [{ is: "reported", until }],
  };
}

function failureOf({ vms }: Watch, session: FailoverSession): End | undefined {
  const failed = vms.filter(({ mark }) => mark === "failed");
  if (session.result !== "Failed" && failed.length === 0) return undefined;
  const reasons: Remark[] = [
    ...(session.failureMessage ? [{ is: "em-says", text: session.failureMessage } as const] : []),
    ...failed.map(({ name: vm, message }) => explained(vm, "failed", message)),
  ];
  return {
    is: "failed",
    reasons,
    vms: failed.map(({ name }) => name),
    of: vms.length,
  };
}
