/**
 * All of the watcher's judgement: `advance` takes a watch, one sighting of EM and the time, and
 * gives the watch as it is then and what is to be said. No clock, no network, no chat.
 */
import type { Person } from "../chat/port.ts";
import type { FailoverSession, ReplicaPoint } from "../em/types.ts";
import type { End, Lost, Phase, Silence, VmView, Watch } from "../records/watch.ts";
import { judge, undoneAlready } from "./evidence.ts";
import { doubtOf, takenForOurs } from "./maybe-ours.ts";
import { measured } from "./measuring.ts";
import { sawSession } from "./session.ts";
import { end, type Limits, type Sighting, type Step } from "./sighting.ts";
import { fallSilent, hearAgain } from "./silence.ts";
import { lookFor, missSession, sawTask, withoutReceipt } from "./task.ts";

/** One step: the watch as it is after this sighting, and what is to be said. */
export function advance(watch: Watch, sighting: Sighting, now: number, limits: Limits): Step {
  if (watch.phase.is === "ended") return { watch, say: [] };
  if (sighting.is === "silence") return fallSilent(watch, sighting, now, limits);
  const heard = hearAgain(watch, now);
  const seen = look(withoutSilence(heard.watch, watch.silence, now), sighting, now, limits);
  const held = measured(seen.watch, now);
  return { watch: held.watch, say: [...heard.say, ...seen.say, ...held.say] };
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
      return sawTask(watch, sighting, now, limits);
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

/** Where a session is followed already, that goes on; it may stay in doubt whose it is. */
function missTask(watch: Watch, stoppedBy: Person | undefined, now: number): Step {
  const { phase } = watch;
  const stopped = stoppedBy ? { ...watch, stoppedBy } : watch;
  if (phase.is === "following" && phase.receipt)
    return { watch: { ...stopped, phase: withoutReceipt(phase) }, say: [] };
  if (phase.is !== "ordered") return { watch, say: [] };
  return lookFor(stopped, stoppedBy ? "stopped" : "task-lost", now);
}

function sawCandidates(
  watch: Watch,
  { sessions, points, newestAt, collected }: Extract<Sighting, { is: "candidates" }>,
  now: number,
  limits: Limits,
): Step {
  const { phase } = watch;
  if (phase.is !== "looking") return { watch, say: [] };
  if (watch.subject.kind === "ordinary")
    return end(watch, { is: "lost", why: { is: "ordinary-task-lost" } }, now);
  const maybe = takenForOurs(watch, sessions);
  const [first] = maybe;
  if (first) return foundAfterAll(watch, phase, maybe, first, now, limits);
  const undone = points && undoneAlready(watch, points, newestAt, collected);
  if (undone) return end(watch, undone, now);
  if (now - phase.since - phase.silentMs < limits.evidenceWaitMs) return { watch, say: [] };
  return end(watch, nothingFound(watch, phase.why, points !== undefined), now);
}

/** Where it alone can be ours, it settles what was in doubt as an answer was lost. */
function foundAfterAll(
  watch: Watch,
  { why }: Extract<Phase, { is: "looking" }>,
  maybe: readonly FailoverSession[],
  first: FailoverSession,
  now: number,
  limits: Limits,
): Step {
  const doubt = doubtOf(watch, maybe);
  const phase: Phase = { is: "following", session: first.id, ...(doubt && { doubt }) };
  const step = sawSession({ ...watch, phase }, first, now, limits);
  if (doubt || why !== "answer-lost") return step;
  const say = step.say.map((event) =>
    event.is === "found" ? { ...event, carriedOut: true as const } : event,
  );
  return { ...step, say };
}

function nothingFound({ order }: Watch, why: Lost, canReadPoints: boolean): End {
  if (order?.action === "undo" && why === "no-session-named")
    return { is: "reported", why: canReadPoints ? "not-in-time" : "not-allowed", warnings: [] };
  return { is: "lost", why: { is: "no-session-appeared" } };
}

function sawEvidence(
  watch: Watch,
  sighting: Extract<Sighting, { is: "evidence" | "no-evidence" }>,
  now: number,
): Step {
  const { phase } = watch;
  if (phase.is !== "checking") return { watch, say: [] };
  const { verdict, vms } = judge(watch, sighting);
  const dated = sighting.is === "evidence" ? withPointTimes(watch.vms, sighting.points) : watch.vms;
  const judged = { ...watch, vms: dated, verdicts: vms, ...dataOf(sighting) };
  if (verdict.is === "decided") return end(judged, verdict.how, now);
  return now < phase.until ? { watch: judged, say: [] } : end(judged, verdict.otherwise, now);
}

/** When the points were made that the VMs run from, as far as EM shows them. */
function withPointTimes(vms: readonly VmView[], points: readonly ReplicaPoint[]): VmView[] {
  const madeAt = new Map(points.map(({ id, createdAt }) => [id, createdAt]));
  return vms.map((vm) => {
    const pointMadeAt = vm.point && madeAt.get(vm.point.id);
    return pointMadeAt === undefined ? vm : { ...vm, pointMadeAt };
  });
}

/** Once it is known it stays known. */
const dataOf = (
  sighting: Extract<Sighting, { is: "evidence" | "no-evidence" }>,
): Pick<Watch, "dataOf"> =>
  sighting.is === "evidence" && sighting.collected ? { dataOf: sighting.collected.at } : {};
