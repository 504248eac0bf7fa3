/** How soon commands are acknowledged while EM takes five seconds for each answer, and nothing else. */
import { onGround, type Platform } from "./ground.ts";
import type { Acks } from "./room.ts";

export interface Stalled {
  readonly platform: Platform;
  readonly ours: Acks;
  readonly bare: Acks;
}

const STALLED_MS = 5000;

/** Each command asks EM. */
export const stalled = (platform: Platform, count: number, perSecond: number): Promise<Stalled> =>
  onGround({ watches: 0, format: "xml", platform }, async ({ em, room }) => {
    await em.ask("slow", STALLED_MS);
    return { platform, ...(await room.ask("commands", { verb: "status", count, perSecond })) };
  });
