/** Which message goes next: pure. */

import { copyKey } from "../chat/copy-key.ts";
import { refusedFileCard } from "../chat/file-card.ts";
import type { Budget, Pace } from "../chat/pace.ts";
import type { Card } from "../chat/port.ts";
import { delayWords, lateCard, movedWords, saidLate, unheard } from "../messages/delivery.ts";
import type { Moved, Posted, QueuedFile, QueuedLine, Sought, Topic } from "../records/topic.ts";
import type { Entry } from "../store/store.ts";
import { isInChannel } from "./elsewhere.ts";
import type { Held } from "./waits.ts";

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
      /** One line; or all that waits of a thread that was silent for long, as one message. */
      readonly lines: readonly Entry<QueuedLine>[];
      readonly card: Card;
      /** Something urgent waits in this thread, be it this line or one behind it. */
      readonly urgent: boolean;
    }
  | {
      readonly is: "file";
      readonly topic: Topic;
      readonly posted: Posted;
      readonly line: Entry<QueuedLine>;
      readonly file: QueuedFile;
      /** As of a line. */
      readonly urgent: boolean;
    }
  | {
      readonly is: "copy";
      readonly topic: Topic;
      readonly posted: Posted;
      readonly line: Entry<QueuedLine>;
      readonly card: Card;
    }
  | {
      readonly is: "edit";
      readonly topic: Topic;
      readonly posted: Posted;
      readonly card: Card;
      /** unfinished: an earlier edit left something undone. For the last two the card is the same. */
      readonly why: "changed" | "drawn over" | "unfinished";
      /** What people see first of the card is another. */
      readonly headline: boolean;
    }
  | {
      readonly is: "look";
      readonly topic: Topic;
      readonly posted: Posted;
      readonly sought: Sought;
    };

export interface Speech {
  readonly topic: Topic;
  readonly posted: Posted;
  readonly lines: readonly Entry<QueuedLine>[];
  /** An edit that came late may have drawn an old card over what is shown. */
  readonly drawnOver?: boolean;
}

/** From this age of the oldest waiting line on, the card says that the thread lags, and the line so. */
const LATE_MS = 30_000;

/** A thread that was silent for so long gets what was missed in one message. */
const FLOOD_MS = 300_000;
const MOST_BUNDLED = 25;

/**
 * Posts and edits to a channel wait for different limits, so they queue apart. So do files, whose way
 * may be closed where that of posts is open.
 */
export const laneOf = (job: Job) => inChannel(job, job.is === "file" ? "files" : kindOf[job.is]);

const inChannel = ({ topic: { place } }: Job, what: string) =>
  `${place.platform}/${place.channel}/${what}`;

/** Nothing that is said waits for what is looked for. */
const kindOf: Readonly<Record<Job["is"], "posts" | "edits" | "looks">> = {
  root: "posts",
  line: "posts",
  file: "posts",
  copy: "posts",
  edit: "edits",
  look: "looks",
};

/** Who has one of them is alone with it: a lane, and what posts or edits of one topic change. */
export const claimsOf = (job: Job): readonly string[] => [laneOf(job), ownClaimOf(job)];

const ownClaimOf = ({ is, topic }: Job) => `${topic.id}/${is === "edit" ? "edits" : "posts"}`;

/** Whether one of its messages is on its way. */
export const isSpeaking = (topic: string, claimed: ReadonlySet<string>): boolean =>
  claimed.has(`${topic}/posts`) || claimed.has(`${topic}/edits`);

/** What a job waits with; a card that stands elsewhere now is another message. */
export function heldOf(job: Job): Held {
  const { platform, channel, thread = "" } = job.topic.place;
  const message = `${job.topic.id}@${platform}/${channel}/${thread}/${turnOf(job)}`;
  return { lane: laneOf(job), message, platform };
}

/** A file waits as a line, which it may become. */
function turnOf(job: Job): string {
  if (isFinishing(job)) return "finish";
  if (job.is !== "file" && job.is !== "line") return job.is;
  return isInChannel(job.posted, job.topic) ? "channel-line" : "line";
}

const isFinishing = (job: Job) => job.is === "edit" && job.why === "unfinished";

/** What shares a budget. */
export function budgetOf(job: Job, { posts, edits }: Pace): { name: string; budget: Budget } {
  const { platform } = job.topic.place;
  const [budget, what] = kindOf[job.is] === "posts" ? [posts, "posts"] : [edits, "edits"];
  return { budget, name: budget.of === "channel" ? inChannel(job, what) : `${platform}/${what}` };
}

/**
 * What is to be sent next for one topic: its root; then its lines in order, and beside them the
 * newest edit. Where the thread lags, failures and results overtake what came before them.
 */
export function jobsOf(speech: Speech, now: number): Job[] {
  const { topic, posted, lines } = speech;
  if (topic.stays && posted.frozen) return [];
  if (posted.sought) return [{ is: "look", topic, posted, sought: posted.sought }];
  const [copy] = lines.filter(isCopy);
  const own = lines.filter((line) => !isCopy(line));
  const card = presentCard(topic, posted, own, now);
  const urgent = own.some(({ value }) => value.urgent);
  if (!posted.ref) return [{ is: "root", topic, posted, card, urgent }];
  const next = nextLines(own, posted, topic.id, now);
  return [
    ...jobFor(next, { topic, posted, urgent }, now),
    ...(copy ? [copyJob(copy, topic, posted, now)] : []),
    ...editOf(speech, card),
  ];
}

const isCopy = ({ value }: Entry<QueuedLine>) => value.copyOf !== undefined;

const copyJob = (line: Entry<QueuedLine>, topic: Topic, posted: Posted, now: number): Job => ({
  ...{ is: "copy", topic, posted, line },
  card: unheard(datedWhereLate(line.value, line.value.card, now)),
});

/** As its adapter calls it, which has perhaps tried it. */
export const copyKeyOf = (topic: string, line: Entry<QueuedLine>): string =>
  copyKey(line.value.copyOf ?? keyOf(topic, [line]));

function editOf({ topic, posted, drawnOver }: Speech, card: Card): Job[] {
  if (posted.frozen) return [];
  const edit = { is: "edit", topic, posted, card } as const;
  if (!isShown(card, posted))
    return [{ ...edit, why: "changed", headline: changesHeadline(posted, card) }];
  if (drawnOver) return [{ ...edit, why: "drawn over", headline: false }];
  return posted.ref?.unfinished ? [{ ...edit, why: "unfinished", headline: false }] : [];
}

type Queue = readonly Entry<QueuedLine>[];

/** A file that is not taken in this place is a line like others. */
function jobFor(
  lines: Queue,
  own: { readonly topic: Topic; readonly posted: Posted; readonly urgent: boolean },
  now: number,
): Job[] {
  const [line] = lines;
  if (!line) return [];
  const { file } = line.value;
  const isFile = file !== undefined && refusalOf(line, own.posted) === undefined;
  if (isFile) return [{ is: "file", ...own, line, file }];
  return [{ is: "line", ...own, lines, card: bundled(lines, own.posted, now) }];
}

const refusalOf = ({ key }: Entry<QueuedLine>, { refused = [] }: Posted) =>
  refused.find(({ line }) => line === key);

/** A file is another message than the line that is said in its place. */
export const fileKeyOf = (topic: string, line: Entry<QueuedLine>) => `${keyOf(topic, [line])}/file`;

/** What identifies the message to its platform; a bundle is known by its first and last line. */
export function keyOf(topic: string, lines: Queue): string {
  const [first, last] = [lines[0]?.key, lines.at(-1)?.key];
  return first === last ? `${topic}/${first}` : `${topic}/${first}-${last}`;
}

/**
 * The oldest line; where the thread lags, the oldest urgent one; and where it has been silent for
 * long, all others up to the next file as one message, so that nobody is flooded. What was sent
 * before, without an answer, is sent again as it was.
 */
function nextLines(
  lines: Queue,
  { attempting = [], apart = "0" }: Posted,
  topic: string,
  now: number,
): Queue {
  const waited = now - (lines[0]?.value.at ?? now);
  const urgent = waited >= LATE_MS ? lines.find(({ value }) => value.urgent) : undefined;
  if (urgent) return [urgent];
  if (Number(lines[0]?.key) <= Number(apart)) return lines.slice(0, 1);
  const wasSent = (some: Queue) => attempting.includes(keyOf(topic, some));
  const sentBefore = lines.map((_, i) => lines.slice(0, i + 1)).find(wasSent);
  if (sentBefore || waited < FLOOD_MS) return sentBefore ?? lines.slice(0, 1);
  const next = lines.findIndex((line) => line.value.file !== undefined || wasSent([line]));
  return lines.slice(0, Math.min(MOST_BUNDLED, next < 0 ? lines.length : Math.max(1, next)));
}

function cardOf(line: Entry<QueuedLine>, posted: Posted): Card {
  const { card, file } = line.value;
  const refusal = refusalOf(line, posted);
  if (file === undefined || refusal === undefined) return card;
  return refusedFileCard(file, refusal.why, refusal.perhapsThere);
}

const datedWhereLate = ({ at }: QueuedLine, card: Card, now: number): Card =>
  now - at >= LATE_MS ? saidLate(at, card) : card;

function bundled(lines: Queue, posted: Posted, now: number): Card {
  const [only] = lines;
  if (only && lines.length === 1) return datedWhereLate(only.value, cardOf(only, posted), now);
  return lateCard(lines.map(({ value }) => value));
}

/** Urgent before the rest, then oldest first. */
export function mostUrgentFirst(a: Job, b: Job): number {
  return Number(isUrgent(b)) - Number(isUrgent(a)) || waitingSince(a) - waitingSince(b);
}

/** What people see first of a card goes before what was shown last by so many milliseconds. */
const HEADLINE_AHEAD_MS = 15_000;

/**
 * When it is an edit's turn, the least first: the card that was shown last the longest ago, one
 * whose headline changes before others. `shownAt`: by `Clock.elapsed`.
 */
export function turnOfEdit(job: Job, shownAt: number): number {
  if (job.is !== "edit") return 0;
  if (job.why === "unfinished") return shownAt + HEADLINE_AHEAD_MS;
  return job.headline ? shownAt - HEADLINE_AHEAD_MS : shownAt;
}

/** What a card shows is read once, however often the next one is drawn until it is shown. */
const shownCards = new WeakMap<Posted, Partial<Card>>();

function changesHeadline(posted: Posted, card: Card): boolean {
  const shown: Partial<Card> = shownCards.get(posted) ?? JSON.parse(posted.shown ?? "{}");
  shownCards.set(posted, shown);
  return shown.title !== card.title || shown.tone !== card.tone;
}

const isUrgent = (job: Job) => "urgent" in job && job.urgent;

function waitingSince(job: Job): number {
  if (job.is === "line") return job.lines[0]?.value.at ?? 0;
  return "line" in job ? job.line.value.at : job.topic.updatedAt;
}

/** A topic is done with when it is closed and all has arrived (or never can). */
export function isSettled(speech: Speech, now: number): boolean {
  return speech.topic.closed && jobsOf(speech, now).length === 0;
}

/** A card is compared once with what is shown, which takes as long as drawing it. */
const compared = new WeakMap<
  Card,
  { readonly shown: string | undefined; readonly same: boolean }
>();

function isShown(card: Card, { shown }: Posted): boolean {
  const known = compared.get(card);
  if (known && known.shown === shown) return known.same;
  const same = shown === cardPrint(card);
  compared.set(card, { shown, same });
  return same;
}

export const cardPrint = (card: Card) => JSON.stringify(card);

function presentCard({ card }: Topic, { moved }: Posted, lines: Queue, now: number): Card {
  const oldest = lines[0]?.value.at ?? now;
  const lateMs = Math.floor((now - oldest) / LATE_MS) * LATE_MS;
  const notes = [
    ...(moved && !isHome(moved) ? [movedWords(moved)] : []),
    ...(lateMs > 0 ? [delayWords(lateMs)] : []),
  ];
  return notes.length === 0 ? card : { ...card, lines: [...card.lines, ...notes] };
}

const isHome = ({ to, from }: Moved) =>
  to.platform === from.platform && to.channel === from.channel;

/** Where a topic is spoken now. */
export const present = (topic: Topic, { moved }: Posted): Topic =>
  moved ? { ...topic, place: moved.to } : topic;
