/**
 * Format 2: reasons are kept as data. A sentence that was kept before is kept on as it was told; of
 * the rest nothing changes.
 */
import type { OrderNote } from "../records/blocker.ts";
import type { Closed, Order, OrderPhase } from "../records/order.ts";
import type { ReplicationEnd, ReplicationWatch } from "../records/replication-watch.ts";
import type { AsTold } from "../records/stored.ts";
import type { End, Phase, Watch } from "../records/watch.ts";
import type { Migration } from "./migration.ts";

type OldClosed =
  | Exclude<Closed, { is: "not-known" } | { is: "not-sent" }>
  | { readonly is: "not-known"; readonly why: string }
  | { readonly is: "not-sent"; readonly why: string };

interface OldOrder extends Omit<Order, "version" | "notes" | "phase"> {
  readonly version: 1;
  readonly notes: readonly string[];
  readonly phase:
    | Exclude<OrderPhase, { is: "closed" }>
    | { readonly is: "closed"; readonly at: number; readonly how: OldClosed };
}

const told = (text: string): AsTold => ({ is: "told", text });

function bringOrder(order: OldOrder): Order {
  const { phase } = order;
  return {
    ...order,
    version: 2,
    notes: order.notes.map((text): OrderNote => told(text)),
    phase: phase.is === "closed" ? { ...phase, how: bringClosed(phase.how) } : phase,
  };
}

function bringClosed(how: OldClosed): Closed {
  if (how.is === "not-known") return { is: "not-known" };
  return how.is === "not-sent" ? { is: "not-sent", why: told(how.why) } : how;
}

type OldLost = { readonly is: "lost"; readonly why: string };

type OldEnd =
  | Exclude<End, { is: "confirmed" | "reported" | "failed" | "lost" }>
  | (Omit<Extract<End, { is: "confirmed" }>, "warnings"> & OldWarnings)
  | (Omit<Extract<End, { is: "reported" }>, "warnings"> & OldWarnings)
  | (Omit<Extract<End, { is: "failed" }>, "reasons"> & OldReasons)
  | OldLost;

interface OldWarnings {
  readonly warnings: readonly string[];
}

interface OldReasons {
  readonly reasons: readonly string[];
}

interface OldWatch extends Omit<Watch, "version" | "phase"> {
  readonly version: 1;
  readonly phase:
    | Exclude<Phase, { is: "ended" }>
    | { readonly is: "ended"; readonly at: number; readonly how: OldEnd };
}

interface OldReplicationWatch extends Omit<ReplicationWatch, "version" | "phase"> {
  readonly version: 1;
  readonly phase:
    | Exclude<ReplicationWatch["phase"], { is: "ended" }>
    | {
        readonly is: "ended";
        readonly at: number;
        readonly how:
          | (Omit<Extract<ReplicationEnd, { is: "stopped" }>, "reasons"> & OldReasons)
          | OldLost;
      };
}

function bringWatch(watch: OldWatch | OldReplicationWatch): Watch | ReplicationWatch {
  return watch.of === "failover" ? bringRun(watch) : bringReplication(watch);
}

const bringRun = ({ phase, ...watch }: OldWatch): Watch => ({
  ...watch,
  version: 2,
  phase: phase.is === "ended" ? { ...phase, how: bringEnd(phase.how) } : phase,
});

function bringEnd(how: OldEnd): End {
  switch (how.is) {
    case "confirmed":
    case "reported":
      return { ...how, warnings: how.warnings.map(told) };
    case "failed":
      return { ...how, reasons: how.reasons.map(told) };
    case "lost":
      return { is: "lost", why: told(how.why) };
    default:
      return how;
  }
}

function bringReplication({ phase, ...watch }: OldReplicationWatch): ReplicationWatch {
  if (phase.is !== "ended") return { ...watch, version: 2, phase };
  const { how } = phase;
  const brought: ReplicationEnd =
    how.is === "lost"
      ? { is: "lost", why: told(how.why) }
      : { ...how, reasons: how.reasons.map(told) };
  return { ...watch, version: 2, phase: { ...phase, how: brought } };
}

export const toFormat2: readonly Migration[] = [
  { format: 2, namespace: "orders", from: 1, bring: bringOrder },
  { format: 2, namespace: "past-orders", from: 1, bring: bringOrder },
  { format: 2, namespace: "watches", from: 1, bring: bringWatch },
  { format: 2, namespace: "past-watches", from: 1, bring: bringWatch },
];
