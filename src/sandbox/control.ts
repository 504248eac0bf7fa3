/** What a test, or somebody at a demonstration, can do to a sandbox beside calling its API. */
import type { Raw } from "./api/negotiate.ts";
import type { Service } from "./api/service.ts";
import type { Action, PlanVm, Run, VmState } from "./estate/estate.ts";
import { planVms } from "./estate/seed-estate.ts";
import type { World } from "./estate/world.ts";
import type { Faults, Held, Match } from "./wire/faults.ts";

export interface Control {
  /** Ends all logon sessions, and with them all tasks. */
  dropLogons(): void;
  /**
   * As if EM's service had been restarted between two requests: logons and tasks are gone, tasks
   * count from 1.
   */
  restart(): void;
  /** Every connection, request and pending answer is reset, until switched off again. */
  unreachable(on: boolean): void;
  /** Every answer takes so many milliseconds of real time more; 0 ends it. */
  slow(ms: number): void;
  /**
   * The next order (or whatever matches) is carried out, but its connection breaks before the
   * answer.
   */
  loseNextAnswer(match?: Match): void;
  /** The next request (or whatever matches) gets this answer; EM never hears of it. */
  answerNext(raw: Raw, match?: Match): void;
  /**
   * The next order (or whatever matches) is carried out, but what stands before EM answers this.
   */
  answerOtherwise(raw: Raw, match?: Match): void;
  /**
   * The next order (or whatever matches) is carried out, and its answer kept back until released.
   */
  holdNextAnswer(match?: Match): Held;
  /** EM has collected its data as of now. */
  finishCollection(): void;
  /** Somebody orders in the console. Undefined where EM refuses outright. */
  order(planId: string, action: Action): Run | undefined;
  /** Somebody fails a VM over, back, or for good in the console. */
  setVmState(tenant: string, vm: string, state: VmState): void;
  /** Somebody edits a plan in the console: from now on it has these VMs, in this order. */
  editPlan(planId: string, vms: readonly string[]): void;
}

const isOrder: Match = ({ method, path }) => method === "POST" && /[?&]action=/i.test(path);

export function control(world: World, service: Service, faults: Faults): Control {
  return {
    dropLogons: service.logons.closeAll,
    restart: service.logons.restart,
    unreachable(on) {
      faults.isUnreachable = on;
    },
    slow: (ms) => {
      faults.slowMs = ms;
    },
    loseNextAnswer: (match = isOrder) => faults.loseNext(match),
    answerNext: (raw, match) => faults.answerNext(raw, match),
    answerOtherwise: (raw, match = isOrder) => faults.serveAndAnswerNext(raw, match),
    holdNextAnswer: (match = isOrder) => faults.holdNext(match),
    finishCollection: world.collectNow,
    order(planId, action) {
      const run = world.order(planWith(world, planId), action);
      return typeof run === "number" ? undefined : run;
    },
    setVmState: (tenant, vm, state) => world.setVmState(vmNamed(world, tenant, vm), state),
    editPlan: (planId, vms) => world.editPlan(planId, placesFor(world, planId, vms)),
  };
}

function planWith(world: World, planId: string) {
  const plan = world.plans().find((each) => each.id === planId);
  if (!plan) throw new Error(`Cannot find plan "${planId}" in the sandbox`);
  return plan;
}

function vmNamed(world: World, tenant: string, name: string): string {
  const vm = world.inventory.vms.find((each) => each.tenant.name === tenant && each.name === name);
  if (!vm) throw new Error(`Cannot find VM "${name}" of tenant "${tenant}" in the sandbox`);
  return vm.id;
}

const placesFor = (world: World, planId: string, vms: readonly string[]): PlanVm[] =>
  planVms(planId, vms, planWith(world, planId).tenant?.name);
