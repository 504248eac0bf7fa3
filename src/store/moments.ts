/** What happens in runs: a queue, so that it is read in the order in which it was saved. */
import type { AuditEntry } from "../records/audit-entry.ts";
import type { Moment, Recorded } from "../records/moment.ts";
import { audited } from "./audit.ts";
import type { Conditional, Entry, Store } from "./store.ts";

export const momentOf = (run: string, at: number, what: Recorded): Moment => ({
  version: 1,
  run,
  at,
  what,
});

/** To be saved in the commit of what it tells of. */
export const happened = (moment: Moment): Conditional => ({ append: "moments", value: moment });

export const momentsOf = (
  store: Pick<Store, "find">,
  run: string,
): Promise<readonly Entry<Moment>[]> => store.find("moments", "run", run);

export const forgotten = ({ key }: Entry<Moment>): Conditional => ({ remove: "moments", key });

/** In the audit log and among the moments of the run. `stop`: it is about an order to stop it. */
export function auditedIn(
  run: string,
  entry: Omit<AuditEntry, "version">,
  stop = false,
): Conditional[] {
  const { at, deed, who, where, what, why } = entry;
  const told: Recorded = {
    is: "deed",
    ...(stop && { stop }),
    deed,
    ...(who && { who }),
    ...(where && { where }),
    what,
    ...(why === undefined ? {} : { why }),
  };
  return [audited(entry), happened(momentOf(run, at, told))];
}

/**
 * What happened to a question goes on in the one that is asked in its place. Reads before it is
 * saved, so that it belongs where nobody else writes about that order.
 */
export async function carriedOn(
  store: Pick<Store, "find">,
  from: string,
  to: string,
): Promise<Conditional[]> {
  const before = await momentsOf(store, from);
  return before.flatMap((entry) => [forgotten(entry), happened({ ...entry.value, run: to })]);
}
