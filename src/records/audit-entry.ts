/** One entry of the audit log. */
import type { Person, Place } from "../chat/port.ts";
import type { Stored } from "./stored.ts";

export type AuditDeed =
  | "started"
  | "asked"
  | "approved"
  | "confirmed"
  | "cancelled"
  | "expired"
  | "void"
  | "refused"
  | "sending"
  | "accepted"
  | "not-sent"
  | "answer-lost"
  /** EM is asked to collect its data, and has been. */
  | "collecting"
  | "collected"
  | "clearing-tasks"
  | "tasks-cleared"
  /** Somebody wants to read no more of a run in a place. */
  | "quieted"
  /** Somebody has added a line to a run's timeline. */
  | "noted"
  /** The state was moved here from another place. */
  | "moved"
  /** A copy of the state was given or written. */
  | "copied"
  /** The bot has begun on such a copy. */
  | "restored"
  | "ended";

export interface AuditEntry extends Stored {
  readonly version: 1;
  readonly at: number;
  readonly deed: AuditDeed;
  readonly who?: Person;
  readonly where?: Place;
  /** The run or order that it is about. */
  readonly run?: string;
  /** Where one entry tells of several refusals: how many. */
  readonly count?: number;
  /**
   * What exactly: plan, points, task, reason; a sentence or two. Drawn by `messages/` when it is
   * saved, since the chain's hash covers it.
   */
  readonly what: string;
  /** The reason that somebody gave with `because`. */
  readonly why?: string;
}
