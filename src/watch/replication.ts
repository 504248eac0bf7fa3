/**
 * A session of a replication job or CDP policy being followed: what is kept of it, and how it moves
 * on.
 */

import type { Mark } from "../chat/port.ts";
import type { ReplicationSession, ReplicationTask } from "../em/types.ts";
import type { Event, Tally } from "../records/event.ts";
import type {
  ReplicatedVm,
  ReplicationEnd,
  ReplicationView,
  ReplicationWatch,
} from "../records/replication-watch.ts";
import type { Remark, Silence } from "../records/watch.ts";
import { explained, type Limits, type Sighting } from "./sighting.ts";
import { fallSilent, type Heard, hearAgain } from "./silence.ts";

type Step = Heard<ReplicationWatch>;

export function advanceReplication(
  watch: ReplicationWatch,
  sighting: Sighting,
  now: number,
  limits: Limits,
): Step {
  if (watch.phase.is === "ended") return { watch, say: [] };
  if (sighting.is === "silence") return fallSilent(watch, sighting, now, limits);
  const heard = hearAgain(watch, now);
  const seen = see(withoutSilence(heard.watch, watch.silence, now), sighting, now, limits);
  return { watch: seen.watch, say: [...heard.say, ...seen.say] };
}

/** While EM was silent nothing was missed, so that time does not count. */
function withoutSilence(
  watch: ReplicationWatch,
  silence: Silence | undefined,
  now: number,
): ReplicationWatch {
  const { phase } = watch;
  if (!silence || phase.is !== "following" || phase.missingSince === undefined) return watch;
  return { ...watch, phase: { ...phase, missingSince: phase.missingSince + now - silence.since } };
}

function see(watch: ReplicationWatch, sighting: Sighting, now: number, limits: Limits): Step {
  if (sighting.is === "session-unknown") return miss(watch, now, limits);
  if (sighting.is !== "replication") return { watch, say: [] };
  const { session, tasks } = sighting;
  const vms = tasks ? vmsOf(watch, tasks) : watch.vms;
  const next: ReplicationWatch = {
    ...watch,
    phase: { is: "following" },
    session: viewOf(session),
    vms,
    ...(tasks ? { vmsAt: now } : {}),
  };
  const say = [...stateNews(watch, session), ...vmNews(watch, vms)];
  if (session.state !== "Stopped") return { watch: next, say };
  const ended = end(
    next,
    { is: "stopped", result: session.result, reasons: reasonsOf(session, vms) },
    now,
  );
  return { watch: ended.watch, say: [...say, ...ended.say] };
}

function end(watch: ReplicationWatch, how: ReplicationEnd, now: number): Step {
  return { watch: { ...watch, phase: { is: "ended", at: now, how } }, say: [{ is: "ended", how }] };
}

function miss(watch: ReplicationWatch, now: number, { stallMs }: Limits): Step {
  if (watch.phase.is !== "following") return { watch, say: [] };
  const missingSince = watch.phase.missingSince ?? now;
  if (now - missingSince >= stallMs)
    return end(watch, { is: "lost", why: { is: "session-gone" } }, now);
  return { watch: { ...watch, phase: { is: "following", missingSince } }, say: [] };
}

function viewOf(session: ReplicationSession): ReplicationView {
  const { createdAt, endedAt, state, result, progress } = session;
  return {
    createdAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    state,
    result,
    progress,
  };
}

function vmsOf({ subject }: ReplicationWatch, tasks: readonly ReplicationTask[]): ReplicatedVm[] {
  return tasks
    .filter(({ vm }) => subject.only === undefined || vm === subject.only)
    .map((task) => ({
      name: task.vm,
      mark: markOf(task),
      ...(task.reason ? { reason: task.reason } : {}),
      totalBytes: task.totalBytes,
    }));
}

/** CDP says `Success` of what is in progress, so the state decides first, except for failures. */
function markOf({ state, result }: ReplicationTask): Mark {
  if (result === "Failed") return "failed";
  if (state === "Pending") return "waiting";
  if (state === "InProgress") return result === "Warning" ? "warning" : "running";
  if (state !== "Completed") return "unknown";
  return result === "Success" ? "done" : result === "Warning" ? "warning" : "unknown";
}

function stateNews(watch: ReplicationWatch, { state }: ReplicationSession): Event[] {
  const before = watch.session?.state;
  const told = before !== undefined && before !== state && state !== "Stopped";
  return told ? [{ is: "session-state", state }] : [];
}

/** Failures and warnings matter; what goes well is on the card. */
function vmNews(watch: ReplicationWatch, vms: readonly ReplicatedVm[]): Event[] {
  const before = new Map(watch.vms.map(({ name, mark }) => [name, mark]));
  const tally: Tally = { well: vms.filter(({ mark }) => mark === "done").length, of: vms.length };
  return (["warning", "failed"] as const).flatMap((mark): Event[] => {
    const fresh = vms.filter((vm) => vm.mark === mark && before.get(vm.name) !== mark);
    const news = fresh.map(({ name, reason }) =>
      reason === undefined ? { name } : { name, message: reason },
    );
    return news.length > 0 ? [{ is: "vms", mark, vms: news, tally }] : [];
  });
}

function reasonsOf(session: ReplicationSession, vms: readonly ReplicatedVm[]): Remark[] {
  const own = vms.flatMap(({ name, mark, reason }) =>
    mark === "failed" || mark === "warning" ? [explained(name, mark, reason)] : [],
  );
  const said = session.failureMessage;
  return [...(said ? [{ is: "em-says", text: said } as const] : []), ...own];
}
