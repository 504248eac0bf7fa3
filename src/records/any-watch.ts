/** All kinds of watches as one. */
import type { ReplicationWatch } from "./replication-watch.ts";
import type { Watch } from "./watch.ts";

export type AnyWatch = Watch | ReplicationWatch;
