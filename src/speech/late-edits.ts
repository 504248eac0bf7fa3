/**
 * Edits that may still arrive though nobody waits for them: those of the process before this one,
 * which was killed, frozen or cut off while one was on its way, and own ones that were given up.
 * Each could show an old card over the newest. So whatever card may be drawn over is drawn once more
 * when none can be on its way any more, and its topic is not forgotten before.
 */
import type { ChatPort } from "../chat/port.ts";
import type { Topic } from "../records/topic.ts";
import type { Entry } from "../store/store.ts";

/** Times are those of `Clock.elapsed`. */
export interface LateEdits {
  /** Until when one may arrive, by topic. */
  readonly until: Map<string, number>;
  /** Whether what the process before has left is among them. */
  isWhole: boolean;
}

/** For how many milliseconds an edit of this topic may be on its way. */
type LateMs = (topic: Topic) => number;

/** What belongs to a platform that this process does not serve, it does not draw. */
export const lateEditMs = (
  { ports }: { readonly ports: readonly Pick<ChatPort, "platform" | "pace">[] },
  { place }: Topic,
): number => ports.find(({ platform }) => platform === place.platform)?.pace.lateEditMs ?? 0;

export const createLateEdits = (): LateEdits => ({ until: new Map(), isWhole: false });

/** To be told first what there is when a process begins: any of its edits may be on its way. */
export function noteLeft(
  late: LateEdits,
  topics: readonly Entry<Topic>[],
  lateMs: LateMs,
  now: number,
): void {
  if (late.isWhole) return;
  for (const { value } of topics) noteLost(late, value, lateMs, now);
  late.isWhole = true;
}

/** One was asked for, and it is not known what became of it. */
export function noteLost(late: LateEdits, topic: Topic, lateMs: LateMs, now: number): void {
  const ms = lateMs(topic);
  if (ms > 0) late.until.set(topic.id, now + ms);
}

/** Whether one may have arrived, and none can any more. */
export const isLateOver = ({ until }: LateEdits, topic: string, now: number): boolean =>
  now >= (until.get(topic) ?? Number.POSITIVE_INFINITY);

/** What was drawn after the last of them stays. */
export function noteDrawn(late: LateEdits, topic: string, begunAt: number): void {
  if (isLateOver(late, topic, begunAt)) late.until.delete(topic);
}

/** In milliseconds, until the first card is to be drawn once more; none where that is due already. */
export const nextLate = ({ until }: LateEdits, now: number): number[] =>
  [...until.values()].map((at) => at - now).filter((ms) => ms > 0);
