/** To whom it belongs to want less of a run. */
import type { Incoming } from "../chat/port.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Services } from "../services.ts";
import { askersOf } from "../watch/places.ts";

/** Quieting belongs to who asked for the run or its watch here, and to who may order it. */
export async function mayQuiet(
  { permissions, store }: Pick<Services, "permissions" | "store">,
  incoming: Incoming,
  watched: AnyWatch,
): Promise<boolean> {
  const me = permissions.identity(incoming.from);
  const askers = await askersOf(watched, incoming.place, { store });
  if (askers.some((one) => permissions.identity(one) === me)) return true;
  const { verb, plan } = orderOf(watched);
  const actor = await permissions.actor(incoming);
  return permissions.allows(actor, { verb, group: "order", plan }).ok;
}

/** What somebody may order who may quiet it; of a replication that is no plan in particular. */
function orderOf(watched: AnyWatch) {
  if (watched.of === "replication") return { verb: "start", plan: { name: "" } };
  const { subject, order } = watched;
  const tenant = subject.tenant === undefined ? {} : { tenant: { id: "", name: subject.tenant } };
  return { verb: order?.action ?? "start", plan: { name: subject.name, ...tenant } };
}
