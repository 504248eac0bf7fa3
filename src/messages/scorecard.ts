/** How a run goes and went against time: a line while it runs, two or three at its end. */
import { duration, roughly } from "../chat/duration.ts";
import type { Line } from "../chat/port.ts";
import type { Action, End, Subject, Watch } from "../records/watch.ts";
import type { DataLost, Kept, Scorecard } from "../report/facts.ts";
import { recoveryDueAt, scorecardOf } from "../report/scorecard.ts";
import { actionWords } from "./actions.ts";
import { at, count, list } from "./words.ts";

/**
 * While it runs: what is left of the target, or that it was missed. Where nobody knows how it stands
 * now, until when it is; `now`: absent then.
 */
export function targetLines(watch: Watch, now?: number): Line[] {
  const dueAt = recoveryDueAt(watch);
  const { targets = {}, order } = watch;
  if (dueAt === undefined || targets.recoveryMs === undefined) return [];
  const target = `target of ${duration(targets.recoveryMs)}${order ? "" : " for a failover"}`;
  if (now === undefined) return [[`All VMs up by `, at(dueAt), ` is the ${target}.`]];
  const { up, of, lastUpMs = Number.POSITIVE_INFINITY } = scorecardOf(watch);
  if (up === of && lastUpMs <= targets.recoveryMs)
    return [`All VMs up within the ${target}, by EM's word.`];
  if (watch.missed) return [[`The ${target} is missed since `, at(dueAt), "."]];
  if (now < dueAt)
    return [[`${roughly(dueAt - now)} left of the ${target}, until `, at(dueAt), "."]];
  return [];
}

/** At the end of a run: how long it took, what it lost, and what was slow. */
export function scorecardLines(watch: Watch): Line[] {
  const { phase, order, subject, usual } = watch;
  if (phase.is !== "ended") return [];
  return scoreLines({
    ...{ how: phase.how, kind: subject.kind, action: order?.action, card: scorecardOf(watch) },
    usualOf: (vm) => (usual && Object.hasOwn(usual.vms, vm) ? usual.vms[vm] : undefined),
  });
}

/** A run that has ended, as far as its numbers are told. */
interface Scored {
  readonly how: End;
  readonly kind: Subject["kind"];
  /** Absent where somebody began it elsewhere. */
  readonly action: Action | undefined;
  readonly card: Scorecard;
  /** The median of a VM, in milliseconds. */
  usualOf(vm: string): number | undefined;
}

/** On its card, in its thread and above its report alike. Nothing where there is nothing to hold it to. */
export function scoreLines(run: Scored): Line[] {
  const isKnown = run.action !== undefined || run.how.is === "confirmed";
  if (run.kind === "ordinary" || !isKnown) return [];
  return [...recoveryLines(run), ...dataLines(run.card), ...slowestLines(run)];
}

function recoveryLines({ how, action, card }: Scored): Line[] {
  const took = tookWords(action, card);
  const kept = card.recovery && keptWords(card.recovery, card.targets.recoveryMs);
  if (took === undefined && kept === undefined) return [];
  const what = action === undefined || action === "start" ? "Recovery" : "Took";
  if (took === undefined) return [`${what}: not known; ${kept}${splitWords(card)}.`];
  const said = kept === undefined ? took : `${took}, ${kept}`;
  const ofWhom = how.is === "confirmed" ? "" : ", by EM's word";
  return [`${what}${ofWhom}: ${said}${splitWords(card)}.`];
}

/** From the question on; of a run begun elsewhere from EM's session. */
function tookWords(action: Action | undefined, card: Scorecard): string | undefined {
  const { lastUpMs, firstUpMs, up, of, notKnown, decided } = card;
  if (up === 0 || lastUpMs === undefined || firstUpMs === undefined) return undefined;
  const vm = action ? actionWords[action].vm : "up";
  const since = decided?.by === "em" ? " from the begin of EM's session" : "";
  const first = firstUpMs === lastUpMs ? "" : ` (first after ${duration(firstUpMs)})`;
  return up === of
    ? `${duration(lastUpMs)}${since} to the last VM ${vm}${first}`
    : `${up} of ${count(of, "VM")} ${vm} after ${duration(lastUpMs)}${since}${first}${unknownWords(notKnown)}`;
}

const unknownWords = (notKnown: number) => (notKnown > 0 ? `, not known of ${notKnown}` : "");

function splitWords({ peopleMs, machineMs }: Scorecard): string {
  if (peopleMs === undefined || machineMs === undefined) return "";
  return `; people ${duration(peopleMs)} to confirm, EM ${duration(machineMs)} by its own times`;
}

/** What came of a target, in the same words wherever it is told. */
function keptWords(kept: Kept, targetMs = 0): string {
  const target = `the target of ${duration(targetMs)}`;
  switch (kept.is) {
    case "within":
      return `within ${target}`;
    case "missed":
      return `${target} missed by ${duration(kept.byMs)}`;
    case "not-reached":
      return `${target} not reached`;
    case "not-known":
      return `whether it is within ${target} is not known`;
    default:
      return kept satisfies never;
  }
}

/** Where there is room for it. */
export const keptWithSpare = (kept: Kept, targetMs: number | undefined): string =>
  keptWords(kept, targetMs) + (kept.is === "within" ? `, ${duration(kept.spareMs)} to spare` : "");

function dataLines({ data, dataKept, targets, up }: Scorecard): Line[] {
  const kept = dataKept && keptWords(dataKept, targets.dataMs);
  if (!data) return kept === undefined ? [] : [`Data lost: not known; ${kept}.`];
  const { mostMs, vm, known } = data;
  const of =
    known < up ? ` or more (${vm}; not known of ${count(up - known, "VM")})` : mostOn(vm, up);
  const said = `Data lost: ${roughly(mostMs)}${of}, ${promisedWords(data)}`;
  return [`${said}${kept === undefined ? "" : `; ${kept}`}.`];
}

const mostOn = (vm: string, up: number) => (up > 1 ? ` (most on ${vm})` : "");

/** Less makes no difference. */
const SAME_MS = 60_000;

/** What the question showed for the moment of the failover. */
function promisedWords({ mostMs, promisedMs }: DataLost): string {
  if (promisedMs === undefined) return "by EM's restore points";
  return Math.abs(mostMs - promisedMs) < SAME_MS
    ? "as the question showed"
    : `the question showed ${roughly(promisedMs)}`;
}

/** Of few VMs their rows say it. */
const FEW = 3;

function slowestLines({ card: { slowest, up }, usualOf }: Scored): Line[] {
  if (up <= FEW || slowest.length === 0) return [];
  const said = slowest.map(({ vm, tookMs }) => {
    const usualMs = usualOf(vm);
    const usually = usualMs === undefined ? "" : ` (usually ${duration(usualMs)})`;
    return `${vm} ${duration(tookMs)}${usually}`;
  });
  return [`Slowest: ${list(said)}.`];
}
