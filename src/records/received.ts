/** What somebody has said to the bot, until the commit that acts on it, or the answer to it. */
import type { Person, Place } from "../chat/port.ts";
import type { Stored } from "./stored.ts";

export interface Received extends Stored {
  readonly version: 1;
  readonly from: Person;
  readonly place: Place;
  readonly said: SaidOrPressed;
  /** EM is being asked for it. */
  readonly asked?: true;
}

export type SaidOrPressed =
  | { readonly is: "typed"; readonly line: string }
  /** A button of the question with this id. */
  | { readonly is: "pressed"; readonly decision: "confirm" | "cancel"; readonly order: string }
  /** A button of a run's card. */
  | { readonly is: "pressed-on-run"; readonly button: "unwatch" | "vms"; readonly watch: string };
