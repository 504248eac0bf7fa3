/**
 * What the benchmark wants of a chat platform, in a process of its own: cards that stand there
 * already, commands at a steady rate to our bot and to a bare one in turn, and what our bot said.
 */
import { setTimeout } from "node:timers/promises";
import type { MessageRef, Place } from "../../src/chat/port.ts";
import { answerParent, endWithParent } from "./children.ts";

/** A root card that the bot has posted before. */
export interface StandingCard {
  readonly ref: MessageRef;
  readonly thread: Place;
}

/** `at`: in milliseconds since 1970. */
export interface Said {
  readonly is: "post" | "edit";
  readonly at: number;
  readonly inThread: boolean;
  /** All of the message, as data. */
  readonly text: string;
}

/** Gives the milliseconds to the acknowledgement; nothing where none came. */
export type SendCommand = (verb: string) => Promise<number | undefined>;

export interface Room {
  /** For our program. */
  readonly settings: Readonly<Record<string, string>>;
  /** For the bare one, which has a platform of its own. */
  readonly bare: Readonly<Record<string, string>>;
  readonly toOurs: SendCommand;
  readonly toBare: SendCommand;
  cards(count: number): StandingCard[];
  limit(on: boolean): void;
  /** Since it was asked last. */
  said(): Said[];
}

export interface Burst {
  readonly verb: string;
  readonly count: number;
  /** To each of both. */
  readonly perSecond: number;
}

/** Times to the acknowledgement in milliseconds, and how many never got one in time. */
export interface Acks {
  readonly ms: readonly number[];
  readonly lost: number;
}

/** Slack and Discord wait for so long. */
const WITHIN_MS = 3000;

const inTime = async (ack: Promise<number | undefined>): Promise<number | undefined> => {
  const ms = await Promise.race([ack, setTimeout(WITHIN_MS + 1000, undefined)]);
  return ms === undefined || ms > WITHIN_MS ? undefined : ms;
};

function acksOf(all: readonly (number | undefined)[]): Acks {
  const ms = all.filter((one) => one !== undefined);
  return { ms, lost: all.length - ms.length };
}

/** To both in turn, each at its time, whatever becomes of the ones before. */
async function send({ toOurs, toBare }: Room, { verb, count, perSecond }: Burst) {
  const [ours, bare]: Promise<number | undefined>[][] = [[], []];
  const begun = performance.now();
  for (let turn = 0; turn < 2 * count; turn++) {
    const dueMs = (turn * 500) / perSecond;
    await setTimeout(Math.max(0, begun + dueMs - performance.now()));
    if (turn % 2 === 0) ours?.push(inTime(toOurs(verb)));
    else bare?.push(inTime(toBare(verb)));
  }
  return {
    ours: acksOf(await Promise.all(ours ?? [])),
    bare: acksOf(await Promise.all(bare ?? [])),
  };
}

const answersOf = (room: Room) => ({
  settings: (_: null) => ({ ours: room.settings, bare: room.bare }),
  cards: (count: number) => room.cards(count),
  limit: (on: boolean) => room.limit(on),
  said: (_: null) => room.said(),
  commands: (burst: Burst) => send(room, burst),
});

export type RoomAnswers = ReturnType<typeof answersOf>;

/** What a record of everything said has grown by since it was asked last. */
export function newsOf<Message>(
  record: { readonly all: readonly { is: "post" | "edit"; at: number; message: Message }[] },
  isInThread: (message: Message) => boolean,
): () => Said[] {
  let read = 0;
  return () => {
    const news = record.all.slice(read);
    read = record.all.length;
    return news.map(({ is, at, message }) => ({
      ...{ is, at, inThread: isInThread(message), text: JSON.stringify(message) },
    }));
  };
}

export function openRoom(room: Room): void {
  answerParent(answersOf(room));
  endWithParent();
}
