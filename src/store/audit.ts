/**
 * The audit log: every request, decision, refusal, order, answer of EM and end, and the settings at
 * each start. Entries are written in the commit of what they tell of, each with the hash of the one
 * before.
 */
import type { Turn } from "../clock.ts";
import type { AuditEntry } from "../records/audit-entry.ts";
import { firstBadLink } from "./chain.ts";
import type { ChainLink, Conditional, Store } from "./store.ts";

export const AUDIT_CHAIN = "audit";

export const audited = (entry: Omit<AuditEntry, "version">): Conditional => ({
  chain: AUDIT_CHAIN,
  value: { version: 1, ...entry } as AuditEntry,
});

/** What an entry says; nothing where somebody has changed it into something else. */
export function auditEntry({ text }: ChainLink): AuditEntry | undefined {
  try {
    const { value }: { readonly value?: AuditEntry | null } = JSON.parse(text);
    return value ?? undefined;
  } catch {
    return undefined;
  }
}

export const newestAudited = (store: Pick<Store, "links">, newest: number) =>
  store.links(AUDIT_CHAIN, { newest });

/** Few enough to be held at once, and to be checked within a few milliseconds. */
const PAGE = 500;

/**
 * The log from its beginning, with what comes to it meanwhile. It is kept for ever, so whoever reads
 * it lets others go first between the pages.
 */
export async function* auditPages({
  links,
}: Pick<Store, "links">): AsyncGenerator<readonly ChainLink[]> {
  let after: string | undefined;
  for (;;) {
    const page = await links(AUDIT_CHAIN, { after, limit: PAGE });
    if (page.length === 0) return;
    yield page;
    after = page.at(-1)?.key;
  }
}

/** Up to the first entry that does not fit. */
export interface CheckedLog {
  readonly entries: number;
  readonly head?: string | undefined;
  /** The entry that has the hash which was noted. */
  readonly known?: string | undefined;
  readonly bad?: ChainLink;
}

/** `noted`: a hash that somebody has kept outside. */
export async function checkLog(
  store: Pick<Store, "links">,
  noted: string | undefined,
  turn: Turn,
): Promise<CheckedLog> {
  let checked: CheckedLog = { entries: 0 };
  for await (const page of auditPages(store)) {
    const bad = firstBadLink(page, checked.head);
    if (bad) return { ...checked, bad };
    checked = {
      entries: checked.entries + page.length,
      head: page.at(-1)?.hash,
      known: checked.known ?? page.find(({ hash }) => hash === noted)?.key,
    };
    await turn();
  }
  return checked;
}

/**
 * The hash of the newest entry: whoever has noted it can tell whether the log up to there was
 * changed since.
 */
export async function auditHead(store: Store): Promise<string | undefined> {
  return (await newestAudited(store, 1))[0]?.hash;
}
