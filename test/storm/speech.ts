/** Promise 4: lines keep their order, none stands twice unmarked, and nobody is flooded. */
import { copyKey } from "../../src/chat/copy-key.ts";
import { spansOf } from "../../src/chat/spans.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Fault } from "./invariants.ts";
import { topicOf } from "./questions.ts";
import type { Message } from "./rooms.ts";

type Said = { readonly rooms: Pick<Chronicle["rooms"], "messages"> };

export function speech({ rooms }: Said): Fault[] {
  const keyed = rooms.messages.filter(
    (message) => message.key !== undefined && !isOrphan(message, rooms.messages),
  );
  return [
    ...twice(keyed),
    ...outOfOrder(keyed),
    ...flooded(keyed),
    ...missedTwice(keyed),
    ...answeredTwice(rooms.messages),
  ];
}

/** What hangs under a message that was deleted is read by nobody: it is said anew elsewhere. */
const isOrphan = ({ place: { thread } }: Message, messages: readonly Message[]) =>
  messages.some(({ id, deletedAt }) => id === thread && deletedAt !== undefined);

function twice(messages: readonly Message[]): Fault[] {
  const groups = Map.groupBy(
    messages,
    ({ key, place }) => `${key} in ${place.platform}:${place.channel}`,
  );
  return [...groups].flatMap(([key, same]) => {
    const unmarked = same.filter(
      ({ perhapsTwice, late, deletedAt }) => !perhapsTwice && !late && deletedAt === undefined,
    );
    return unmarked.length > 1
      ? [
          {
            promise: "nothing twice unmarked",
            what: `${key} stands ${unmarked.length} times: ${same[0]?.versions[0]?.card.title}`,
          },
        ]
      : [];
  });
}

/** Where nothing can be saved, nobody can know later that this was said already. */
const isOfState = (title: string) => /the bot's state cannot/.test(title);

/** However often it is delivered, it is dealt with once. */
function answeredTwice(messages: readonly Message[]): Fault[] {
  const answers = messages.filter(
    ({ answers, versions }) => answers !== undefined && !isOfState(versions[0]?.card.title ?? ""),
  );
  const groups = Map.groupBy(
    answers,
    ({ answers, versions }) => `${answers} ${versions[0]?.card.title}`,
  );
  return [...groups].flatMap(([what, same]) =>
    same.length > 1
      ? [
          {
            promise: "each delivery once",
            what: `the answer to ${what} was given ${same.length} times`,
          },
        ]
      : [],
  );
}

const placeInLine = ({ key = "" }: Message) => Number(/\/(\d+)/.exec(key)?.[1] ?? Number.NaN);

const URGENT_TONES: readonly string[] = ["bad", "warning"];

/** What is urgent may overtake: it is bad, an end, or of a kind that calls people, as an absence is. */
const isUrgent = ({ versions }: Message) => {
  const card = versions[0]?.card;
  if (!card) return false;
  const isOfKind = URGENT_TONES.includes(card.tone) || /^I (?:was away|took over)/.test(card.title);
  return isOfKind || card.alsoInChannel || (card.notify ?? []).length > 0;
};

function outOfOrder(messages: readonly Message[]): Fault[] {
  const lines = messages.filter(
    (message) => !Number.isNaN(placeInLine(message)) && !isUrgent(message),
  );
  return [...Map.groupBy(lines, readIn)].flatMap(([topic, own]) => {
    const firsts = own.filter((one, i) => own.findIndex(({ key }) => key === one.key) === i);
    const wrong = firsts.find(
      (one, i) => i > 0 && placeInLine(one) < placeInLine(firsts[i - 1] ?? one),
    );
    return wrong
      ? [
          {
            promise: "lines keep their order",
            what: `in ${topic} "${wrong.versions[0]?.card.title}" came after a later line`,
          },
        ]
      : [];
  });
}

/** What is shown in the channel too stands in another row than the thread's lines. */
const readIn = (message: Message) =>
  message.key?.endsWith(copyKey("")) ? copyKey(topicOf(message)) : topicOf(message);

const MISSED = /\bTarget of [^:]+ missed\b/;

/** A target is missed once, whoever takes over, and also where that is told in the line of an absence. */
function missedTwice(messages: readonly Message[]): Fault[] {
  const lines = messages.filter(({ versions, ...message }) => {
    const { title = "", lines = [] } = versions[0]?.card ?? {};
    const isLine = !Number.isNaN(placeInLine({ versions, ...message }));
    return isLine && [title, ...lines.map((line) => spansOf(line).join(""))].some(isMissed);
  });
  const keys = new Map(lines.map((message) => [message.key, topicOf(message)]));
  return [...Map.groupBy(keys.values(), (topic) => topic)].flatMap(([topic, { length }]) =>
    length > 1
      ? [{ promise: "a missed target is told once", what: `${topic} was told it ${length} times` }]
      : [],
  );
}

const isMissed = (text: string) => MISSED.test(text);

/** Of one kind of line, whatever its numbers, in one thread and one run. */
const MOST_ALIKE = 6;

function flooded(messages: readonly Message[]): Fault[] {
  const kindOf = (message: Message) =>
    `"${message.versions[0]?.card.title.replace(/\d+/g, "…")}" in ${topicOf(message)}`;
  const lines = messages.filter((message) => !Number.isNaN(placeInLine(message)));
  const firsts = new Map(lines.map((message) => [message.key, kindOf(message)]));
  return [...Map.groupBy(firsts.values(), (kind) => kind)].flatMap(([kind, { length }]) =>
    length > MOST_ALIKE
      ? [{ promise: "nobody is flooded", what: `${kind} was told ${length} times` }]
      : [],
  );
}
