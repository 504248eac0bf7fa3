/** Which message goes next: pure. */
import { duration } from "../chat/duration.ts";
import type { Card } from "../chat/port.ts";
import type { Entry } from "../store/store.ts";
import type { Posted, QueuedLine, Topic } from "./topics.ts";

export type Job =
  | {
      readonly is: "root";
      readonly topic: Topic;
      readonly posted: Posted;
      readonly card: Card;
      /** Something urgent waits for it. */
      readonly urgent: boolean;
    }
  | {
      readonly is: "line";
      readonly topic: Topic;
      readonly posted: Posted;
      readonly line: Entry<QueuedLine>;
      /** Something urgent waits in this thread, be it this line or one behind it. */
      readonly urgent: boolean;
    }
  | { readonly is: "edit"; readonly topic: Topic; readonly posted: Posted; readonly card: Card };

export interface Speech {
  readonly topic: Topic;
  readonly posted: Posted;
  readonly lines: readonly Entry<QueuedLine>[];
}

/** From this age of the oldest waiting line on, the card says that the thread lags. */
const LATE_MS = 30_000;

/** Posts and edits to a channel wait for different limits, so they queue apart. */
export const laneOf = ({ is, topic: { place } }: Job) =>
  `${place.platform}/${place.channel}/${is === "edit" ? "edits" : "posts"}`;

/**
 * What is to be sent next for one topic: its root; then its lines in order, and beside them the newest edit. Where the
 * thread lags, failures and results overtake what came before them.
 */
export function jobsOf({ topic, posted, lines }: Speech, now: number): Job[] {
  if (posted.givenUp !== undefined) return [];
  const card = presentCard(topic, lines, now);
  const urgent = lines.some(({ value }) => value.urgent);
  if (!posted.ref) return [{ is: "root", topic, posted, card, urgent }];
  const line = nextLine(lines, now);
  const stale = !posted.frozen && posted.shown !== fingerprint(card);
  return [
    ...(line ? [{ is: "line", topic, posted, line, urgent } as const] : []),
    ...(stale ? [{ is: "edit", topic, posted, card } as const] : []),
  ];
}

function nextLine(lines: readonly Entry<QueuedLine>[], now: number): Entry<QueuedLine> | undefined {
  const [oldest] = lines;
  const late = oldest !== undefined && now - oldest.value.at >= LATE_MS;
  return (late ? lines.find(({ value }) => value.urgent) : undefined) ?? oldest;
}

/** Urgent before the rest, then oldest first. */
export function mostUrgentFirst(a: Job, b: Job): number {
  return Number(isUrgent(b)) - Number(isUrgent(a)) || waitingSince(a) - waitingSince(b);
}

const isUrgent = (job: Job) => job.is !== "edit" && job.urgent;
const waitingSince = (job: Job) => (job.is === "line" ? job.line.value.at : job.topic.updatedAt);

/** A topic is done with when it is closed and all has arrived (or never can). */
export function isSettled(speech: Speech, now: number): boolean {
  return speech.topic.closed && jobsOf(speech, now).length === 0;
}

export const fingerprint = (card: Card) => JSON.stringify(card);

function presentCard({ card }: Topic, lines: readonly Entry<QueuedLine>[], now: number): Card {
  const oldest = lines[0]?.value.at ?? now;
  if (now - oldest < LATE_MS) return card;
  const lag = duration(Math.floor((now - oldest) / LATE_MS) * LATE_MS);
  return {
    ...card,
    lines: [...card.lines, `Messages here are delayed by ${lag}; this card is the present.`],
  };
}
