/** What the outbox says of its own accord: last words on old cards, and what people get directly. */
import type { ChatPort, MessageRef, Person } from "../chat/port.ts";
import { directCard, goesOnCard } from "../messages/delivery.ts";
import type { Posted, QueuedLine, Sought, Topic } from "../records/topic.ts";
import type { Conditional, Entry, Store } from "../store/store.ts";

/** A card that was left, as a topic of its own: its one edit leads to the new card. */
export const lastWords = (topic: Topic, old: MessageRef, now: MessageRef): Conditional[] => {
  const key = `${topic.id}@left/${old.id}`;
  const value: Topic = {
    ...own(topic, key),
    place: old.place,
    card: goesOnCard(topic.title, now),
  };
  return [
    { insert: "topics", key, value },
    { insert: "posted", key, value: { version: 1, ref: old } },
  ];
};

/** A card that may have been left, as a topic of its own: it is looked for until the place answers. */
export const lookedFor = (topic: Topic, sought: Sought): Conditional[] => {
  const key = `${topic.id}@sought/${sought.key}`;
  const value: Topic = { ...own(topic, key), place: topic.place, card: sought.card };
  return [
    { insert: "topics", key, value },
    { insert: "posted", key, value: { version: 1, sought } },
  ];
};

const own = ({ title, updatedAt }: Topic, id: string) =>
  ({ version: 1, id, title, updatedAt, closed: true, stays: true }) as const;

/** Urgent lines of which nobody was told directly yet. */
export const untold = (
  lines: readonly Entry<QueuedLine>[],
  { direct = [] }: Posted,
): readonly Entry<QueuedLine>[] =>
  lines.filter(({ key, value: { urgent, copyOf } }) => {
    return urgent && copyOf === undefined && !direct.includes(key);
  });

/** Where failures and ends stand that no place takes, a topic for each of them. */
export async function endsWithoutPlace(store: Store): Promise<Topic[]> {
  const waiting = await store.all("lines");
  const found = await Promise.all(
    waiting.map(async ({ key, value: { topic } }) => {
      const posted = await store.get("posted", topic);
      return posted?.direct?.includes(key) ? store.get("topics", topic) : undefined;
    }),
  );
  return found.filter((topic) => topic !== undefined);
}

/** Lines as messages to those whom they call, as far as their platforms are served. */
export const directMessages = (
  topic: Topic,
  lines: readonly Entry<QueuedLine>[],
  why: string,
  ports: readonly ChatPort[],
): Conditional[] =>
  lines.flatMap((line) =>
    called(line.value, ports).map((person) => directMessage(topic, line, person, why)),
  );

function called({ card: { notify = [] } }: QueuedLine, ports: readonly ChatPort[]): Person[] {
  const persons = notify.filter((one) => ports.some(({ platform }) => platform === one.platform));
  return [...new Map(persons.map((one) => [`${one.platform}:${one.id}`, one])).values()];
}

function directMessage(
  topic: Topic,
  { key, value }: Entry<QueuedLine>,
  to: Person,
  why: string,
): Conditional {
  const id = `${topic.id}/${key}@${to.platform}:${to.id}`;
  const card = directCard(value.card, topic.title, topic.place, why);
  const place = { platform: to.platform, channel: `direct to ${to.id}` };
  const run = topic.run === undefined ? {} : { run: topic.run };
  return { insert: "topics", key: id, value: { ...own(topic, id), ...run, card, place, to } };
}
