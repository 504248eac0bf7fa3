/**
 * Everything said, as it is kept until it has arrived.
 *
 * topic: one root card in one place, and the thread under it. line: a message in that thread.
 * posted: what of a topic has reached its platform. What the bot and the watcher do writes topics
 * and lines, in the commit of what caused them; the outbox alone writes what is posted.
 */
import type { Card, MessageRef, Place } from "../chat/port.ts";
import type { Stored } from "./stored.ts";

export interface Topic extends Stored {
  readonly version: 1;
  readonly id: string;
  readonly place: Place;
  /** What the thread is called where threads have names. */
  readonly title: string;
  /** What the root card shows now; older ones that were not shown are never shown. */
  readonly card: Card;
  readonly updatedAt: number;
  /** Nothing follows; once all has arrived, the topic is forgotten. */
  readonly closed: boolean;
}

export interface QueuedLine extends Stored {
  readonly version: 1;
  readonly topic: string;
  readonly card: Card;
  /** Failures and final results: they go first and are never dropped. */
  readonly urgent: boolean;
  readonly at: number;
}

export interface Posted extends Stored {
  readonly version: 1;
  readonly ref?: MessageRef;
  readonly thread?: Place;
  /** The root card as last shown. */
  readonly shown?: string;
  /** Keys of messages that were sent and of which it is not known whether they have arrived. */
  readonly attempting?: readonly string[];
  /** How often the card was posted anew, as it had been deleted. */
  readonly renewed?: number;
  /** The root card can no longer be edited. */
  readonly frozen?: boolean;
  /** Where it is said instead, since its own place cannot be written any more. */
  readonly moved?: Moved;
  /** The place is gone; nothing more is said there. */
  readonly givenUp?: string;
}

export interface Moved {
  readonly to: Place;
  readonly from: Place;
  readonly why: string;
  /** So many of the fallback places were tried before. */
  readonly tried: number;
}
