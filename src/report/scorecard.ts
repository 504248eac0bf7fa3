/**
 * How a run went against time: pure, from its watch alone. When a VM was up is EM's word; when the
 * run was asked for, approved and sent is our own.
 */
import type { Targets } from "../records/targets.ts";
import { verdictOf } from "../records/verdict-of.ts";
import { type VmVerdict, type VmView, type Watch, wentWell } from "../records/watch.ts";
import type { DataLost, Kept, PointFacts, Scorecard, Sourced } from "./facts.ts";
import { lasted } from "./lasted.ts";

export function scorecardOf(watch: Watch): Scorecard {
  const { order, targets = {} } = watch;
  const decided = decidedOf(watch);
  const vms = concerned(watch);
  const up = vms.filter((vm) => isUp(watch, vm));
  const upAt = timesOf(up);
  const { firstMs: firstUpMs, lastMs: lastUpMs } = upAfter(decided?.at, upAt);
  const card = {
    ...(decided ? { decided } : {}),
    firstUpMs,
    lastUpMs,
    peopleMs: lasted(order?.askedAt, order?.approvedAt),
    machineMs: upAfter(order?.sentAt, upAt).lastMs,
    data: dataLost(watch, up),
    up: up.length,
    of: vms.length,
    notKnown: vms.filter((vm) => whetherUp(watch, vm) === "not-known").length,
    slowest: slowestOf(up),
    targets,
  };
  return { ...card, ...keptOf(watch, card) };
}

/** When it was asked for first; of a run begun elsewhere when EM's session began. */
export function decidedOf({ order, session }: Watch): Sourced | undefined {
  if (order) return order.askedAt === undefined ? undefined : { at: order.askedAt, by: "bot" };
  return session && { at: session.createdAt, by: "em" };
}

/** Until when all VMs are to be up. */
export function recoveryDueAt(watch: Watch): number | undefined {
  const { recoveryMs } = watch.targets ?? {};
  const decided = decidedOf(watch);
  return decided && recoveryMs !== undefined ? decided.at + recoveryMs : undefined;
}

/** Those of the plan and the session; of a run begun elsewhere those alone that EM has named. */
export function concerned({ vms, order }: Watch): readonly VmView[] {
  const named = vms.filter(({ mark }) => mark !== "waiting");
  return order || named.length === 0 ? vms : named;
}

export const isUp = (watch: Watch, vm: VmView): boolean => whetherUp(watch, vm) === "yes";

/** By EM's word; where EM has not said how it went, by its replica point. */
function whetherUp(watch: Watch, vm: VmView): "yes" | "no" | "not-known" {
  if (isDown(watch, vm)) return "no";
  if (wentWell(vm.mark) || evidenceOf(watch, vm.name) === "seen") return "yes";
  return watch.phase.is === "ended" ? "not-known" : "no";
}

/** How far a VM's end is proven; in a run that is confirmed without a word on each VM, that of all. */
export function evidenceOf(watch: Watch, vm: string): VmVerdict["is"] | undefined {
  const { phase, verdicts } = watch;
  if (verdicts !== undefined) return verdictOf(watch, vm)?.is;
  if (phase.is !== "ended" || phase.how.is !== "confirmed") return undefined;
  return phase.how.other.some((one) => one.vm === vm) ? "not-so" : "seen";
}

/** How long a VM took, by EM's times. */
export const tookMs = ({ startedAt, endedAt }: VmView): number | undefined =>
  lasted(startedAt, endedAt);

/** The restore point that a VM runs from, as far as it is known. */
export function pointOf(watch: Watch, vm: VmView): PointFacts | undefined {
  const { point, startedAt } = vm;
  if (!point) return undefined;
  const madeAt = madeAtOf(watch, vm);
  const failedOverAt = startedAt ?? watch.order?.sentAt;
  return {
    name: point.name,
    madeAt,
    ageMs: lasted(madeAt, failedOverAt),
    promisedMs: lasted(watch.order?.shown?.[vm.name]?.createdAt, failedOverAt),
  };
}

/** As the evidence showed it; else as the question did, where the VM runs from the point shown there. */
function madeAtOf({ order }: Watch, { name, point, pointMadeAt }: VmView): number | undefined {
  const shown = order?.shown?.[name];
  const isShown = shown?.name !== undefined && shown.name === point?.name;
  return pointMadeAt ?? (isShown ? shown.createdAt : undefined);
}

/** When they were up, in order; nothing where that is not known of one of them. */
function timesOf(up: readonly VmView[]): readonly number[] | undefined {
  const times = up.flatMap(({ endedAt }) => endedAt ?? []);
  return times.length < up.length ? undefined : times.sort((a, b) => a - b);
}

/** From then to the first and the last that was up; nothing where one was so before. */
function upAfter(from: number | undefined, upAt: readonly number[] | undefined) {
  const firstMs = lasted(from, upAt?.[0]);
  return { firstMs, lastMs: firstMs === undefined ? undefined : lasted(from, upAt?.at(-1)) };
}

function dataLost(watch: Watch, up: readonly VmView[]): DataLost | undefined {
  if (!isFailover(watch)) return undefined;
  const known = up.flatMap((vm) => {
    const point = pointOf(watch, vm);
    return point?.ageMs === undefined ? [] : [{ vm: vm.name, ...point, ageMs: point.ageMs }];
  });
  const [oldest] = known.toSorted((a, b) => b.ageMs - a.ageMs);
  if (!oldest) return undefined;
  const promisedMs = mostOf(known.map((one) => one.promisedMs));
  return { mostMs: oldest.ageMs, vm: oldest.vm, promisedMs, known: known.length };
}

/** A start, or a run begun elsewhere that the points show to be one. */
const isFailover = ({ order, phase }: Watch): boolean =>
  order ? order.action === "start" : phase.is === "ended" && phase.how.is === "confirmed";

function mostOf(all: readonly (number | undefined)[]): number | undefined {
  const known = all.filter((one) => one !== undefined);
  return known.length < all.length || known.length === 0 ? undefined : Math.max(...known);
}

const SLOWEST = 3;

function slowestOf(up: readonly VmView[]): Scorecard["slowest"] {
  return up
    .flatMap((vm) => ({ vm: vm.name, tookMs: tookMs(vm) }))
    .filter((one): one is { vm: string; tookMs: number } => one.tookMs !== undefined)
    .sort((a, b) => b.tookMs - a.tookMs)
    .slice(0, SLOWEST);
}

type Measured = Omit<Scorecard, "recovery" | "dataKept">;

function keptOf(watch: Watch, card: Measured): Pick<Scorecard, "recovery" | "dataKept"> {
  if (watch.phase.is !== "ended") return {};
  const { recoveryMs, dataMs }: Targets = card.targets;
  return {
    ...(recoveryMs === undefined ? {} : { recovery: recoveryKept(watch, card, recoveryMs) }),
    ...(dataMs === undefined ? {} : { dataKept: dataKept(card, dataMs) }),
  };
}

/** Of what is perhaps no failover, and of VMs of which EM tells no end, nobody knows it. */
function recoveryKept(watch: Watch, { up, of, lastUpMs }: Measured, target: number): Kept {
  if (!isFailover(watch)) return { is: "not-known" };
  if (concerned(watch).some((vm) => isDown(watch, vm))) return { is: "not-reached" };
  const isKnown = of > 0 && up === of && lastUpMs !== undefined;
  return isKnown ? against(lastUpMs, target) : { is: "not-known" };
}

const isDown = (watch: Watch, { name, mark }: VmView): boolean =>
  mark === "failed" || evidenceOf(watch, name) === "not-so";

/** Of some of the VMs it can be known that too much is lost, and not that it is little enough. */
function dataKept({ data, up, of }: Measured, target: number): Kept {
  if (!data) return { is: "not-known" };
  const kept = against(data.mostMs, target);
  return kept.is === "missed" || (data.known === of && up === of) ? kept : { is: "not-known" };
}

const against = (ms: number, target: number): Kept =>
  ms <= target ? { is: "within", spareMs: target - ms } : { is: "missed", byMs: ms - target };
