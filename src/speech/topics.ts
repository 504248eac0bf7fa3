/** How topics and lines are written. */
import type { Card, Place } from "../chat/port.ts";
import type { QueuedLine, Topic } from "../records/topic.ts";
import type { Conditional } from "../store/store.ts";

export const putTopic = (topic: Topic): Conditional => ({
  put: "topics",
  key: topic.id,
  value: topic,
});

export function queueLine(topic: string, card: Card, urgent: boolean, at: number): Conditional {
  const value: QueuedLine = { version: 1, topic, card, urgent, at };
  return { append: "lines", value };
}

/** A topic's id within one order or watch: one per place. */
export const topicId = (owner: string, { platform, channel, thread }: Place) =>
  [owner, platform, channel, ...(thread === undefined ? [] : [thread])].join(":");
