/**
 * What a run is held against while it goes on: until when all VMs are to be up, and how long each
 * usually takes. Each is told once.
 */
import type { Event } from "../records/event.ts";
import { type Watch, wentWell } from "../records/watch.ts";
import { concerned, recoveryDueAt, scorecardOf } from "../report/scorecard.ts";
import { slowness } from "../report/slower.ts";
import type { Step } from "./sighting.ts";

/** For a watch of which EM has just answered. How it ended is told by the end itself. */
export function measured(watch: Watch, now: number): Step {
  if (watch.phase.is === "ended") return { watch, say: [] };
  const slow = tellSlow(watch, now);
  const missed = tellMissed(slow.watch, now);
  return { watch: missed.watch, say: [...slow.say, ...missed.say] };
}

function tellSlow(watch: Watch, now: number): Step {
  if (!watch.usual) return { watch, say: [] };
  const fresh = watch.vms.flatMap((vm) => (vm.slow ? [] : (slowness(watch, vm, now) ?? [])));
  if (fresh.length === 0) return { watch, say: [] };
  const names = new Set(fresh.map(({ name }) => name));
  const vms = watch.vms.map((vm) => (names.has(vm.name) ? { ...vm, slow: true as const } : vm));
  return { watch: { ...watch, vms }, say: [{ is: "slower", vms: fresh }] };
}

function tellMissed(watch: Watch, now: number): Step {
  const { targets = {}, session } = watch;
  const dueAt = recoveryDueAt(watch);
  if (watch.missed || dueAt === undefined || targets.recoveryMs === undefined || now < dueAt)
    return { watch, say: [] };
  if (mayHaveKept(watch, targets.recoveryMs)) return { watch, say: [] };
  const missed: Event = {
    is: "target-missed",
    since: dueAt,
    recoveryMs: targets.recoveryMs,
    ...(session ? { tally: tallyOf(watch) } : {}),
    ...(watch.order ? {} : { perhaps: true }),
  };
  return { watch: { ...watch, missed: true }, say: [missed] };
}

/** As long as EM's session runs, a VM that it does not report as up is not up. */
function mayHaveKept(watch: Watch, recoveryMs: number): boolean {
  const { up, of, lastUpMs } = scorecardOf(watch);
  const areAllUp = of > 0 && up === of;
  const isLate = lastUpMs !== undefined && lastUpMs > recoveryMs;
  return watch.phase.is === "checking" || areAllUp ? !(areAllUp && isLate) : false;
}

function tallyOf(watch: Watch) {
  const vms = concerned(watch);
  return { well: vms.filter(({ mark }) => wentWell(mark)).length, of: vms.length };
}
