/** What the bot can state about EM's estate, as data. All instants are those that the card shows. */

/** How long, as the card says it: the true length is at least so much, and less than that much. */
export interface Length {
  readonly least: number;
  readonly below: number;
}

export type VmMark = "running" | "waiting" | "well" | "warning" | "failed" | "stalled" | "seen";

export type Statement =
  /** Of the whole estate. */
  | { readonly is: "nothing over" }
  | {
      readonly is: "over in all";
      readonly plans?: number;
      readonly plan?: string;
      readonly vms: number;
      readonly of?: number;
    }
  | { readonly is: "open runs"; readonly count: number }
  | { readonly is: "open failures"; readonly vms: Names }
  | { readonly is: "plan count"; readonly count: number }
  | { readonly is: "last failed"; readonly plan: string; readonly begun: number }
  | { readonly is: "replications"; readonly failing: number; readonly of: number }
  | { readonly is: "replication fails"; readonly job: string; readonly since: number }
  /** Of one plan: of that which the card is about, where none is named. */
  | {
      readonly is: "plan over";
      readonly plan?: string;
      readonly tenant?: string;
      readonly over?: number;
      readonly of?: number;
    }
  | { readonly is: "since"; readonly plan?: string; readonly tenant?: string; readonly at: number }
  /** The newest run in which any of the plan's VMs went well. */
  | { readonly is: "last well"; readonly begun: number }
  | { readonly is: "down"; readonly plan?: string; readonly tenant?: string; readonly vms: Names }
  | { readonly is: "session runs"; readonly plan?: string }
  | {
      readonly is: "plan";
      readonly plan?: string;
      readonly tenant?: string;
      readonly kind?: string;
      readonly vms: number;
      readonly names?: Names;
    }
  | {
      readonly is: "age";
      readonly plan: string;
      readonly tenant?: string;
      readonly vm: string;
      readonly age: Length;
    }
  | { readonly is: "bare"; readonly plan?: string; readonly tenant?: string; readonly vms: Names }
  | { readonly is: "point"; readonly vm: string; readonly age?: Length; readonly at?: number }
  | { readonly is: "state"; readonly vm: string; readonly state: string }
  | {
      readonly is: "open run";
      readonly plan: string;
      readonly up: number;
      readonly of: number;
      readonly begun: number;
    }
  | {
      readonly is: "session";
      readonly plan?: string;
      readonly says: string;
      readonly begun: number;
      readonly took?: Length;
      readonly vms?: number;
      readonly id?: string;
    }
  /** Of one run. */
  | { readonly is: "tally"; readonly well: number; readonly of: number }
  | { readonly is: "warned"; readonly count: number }
  | { readonly is: "marked"; readonly mark: VmMark; readonly vms: Names }
  | { readonly is: "took"; readonly vm: string; readonly length: Length }
  | { readonly is: "progress"; readonly vm?: string; readonly percent: number }
  | { readonly is: "confirmed"; readonly seen?: number; readonly of?: number }
  | { readonly is: "reported"; readonly result: string }
  | { readonly is: "all failed"; readonly of: number }
  | { readonly is: "failed" }
  | { readonly is: "not seen"; readonly vms: Names }
  | { readonly is: "shown"; readonly vms: Names }
  /** What EM shows is of then or later. */
  | { readonly is: "data from"; readonly at: number }
  | { readonly is: "begun"; readonly at: number }
  | { readonly is: "ran"; readonly length: Length; readonly from: number }
  | { readonly is: "sent"; readonly at: number }
  /** Up to the last VM: from the question, and of that what EM took. */
  | {
      readonly is: "recovered";
      readonly last: Length;
      readonly first?: Length;
      readonly machine?: Length;
      readonly up?: number;
      readonly of?: number;
      /** Of so many it is not known. */
      readonly unknown?: number;
    }
  /** The oldest point used, as its VM was failed over. */
  | { readonly is: "lost"; readonly vm?: string; readonly length: Length }
  /** Not all of them are known. */
  | { readonly is: "lost of some"; readonly vm: string; readonly length: Length }
  | { readonly is: "of tenant"; readonly tenant: string }
  | { readonly is: "by"; readonly people: Names }
  | { readonly is: "started elsewhere"; readonly plan: string }
  /** Of one session of a replication job or CDP policy. */
  | { readonly is: "replicating"; readonly says: string }
  | { readonly is: "replicated"; readonly vm: string; readonly mark: string };

/** Named, and so many more that are only counted. */
export interface Names {
  /** As they stand on the card: a name may hold commas itself. */
  readonly text: string;
  readonly named: readonly string[];
  readonly more: number;
}

export type Kind = Statement["is"];

/** What a card, or one line of it, is about. */
export interface Subject {
  readonly plan?: string;
  readonly tenant?: string;
  /** A replication job or CDP policy. */
  readonly job?: string;
  readonly action?: "start" | "test" | "undo";
  /** As of when it is said, where that is said. */
  readonly asOf?: number;
  /** Ordered elsewhere, so that nobody knows what the plan was then. */
  readonly elsewhere?: true;
  /** Its ages are drawn later than what they are of was read. */
  readonly asks?: true;
  readonly begun?: number;
  readonly sent?: number;
  /** A run that is over: what is told of it may be of any time since then. */
  readonly ended?: number;
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** `2 h 5 min`; what is smaller than the units named is left out. `least`: the smallest unit. */
export function lengthOf(text: string, smallest: "s" | "min"): Length {
  const parts = [...text.matchAll(/(\d+) (ms|s|min|h|days?)/g)];
  const least = parts.reduce((sum, [, n, unit = ""]) => sum + Number(n) * (UNITS[unit] ?? 0), 0);
  return { least, below: least + unitOf(least, smallest) };
}

/** What is left out: hours from three days on, minutes from a day on, seconds from an hour on. */
function unitOf(least: number, smallest: "s" | "min"): number {
  const { day = 0, h = 0, min = 0, s = 0 } = UNITS;
  if (least >= 3 * day) return day;
  if (least >= day) return h;
  if (least >= h || (smallest === "min" && least >= min)) return min;
  return least >= s ? s : 1_000;
}

/** `a, b and 3 more`. */
export function namesOf(text: string): Names {
  const more = Number(/ and (\d+) more$/.exec(text)?.[1] ?? 0);
  const named =
    more > 0 ? text.replace(/ and \d+ more$/, "") : text.replace(/ and (?=[^,]*$)/, ", ");
  return { text, named: named.split(", "), more };
}
