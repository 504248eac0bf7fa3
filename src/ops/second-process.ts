/**
 * A second process with the same tokens is noticed by the adapters, and said here: in the log, and
 * once where notices go for as long as it shows.
 */
import type { Platform } from "../chat/port.ts";
import type { Clock } from "../clock.ts";
import { secondProcessCard } from "../messages/notices.ts";
import type { Services } from "../services.ts";
import { putTopic, topicId } from "../speech/topics.ts";

export type BesideParts = Pick<
  Services,
  "ports" | "store" | "announceIn" | "wakeups" | "clock" | "log"
>;

export interface Lookout {
  /** Looks now, and says what was not said yet. Never rejects. */
  look(): Promise<void>;
}

/** What was said of a platform, while it is so. */
type Said = Map<Platform, string>;

export function createLookout(parts: BesideParts): Lookout {
  const said: Said = new Map();
  return { look: () => lookAround(parts, said) };
}

async function lookAround(parts: BesideParts, said: Said): Promise<void> {
  for (const port of parts.ports) {
    const { beside } = port.health();
    if (beside === undefined) said.delete(port.platform);
    else if (!said.has(port.platform)) await tell(parts, said, port.platform, beside);
  }
}

async function tell(
  { store, announceIn, wakeups, clock, log }: BesideParts,
  said: Said,
  platform: Platform,
  how: string,
): Promise<void> {
  log.warn({ platform }, `${how}: a second bot with the same tokens runs`);
  const at = clock.now();
  try {
    await store.commit(
      announceIn.map((place) =>
        putTopic({
          version: 1,
          id: topicId(`second process ${platform} ${at}`, place),
          place,
          title: "Second bot",
          card: secondProcessCard(platform, how),
          updatedAt: at,
          closed: true,
        }),
      ),
    );
    said.set(platform, how);
    wakeups.wake("speech");
  } catch (error) {
    log.error({ err: error }, "a second bot was noticed, and the notice could not be saved");
  }
}

const LOOK_EVERY_MS = 10_000;

/** Looks until the signal aborts. */
export async function keepLookout(
  lookout: Lookout,
  clock: Pick<Clock, "sleep">,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await lookout.look();
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
  }
}
