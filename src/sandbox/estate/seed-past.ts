/** What happened before a sandbox was born, so that its history is not empty. */
import type { EstateEvent, Inventory, Plan, Twist } from "./estate.ts";
import { historyOf } from "./history.ts";
import { guid } from "./ids.ts";
import { draftRun } from "./orders.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface Past {
  readonly plan: number;
  readonly action: "start" | "test" | "undo";
  readonly daysAgo: number;
  readonly twist?: Twist;
}

/** Plans by their place in the inventory, oldest first. The first is too old to be shown. */
const past: readonly Past[] = [
  { plan: 0, action: "test", daysAgo: 38 },
  { plan: 0, action: "start", daysAgo: 21 },
  { plan: 0, action: "undo", daysAgo: 20.9 },
  { plan: 1, action: "start", daysAgo: 12, twist: "vm-warns" },
  { plan: 1, action: "undo", daysAgo: 11.8 },
  { plan: 0, action: "start", daysAgo: 6, twist: "session-fails" },
  { plan: 2, action: "test", daysAgo: 3 },
  { plan: 0, action: "test", daysAgo: 2, twist: "vm-fails" },
];

export function pastEvents(inventory: Inventory, bornAt: number): EstateEvent[] {
  const events: EstateEvent[] = [];
  const cloud = inventory.plans.filter((plan) => plan.kind === "cloud");
  for (const each of past) {
    const plan = cloud[each.plan];
    if (plan) events.push(pastRun(inventory, plan, each, events, bornAt));
  }
  return [...events, ...branchFailingBack(inventory, bornAt)];
}

function pastRun(
  inventory: Inventory,
  plan: Plan,
  each: Past,
  events: EstateEvent[],
  bornAt: number,
): EstateEvent {
  const at = Math.floor(bornAt - each.daysAgo * DAY_MS);
  const run = draftRun({ inventory, history: historyOf(events), plan, action: each.action, at });
  const id = guid("past run", plan.id, each.action, each.daysAgo);
  return {
    kind: "run",
    run: { ...run, id, twist: each.twist ?? "none", hasSession: each.action !== "undo" },
  };
}

/** One VM that a guard has to notice before it lets anybody start its plan. */
function branchFailingBack(inventory: Inventory, bornAt: number): EstateEvent[] {
  const branch = inventory.vms.find((vm) => vm.name === "branch02");
  if (!branch) return [];
  return [
    { kind: "vm-state", at: bornAt - 26 * HOUR_MS, vm: branch.id, state: "Failover" },
    { kind: "vm-state", at: bornAt - 2 * HOUR_MS, vm: branch.id, state: "Failback" },
  ];
}
