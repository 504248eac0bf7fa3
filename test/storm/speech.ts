/** Promise 4: lines keep their order, and none stands twice unmarked. */
import type { Chronicle } from "./chronicle.ts";
import type { Fault } from "./invariants.ts";
import { topicOf } from "./questions.ts";
import type { Message } from "./rooms.ts";

export function speech({ rooms }: Chronicle): Fault[] {
  const keyed = rooms.messages.filter(({ key }) => key !== undefined);
  return [...twice(keyed), ...outOfOrder(keyed)];
}

function twice(messages: readonly Message[]): Fault[] {
  const groups = Map.groupBy(
    messages,
    ({ key, place }) => `${key} in ${place.platform}:${place.channel}`,
  );
  return [...groups].flatMap(([key, same]) => {
    const unmarked = same.filter(
      ({ perhapsTwice, deletedAt }) => !perhapsTwice && deletedAt === undefined,
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

const placeInLine = ({ key = "" }: Message) => Number(/\/(\d+)/.exec(key)?.[1] ?? Number.NaN);

/** What is urgent may overtake: it calls people, or is bad. */
const isUrgent = ({ versions }: Message) => {
  const card = versions[0]?.card;
  return card !== undefined && (card.tone === "bad" || (card.notify ?? []).length > 0);
};

function outOfOrder(messages: readonly Message[]): Fault[] {
  const lines = messages.filter(
    (message) => !Number.isNaN(placeInLine(message)) && !isUrgent(message),
  );
  return [...Map.groupBy(lines, topicOf)].flatMap(([topic, own]) => {
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
