/**
 * What a sighting of the order's task means. The session is followed as soon as there is one that
 * may be ours; the task names it in the end, which settles whose it is.
 */
import type { FailoverSession, Task } from "../em/types.ts";
import type { Event } from "../records/event.ts";
import type { End, Lost, Phase, Remark, Watch } from "../records/watch.ts";
import { doubtOf, takenForOurs } from "./maybe-ours.ts";
import { sawSession } from "./session.ts";
import { end, type Limits, type Sighting, type Step } from "./sighting.ts";

type Ordered = Extract<Phase, { is: "ordered" }>;
type Following = Extract<Phase, { is: "following" }>;

export function sawTask(
  watch: Watch,
  { task, sessions = [] }: Extract<Sighting, { is: "task" }>,
  now: number,
  limits: Limits,
): Step {
  const { phase } = watch;
  if (phase.is === "ordered")
    return task.state === "Finished"
      ? named(watch, task, now)
      : taskRuns(watch, phase, sessions, now, limits);
  if (phase.is !== "following" || !phase.receipt) return { watch, say: [] };
  const told =
    task.state === "Finished" ? settled(watch, phase, task, sessions, now) : { watch, say: [] };
  return then(told, (next) => sawFollowed(next, sessions, now, limits));
}

/** What it names is followed. */
function named(watch: Watch, task: Task, now: number): Step {
  if (task.result?.success === false) return end(watch, taskFailure(task), now);
  if (watch.subject.kind === "ordinary") return end(watch, { is: "taken" }, now);
  const session = task.sessions[0];
  if (!session) return lookFor(watch, "no-session-named", now);
  return { watch: { ...watch, phase: { is: "following", session: session.id } }, say: [] };
}

function taskRuns(
  watch: Watch,
  phase: Ordered,
  sessions: readonly FailoverSession[],
  now: number,
  limits: Limits,
): Step {
  const maybe = takenForOurs(watch, sessions);
  const [first] = maybe;
  if (first) return sawSession(following(watch, phase, maybe, first.id), first, now, limits);
  if (phase.stalled || now - phase.at < limits.stallMs) return { watch, say: [] };
  return {
    watch: { ...watch, phase: { ...phase, stalled: true } },
    say: [{ is: "stalled", vms: [], since: phase.at }],
  };
}

function following(
  watch: Watch,
  { task, logon, at }: Ordered,
  maybe: readonly FailoverSession[],
  session: string,
): Watch {
  const doubt = doubtOf(watch, maybe);
  const receipt = { task, logon, at };
  return { ...watch, phase: { is: "following", session, receipt, ...(doubt && { doubt }) } };
}

function sawFollowed(
  watch: Watch,
  sessions: readonly FailoverSession[],
  now: number,
  limits: Limits,
): Step {
  const { phase } = watch;
  if (phase.is !== "following") return { watch, say: [] };
  const own = sessions.find(({ id }) => id === phase.session);
  const isNewlyInDoubt = phase.receipt && !phase.doubt && takenForOurs(watch, sessions).length > 1;
  const next: Watch = isNewlyInDoubt ? { ...watch, phase: { ...phase, doubt: "several" } } : watch;
  if (!own) return phase.receipt ? missSession(next, now, limits) : { watch: next, say: [] };
  return sawSession(next, own, now, limits);
}

/** The task has ended: the session is ours, or another is, or none. */
function settled(
  watch: Watch,
  phase: Following,
  task: Task,
  sessions: readonly FailoverSession[],
  now: number,
): Step {
  const session = task.sessions[0]?.id ?? phase.session;
  const ours = session === phase.session;
  const own = sessions.find(({ id }) => id === phase.session);
  // A task that fails as its session does says less than the session.
  const isSameEnd = ours && (task.sessions.length > 0 || own?.state === "Stopped");
  if (task.result?.success === false && !isSameEnd)
    return end(unfollowed(watch), taskFailure(task), now);
  const say: Event[] = phase.doubt || !ours ? [{ is: "settled", ours }] : [];
  const next: Watch = {
    ...(ours ? watch : unfollowed(watch)),
    phase: { is: "following", session },
  };
  return { watch: next, say };
}

/** What was followed was another's. */
function unfollowed({ session: _, ...watch }: Watch): Watch {
  const { changedAt = watch.seenAt } = watch.vms[0] ?? {};
  const names = watch.subject.vms;
  return {
    ...watch,
    vms: names.map((name) => ({ name, mark: "waiting", progress: 0, changedAt })),
  };
}

function then({ watch, say }: Step, next: (watch: Watch) => Step): Step {
  const step = next(watch);
  return { watch: step.watch, say: [...say, ...step.say] };
}

export const withoutReceipt = ({ receipt: _, ...phase }: Following): Following => phase;

function taskFailure({ result }: Task): End {
  const reasons: Remark[] = [
    ...(result?.message ? [{ is: "em-says", text: result.message } as const] : []),
    ...(result?.confirmationNeeded ? [{ is: "wants", what: "confirmation" } as const] : []),
    ...(result?.credentialsNeeded ? [{ is: "wants", what: "credentials" } as const] : []),
  ];
  return { is: "failed", reasons, vms: [], of: 0 };
}

/**
 * What comes as no surprise is no news: an undo names no session, and a stop was told when it was
 * carried out.
 */
export function lookFor(watch: Watch, why: Lost, now: number): Step {
  return {
    watch: { ...watch, phase: { is: "looking", since: now, silentMs: 0, why } },
    say: why === "no-session-named" || why === "stopped" ? [] : [{ is: "looking", why }],
  };
}

export function missSession(watch: Watch, now: number, { stallMs }: Limits): Step {
  const { phase } = watch;
  if (phase.is !== "following") return { watch, say: [] };
  const missingSince = phase.missingSince ?? now;
  if (now - missingSince >= stallMs)
    return end(watch, { is: "lost", why: { is: "session-gone" } }, now);
  return { watch: { ...watch, phase: { ...phase, missingSince } }, say: [] };
}
