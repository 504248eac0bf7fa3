/**
 * A watch: our record of one run being followed, from the order (or from the first sight of a
 * session that somebody else started) to its end. It holds only what survives a restart; `advance`
 * in state.ts moves it on.
 */

import type { Mark, Person } from "../chat/port.ts";
import type { PlanKind, Ref, Result, SessionState, StartFrom } from "../em/types.ts";
import type { AsTold, Stored } from "./stored.ts";
import type { Targets, Usual } from "./targets.ts";

/** What an order does: start, test or undo a plan, or stop EM's task of a start that still runs. */
export type Action = "start" | "test" | "undo" | "stop";

/** A run of a failover plan being followed. */
export interface Watch extends Stored {
  readonly version: 2;
  readonly of: "failover";
  readonly id: string;
  /** The EM that it belongs to; never resumed on another. */
  readonly em: string;
  readonly subject: Subject;
  /** Absent where somebody started the run elsewhere. */
  readonly order?: OrderRef;
  /** Who is called, for each kind of call once. */
  readonly notify: readonly Person[];
  /** What they were called for so far. */
  readonly called?: readonly Call[];
  /** Those who were heard where it is shown, since they were called. */
  readonly answered?: readonly Person[];
  /** Root cards, by topic id, that show this watch. */
  readonly topics: readonly string[];
  /** Those of them where somebody wants to read no more than what calls people. */
  readonly quiet?: readonly string[];
  /** By topic id: who asked to watch it there; nobody where it was ordered or announced. */
  readonly askedBy?: Readonly<Record<string, Person>>;
  readonly since: number;
  /** When EM last answered about it. */
  readonly seenAt: number;
  readonly phase: Phase;
  readonly session?: SessionView;
  readonly vms: readonly VmView[];
  /** Of each VM, since its evidence is read. */
  readonly verdicts?: readonly VmVerdict[];
  /**
   * EM's data, from which they are, is of then or later: when the collection began, by our clock;
   * absent where nobody asked EM to collect it.
   */
  readonly dataOf?: number;
  readonly silence?: Silence;
  /** Who ordered that EM's task be stopped, once EM no longer knows the task. */
  readonly stoppedBy?: Person;
  /** By the policy at the time of asking, or of the first sight of it. */
  readonly targets?: Targets;
  /** By the runs that were known then. */
  readonly usual?: Usual;
  /** It was told that the target for recovery has been missed. */
  readonly missed?: true;
}

/** What people are called for. */
export type Call =
  | "failure"
  | "stall"
  /** Whether an order was carried out is not known. */
  | "doubt"
  /** EM does not answer. */
  | "silence"
  /** Nobody here ordered the run. */
  | "elsewhere"
  /** Nobody watched. */
  | "absence"
  | "end";

/** The plan, as far as known: a session tells no more than its name. */
export interface Subject {
  readonly name: string;
  readonly kind: PlanKind;
  readonly planId?: string;
  readonly tenant?: string;
  /** The backup server that has the plan. */
  readonly server?: Ref;
  /** Another plan has the same name, so that a session's name does not tell whose it is. */
  readonly shared: boolean;
  /** The plan's VMs in order. */
  readonly vms: readonly string[];
}

export interface OrderRef {
  readonly id: string;
  readonly action: Action;
  readonly from: StartFrom;
  /** The key of the hold that the order has on its plan; released at the end. */
  readonly hold: string;
  readonly by: Person;
  readonly reason?: string;
  readonly approvedBy: readonly Person[];
  /** When the first of its questions was asked; like what follows absent in older records. */
  readonly askedAt?: number;
  /** When the last who had to has approved. */
  readonly approvedAt?: number;
  /** Of a start, the restore points that the confirmed question showed, by the VMs' names. */
  readonly shown?: Readonly<Record<string, ShownPoint>>;
  readonly sentAt: number;
  /** Sessions of that plan name that were there before the order. */
  readonly known: readonly string[];
  /** VMs that were in state Failover before the order. */
  readonly over: readonly string[];
  /** The replicas that are theirs, by the VMs' names, where that is known. */
  readonly replicas?: Readonly<Record<string, string>>;
}

/** Its name where EM gave one. */
export interface ShownPoint {
  readonly name?: string;
  readonly createdAt: number;
}

/** EM's receipt for an order, read until it says Finished; `at`: since when. */
export interface Receipted {
  readonly task: string;
  readonly logon: string;
  readonly at: number;
}

/**
 * Why a session may be somebody else's: another plan bears its name, several began in the time of our
 * order, or it began late after one of which nobody knows whether EM took it.
 */
export type Doubt = "shared-name" | "several" | "late";

export type Phase =
  | ({
      readonly is: "ordered";
      /** It was said that the task takes long. */
      readonly stalled?: true;
    } & Receipted)
  /** `silentMs`: for so long of this time EM did not answer. */
  | {
      readonly is: "looking";
      readonly since: number;
      readonly silentMs: number;
      readonly why: Lost;
    }
  /** `receipt`: the task still runs, so that it has not named its session yet. */
  | {
      readonly is: "following";
      readonly session: string;
      readonly missingSince?: number;
      readonly receipt?: Receipted;
      readonly doubt?: Doubt;
    }
  | { readonly is: "checking"; readonly session: string; readonly until: number }
  | { readonly is: "ended"; readonly at: number; readonly how: End };

/** Why the session has to be looked for. */
export type Lost = "answer-lost" | "task-lost" | "stopped" | "no-session-named";

export type End =
  | {
      readonly is: "confirmed";
      readonly warnings: readonly Remark[];
      readonly other: readonly VmState[];
    }
  | { readonly is: "reported"; readonly why: Unconfirmed; readonly warnings: readonly Remark[] }
  | { readonly is: "contradicted"; readonly vms: readonly VmState[] }
  /** `vms`: those that failed, `of` so many. `reasons`: none where EM gave none. */
  | {
      readonly is: "failed";
      readonly reasons: readonly Remark[];
      readonly vms: readonly string[];
      readonly of: number;
    }
  | { readonly is: "lost"; readonly why: SightLost }
  /** EM has carried out the task, and its API shows no more of it. */
  | { readonly is: "taken" };

/** Why it is not known how a run ended. */
export type SightLost =
  /** The time for watching, in milliseconds, is over. */
  | { readonly is: "time-limit"; readonly limitMs: number }
  /** Of an ordinary plan, which has no session to look for. */
  | { readonly is: "ordinary-task-lost" }
  | { readonly is: "no-session-appeared" }
  | { readonly is: "session-gone" }
  | AsTold;

/** What is said of a VM, or of the whole run, besides how it ended. */
export type Remark =
  /** In EM's own words. */
  | { readonly is: "em-says"; readonly text: string; readonly vm?: string }
  | { readonly is: "vm-warning"; readonly vm: string }
  | { readonly is: "vm-unclear"; readonly vm: string }
  /** It ended so, and EM gives no reason. */
  | { readonly is: "vm-unexplained"; readonly vm: string; readonly mark: "failed" | "warning" }
  /** The session ended before this VM's part of it did. */
  | { readonly is: "vm-cut-off"; readonly vm: string }
  /** The session names others, and not this one. */
  | { readonly is: "vm-left-out"; readonly vm: string }
  /** EM reports a warning, and of no VM. */
  | { readonly is: "unnamed-warning" }
  | { readonly is: "session-unclear" }
  /** EM's task wants what its API cannot give. */
  | { readonly is: "wants"; readonly what: "confirmation" | "credentials" }
  | AsTold;

/**
 * Why EM's word was not confirmed: no right to read points, nothing to read, not in time, nothing
 * newer than how things stood before, another run of these VMs has begun since, or nobody knows what
 * it was.
 */
export type Unconfirmed =
  | "not-allowed"
  | "no-points"
  | "not-in-time"
  | "as-before"
  | "run-since"
  | "kind-unknown"
  | "no-result";

export interface VmState {
  readonly vm: string;
  readonly state: string;
}

/**
 * How far a VM's end is proven. seen: its replica point shows it. word: EM's word alone, be it that
 * the point is older, or shows what was so before. not-so: it contradicts. not-known: EM shows no
 * point of it.
 */
export interface VmVerdict extends VmState {
  readonly is: "seen" | "word" | "not-so" | "not-known";
}

export interface SessionView {
  readonly id: string;
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly state: SessionState;
  readonly result: Result;
  readonly progress: number;
  readonly failureMessage?: string;
  readonly backupServer?: Ref;
  /** When anything in it, or in one of its VMs, last changed. */
  readonly changedAt: number;
  readonly stalled: boolean;
}

export interface VmView {
  readonly name: string;
  readonly mark: Mark;
  readonly progress: number;
  /**
   * EM's reason; or, drawn by `messages/` when it was seen, that EM has a word for it that this bot
   * does not know.
   */
  readonly message?: string;
  readonly point?: Ref;
  /** When that was made; known once the evidence was read. */
  readonly pointMadeAt?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly changedAt: number;
  /** The furthest that was said of it: that it began, or how it ended. */
  readonly told?: Mark;
  /** It was told that it takes longer than usual. */
  readonly slow?: true;
}

export interface Silence {
  readonly since: number;
  /** In the words of EM's client. */
  readonly why: string;
  readonly said: boolean;
}

/** A session of which people were told. */
export interface SeenSession extends Stored {
  readonly version: 1;
  /** Who follows it, where that was begun for it; two people who ask at once get one watch. */
  readonly watch?: string;
}

export const isOpen = (watch: { readonly phase: { readonly is: string } }) =>
  watch.phase.is !== "ended";

/** The order's task, as long as it is read. */
export function receiptOf({ phase }: Watch): Receipted | undefined {
  if (phase.is === "ordered") return phase;
  return phase.is === "following" ? phase.receipt : undefined;
}

/** The session that the watch follows, once it is known. */
export function sessionOf({ phase, session }: Watch): string | undefined {
  return phase.is === "following" || phase.is === "checking" ? phase.session : session?.id;
}

export const wentWell = (mark: Mark) => mark === "done" || mark === "warning";
export const hasEnded = (mark: Mark) => wentWell(mark) || mark === "failed";

/** After a start the replicas run; after a test or an undo they wait again. */
export const expectedState = ({ order }: Watch): "Failover" | "Ready" =>
  order?.action === "test" || order?.action === "undo" ? "Ready" : "Failover";
