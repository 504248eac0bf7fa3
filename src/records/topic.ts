/**
 * Everything said, as it is kept until it has arrived.
 *
 * topic: one root card in one place, and the thread under it. line: a message in that thread.
 * content: the bytes of a line that is a file. posted: what of a topic has reached its platform.
 * What the bot and the watcher do writes topics and lines, in the commit of what caused them; the
 * outbox alone writes what is posted, and topics of its own: last words on cards that were left,
 * and what people are told directly.
 */
import type { Card, MessageRef, Person, Place } from "../chat/port.ts";
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
  /** The run that it tells of, where that is a failover. */
  readonly run?: string;
  /** Said to this person alone. */
  readonly to?: Person;
  /** It means something to whoever reads it there: it is said nowhere else, and never anew. */
  readonly stays?: true;
}

export interface QueuedLine extends Stored {
  readonly version: 1;
  readonly topic: string;
  readonly card: Card;
  /** Failures and final results: they go first and are never dropped. */
  readonly urgent: boolean;
  readonly at: number;
  /** It is not there yet in the channel, beside the thread, where it stands by this key. */
  readonly copyOf?: string;
  /** The line is a file; `card` is what is said of it where it cannot be shown. */
  readonly file?: QueuedFile;
}

/** A file without its bytes, so that the queue is quick to read. */
export interface QueuedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly text: string;
  /** Key of its `Content`; or what it is made of when it is sent. */
  readonly content: string | ReportPart;
}

/** A file of a run's report. */
export interface ReportPart {
  /** Id of the run. */
  readonly report: string;
  readonly as: ReportForm;
}

/** Picture, text and table. */
export type ReportForm = "png" | "md" | "csv";

/** The bytes of a queued file that is not made when it is sent; there as long as its line is. */
export interface Content extends Stored {
  readonly version: 1;
  readonly base64: string;
}

/** Of which run a thread told; the last one, where they were several. */
export interface RunThread extends Stored {
  readonly version: 1;
  readonly run: string;
  /** When it had told all. */
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
  /** The root card as it was sent first, where it is not known whether it has arrived. */
  readonly sent?: Card;
  /** What is looked for in the topic's place; the topic has no card of its own. */
  readonly sought?: Sought;
  /** Lines up to this key are said one by one, as their platform refused them together. */
  readonly apart?: string;
  /** Files that are not taken in this place; what is said of each stands there in its place. */
  readonly refused?: readonly RefusedFile[];
  /** How often the card was posted anew, as it had been deleted. */
  readonly renewed?: number;
  /** The root card can no longer be edited. */
  readonly frozen?: boolean;
  /** Where it is said instead, since its own place cannot be written any more. */
  readonly moved?: Moved;
  /** Cards in places that were left; each gets a last edit once there is a new one to point to. */
  readonly left?: readonly LeftCard[];
  /** Keys of lines whose people were told of them directly, as no place could be written. */
  readonly direct?: readonly string[];
}

export interface LeftCard {
  readonly ref: MessageRef;
  readonly thread?: Place;
}

/** A card that may stand in a place that was left, though no answer ever told so. */
export interface Sought {
  /** The topic that goes on elsewhere. */
  readonly of: string;
  /** The key by which it was posted. */
  readonly key: string;
  readonly card: Card;
}

export interface RefusedFile {
  /** Key of its line. */
  readonly line: string;
  readonly why: string;
  /** An earlier attempt had no answer: perhaps the file is there all the same. */
  readonly perhapsThere: boolean;
}

export interface Moved {
  readonly to: Place;
  readonly from: Place;
  readonly why: string;
  /** So many moves were made; after the last fallback place comes the first place again. */
  readonly tried: number;
}
