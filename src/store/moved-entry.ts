/** The entry of the audit log that tells of a move: the last of what is moved. */
import type { AuditEntry } from "../records/audit-entry.ts";
import { AUDIT_CHAIN } from "./audit.ts";
import { linkHash } from "./chain.ts";
import type { ChainRow, Contents, Counted } from "./contents.ts";

type Log = Pick<Counted, "entries" | "head">;

/** `log`: what the log comes to without it. Gives what it comes to with it, too. */
export async function withMovedEntry(
  contents: Contents,
  log: Log,
  entry: AuditEntry,
): Promise<{ readonly contents: Contents; readonly log: Log }> {
  const { queues, chains } = await contents.lastNumbers();
  const seq = String(BigInt(chains) + 1n);
  const envelope = JSON.stringify({ value: entry });
  const hash = linkHash(log.head ?? "", envelope);
  const own: ChainRow = { seq, namespace: AUDIT_CHAIN, envelope, hash };
  return {
    contents: {
      ...contents,
      chains: () => followedBy(contents.chains(), own),
      lastNumbers: async () => ({ queues, chains: seq }),
    },
    log: { entries: log.entries + 1, head: hash },
  };
}

async function* followedBy<Row>(
  pages: AsyncIterable<readonly Row[]>,
  last: Row,
): AsyncGenerator<readonly Row[]> {
  yield* pages;
  yield [last];
}
