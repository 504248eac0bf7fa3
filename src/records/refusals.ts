/** Refusals of one person that come so fast that they are counted, and not written one by one. */
import type { Person, Place } from "../chat/port.ts";
import type { Stored } from "./stored.ts";

/**
 * nothing-fits: no verb, plan, question or run is what was typed or pressed. not-done: understood,
 * and not allowed or not possible. failed: something failed on the way. Each kind is counted by
 * itself, so that a flood of misread lines does not hide an order that was not allowed.
 */
export type RefusalKind = "nothing-fits" | "not-done" | "failed";

export interface CountedRefusals extends Stored {
  readonly version: 1;
  readonly who: Person;
  readonly kind: RefusalKind;
  /** So many have an entry of their own in the audit log. */
  readonly written: number;
  /** When the last one was, written or counted. */
  readonly lastAt: number;
  /** Those that no entry of the audit log tells of yet. */
  readonly more?: MoreRefusals;
}

export interface MoreRefusals {
  readonly count: number;
  readonly since: number;
  /** Of the last of them. */
  readonly where: Place;
  readonly what: string;
}
