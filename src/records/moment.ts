/** What happened in a run, kept as it happens: from this its timeline is made. */
import type { Person, Place } from "../chat/port.ts";
import type { AuditDeed } from "./audit-entry.ts";
import type { Event } from "./event.ts";
import type { Stored } from "./stored.ts";
import type { Call } from "./watch.ts";

/** Saved in the commit of what it tells of. */
export interface Moment extends Stored {
  readonly version: 1;
  /**
   * The id of the order, which is that of its watch; of a run begun elsewhere that of the watch. What
   * is about an order to stop a run is of that run.
   */
  readonly run: string;
  readonly at: number;
  readonly what: Recorded;
}

export type Recorded =
  /** As in the audit log. */
  | {
      readonly is: "deed";
      /** It is about an order to stop the run. */
      readonly stop?: true;
      readonly deed: AuditDeed;
      readonly who?: Person;
      readonly where?: Place;
      readonly what: string;
      readonly why?: string;
    }
  | { readonly is: "event"; readonly event: Event }
  /** These people were mentioned for it, each on a platform where the run is shown. */
  | { readonly is: "called"; readonly call: Call; readonly people: readonly Person[] }
  /** As no place could be written, a message with a failure or the end has reached this person. */
  | { readonly is: "told-directly"; readonly who: Person }
  /**
   * Somebody who was called has, for the first time since, said something to the bot where the run is
   * shown, or pressed a button there. What people say to each other the bot does not hear.
   */
  | { readonly is: "answered"; readonly who: Person; readonly where: Place }
  /** A line of somebody's own. */
  | {
      readonly is: "note";
      readonly who: Person;
      readonly where: Place;
      readonly text: string;
    };
