/**
 * A card that its platform refuses as it is, in a form that it may take: first as mere text, then
 * as its title alone. Whom it calls is called all the same.
 */
import type { Card } from "../chat/port.ts";
import { asMereText, asMereTitle } from "../messages/delivery.ts";
import { type Job, keyOf } from "./next-message.ts";

/** How much is left out. */
type Plainness = "as-it-is" | "text" | "title";

/** Which messages are drawn plainly. Held in memory: the next process tries each as it is. */
export interface PlainMessages {
  /** The card as it goes out now; `now` as of `Clock.elapsed`. */
  drawn(job: Job, card: Card, now: number): Card;
  /** Draws it plainer from now on; false where there is nothing plainer. */
  refused(job: Job, now: number): boolean;
  arrived(job: Job): void;
}

/** A root card that was refused is tried as it is again so much later. */
const PLAIN_FOR_MS = 600_000;

interface Drawing {
  readonly plainness: Plainness;
  readonly until: number;
}

type Drawings = Map<string, Drawing>;

export function createPlainMessages(): PlainMessages {
  const drawings: Drawings = new Map();
  return {
    drawn: (job, card, now) => drawnPlainly(card, plainnessOf(drawings, job, now)),
    refused: (job, now) => drawPlainer(drawings, job, now),
    arrived: (job) => {
      if (job.is === "line") drawings.delete(nameOf(job));
    },
  };
}

/** A root card is drawn as its edits are. */
const nameOf = (job: Job) =>
  job.is === "line"
    ? keyOf(job.topic.id, job.lines)
    : `${job.topic.id}/${job.is === "copy" ? "copy" : "card"}`;

function plainnessOf(drawings: Drawings, job: Job, now: number): Plainness {
  const drawing = drawings.get(nameOf(job));
  return drawing && drawing.until > now ? drawing.plainness : "as-it-is";
}

const plainer: Record<Plainness, Plainness> = {
  "as-it-is": "text",
  text: "title",
  title: "title",
};

function drawPlainer(drawings: Drawings, job: Job, now: number): boolean {
  const before = plainnessOf(drawings, job, now);
  const plainness = plainer[before];
  drawings.set(nameOf(job), { plainness, until: now + PLAIN_FOR_MS });
  return plainness !== before;
}

function drawnPlainly(card: Card, plainness: Plainness): Card {
  switch (plainness) {
    case "as-it-is":
      return card;
    case "text":
      return asMereText(card);
    case "title":
      return asMereTitle(card);
    default:
      return plainness satisfies never;
  }
}
