import { command } from "../core/commands.ts";
import { auditCard, brokenCard, verifiedCard } from "../messages/audit.ts";
import { auditLog } from "../store/audit.ts";
import { firstBadLink } from "../store/chain.ts";

const NEWEST = 20;

export const audit = command({
  name: "audit",
  usage: "[verify]",
  summary: "the last entries of the audit log; verify checks the whole of it",
  options: [
    { name: "verify", summary: "the word verify, to check the chain", required: false, takes: "text" },
  ],
  details: ["Each entry bears a hash over itself and the one before, so that a change shows."],
  permission: "audit",
  parse: (rest) =>
    rest === "" || rest.toLowerCase() === "verify"
      ? { ok: true, args: rest !== "" }
      : { ok: false, why: `Only the word verify can follow this verb, but "${rest}" did.` },
  run: async (verify, { store }) => {
    const links = await auditLog(store, verify ? undefined : NEWEST);
    if (!verify) return { is: "reply", card: auditCard(links), audience: "sender" };
    const bad = firstBadLink(links);
    const card = bad ? brokenCard(bad) : verifiedCard(links.length, links.at(-1)?.hash);
    return { is: "reply", card, audience: "sender", ...(bad ? { refused: true } : {}) };
  },
});
