/**
 * The bot's line of time at the start of a process. It never begins behind what the process before
 * has saved, be the wall clock set back or not: ages would be negative, and questions would stay
 * open for longer.
 */
import { type Clock, type SteadyClock, steadyClock } from "../clock.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Order } from "../records/order.ts";
import { allWatches } from "../store/in-hand.ts";
import type { Conditional, Store } from "../store/store.ts";

/**
 * To be called before anything moves. `isOurs`: whether a record is of the EM of this process.
 *
 * Where our records are from the future, nobody can say for how long no process ran. Then what
 * people have decided no longer counts: questions are closed, and what was confirmed and not yet
 * sent is given up, each with its sentence, at the first look.
 */
export async function beginTime(
  machine: Clock,
  store: Store,
  isOurs: (em: string) => boolean,
): Promise<SteadyClock> {
  const orders = (await store.all("orders"))
    .map(({ value }) => value)
    .filter(({ em }) => isOurs(em));
  const watches = (await allWatches(store)).filter(({ em }) => isOurs(em));
  const newest = Math.max(...orders.map(lastMoveOf), ...watches.map(lastSightOf));
  const clock = steadyClock(machine, newest);
  if (newest > machine.now() + TOLERANCE_MS) await store.commit(orders.flatMap(tooOld));
  return clock;
}

/** A clock that is kept right may show a little less than before. */
const TOLERANCE_MS = 2000;

const lastMoveOf = ({ askedAt, phase }: Order) =>
  phase.is === "asked" || phase.is === "sent" ? askedAt : phase.at;

const lastSightOf = ({ since, seenAt }: AnyWatch) => Math.max(since, seenAt);

/** As it would be if it had waited for too long. */
export function tooOld(order: Order): Conditional[] {
  const { phase } = order;
  if (phase.is === "asked")
    return [{ put: "orders", key: order.id, value: { ...order, expiresAt: order.askedAt } }];
  if (phase.is === "approved")
    return [{ put: "orders", key: order.id, value: { ...order, phase: { ...phase, at: 0 } } }];
  return [];
}
