/**
 * Somebody who wants a plan started: asks until a question stands there, and confirms until it
 * stands there no more.
 */
import { systemClock } from "../../src/clock.ts";
import type { Manner, Stage } from "./stage.ts";

/** Of real time: how long somebody waits before doing it once more. */
const PATIENCE_MS = 600;
const GLANCE_MS = 10;

/** Resolves also where the bot is gone; whoever asked then asks again in its next life. */
export async function insist(stage: Stage, manner: Manner, over: AbortSignal): Promise<void> {
  let hasAsked = false;
  while (!over.aborted) {
    if (stage.sees() !== "nothing") hasAsked = true;
    else if (hasAsked) return;
    stage.act(manner);
    await untilAnotherSight(stage, over);
  }
}

async function untilAnotherSight(stage: Stage, over: AbortSignal): Promise<void> {
  const before = stage.sees();
  const since = performance.now();
  while (!over.aborted && stage.sees() === before && performance.now() - since < PATIENCE_MS)
    await systemClock.sleep(GLANCE_MS);
}
