/**
 * Restore points of replicated VMs: made at intervals, kept seven deep, not made while a VM is
 * failed over. One that a VM runs from is kept as long as it does, however old it is.
 */
import type { PointRef, Vm, VmState } from "./estate.ts";
import { type History, type Transition, transitionAt } from "./history.ts";
import { guid } from "./ids.ts";

export interface Point extends PointRef {
  readonly vm: Vm;
  readonly createdAt: number;
  readonly state: VmState;
}

const KEPT = 7;
const CONTRADICTING_EVERY_MS = 5 * 60_000;
const MOST_STEPS = 5_000;

export type PointStates = "used-point" | "all-points";

/** The points of a VM as they stand at an instant, newest first. */
export function pointsOf(vm: Vm, history: History, at: number, states: PointStates): Point[] {
  const transition = transitionAt(history, vm.id, at);
  const kept = instantsTo(vm, history, at)
    .slice(0, KEPT)
    .map((createdAt) => ({ ...pointRef(vm, createdAt), vm, createdAt }));
  const used = transition.point?.id ?? kept[0]?.id;
  return [...kept, ...inUse(vm, transition, kept)].map((point) => {
    const shows = states === "all-points" || point.id === used;
    return { ...point, state: shows ? transition.state : "Ready" };
  });
}

/** The point that the VM runs from, where it is older than those that are kept anyway. */
function inUse(
  vm: Vm,
  { state, point }: Transition,
  kept: readonly PointRef[],
): Omit<Point, "state">[] {
  if (state !== "Failover" || !point || kept.some(({ id }) => id === point.id)) return [];
  return [{ ...point, vm, createdAt: madeAt(point) }];
}

/** The newest point made before an instant, of all that there ever were. */
export function pointBefore(vm: Vm, history: History, at: number): PointRef | undefined {
  const [createdAt] = instantsTo(vm, history, at - 1);
  return createdAt === undefined ? undefined : pointRef(vm, createdAt);
}

/** Every question shows the same points again. */
const refs = new WeakMap<Vm, Map<number, PointRef>>();

function pointRef(vm: Vm, createdAt: number): PointRef {
  const ofVm = refs.get(vm) ?? new Map<number, PointRef>();
  const known = ofVm.get(createdAt);
  if (known) return known;
  const made = { id: guid("point", vm.id, createdAt), name: `${vm.name}@${stamp(createdAt)}` };
  refs.set(vm, ofVm.set(createdAt, made));
  return made;
}

/** As EM writes an instant into names, such as `2025-06-16 15:00:53`. */
export const stamp = (at: number): string =>
  new Date(at).toISOString().slice(0, 19).replace("T", " ");

/** To the second. */
const madeAt = ({ name }: PointRef): number =>
  Date.parse(`${name.slice(name.lastIndexOf("@") + 1).replace(" ", "T")}Z`);

function instantsTo(vm: Vm, history: History, at: number): number[] {
  return [...contradicting(vm, history, at), ...replicated(vm, history, at)].sort((a, b) => b - a);
}

function replicated(vm: Vm, history: History, at: number): number[] {
  const instants: number[] = [];
  let slot = Math.floor((at - vm.offsetMs) / vm.replicatedEveryMs);
  for (let step = 0; step < MOST_STEPS && instants.length < KEPT; step += 1) {
    const instant = slot * vm.replicatedEveryMs + vm.offsetMs;
    const { state, at: since } = transitionAt(history, vm.id, instant);
    if (state === "Ready") instants.push(instant);
    slot =
      state === "Ready" ? slot - 1 : Math.floor((since - 1 - vm.offsetMs) / vm.replicatedEveryMs);
  }
  return instants;
}

function contradicting(vm: Vm, history: History, at: number): number[] {
  const since = history.contradicted.get(vm.id) ?? Number.POSITIVE_INFINITY;
  const made = Math.max(0, Math.floor((at - since) / CONTRADICTING_EVERY_MS));
  return Array.from(
    { length: Math.min(KEPT, made) },
    (_, i) => since + (made - i) * CONTRADICTING_EVERY_MS,
  );
}
