/**
 * What is known of a run, put in order: the one shape from which its picture, its report, its
 * table and its JSON are drawn. No words: those are in `messages/`.
 */
import type { Mark, Person, Place } from "../chat/port.ts";
import type { Result, StartFrom } from "../em/types.ts";
import type { Recorded } from "../records/moment.ts";
import type { Targets } from "../records/targets.ts";
import type { Action, End, Subject, VmVerdict } from "../records/watch.ts";

/** When something was, and by whose word: EM's (by our clock), or our own. */
export interface Sourced {
  readonly at: number;
  readonly by: "em" | "bot";
}

export interface RunFacts {
  readonly run: string;
  readonly em: string;
  readonly plan: Subject;
  /** Absent where somebody began it elsewhere. */
  readonly action?: Action;
  readonly from?: StartFrom;
  readonly reason?: string;
  readonly asked?: Decided;
  /** The last of them is the one that confirmed. */
  readonly approved: readonly Decided[];
  readonly sent?: Sourced;
  /** EM's session. */
  readonly began?: Sourced;
  readonly sessionEnded?: Sourced;
  /** Until when it was watched, which can be long after the end of EM's session; absent until then. */
  readonly ended?: { readonly how: End } & Sourced;
  /** Of one that goes on: as EM told of it last. */
  readonly asOf?: Sourced;
  /** Id of EM's session, and EM's word for how it ended. */
  readonly session?: string;
  readonly result?: Result;
  /** Who ordered that EM's task be stopped. */
  readonly stoppedBy?: Person;
  /** In the plan's order. */
  readonly vms: readonly VmFacts[];
  readonly timeline: readonly Happening[];
  readonly gaps: readonly Gap[];
  readonly scorecard: Scorecard;
}

export interface Decided extends Sourced {
  readonly who: Person;
  readonly where: Place;
}

export interface VmFacts {
  readonly name: string;
  readonly mark: Mark;
  readonly began?: Sourced;
  readonly ended?: Sourced;
  /** How far its end is proven by its replica point; absent where that was not looked at. */
  readonly evidence?: VmVerdict["is"];
  readonly message?: string;
  readonly point?: PointFacts;
  /** Its median over earlier runs, in milliseconds. */
  readonly usualMs?: number;
}

/** The restore point that a VM runs from. */
export interface PointFacts {
  readonly name?: string;
  readonly madeAt?: number;
  /** How old it was when the VM was failed over, in milliseconds. */
  readonly ageMs?: number;
  /** How old, then, was the one that the question showed, in milliseconds. */
  readonly promisedMs?: number;
}

/** One line of the timeline. */
export interface Happening extends Sourced {
  readonly what:
    | Recorded
    | { readonly is: "session-began" }
    | { readonly is: "session-ended" }
    | { readonly is: "vm-began"; readonly vm: string }
    | {
        readonly is: "vm-ended";
        readonly vm: string;
        readonly mark: Mark;
        readonly message?: string;
      }
    /** By a later run. */
    | { readonly is: "undone"; readonly run: string; readonly who?: Person };
}

/** A time of which nothing is known: EM did not answer, or nobody watched. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly why: "em-silent" | "nobody-watched";
  /** The host that led before, where another has taken over. */
  readonly tookOverFrom?: string;
}

/**
 * All times in milliseconds; absent where not known. A VM counts as up by EM's word, unless its
 * replica point contradicts it, and from the end that EM gives of it; where EM has not said how it
 * went, by its replica point.
 */
export interface Scorecard {
  /** From when on it counts: our first question; of a run begun elsewhere EM's session. */
  readonly decided?: Sourced;
  /** From then to the first and to the last of those that are up. */
  readonly firstUpMs?: number;
  readonly lastUpMs?: number;
  /** From the question to its confirmation. */
  readonly peopleMs?: number;
  /** From the sending to the last VM up. */
  readonly machineMs?: number;
  /** Ages of the points used, at the moment of the failover. */
  readonly data?: DataLost;
  readonly up: number;
  readonly of: number;
  /** Of so many, once the run is over, nobody has told whether they are up. */
  readonly notKnown: number;
  /** The three that took longest, the slowest first. */
  readonly slowest: readonly { readonly vm: string; readonly tookMs: number }[];
  readonly targets: Targets;
  /** Absent without a target, and as long as the run goes on. */
  readonly recovery?: Kept;
  readonly dataKept?: Kept;
}

export interface DataLost {
  /** The oldest. */
  readonly mostMs: number;
  readonly vm: string;
  /** What the question promised for the same. */
  readonly promisedMs?: number;
  /** Known of so many VMs. */
  readonly known: number;
}

/** A target beside what came of it. */
export type Kept =
  | { readonly is: "within"; readonly spareMs: number }
  | { readonly is: "missed"; readonly byMs: number }
  /** Not all VMs are up at the end. */
  | { readonly is: "not-reached" }
  | { readonly is: "not-known" };
