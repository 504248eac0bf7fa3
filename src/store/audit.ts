/**
 * The audit log: every request, decision, refusal, order, answer of EM and end, and the settings at
 * each start. Entries are written in the commit of what they tell of, each with the hash of the one
 * before.
 */
import type { Person, Place } from "../chat/port.ts";
import type { Conditional, Store, Stored } from "./store.ts";

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
  | "collected"
  | "tasks-cleared"
  | "ended";

export interface AuditEntry extends Stored {
  readonly version: 1;
  readonly at: number;
  readonly deed: AuditDeed;
  readonly who?: Person;
  readonly where?: Place;
  /** The run or order that it is about. */
  readonly run?: string;
  /** What exactly: plan, points, task, reason; a sentence or two. */
  readonly what: string;
  /** The reason that somebody gave with `because`. */
  readonly why?: string;
}

const CHAIN = "audit";

export const audited = (entry: Omit<AuditEntry, "version">): Conditional => ({
  chain: CHAIN,
  value: { version: 1, ...entry } as AuditEntry,
});

export const auditLog = (store: Store, newest?: number) => store.links<AuditEntry>(CHAIN, newest);

/**
 * The hash of the newest entry: whoever has noted it can tell whether the log up to there was
 * changed since.
 */
export async function auditHead(store: Store): Promise<string | undefined> {
  return (await auditLog(store, 1))[0]?.hash;
}
