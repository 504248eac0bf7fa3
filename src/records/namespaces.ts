/** What is stored where: one kind of record a namespace, so that no read can choose another. */
import type { AnyWatch } from "./any-watch.ts";
import type { AuditEntry } from "./audit-entry.ts";
import type { HeardUntil } from "./heard-until.ts";
import type { KnownReplica } from "./known-replica.ts";
import type { LastLook } from "./last-look.ts";
import type { Moment } from "./moment.ts";
import type { MovedChannel } from "./moved-channel.ts";
import type { Hold, Order } from "./order.ts";
import type { RunRecord, RunSummary } from "./past-run.ts";
import type { Received } from "./received.ts";
import type { CountedRefusals } from "./refusals.ts";
import type { Copied, LastStart, Listed, RoutineDone, Tested } from "./routine.ts";
import type { Marker } from "./stored.ts";
import type { Content, Posted, QueuedLine, RunThread, Topic } from "./topic.ts";
import type { SeenSession } from "./watch.ts";

export interface Namespaces {
  /** In hand, from the question to the moment EM has taken them; by id. */
  orders: Order;
  /** Those that EM has taken or that were closed; by id, for 90 days. */
  "past-orders": Order;
  /** Questions that wait for a decision; whoever takes one away has decided. By order. */
  asks: Marker;
  /**
   * Names of plans about which a question stands or stood within the last ten minutes; by the name
   * as names are compared.
   */
  questions: Marker;
  /** By plan. */
  holds: Hold;
  /** Open; by id. */
  watches: AnyWatch;
  "past-watches": AnyWatch;
  /** A queue: what happens in runs, found by run. What was of a run that has ended is in its report. */
  moments: Moment;
  /** Of runs that have ended; by id. */
  reports: RunRecord;
  /** The same in short, found by plan. */
  runs: RunSummary;
  /** By EM. */
  looks: LastLook;
  /** Sessions of which people were told; by EM and id. */
  "seen-sessions": SeenSession;
  topics: Topic;
  /** By topic. */
  posted: Posted;
  /** Of runs that have ended; by place. */
  threads: RunThread;
  /** A queue: what is said in threads, in order. */
  lines: QueuedLine;
  /** Bytes of files in `lines`; each goes with its line. */
  contents: Content;
  /** What was acted on; by platform and delivery. */
  deliveries: Marker;
  /** What was ordered or decided and not acted on yet; by platform and delivery. */
  received: Received;
  /** By platform. */
  heard: HeardUntil;
  /** By platform and the id that no longer is. */
  "moved-channels": MovedChannel;
  /** By EM and replica. */
  replicas: KnownReplica;
  /** By person and place. */
  lists: Listed;
  /** By chore. */
  routine: RoutineDone;
  starts: LastStart;
  /** Of a copy of the state alone: from when it is. */
  copied: Copied;
  /** By EM and plan. */
  tested: Tested;
  /** By person and kind; gone once they have stopped. */
  refusals: CountedRefusals;
  /** Written to see whether it can be. */
  ops: Marker;
  /** A chain. */
  audit: AuditEntry;
}
