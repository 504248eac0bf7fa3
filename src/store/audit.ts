/**
 * The audit log: every request, decision, refusal, order, answer of EM and end, and the settings at
 * each start. Entries are written in the commit of what they tell of, each with the hash of the one
 * before.
 */
import type { AuditEntry } from "../records/audit-entry.ts";
import type { Conditional, Store } from "./store.ts";

const CHAIN = "audit";

export const audited = (entry: Omit<AuditEntry, "version">): Conditional => ({
  chain: CHAIN,
  value: { version: 1, ...entry } as AuditEntry,
});

export const auditLog = (store: Store, newest?: number) => store.links(CHAIN, newest);

/**
 * The hash of the newest entry: whoever has noted it can tell whether the log up to there was
 * changed since.
 */
export async function auditHead(store: Store): Promise<string | undefined> {
  return (await auditLog(store, 1))[0]?.hash;
}
