import type { Clock } from "../clock.ts";

/**
 * Says of each delivery whether it is new: true the first time that its id comes, false each time
 * that it comes again within `keptMs` of that.
 *
 * A platform sends again what it believes was not acknowledged, and two connections may bring the
 * same thing. Work that has an effect stands behind this question, asked once for a delivery: to ask
 * is to remember. `keptMs` is longer than the platform goes on sending again; every id of that time
 * is held in memory. A restart forgets them all: the core has a memory of its own, which is saved
 * and lasts for a day, so this filter need not be perfect, only quick.
 */
export function createDeliveryFilter(
  clock: Pick<Clock, "elapsed">,
  keptMs: number,
): (delivery: string) => boolean {
  const firstAt = new Map<string, number>();
  return (delivery) => {
    const now = clock.elapsed();
    forgetUntil(firstAt, now - keptMs);
    if (firstAt.has(delivery)) return false;
    firstAt.set(delivery, now);
    return true;
  };
}

/** The oldest stand first. */
function forgetUntil(firstAt: Map<string, number>, latest: number): void {
  for (const [delivery, at] of firstAt) {
    if (at > latest) return;
    firstAt.delete(delivery);
  }
}
