/**
 * The parts of which a process has one each. They are made in one place, in `program/`; whoever
 * works with some of them says which: `Pick<Services, "store" | "clock">`. Types alone.
 */
import type { ChatPort, Person, Place } from "./chat/port.ts";
import type { SteadyClock } from "./clock.ts";
import type { EmClient } from "./em/client.ts";
import type { PlanList } from "./em/plan-list.ts";
import type { Log } from "./log.ts";
import type { Permissions } from "./policy/permissions.ts";
import type { Outbox } from "./speech/outbox.ts";
import type { Locks } from "./store/locks.ts";
import type { OpenedState } from "./store/sqlite.ts";
import type { Store } from "./store/store.ts";
import type { Wakeups } from "./store/wakeups.ts";

export interface Services {
  readonly em: EmClient;
  /** Names the EM in records; those of the sandbox are never resumed on a real EM. */
  readonly emKey: string;
  /** The EM is the sandbox: nothing is real. */
  readonly sandbox: boolean;
  readonly plans: PlanList;
  readonly store: Store;
  /** The one table for this store: for whoever reads a record and then changes it. */
  readonly locks: Locks;
  /** Writes a copy of the state (see `OpenedState`). */
  readonly copyTo: OpenedState["copyTo"];
  /** Word to the loops that something was saved for them. */
  readonly wakeups: Wakeups;
  readonly outbox: Outbox;
  readonly ports: readonly ChatPort[];
  readonly permissions: Permissions;
  /** Where runs that were started elsewhere, notices and digests are told. */
  readonly announceIn: readonly Place[];
  /** Mentioned at failure, stall and the end of every run. */
  readonly onCall: readonly Person[];
  /**
   * The bot's time, which never jumps, and which a sandbox may let go by faster than that of the
   * wall. Cards bear its times; they become the wall clock's where they leave the bot.
   */
  readonly clock: SteadyClock;
  readonly log: Log;
}
