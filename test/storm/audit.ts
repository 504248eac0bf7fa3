/** Promise 8: the audit log holds what was decided and done, in a chain that is whole. */
import { firstBadLink } from "../../src/store/chain.ts";
import { auditLog } from "../fakes/audit-log.ts";
import type { Chronicle } from "./chronicle.ts";
import type { EmPost } from "./enterprise-manager.ts";
import type { Fault } from "./invariants.ts";

const promise = "the audit log is whole";

export async function audits({ store, em }: Chronicle): Promise<Fault[]> {
  const links = await auditLog(store);
  const entries = links.map(({ value }) => value);
  const about = ({ action, plan }: EmPost, deed: string) =>
    entries.filter(
      (entry) =>
        entry.deed === deed && entry.what.startsWith(`${action} `) && entry.what.includes(plan.id),
    );
  const kinds = Map.groupBy(em.posts, ({ action, plan }) => `${action} "${plan.name}" ${plan.id}`);
  const missing = [...kinds].flatMap(([what, posts]) =>
    (["asked", "confirmed", "sending"] as const)
      .filter((deed) => posts[0] && about(posts[0], deed).length < posts.length)
      .map((deed) => ({ promise, what: `"${deed}" is missing for ${what}` })),
  );
  const bad = firstBadLink(links);
  return bad ? [{ promise, what: `entry ${bad.key} does not fit` }, ...missing] : missing;
}
