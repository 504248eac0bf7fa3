/**
 * A chat platform in memory: what people would see, and faults on demand. It passes the port's
 * contract suite.
 */

import type { Membership } from "../../src/chat/belongs.ts";
import { fileCard } from "../../src/chat/file-card.ts";
import { plainCard } from "../../src/chat/plain.ts";
import {
  type Attachment,
  type Card,
  ChatError,
  type ChatFailure,
  type ChatPort,
  type Handlers,
  type Incoming,
  type MessageRef,
  type Person,
  type Place,
  type Platform,
  type Typed,
} from "../../src/chat/port.ts";
import { unpaced } from "../../src/chat/unpaced.ts";
import type { Clock } from "../../src/clock.ts";

export interface Message {
  readonly id: string;
  readonly place: Place;
  /** Everything it has shown, the newest last. */
  readonly versions: Card[];
  /** When each of them was shown. */
  readonly times: number[];
  readonly key?: string;
  readonly only?: Person;
  readonly file?: Attachment;
}

export interface FakeChat extends ChatPort {
  readonly messages: Message[];
  /** Deliveries of which the platform was told that they have arrived. */
  readonly acknowledged: readonly string[];
  /** Delivers a line; resolves when the bot has dealt with it. */
  type(text: string, options?: Partial<Sent>): Promise<void>;
  press(token: string, text?: string, options?: Partial<Sent>): Promise<void>;
  /** The next calls end so, one after the other. */
  readonly faults: { failure: ChatFailure; carriedOut?: boolean }[];
  /** The next edit shows nothing and is never answered; calling what it gives lets it arrive. */
  holdBackEdit(): () => void;
  /**
   * From now on nothing can be written in this channel, too; where nothing is given, everywhere
   * again. Direct messages stand in `direct to <id>`.
   */
  refuse(what: Refused | undefined): void;
  lose(message: MessageRef): void;
  /** By the person's id: the groups as they are now, or why they cannot be read. Default: none. */
  readonly groupsNow: Map<string, Sent["groups"]>;
  /** By the person's id. Default: a member. */
  readonly membershipNow: Map<string, Membership>;
  /** While true nothing can be said: the bot's process is dead. */
  frozen: boolean;
  /** What stands in a message now, as plain text. */
  text(message: Message): string;
  /** Root messages with what hangs under them, as a person reads the channel. */
  transcript(): string;
}

interface Refused {
  readonly channel: string;
  readonly failure: ChatFailure;
  /** Only what is written in threads. */
  readonly threads?: true;
}

interface Sent extends Pick<Typed, "edited" | "missed" | "answers"> {
  readonly from: Person;
  readonly place: Place;
  readonly delivery: string;
  readonly at: number;
  /** The platform does not say when it was typed. */
  readonly undated: boolean;
  /** The person's groups; a text says why they cannot be read. Default: none. */
  readonly groups: readonly string[] | string;
}

function readGroups(groups: Sent["groups"]): readonly string[] {
  if (typeof groups === "string") throw new ChatError({ kind: "bot" }, groups);
  return groups;
}

const lost: ChatFailure = { kind: "moment", perhapsDone: true };
function inWords(failure: ChatFailure): string {
  if ("gone" in failure && failure.gone) return "gone";
  return failure.kind === "message" ? "refused" : failure.kind;
}

export function fakeChat(clock: Clock, platform: Platform = "terminal"): FakeChat {
  const messages: Message[] = [];
  const faults: FakeChat["faults"] = [];
  const channel: Place = { platform, channel: "ops" };
  const anna: Person = { platform, id: "anna", name: "Anna" };
  const running = new Set<Promise<void>>();
  const acknowledged: string[] = [];
  let handlers: Handlers | undefined;
  let count = 0;
  const refused = new Map<string, Refused>();
  const newest = (message: Message) => message.versions.at(-1) as Card;
  const text = (message: Message) =>
    plainCard(newest(message), { now: clock.now(), timeZone: "UTC" });

  function fault(place: Place, act: () => void): void {
    const refusal = refused.get(place.channel);
    if (refusal && (!refusal.threads || place.thread !== undefined))
      throw new ChatError(refusal.failure, `The channel is ${inWords(refusal.failure)}`);
    if (chat.frozen) throw new ChatError(lost, "The bot is dead");
    const next = faults.shift();
    if (next?.carriedOut) act();
    if (next) throw new ChatError(next.failure, `The chat said ${inWords(next.failure)}`);
  }

  function post(
    place: Place,
    card: Card,
    key?: string,
    more: Pick<Message, "only" | "file"> = {},
  ): MessageRef {
    const known = key === undefined ? undefined : messages.find((message) => message.key === key);
    if (known) return { place: known.place, id: known.id };
    const id = `m${++count}`;
    messages.push({
      id,
      place,
      versions: [card],
      times: [clock.now()],
      ...(key ? { key } : {}),
      ...more,
    });
    return {
      place,
      id,
      at: clock.now(),
      link: `https://${platform === "terminal" ? "chat" : platform}.example/${id}`,
    };
  }

  async function deliver(
    options: Partial<Sent>,
    rest: { text?: string; token?: string },
  ): Promise<void> {
    if (!handlers) return;
    const { from = anna, place = channel, delivery = `d${++count}`, at = clock.now() } = options;
    const { groups = [], edited, missed, answers } = options;
    if (options.groups !== undefined) chat.groupsNow.set(from.id, options.groups);
    const arrived = {
      delivery,
      at,
      ...(options.undated ? {} : { datedAt: at }),
      from,
      place,
      groups: async () => readGroups(groups),
      membership: async () => chat.membershipNow.get(from.id) ?? { is: "member" },
      reply: async (card: Card, audience?: string) =>
        void post(place, card, undefined, audience === "sender" ? { only: from } : {}),
    };
    const { token, text = "" } = rest;
    const incoming: Incoming =
      token === undefined
        ? {
            ...{ ...arrived, kind: "typed", text },
            ...(edited && { edited }),
            ...(missed && { missed }),
            ...(answers === undefined ? {} : { answers }),
          }
        : { ...arrived, kind: "pressed", token, text };
    if (!edited && !missed) await handlers.arriving(incoming);
    if (!chat.frozen) acknowledged.push(delivery);
    const work = handlers.incoming(incoming);
    running.add(work);
    await work.finally(() => running.delete(work));
  }

  const find = (ref: MessageRef) => messages.find(({ id }) => id === ref.id);
  function show(ref: MessageRef, card: Card): void {
    find(ref)?.versions.push(card);
    find(ref)?.times.push(clock.now());
  }
  let heldBack: PromiseWithResolvers<void> | undefined;
  async function comesLate(ref: MessageRef, card: Card, late: Promise<void>): Promise<never> {
    void late.then(() => show(ref, card));
    return new Promise(() => undefined);
  }
  const chat: FakeChat = {
    frozen: false,
    holdBackEdit: () => {
      heldBack = Promise.withResolvers();
      return heldBack.resolve;
    },
    groupsNow: new Map(),
    membershipNow: new Map(),
    refuse: (what) => {
      if (what) refused.set(what.channel, what);
      else refused.clear();
    },
    platform,
    pace: unpaced,
    messages,
    acknowledged,
    faults,
    text,
    type: (line, options = {}) => deliver(options, { text: line }),
    press: (token, line, options = {}) =>
      deliver(options, line === undefined ? { token } : { token, text: line }),
    lose: (ref) =>
      void messages.splice(
        messages.findIndex(({ id }) => id === ref.id),
        1,
      ),
    start: async (given) => {
      handlers = given;
    },
    stop: async () => {
      handlers = undefined;
      await Promise.allSettled(running);
    },
    post: async (to, card, key) => {
      const place = "channel" in to ? to : { platform, channel: `direct to ${to.id}` };
      fault(place, () => post(place, card, key));
      return post(place, card, key);
    },
    edit: async (ref, card) => {
      const late = heldBack?.promise;
      heldBack = undefined;
      if (late) return comesLate(ref, card, late);
      fault(ref.place, () => show(ref, card));
      const message = find(ref);
      if (!message) throw new ChatError({ kind: "message", gone: true }, "The message was deleted");
      show(ref, card);
      return ref;
    },
    attach: async (to, file, key) => {
      const show = () => void post(to, fileCard(file), key, { file });
      fault(to, show);
      show();
    },
    threadUnder: async ({ place, id }) => ({ ...place, thread: id }),
    find: async (place, _, key) => {
      fault(place, () => undefined);
      return messages
        .filter((one) => one.key === key && one.place.channel === place.channel)
        .map(({ id }) => ({ place, id }));
    },
    belongs: ({ id }) => ({
      groups: async () => readGroups(chat.groupsNow.get(id) ?? []),
      membership: async () => chat.membershipNow.get(id) ?? { is: "member" },
    }),
    health: () => ({
      ok: handlers !== undefined,
      state: handlers ? "The chat is listening" : "The chat is not listening",
    }),
    transcript: () =>
      messages
        .filter(({ place }) => place.thread === undefined)
        .map((root) =>
          [
            text(root),
            ...messages
              .filter(({ place }) => place.thread === root.id)
              .map((line) => text(line).replace(/^/gm, "  | ")),
          ].join("\n"),
        )
        .join("\n\n"),
  };
  return chat;
}
