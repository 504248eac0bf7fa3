/** Promises 2 and 3: what is told is so, and the end of everything is told where people are. */
import { plainCard } from "../../src/chat/plain.ts";
import type { Card } from "../../src/chat/port.ts";
import type { Chronicle } from "./chronicle.ts";
import { type Sent, sentIn } from "./confirmations.ts";
import type { Fault } from "./invariants.ts";
import { isRoot, tokenOf, topicOf } from "./questions.ts";
import { type Message, roomOf } from "./rooms.ts";

const plain = (card: Card) => plainCard(card, { now: 0, timeZone: "UTC" });

export function ends(chronicle: Chronicle): Fault[] {
  const { sent } = sentIn(chronicle);
  return [
    ...sent.flatMap((one) => deniedAlthoughDone(one, chronicle)),
    ...sent.flatMap((one) => confirmedAlthoughNot(one, chronicle)),
    ...sent.flatMap((one) => endUntold(one, chronicle)),
    ...replicationEndUntold(chronicle),
    ...sent.flatMap((one) => reportUntold(one, chronicle)),
    ...stillLive(chronicle),
  ];
}

const ofTopic = ({ rooms }: Chronicle, topic: string): Message[] =>
  rooms.messages.filter((message) => message.key !== undefined && topicOf(message) === topic);

/**
 * That a confirmation is void is said of the one before: the line stands before the next one's, also
 * where a slow chat shows it only after that was sent.
 */
const saysNothingWasSent = (card: Card) =>
  /nothing was sent|: not (started|tested|undone)/i.test(plain(card)) &&
  !card.title.startsWith("The approval is void");

/** What EM carried out is never told as not started. */
function deniedAlthoughDone({ post, question }: Sent, chronicle: Chronicle): Fault[] {
  if (!post.run || post.run.refused) return [];
  const denying = ofTopic(chronicle, question.topic)
    .flatMap(({ versions }) => versions)
    .find(
      ({ at, card }) =>
        at > post.at && saysNothingWasSent(card) && tokenOf(card, "confirm") === undefined,
    );
  return denying
    ? [
        {
          promise: "never denied",
          what: `EM did ${post.action} "${post.plan.name}", and "${denying.card.title}" was told`,
        },
      ]
    : [];
}

/** What was told as confirmed came true in EM's replicas. */
function confirmedAlthoughNot({ post, question }: Sent, chronicle: Chronicle): Fault[] {
  const told = ofTopic(chronicle, question.topic)
    .flatMap(({ versions }) => versions)
    .find(({ at, card }) => at > post.at && /, confirmed\b/.test(card.title));
  const isSo = post.run && chronicle.em.cameTrue(post.run);
  return told && !isSo
    ? [
        {
          promise: "confirmed by evidence",
          what: `"${told.card.title}" was told, and EM's replicas never stood so`,
        },
      ]
    : [];
}

/** Whether somebody has told the bot to be silent, and whether he or she could have ordered it. */
function unwatchedBy(id: string, { deliveries }: Chronicle): "who may" | "who may not" | undefined {
  const reached = deliveries
    .filter(({ act }) => act.is === "pressed" && act.token === `unwatch:${id}`)
    .flatMap((delivery) => delivery.reached);
  if (reached.length === 0) return undefined;
  return reached.some(({ mayOrder }) => mayOrder) ? "who may" : "who may not";
}

/** To a person, as no place could be written. */
const isDirect = ({ key = "" }: Message) => /\/\d+@/.test(key);

const isEnd = (message: Message, card: Card) =>
  card.alsoInChannel ||
  (isDirect(message) && END_TITLE.test(card.title) && !/what else runs goes on/.test(plain(card)));

/** As a run's title begins once it has ended, or that of an order that was not sent. */
const END_TITLE =
  /^(Failed|Tested|Undone|All \d+ VMs failed|Ended|Lost sight|Not known whether|No session seen|EM reports (success|a warning)|EM has carried out|Not (started|tested|undone|stopped)|Outcome not known)|\bfailed: /;

/** Each order that EM was sent has an end that is told where it is noticed. */
function endUntold({ post, question }: Sent, chronicle: Chronicle): Fault[] {
  const silenced = unwatchedBy(question.id, chronicle);
  if (silenced === "who may") return [];
  const told = ofTopic(chronicle, question.topic).filter((message) =>
    message.versions.some(({ at, card }) => at > post.at && isEnd(message, card)),
  );
  return told.length > 0
    ? []
    : [
        {
          promise: silenced ? "nobody silences others" : "every end is told",
          what: `the end of ${post.action} "${post.plan.name}" stands nowhere`,
        },
      ];
}

/**
 * Where the end of a run stands, so does its report: the files, or what they say. Where a room was
 * closed for good, or nobody wanted more than the end, there may be none.
 */
function reportUntold({ post, question }: Sent, chronicle: Chronicle): Fault[] {
  const { rooms } = chronicle;
  const own = ofTopic(chronicle, question.topic).filter((message) => !isDirect(message));
  const isTold = own.some(({ place, versions }) =>
    versions.some(
      ({ at, card }) =>
        at > post.at && card.alsoInChannel && !rooms.closed.has(roomOf(place)) && isEndOfRun(card),
    ),
  );
  if (!isTold || unwatchedBy(question.id, chronicle)) return [];
  const said = own.flatMap(({ versions }) => versions.map(({ card }) => plain(card))).join("\n");
  return ["png", "md", "csv"]
    .filter((form) => !new RegExp(`UTC\\.${form}\\b`).test(said))
    .map((form) => ({
      promise: "every report stands",
      what: `the ${form} of ${post.action} "${post.plan.name}" stands nowhere`,
    }));
}

const isEndOfRun = (card: Card) => END_TITLE.test(card.title) && !/^Not |^Outcome/.test(card.title);

const isReplication = ({ title }: Card) => /: (CDP policy|replication job) "/.test(title);

/** So has each replication that somebody watched, unless somebody has told the bot to be silent. */
function replicationEndUntold(chronicle: Chronicle): Fault[] {
  const roots = chronicle.rooms.messages.filter(
    (message) => isRoot(message) && message.versions.some(({ card }) => isReplication(card)),
  );
  return [...Map.groupBy(roots, topicOf)].flatMap(([topic, own]) => {
    const id = own
      .flatMap(({ versions }) => versions.map(({ card }) => tokenOf(card, "unwatch")))
      .find((token) => token !== undefined);
    if (id === undefined || unwatchedBy(id, chronicle)) return [];
    const told = ofTopic(chronicle, topic).some(({ versions }) =>
      versions.some(({ card }) => card.alsoInChannel && isReplication(card)),
    );
    return told
      ? []
      : [
          {
            promise: "every end is told",
            what: `the end of "${own[0]?.versions[0]?.card.title}" stands nowhere`,
          },
        ];
  });
}

const LIVE = ["confirm", "cancel", "unwatch"] as const;

/**
 * In the end no card that can be edited goes on as if something were open; but for one of which the
 * bot could not know that it stands there.
 */
function stillLive(chronicle: Chronicle): Fault[] {
  const { rooms, endAt } = chronicle;
  const roots = rooms.messages.filter(
    (message) =>
      isRoot(message) &&
      message.deletedAt === undefined &&
      !message.late &&
      !isUnheardOf(message, chronicle),
  );
  return roots.flatMap((message) => {
    const card = message.versions.at(-1)?.card;
    const isOpen = card && LIVE.some((deed) => tokenOf(card, deed) !== undefined);
    if (!isOpen || rooms.closed.has(roomOf(message.place))) return [];
    return [
      {
        promise: "no card stays live",
        what: `at ${Math.round(endAt / 1000)} s "${card.title}" is still open in ${roomOf(message.place)}`,
      },
    ];
  });
}

/** What is told is saved at once. */
const SAVED_MS = 2_000;

/** It stands there perhaps twice; or its answer was lost, or the bot with it, and it goes on elsewhere. */
function isUnheardOf(message: Message, { rooms, lives }: Chronicle): boolean {
  const { key, toldAt } = message;
  const later = rooms.messages.slice(rooms.messages.indexOf(message) + 1).filter(isRoot);
  if (later.some((other) => other.key === key && other.perhapsTwice)) return true;
  const isForgotten =
    toldAt === undefined || lives.some(({ to = -1 }) => to >= toldAt && to <= toldAt + SAVED_MS);
  return isForgotten && later.some((other) => topicOf(other) === topicOf(message));
}
