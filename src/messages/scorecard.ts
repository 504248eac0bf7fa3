/** How a run goes and went against time: a line while it runs, two or three at its end. */
import { duration, roughly } from "../chat/duration.ts";
import type { Line } from "../chat/port.ts";
import type { Watch } from "../records/watch.ts";
import type { DataLost, Kept, Scorecard } from "../report/facts.ts";
import { isFailover, recoveryDueAt, scorecardOf } from "../report/scorecard.ts";
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
  if (watch.phase.is !== "ended" || watch.subject.kind === "ordinary") return [];
  if (!watch.order && !isFailover(watch)) return [];
  const card = scorecardOf(watch);
  return [...recoveryLines(watch, card), ...dataLines(card), ...slowestLines(watch, card)];
}

function recoveryLines(watch: Watch, card: Scorecard): Line[] {
  const took = tookWords(watch, card);
  const kept = keptWords(card.recovery, card.targets.recoveryMs);
  const said = [took, kept].filter((words) => words !== undefined).join(", ");
  if (said === "") return [];
  const isOther = watch.order !== undefined && !isFailover(watch);
  return [`${isOther ? "Took" : "Recovery"}${ofWhom(watch)}: ${said}${splitWords(card)}.`];
}

/** What is not proven is EM's word. */
const ofWhom = ({ phase }: Watch) =>
  phase.is === "ended" && phase.how.is === "confirmed" ? "" : ", by EM's word";

/** From the question on; of a run begun elsewhere from EM's session. */
function tookWords({ order }: Watch, card: Scorecard) {
  const { lastUpMs, firstUpMs, up, of, notKnown, decided } = card;
  if (up === 0 || lastUpMs === undefined || firstUpMs === undefined) return undefined;
  const vm = order ? actionWords[order.action].vm : "up";
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

function keptWords(kept: Kept | undefined, targetMs: number | undefined): string | undefined {
  if (kept === undefined || targetMs === undefined) return undefined;
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

function dataLines({ data, dataKept, targets, up }: Scorecard): Line[] {
  const kept = keptWords(dataKept, targets.dataMs);
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

function slowestLines({ usual }: Watch, { slowest, up }: Scorecard): Line[] {
  if (up <= FEW || slowest.length === 0) return [];
  const said = slowest.map(({ vm, tookMs }) => {
    const usualMs = usual && Object.hasOwn(usual.vms, vm) ? usual.vms[vm] : undefined;
    const usually = usualMs === undefined ? "" : ` (usually ${duration(usualMs)})`;
    return `${vm} ${duration(tookMs)}${usually}`;
  });
  return [`Slowest: ${list(said)}.`];
}
