/**
 * The estate that is watched: so many cloud plans of 20 VMs, all being failed over.
 *
 * brisk: the VMs of a run end within two minutes. still: nothing changes for as long as anybody
 * looks.
 */
import { join } from "node:path";
import type { Inventory, Plan, Run } from "../../src/sandbox/estate/estate.ts";
import { historyOf } from "../../src/sandbox/estate/history.ts";
import { draftRun } from "../../src/sandbox/estate/orders.ts";
import { manyInventory } from "../../src/sandbox/estate/seed-estate.ts";
import { remember } from "../../src/sandbox/estate-file.ts";

export interface EstateOptions {
  readonly plans: number;
  readonly still: boolean;
  /** So many runs are brisk, so that something ends while a few are watched. Default: 10. */
  readonly brisk?: number;
}

const VMS = Array.from({ length: 20 }, (_, index) => `vm${String(index + 1).padStart(2, "0")}`);
const BRISK_AGE_S = 40;
/**
 * Of long runs: when the last ten of the VMs work and end one by one; and when the first ten work
 * and none has ended.
 */
const ENDING_S = { from: 3100, to: 4300 };
const BEGUN_S = { from: 120, to: 1100 };

export const estateOf = ({ plans }: EstateOptions): Inventory => manyInventory(plans, VMS);

/** The runs as they stand at `now`, spread so that VMs end at a steady rate. */
export function runsOf(inventory: Inventory, options: EstateOptions, now: number): Run[] {
  const { plans: count, still, brisk = 10 } = options;
  const plans = inventory.plans.filter(({ kind }) => kind === "cloud");
  const { from, to } = still ? BEGUN_S : ENDING_S;
  return plans.map((plan, index) => {
    const isBrisk = !still && index < brisk;
    const ageS = isBrisk ? BRISK_AGE_S : from + ((to - from) * index) / count;
    const run = draftRun({
      inventory: { ...inventory, vms: vmsOf(inventory, plan) },
      history: historyOf([]),
      plan,
      action: "start",
      at: Math.floor(now - ageS * 1000),
    });
    return { ...run, twist: isBrisk ? "none" : "long" };
  });
}

const vmsOf = ({ vms }: Inventory, { tenant }: Plan) =>
  vms.filter((vm) => vm.tenant.id === tenant?.id);

/** Writes a sandbox's file, in which these runs are recorded; gives its path. */
export function recordEstate(folder: string, runs: readonly Run[], now: number): string {
  const file = join(folder, "sandbox.json");
  remember(file, {
    version: 1,
    clock: { realAt: now, sandboxAt: now, speed: 1 },
    estate: {
      version: 1,
      bornAt: now,
      settledTo: now,
      events: runs.map((run) => ({ kind: "run", run })),
    },
  });
  return file;
}
