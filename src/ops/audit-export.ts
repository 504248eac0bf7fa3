/** The audit log as lines of JSON, for those who keep or check it outside of the bot. */
import { inertJson } from "../chat/inert-json.ts";
import { auditEntry, auditPages } from "../store/audit.ts";
import { firstBadLink } from "../store/chain.ts";
import { attempt } from "../store/failures.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import { type ChainLink, type Store, StoreError } from "../store/store.ts";
import { whoseFile } from "../store/whose-file.ts";
import { withCopy } from "./copy-state.ts";

/**
 * Writes each entry as one line: `entry` is its number, `value` what it says, `text` what was saved
 * of that, `before` the hash of the entry before (empty for the first), and `hash` the SHA-256, in
 * hexadecimal, of `before`, a line break and `text`. Gives the number of the first entry that does
 * not fit, or nothing. Nothing more is read until `write` has resolved.
 *
 * It is read from a copy, so that a bot may use the state meanwhile.
 *
 * @throws StoreError where there is no state file, or it cannot be copied; and what `write` throws.
 */
export async function exportAudit(
  path: string,
  write: (lines: string) => Promise<unknown>,
): Promise<string | undefined> {
  if (attempt(path, "read", () => whoseFile(path)).is === "nobody's")
    throw new StoreError(
      `Cannot export the audit log as there is no state file "${path}": set STATE_URL`,
    );
  return withCopy(path, (copy) => exportOf(openSqliteStore(copy), write));
}

/** The same of a store that is open, and closed afterwards. */
export async function exportOf(
  store: Store,
  write: (lines: string) => Promise<unknown>,
): Promise<string | undefined> {
  try {
    return await exportFrom(store, write);
  } finally {
    await store.close();
  }
}

async function exportFrom(
  store: Store,
  write: (lines: string) => Promise<unknown>,
): Promise<string | undefined> {
  let head = "";
  let bad: ChainLink | undefined;
  for await (const page of auditPages(store)) {
    await write(linesOf(page, head));
    bad ??= firstBadLink(page, head);
    head = page.at(-1)?.hash ?? head;
  }
  return bad?.key;
}

const linesOf = (page: readonly ChainLink[], head: string): string =>
  page.map((link, i) => lineOf(link, page[i - 1]?.hash ?? head)).join("");

function lineOf(link: ChainLink, before: string): string {
  const { key, text, hash } = link;
  const value = auditEntry(link) ?? {};
  return `${inertJson({ entry: Number(key), value, text, before, hash })}\n`;
}
