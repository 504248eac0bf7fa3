/** The words that differ from order to order. */
import type { Line, Span } from "../chat/port.ts";
import { isOverUnknown, type Order } from "../records/order.ts";
import type { Action } from "../records/watch.ts";
import { at, quoted } from "./words.ts";

export interface ActionWords {
  /** `Start failover plan`, before the plan's name. */
  readonly ask: string;
  /** Before the plan's name in the title of its run; nothing of a start. */
  readonly of: string;
  /** On the button of the form, at most 24 characters. */
  readonly submit: string;
  /** What has not happened where nothing was sent. */
  readonly undone: string;
  /** Of one VM that ended well. */
  readonly vm: string;
  /** Of one VM that has begun, and is not there yet. */
  readonly doing: string;
  readonly confirmed: string;
  /** What the replica points show where the end is confirmed. */
  readonly evidence: string;
  readonly afterwards: string;
  readonly consequences: (order: Pick<Order, "plan" | "points" | "since">) => readonly Line[];
}

const start: ActionWords = {
  ask: "Start failover plan",
  of: "",
  submit: "Start failover",
  undone: "not started",
  vm: "up",
  doing: "starting",
  confirmed: "failed over, confirmed",
  evidence: "Every VM's replica is in state Failover, as EM's replica points show.",
  afterwards:
    "Check the services. The failover stays until it is undone, made permanent or failed back in the Veeam console.",
  consequences: () => [
    [
      { strong: "Production is not powered off" },
      ": where it still runs, names and addresses will exist twice.",
    ],
    "Replication of these VMs stops until the failover is undone or made permanent.",
  ],
};

const test: ActionWords = {
  ask: "Test failover plan",
  of: "test of ",
  submit: "Start test",
  undone: "not tested",
  vm: "tested",
  doing: "testing",
  confirmed: "tested, confirmed",
  evidence: "Every VM's replica is back in state Ready, as EM's replica points show.",
  afterwards: "The session's log in the Veeam console shows what the test found.",
  consequences: () => [
    [
      { strong: "Production is not touched" },
      ": each replica is put to its latest restore point, powered on, pinged and powered off again.",
    ],
    "Replication of a VM waits while its replica is tested.",
  ],
};

const undo: ActionWords = {
  ask: "Undo the failover of plan",
  of: "undo of ",
  submit: "Undo failover",
  undone: "not undone",
  vm: "undone",
  doing: "undoing",
  confirmed: "undone, confirmed",
  evidence: "Every VM's replica is back in state Ready, as EM's replica points show.",
  afterwards:
    "The replicas are off. Check that production serves again, and that replication goes on.",
  consequences: (order) => [
    [
      { strong: "Going ahead discards all that was changed in the replicas since the failover" },
      ...[" (", ...failedOverWords(order), ")"],
      "; the replicas are powered off.",
    ],
    "VMs that were failed back or failed over for good are left as they are.",
  ],
};

/** A run that was seen tells when VMs were failed over only where they are known to be. */
function failedOverWords({ points, since }: Pick<Order, "points" | "since">): readonly Span[] {
  if (!isOverUnknown(points))
    return since === undefined ? ["EM does not show when it was"] : ["failed over ", at(since)];
  const ran =
    since === undefined
      ? []
      : ["; the newest run in which one of its VMs went well began ", at(since)];
  return ["not known whether it is failed over", ...ran];
}

const stop: ActionWords = {
  ask: "Stop EM's task of failover plan",
  of: "stop of ",
  submit: "Stop the task",
  undone: "not stopped",
  vm: "ended",
  doing: "begun",
  confirmed: "ended",
  evidence: "",
  afterwards: "",
  consequences: () => [
    [
      { strong: "What it does to VMs already started is documented nowhere" },
      "; the run is watched on, whatever happens.",
    ],
    "EM is told to delete the task of this order. Veeam documents that as stopping it, and elsewhere as removing it from the list.",
  ],
};

export const actionWords: Readonly<Record<Action, ActionWords>> = { start, test, undo, stop };

/** What an order is about, after how it stands: `Not sent yet: test of ABC Company Failover Plan`. */
export function orderName({ action, plan, shared }: Pick<Order, "action" | "plan" | "shared">) {
  const of = shared && plan.tenant ? ` of ${plan.tenant.name}` : "";
  return `${actionWords[action].of}${plan.name}${of}`;
}

/** The plan of an order as it is typed, with its tenant where another plan has the same name. */
export const typedPlanOf = ({ plan, shared }: Pick<Order, "plan" | "shared">) =>
  quoted(shared && plan.tenant ? `${plan.name} @ ${plan.tenant.name}` : plan.name);

/** Of a run that was started elsewhere: it may be a failover, a test or an undo. */
export const ofAnyRun: ActionWords = { ...start, vm: "ended well", doing: "in progress" };
