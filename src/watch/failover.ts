/**
 * All of the watcher's judgement: `advance` takes a watch, one sighting of EM and the time, and
 * gives the watch as it is then and what is to be said. No clock, no network, no chat.
 */
import type { Person } from "../chat/port.ts";
import type { FailoverSession, Task } from "../em/types.ts";
import type { End, Lost, Phase, Remark, Silence, Watch } from "../records/watch.ts";
import { judge, undoneAlready } from "./evidence.ts";
import { sawSession } from "./session.ts";
import { end, type Limits, type Sighting, type Step } from "./sighting.ts";
import { fallSilent, hearAgain } from "./silence.ts";

/**
 * Sessions of the same name that are older than the order by more than this are not its session.
 */
const CLOCK_TOLERANCE_MS = 120_000;

/** One step: the watch as it is after this sighting, and what is to be said. */
export function advance(watch: Watch, sighting: Sighting, now: number, limits: Limits): Step {
  if (watch.phase.is === "ended") return { watch, say: [] };
  if (sighting.is === "silence") return fallSilent(watch, sighting, now, limits);
  const heard = hearAgain(watch, now);
  const seen = look(withoutSilence(heard.watch, watch.silence, now), sighting, now, limits);
  return { watch: seen.watch, say: [...heard.say, ...seen.say] };
}

/** While EM was silent nothing was looked for, so that time does not count. */
function withoutSilence(watch: Watch, silence: Silence | undefined, now: number): Watch {
  const { phase } = watch;
  const silentMs = silence ? now - silence.since : 0;
  if (phase.is === "looking")
    return { ...watch, phase: { ...phase, silentMs: phase.silentMs + silentMs } };
  if (phase.is === "following" && phase.missingSince !== undefined)
    return { ...watch, phase: { ...phase, missingSince: phase.missingSince + silentMs } };
  return watch;
}

function look(
  watch: Watch,
  sighting: Exclude<Sighting, { is: "silence" }>,
  now: number,
  limits: Limits,
): Step {
  switch (sighting.is) {
    case "task":
      return sawTask(watch, sighting.task, now, limits);
    case "task-unknown":
      return missTask(watch, sighting.stoppedBy, now);
    case "candidates":
      return sawCandidates(watch, sighting, now, limits);
    case "session":
      return sawSession(watch, sighting.session, now, limits);
    case "session-unknown":
      return missSession(watch, now, limits);
    case "evidence":
    case "no-evidence":
      return sawEvidence(watch, sighting, now);
    case "replication":
      return { watch, say: [] };
    default:
      return sighting satisfies never;
  }
}

function sawTask(watch: Watch, task: Task, now: number, limits: Limits): Step {
  const { phase } = watch;
  if (phase.is !== "ordered") return { watch, say: [] };
  if (task.state !== "Finished") return taskRuns(watch, phase, now, limits);
  if (task.result?.success === false) return end(watch, taskFailure(task), now);
  if (watch.subject.kind === "ordinary") return end(watch, { is: "taken" }, now);
  const session = task.sessions[0];
  if (!session) return lookFor(watch, "no-session-named", now);
  return { watch: { ...watch, phase: { is: "following", session: session.id } }, say: [] };
}

function taskRuns(
  watch: Watch,
  phase: Extract<Phase, { is: "ordered" }>,
  now: number,
  { stallMs }: Limits,
): Step {
  if (phase.stalled || now - phase.at < stallMs) return { watch, say: [] };
  return {
    watch: { ...watch, phase: { ...phase, stalled: true } },
    say: [{ is: "stalled", vms: [], since: phase.at }],
  };
}

function taskFailure({ result }: Task): End {
  const reasons: Remark[] = [
    ...(result?.message ? [{ is: "em-says", text: result.message } as const] : []),
    ...(result?.confirmationNeeded ? [{ is: "wants", what: "confirmation" } as const] : []),
    ...(result?.credentialsNeeded ? [{ is: "wants", what: "credentials" } as const] : []),
  ];
  return { is: "failed", reasons, vms: [], of: 0 };
}

function missTask(watch: Watch, stoppedBy: Person | undefined, now: number): Step {
  if (watch.phase.is !== "ordered") return { watch, say: [] };
  return stoppedBy
    ? lookFor({ ...watch, stoppedBy }, "stopped", now)
    : lookFor(watch, "task-lost", now);
}

/**
 * What comes as no surprise is no news: an undo names no session, and a stop was told when it was
 * carried out.
 */
function lookFor(watch: Watch, why: Lost, now: number): Step {
  return {
    watch: { ...watch, phase: { is: "looking", since: now, silentMs: 0, why } },
    say: why === "no-session-named" || why === "stopped" ? [] : [{ is: "looking", why }],
  };
}

function sawCandidates(
  watch: Watch,
  { sessions, points, newestAt }: Extract<Sighting, { is: "candidates" }>,
  now: number,
  limits: Limits,
): Step {
  const { phase } = watch;
  if (phase.is !== "looking") return { watch, say: [] };
  if (watch.subject.kind === "ordinary")
    return end(watch, { is: "lost", why: { is: "ordinary-task-lost" } }, now);
  const found = sessions
    .filter((session) => mayBeOurs(watch, session))
    .sort((a, b) => a.createdAt - b.createdAt)[0];
  if (found) {
    const following: Watch = { ...watch, phase: { is: "following", session: found.id } };
    return sawSession(following, found, now, limits);
  }
  const undone = points && undoneAlready(watch, points, newestAt);
  if (undone) return end(watch, undone, now);
  if (now - phase.since - phase.silentMs < limits.evidenceWaitMs) return { watch, say: [] };
  return end(watch, nothingFound(watch, phase.why, points !== undefined), now);
}

function nothingFound({ order }: Watch, why: Lost, canReadPoints: boolean): End {
  if (order?.action === "undo" && why === "no-session-named")
    return { is: "reported", why: canReadPoints ? "not-in-time" : "not-allowed", warnings: [] };
  return { is: "lost", why: { is: "no-session-appeared" } };
}

/**
 * Whether a session can be taken for the one that our order made. Where two plans share the name, a
 * session without VMs tells nothing yet.
 */
const mayBeOurs = (watch: Watch, session: FailoverSession) =>
  mayTurnOutOurs(watch, session) && (session.vms.length > 0 || !watch.subject.shared);

/**
 * Whether a session is new, of that name, not older than the order, and of the plan's VMs if of any
 * yet.
 */
export function mayTurnOutOurs({ subject, order }: Watch, session: FailoverSession): boolean {
  if (!order || session.name !== subject.name) return false;
  if (order.known.includes(session.id)) return false;
  if (session.createdAt < order.sentAt - CLOCK_TOLERANCE_MS) return false;
  return session.vms.length === 0 || session.vms.some(({ vm }) => subject.vms.includes(vm));
}

function missSession(watch: Watch, now: number, { stallMs }: Limits): Step {
  const { phase } = watch;
  if (phase.is !== "following") return { watch, say: [] };
  const missingSince = phase.missingSince ?? now;
  if (now - missingSince >= stallMs)
    return end(watch, { is: "lost", why: { is: "session-gone" } }, now);
  return { watch: { ...watch, phase: { ...phase, missingSince } }, say: [] };
}

function sawEvidence(
  watch: Watch,
  sighting: Extract<Sighting, { is: "evidence" | "no-evidence" }>,
  now: number,
): Step {
  const { phase } = watch;
  if (phase.is !== "checking") return { watch, say: [] };
  const { verdict, vms } = judge(watch, sighting);
  const judged = { ...watch, verdicts: vms };
  if (verdict.is === "decided") return end(judged, verdict.how, now);
  return now < phase.until ? { watch: judged, say: [] } : end(judged, verdict.otherwise, now);
}
