/** Promise 8: the audit log holds what was decided and done, in a chain that is whole. */
import { firstBadLink } from "../../src/store/chain.ts";
import type { Chronicle } from "./chronicle.ts";
import { otherwise, sentIn } from "./confirmations.ts";
import type { Fault } from "./invariants.ts";

export async function audits(chronicle: Chronicle): Promise<Fault[]> {
  const links = await chronicle.store.links("audit");
  const entries = links.map(({ value }) => value);
  const has = (run: string, deed: string) =>
    entries.some((entry) => entry.run === run && entry.deed === deed);
  // What was done otherwise may have been asked anew, under an id that nobody was shown.
  const sent = sentIn(chronicle).sent.filter((one) => otherwise(one, chronicle).length === 0);
  const missing = sent.flatMap(({ question, post }) =>
    ["asked", "confirmed", "sending"]
      .filter((deed) => !has(question.id, deed))
      .map((deed) => ({
        promise: "the audit log is whole",
        what: `"${deed}" is missing for ${post.action} "${post.plan.name}" (${question.id})`,
      })),
  );
  const bad = firstBadLink(links);
  return bad
    ? [{ promise: "the audit log is whole", what: `entry ${bad.key} does not fit` }, ...missing]
    : missing;
}
