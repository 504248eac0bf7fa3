import type { Clock } from "../clock.ts";

const rememberedMs = 10 * 60_000;

/**
 * Says of each delivery whether it is the first of its id in the last ten minutes: Slack sends
 * again what it believes was not acknowledged, and two sockets may bring the same thing. The core
 * remembers for longer, and over restarts.
 */
export function createSeen(clock: Clock): (delivery: string) => boolean {
  const seen = new Map<string, number>();
  const forget = (before: number) => {
    for (const [delivery, at] of seen) {
      if (at >= before) return;
      seen.delete(delivery);
    }
  };
  return (delivery) => {
    const now = clock.now();
    forget(now - rememberedMs);
    if (seen.has(delivery)) return false;
    seen.set(delivery, now);
    return true;
  };
}
