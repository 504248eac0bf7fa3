import type { Card } from "../chat/port.ts";
import type { Turn } from "../clock.ts";
import { auditCard, brokenCard, strangeHeadCard, verifiedCard } from "../messages/audit.ts";
import { auditEntry, auditPages, newestAudited } from "../store/audit.ts";
import { firstBadLink } from "../store/chain.ts";
import type { ChainLink, Store } from "../store/store.ts";
import { command } from "./command.ts";

const NEWEST = 20;

export const audit = command({
  name: "audit",
  usage: "[verify [hash]]",
  summary: "the last entries of the audit log; verify checks the whole of it",
  options: [
    {
      name: "verify",
      summary: "the word verify, to check the chain, and perhaps a hash that was noted",
      required: false,
      takes: "text",
    },
  ],
  details: [
    "Each entry bears a hash over itself and the one before, so that a change shows.",
    "With a hash from the thread of a run, verify also says whether the log still holds that entry.",
  ],
  section: "keep",
  permission: "audit",
  parse: (rest) => {
    const read = /^(?:(verify)(?: +([0-9a-f]{64}))?)?$/i.exec(rest);
    if (!read)
      return { ok: false, why: "Only verify, and a hash of 64 digits, can follow this verb." };
    return { ok: true, args: { verify: read[1] !== undefined, noted: read[2]?.toLowerCase() } };
  },
  run: async ({ verify, noted }, { store, clock }) => {
    if (!verify) {
      const links = await newestAudited(store, NEWEST);
      const entries = links.map((link) => ({ ...link, value: auditEntry(link) }));
      const counted = (await store.all("refusals")).map(({ value }) => value);
      return { is: "reply", card: auditCard(entries, counted, clock), audience: "sender" };
    }
    const { card, whole } = verdict(await checkLog(store, noted, clock.turn()), noted);
    return { is: "reply", card, audience: "sender", ...(whole ? {} : { refused: true }) };
  },
});

interface Checked {
  readonly entries: number;
  readonly head?: string | undefined;
  /** The entry whose hash somebody had noted. */
  readonly known?: string | undefined;
  readonly bad?: ChainLink;
}

/** Up to the first entry that does not fit. */
async function checkLog(store: Store, noted: string | undefined, turn: Turn): Promise<Checked> {
  let checked: Checked = { entries: 0 };
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

function verdict(
  { entries, head, known, bad }: Checked,
  noted: string | undefined,
): { card: Card; whole: boolean } {
  if (bad) return { card: brokenCard(bad), whole: false };
  if (noted !== undefined && known === undefined)
    return { card: strangeHeadCard(noted), whole: false };
  return { card: verifiedCard(entries, head, known), whole: true };
}
