import type { Card } from "../chat/port.ts";
import { auditCard, brokenCard, strangeHeadCard, verifiedCard } from "../messages/audit.ts";
import { auditEntry, type CheckedLog, checkLog, newestAudited } from "../store/audit.ts";
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
    "Each entry has a hash over itself and the one before, so that a change shows.",
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

function verdict(
  { entries, head, known, bad }: CheckedLog,
  noted: string | undefined,
): { card: Card; whole: boolean } {
  if (bad) return { card: brokenCard(bad), whole: false };
  if (noted !== undefined && known === undefined)
    return { card: strangeHeadCard(noted), whole: false };
  return { card: verifiedCard(entries, head, known), whole: true };
}
