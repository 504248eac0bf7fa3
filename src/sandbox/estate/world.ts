/**
 * One sandbox's estate as it moves: takes orders, remembers them, and says how things stand now.
 */

import type { SandboxClock } from "../sandbox-clock.ts";
import type { Scenario } from "../scenarios.ts";
import type { Switches } from "../switches.ts";
import type { Action, Inventory, Plan, PlanVm, Recorded, Run, VmState } from "./estate.ts";
import { type History, plansAt } from "./history.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { draftRun, type Order, objectionTo, underWay } from "./orders.ts";
import { type Point, pointsOf } from "./points.ts";
import { scheduled } from "./schedule.ts";
import { pastEvents } from "./seed-past.ts";

const COLLECTED_EVERY_MS = 15 * 60_000;
const COLLECTING_MS = 3_000;
const SESSIONS_SHOWN_MS = 30 * 86_400_000;

export interface World {
  readonly inventory: Inventory;
  readonly bornAt: number;
  now(): number;
  /** All that is remembered of it, from which another world can go on. */
  recorded(): Recorded;
  /** Of one kind, or all. */
  plans(kind?: Plan["kind"]): readonly Plan[];
  runs(): readonly Run[];
  /** The runs whose sessions EM shows, newest first. */
  sessions(): readonly Run[];
  /** The cloud restore points as EM knows them, newest first within a VM. */
  points(): readonly Point[];
  /** The run that the order became, or the status with which EM refuses it outright. */
  order(plan: Plan, action: Action, before?: number): Run | 400 | 409;
  stop(runId: string): void;
  /** EM's data collection: what it shows afterwards is as of then. */
  collect(): void;
  /** A data collection that is already done. */
  collectNow(): void;
  setVmState(vm: string, state: VmState): void;
  editPlan(planId: string, vms: readonly PlanVm[]): void;
}

export interface WorldOptions {
  readonly scenario: Scenario;
  readonly switches: Switches;
  readonly clock: SandboxClock;
  /** What was recorded before, to go on from. */
  readonly recorded?: Recorded;
  readonly remember: (recorded: Recorded) => void;
}

interface Ground {
  readonly inventory: Inventory;
  readonly scenario: Scenario;
  readonly switches: Switches;
  readonly ledger: Ledger;
}

export function openWorld({ scenario, switches, clock, recorded, remember }: WorldOptions): World {
  const inventory = scenario.inventory();
  const ledger = openLedger(recorded ?? newborn(inventory, clock.now()), clock.now, remember);
  const ground = { inventory, scenario, switches, ledger };
  const now = () => settle(ground, clock.now());
  const historyNow = () => {
    now();
    return ledger.history();
  };
  return {
    inventory,
    bornAt: ledger.recorded().bornAt,
    now,
    recorded: ledger.recorded,
    plans(kind) {
      const at = now();
      const plans = plansAt(inventory.plans, ledger.recorded().events, at);
      return plans.filter((plan) => (kind ?? plan.kind) === plan.kind);
    },
    runs: () => historyNow().runs,
    sessions: () => shownSessions(historyNow(), clock.now()),
    points: () => pointsNow(ground, now()),
    order: (plan, action, before) =>
      place(ground, { plan, action, at: now(), ...(before === undefined ? {} : { before }) }),
    stop: (runId) => ledger.add({ kind: "stopped", at: now(), runId }),
    collect: () => ledger.add({ kind: "collected", at: now() + COLLECTING_MS }),
    collectNow: () => ledger.add({ kind: "collected", at: now() }),
    setVmState: (vm, state) => ledger.add({ kind: "vm-state", at: now(), vm, state }),
    editPlan: (planId, vms) => ledger.add({ kind: "plan-edited", at: now(), planId, vms }),
  };
}

/** Records what was due by now to happen by itself. */
function settle(ground: Ground, now: number): number {
  const { ledger, inventory, scenario } = ground;
  const { settledTo, bornAt } = ledger.recorded();
  if (now <= settledTo) return now;
  ledger.settledTo(now);
  for (const due of scheduled(scenario.schedule, inventory, bornAt, settledTo, now)) {
    if (due.kind === "plan-edited") ledger.add(due);
    else place(ground, { plan: due.plan, action: due.action, at: due.at });
  }
  return now;
}

type Placed = Pick<Order, "plan" | "action" | "at" | "before">;

function place({ inventory, scenario, switches, ledger }: Ground, placed: Placed): Run | 400 | 409 {
  const order = { inventory, history: ledger.history(), ...placed };
  const refusal = switches.secondStart;
  if ((refusal === "400" || refusal === "409") && underWay(order))
    return refusal === "400" ? 400 : 409;
  const run = judged(order, scenario, switches);
  ledger.add({ kind: "run", run });
  return run;
}

function pointsNow({ inventory, scenario, switches, ledger }: Ground, now: number): Point[] {
  const seenAt = scenario.pointsShown === "at-once" ? now : collectedAt(ledger.recorded(), now);
  return inventory.vms.flatMap((vm) =>
    pointsOf(vm, ledger.history(), seenAt, switches.pointStates),
  );
}

function newborn(inventory: Inventory, bornAt: number): Recorded {
  return { version: 1, bornAt, settledTo: bornAt - 1, events: pastEvents(inventory, bornAt) };
}

/** The run with what the scenario and the switches make of it. */
function judged(order: Order, scenario: Scenario, switches: Switches): Run {
  const draft = draftRun(order);
  const twist =
    scenario.schedule === "long-runs" && order.action === "start" ? "long" : scenario.twist;
  const objection = objectionTo(order, draft);
  const isTolerated = switches.secondStart === "accepted" && underWay(order) !== undefined;
  const confirmationNeeded = switches.secondStart === "confirmation-needed";
  const refused =
    objection && !isTolerated ? { ...objection, confirmationNeeded } : failingTask(scenario, order);
  return {
    ...draft,
    twist,
    ...(refused ? { refused } : {}),
    hasSession:
      draft.hasSession && !refused && (order.action !== "undo" || switches.undoSession === "made"),
  };
}

function failingTask(scenario: Scenario, { plan }: Order): Run["refused"] {
  if (scenario.twist !== "task-fails") return undefined;
  const message = `Failed to process failover plan "${plan.name}": backup server srv13.tech.local is not available`;
  return { message, confirmationNeeded: false };
}

function shownSessions({ runs }: History, now: number): Run[] {
  return runs
    .filter(
      (run) =>
        run.hasSession && run.orderedAt + 1_000 <= now && run.orderedAt > now - SESSIONS_SHOWN_MS,
    )
    .sort((a, b) => b.orderedAt - a.orderedAt);
}

function collectedAt({ bornAt, events }: Recorded, now: number): number {
  const regular = bornAt + Math.floor((now - bornAt) / COLLECTED_EVERY_MS) * COLLECTED_EVERY_MS;
  const forced = events.flatMap((each) =>
    each.kind === "collected" && each.at <= now ? [each.at] : [],
  );
  return Math.max(regular, ...forced);
}
