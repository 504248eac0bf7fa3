/** The whole audit log, which is short in a test. */
import type { AuditEntry } from "../../src/records/audit-entry.ts";
import { auditEntry, auditPages } from "../../src/store/audit.ts";
import type { ChainLink, Store } from "../../src/store/store.ts";

export interface AuditLink extends ChainLink {
  readonly value: AuditEntry;
}

export async function auditLog(store: Pick<Store, "links">): Promise<AuditLink[]> {
  const links: ChainLink[] = [];
  for await (const page of auditPages(store)) links.push(...page);
  return links.map((link) => ({ ...link, value: entryIn(link) }));
}

function entryIn(link: ChainLink): AuditEntry {
  const value = auditEntry(link);
  if (!value) throw new Error(`Entry ${link.key} of the audit log cannot be read: ${link.text}`);
  return value;
}
