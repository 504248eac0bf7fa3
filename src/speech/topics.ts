/** How topics and lines are written. */

import { fileCard } from "../chat/file-card.ts";
import type { Attachment, Card, Place, Platform } from "../chat/port.ts";
import { newUuid } from "../ids.ts";
import { reportFiles } from "../messages/report-files.ts";
import type { QueuedFile, QueuedLine, Topic } from "../records/topic.ts";
import type { RunFacts } from "../report/facts.ts";
import type { Conditional, Entry } from "../store/store.ts";

export const putTopic = (topic: Topic): Conditional => ({
  put: "topics",
  key: topic.id,
  value: topic,
});

/** Only where it is still what was read; else the other one stands. */
export const replaceTopic = (was: Topic, topic: Topic): Conditional => ({
  put: "topics",
  key: was.id,
  value: topic,
  was,
});

export function queueLine(topic: string, card: Card, urgent: boolean, at: number): Conditional {
  const value: QueuedLine = { version: 1, topic, card, urgent, at };
  return { append: "lines", value };
}

/**
 * A line that is a file, to be saved in one commit with what caused it. The file keeps its place
 * among the lines of the thread. Its bytes are in memory as base64 while they are saved and sent.
 */
export function queueFile(
  topic: string,
  { name, mediaType, bytes, text }: Attachment,
  at: number,
): Conditional[] {
  const content = newUuid();
  const value: QueuedLine = {
    version: 1,
    topic,
    card: fileCard({ name, text }),
    urgent: false,
    at,
    file: { name, mediaType, text, content },
  };
  const base64 = Buffer.from(bytes).toString("base64");
  return [
    { put: "contents", key: content, value: { version: 1, base64 } },
    { append: "lines", value },
  ];
}

/** The files of a run's report, a line each: their bytes are made when they are sent. */
export const queueReport = (topic: string, facts: RunFacts, at: number): Conditional[] =>
  reportFiles(facts).map(({ as, ...own }) => {
    const file: QueuedFile = { ...own, content: { report: facts.run, as } };
    const card = fileCard(own);
    return { append: "lines", value: { version: 1, topic, card, urgent: false, at, file } };
  });

/** What stands in its thread, and could not be shown in the channel too, is shown there later. */
export const copyLine = ({ value }: Entry<QueuedLine>, key: string): Conditional => ({
  append: "lines",
  value: { ...value, copyOf: key },
});

/** Takes a line out of the queue, with the bytes that are kept for its file. */
export const removalOf = ({ key, value: { file } }: Entry<QueuedLine>): Conditional[] => [
  { remove: "lines", key },
  ...(typeof file?.content === "string"
    ? [{ remove: "contents", key: file.content } as const]
    : []),
];

/** A topic's id within one order or watch: one per place. */
export const topicId = (owner: string, { platform, channel, thread }: Place) =>
  [owner, platform, channel, ...(thread === undefined ? [] : [thread])].join(":");

/** Whether the topic of such an id began on this platform. */
export const isOn = (id: string, platform: Platform): boolean => id.split(":")[1] === platform;
