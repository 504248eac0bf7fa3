/**
 * Refusals in the audit log. The first few of a person are written one by one. What follows them
 * closely is counted, in a record that a kill does not lose, and written as one entry once it has
 * stopped, each hour while it goes on, and at a clean stop: so a flood neither fills the log nor
 * pushes what matters out of its last entries. The chain never changes what is written.
 */
import type { Incoming } from "../chat/port.ts";
import type { Refused } from "../commands/command.ts";
import { moreRefusalsWords } from "../messages/audit.ts";
import type { AuditEntry } from "../records/audit-entry.ts";
import type { CountedRefusals } from "../records/refusals.ts";
import type { Services } from "../services.ts";
import { type Amendment, amend } from "../store/amend.ts";
import { audited } from "../store/audit.ts";
import type { Conditional } from "../store/store.ts";

type RefusalLogDeps = Pick<Services, "store" | "locks" | "clock" | "log">;

/** No method rejects: what cannot be saved is logged. */
export interface RefusalLog {
  add(incoming: Incoming, refused: Refused): Promise<void>;
  /** Writes what was counted of floods that have stopped, or that go on for an hour. */
  writeDue(): Promise<void>;
  /** Writes all that was counted, before a stop. */
  writeAll(): Promise<void>;
}

/** So many are written one by one. */
const FEW = 3;
/** What comes within this after the one before belongs to it. */
const QUIET_MS = 600_000;
const LONGEST_MS = 3_600_000;
/** What people typed stands in the words, and the log is kept for ever. */
const LONGEST_WORDS = 500;

export function createRefusalLog(parts: RefusalLogDeps): RefusalLog {
  const { log } = parts;
  return {
    add: (incoming, refused) =>
      add(parts, incoming, { ...refused, what: clipped(refused.what) }).catch((error) =>
        log.error({ err: error, what: refused.what }, "a refusal could not be audited"),
      ),
    writeDue: () => write(parts, (counted) => isDue(counted, parts.clock.now())),
    writeAll: () => write(parts, () => true),
  };
}

async function add(parts: RefusalLogDeps, incoming: Incoming, refused: Refused): Promise<void> {
  const { store, locks, clock } = parts;
  const entry = refusalEntry(incoming, refused, clock.now());
  if (refused.deed !== undefined) return void (await store.commit([audited(entry)]));
  const { platform, id } = incoming.from;
  const key = `${platform} ${id} ${refused.kind}`;
  await locks.exclusively(lockOf(key), () =>
    amend(store, "refusals", key, (counted) => counting(counted, incoming, refused, entry)),
  );
}

function counting(
  counted: CountedRefusals | undefined,
  { from: who, place: where }: Incoming,
  { kind, what }: Refused,
  entry: AuditEntryDraft,
): Amendment<CountedRefusals> {
  const { at } = entry;
  const fresh = { version: 1, who, kind, written: 1, lastAt: at } as const;
  if (!counted || hasStopped(counted, at))
    return { is: "put", value: fresh, also: [...entryOfMore(counted, at), audited(entry)] };
  const { written, more } = counted;
  if (written < FEW)
    return { is: "put", value: { ...fresh, written: written + 1 }, also: [audited(entry)] };
  const isLong = more !== undefined && isTooLong(more.since, at);
  const before = isLong ? undefined : more;
  const next = { count: (before?.count ?? 0) + 1, since: before?.since ?? at, where, what };
  const also = isLong ? entryOfMore(counted, at) : [];
  return { is: "put", value: { ...fresh, written, more: next }, also };
}

/**
 * By the bot's own time, which never jumps, but may begin anew a little off at a restart: that ends a
 * flood early at worst, and is an entry more.
 */
const hasStopped = ({ lastAt }: CountedRefusals, now: number) => Math.abs(now - lastAt) >= QUIET_MS;
const isTooLong = (since: number, now: number) => Math.abs(now - since) >= LONGEST_MS;
const isDue = (counted: CountedRefusals, now: number) =>
  hasStopped(counted, now) || (counted.more !== undefined && isTooLong(counted.more.since, now));

async function write(
  { store, locks, log, clock }: RefusalLogDeps,
  isMeant: (counted: CountedRefusals) => boolean,
): Promise<void> {
  try {
    for (const { key } of await store.all("refusals"))
      await locks.exclusively(lockOf(key), () =>
        amend(store, "refusals", key, (counted) =>
          counted && isMeant(counted) ? written(counted, clock.now()) : { is: "left" },
        ),
      );
  } catch (error) {
    log.error({ err: error }, "counted refusals could not be written");
  }
}

/** Somebody who goes on stays counted, so that a flood does not begin anew each hour. */
function written(counted: CountedRefusals, now: number): Amendment<CountedRefusals> {
  const { more: _, ...value } = counted;
  const also = entryOfMore(counted, now);
  return hasStopped(counted, now) ? { is: "removed", also } : { is: "put", value, also };
}

type AuditEntryDraft = Omit<AuditEntry, "version">;

function refusalEntry(
  { from: who, place: where }: Incoming,
  { what, run, deed }: Refused,
  at: number,
): AuditEntryDraft {
  return { at, deed: deed ?? "refused", who, where, what, ...(run === undefined ? {} : { run }) };
}

/** `at`: when it is written; since when they came stands in the words. */
function entryOfMore(counted: CountedRefusals | undefined, at: number): Conditional[] {
  if (!counted?.more) return [];
  const { who, more, lastAt } = counted;
  const { where, count } = more;
  const what = moreRefusalsWords(more, lastAt);
  return [audited({ at, deed: "refused", who, where, count, what })];
}

const lockOf = (key: string) => `refusals ${key}`;

function clipped(words: string): string {
  const letters = Array.from(words);
  return letters.length <= LONGEST_WORDS
    ? words
    : `${letters.slice(0, LONGEST_WORDS - 1).join("")}…`;
}
