/**
 * The chat platforms as people see them: rooms with messages, and what each message has shown when.
 * Their records outlive every life of the bot, and are what is checked afterwards.
 */
import {
  type Card,
  ChatError,
  type ChatFailure,
  type ChatPort,
  type Handlers,
  type MessageRef,
  type Pace,
  type Person,
  type Place,
  type Platform,
} from "../../src/chat/port.ts";
import { type Life, touch } from "./life.ts";
import type { VirtualTime } from "./virtual-time.ts";
import { oneOf, type Weather } from "./weather.ts";

interface Version {
  readonly at: number;
  readonly card: Card;
}

export interface Message {
  readonly id: string;
  readonly place: Place;
  readonly versions: Version[];
  /** As the bot named it; absent for an answer. */
  readonly key?: string;
  /** It says that it may stand there twice. */
  readonly perhapsTwice?: boolean;
  /** The delivery that it answers. */
  readonly answers?: string;
  readonly only?: Person;
  deletedAt?: number;
  /** When a living bot was told last that it stands there. */
  toldAt?: number;
}

/** One call of the bot, whatever became of it. */
export interface ChatCall {
  readonly at: number;
  readonly lane: string;
  failed?: true;
}

export interface Rooms {
  readonly messages: Message[];
  readonly calls: ChatCall[];
  /** Rooms that cannot be written, by `platform:channel`. */
  readonly closed: Map<string, "gone" | "closed">;
  /** Platforms that answer nobody, until then. */
  readonly down: Map<Platform, number>;
  /** Platforms that do not take the bot's token, until then. */
  readonly revoked: Map<Platform, number>;
  portFor(life: Life, platform: Platform, listen: (handlers: Handlers) => void): ChatPort;
  answer(place: Place, card: Card, delivery: string, only?: Person): void;
}

interface State {
  readonly time: VirtualTime;
  readonly weather: Weather;
  readonly messages: Message[];
  readonly calls: ChatCall[];
  readonly closed: Rooms["closed"];
  readonly down: Rooms["down"];
  readonly revoked: Rooms["revoked"];
  count: number;
}

export const roomOf = ({ platform, channel }: Place) => `${platform}:${channel}`;

export function openRooms(time: VirtualTime, weather: Weather): Rooms {
  const state: State = {
    time,
    weather,
    messages: [],
    calls: [],
    closed: new Map(),
    down: new Map(),
    revoked: new Map(),
    count: 0,
  };
  return {
    messages: state.messages,
    calls: state.calls,
    closed: state.closed,
    down: state.down,
    revoked: state.revoked,
    portFor: (life, platform, listen) => portFor(state, life, platform, listen),
    answer: (place, card, answers, only) =>
      void put(state, { place, card, answers, ...(only ? { only } : {}) }),
  };
}

function put(
  state: State,
  { card, ...rest }: Omit<Message, "id" | "versions"> & { readonly card: Card },
): Message {
  state.count += 1;
  const id = `m${state.count}`;
  const message = { ...rest, id, versions: [{ at: state.time.elapsed(), card }] };
  state.messages.push(message);
  return message;
}

const refOf = ({ id, place }: Message): MessageRef => ({
  id,
  place,
  link: `https://${place.platform}.example/${id}`,
});

/** What becomes of a call. */
type Fate =
  | { readonly is: "done"; readonly told: boolean }
  | { readonly is: "refused"; readonly failure: ChatFailure };

/** About what both platforms let a bot do. */
const pace: Pace = {
  posts: { burst: 4, everyMs: 1_100, of: "channel" },
  edits: { burst: 10, everyMs: 1_300, of: "platform" },
};

function portFor(
  state: State,
  life: Life,
  platform: Platform,
  listen: (handlers: Handlers) => void,
): ChatPort {
  const call = <Done>(place: Place, kind: string, act: () => Done) =>
    touch(life, state.time, () => reach(state, place, kind, act));
  return {
    platform,
    pace,
    start: async (handlers) => listen(handlers),
    stop: async () => undefined,
    health: () => ({ ok: true, state: "The chat is listening" }),
    post: async (to, card, key, again = false) => {
      const place = "channel" in to ? to : { platform, channel: `direct to ${to.id}` };
      const message = await call(place, "posts", () => posted(state, place, card, key, again));
      message.toldAt = state.time.elapsed();
      return refOf(message);
    },
    edit: (ref, card) => call(ref.place, "edits", () => edited(state, ref, card)),
    attach: (to, file) =>
      call(to, "posts", () => {
        put(state, { place: to, card: { tone: "plain", title: file.name, lines: [] } });
      }),
    threadUnder: async ({ place, id }) => ({ ...place, thread: id }),
    find: (place, card, key) => call(place, "looks", () => found(state, place, card, key)),
  };
}

/** One platform can look for what was posted before; the other can only say that it cannot. */
function posted(state: State, to: Place, card: Card, key: string, again: boolean): Message {
  const before = again ? state.messages.find((one) => one.key === key) : undefined;
  if (before && to.platform === "slack" && before.deletedAt === undefined) return before;
  return put(state, { place: to, card, key, ...(again ? { perhapsTwice: true } : {}) });
}

/** One platform knows its messages by their keys, the other shows their buttons. */
function found({ messages }: State, place: Place, card: Card, key: string): MessageRef[] {
  const own = messages.filter(
    (one) =>
      one.key !== undefined && one.deletedAt === undefined && roomOf(one.place) === roomOf(place),
  );
  const tokens = (of: Card | undefined) => (of?.buttons ?? []).map(({ token }) => token);
  const hasButton = ({ versions }: Message) =>
    tokens(versions.at(-1)?.card).some((token) => tokens(card).includes(token));
  return own.filter(place.platform === "slack" ? (one) => one.key === key : hasButton).map(refOf);
}

function edited(state: State, ref: MessageRef, card: Card): MessageRef {
  const message = state.messages.find(({ id }) => id === ref.id);
  if (!message || message.deletedAt !== undefined)
    throw new ChatError({ kind: "message", gone: true }, "The message was deleted");
  message.versions.push({ at: state.time.elapsed(), card });
  return ref;
}

function reach<Done>(state: State, place: Place, kind: string, act: () => Done): Promise<Done> {
  const { time, weather } = state;
  const call: ChatCall = { at: time.elapsed(), lane: `${roomOf(place)}/${kind}` };
  state.calls.push(call);
  const way = weather.strikes("chat-slow", 20)
    ? weather.dice("chat-slow").between(2_000, 30_000)
    : weather.dice("chat-way").between(30, 300);
  return new Promise((resolve, reject) => {
    time.after(way, () => {
      const fate = fateOf(state, place);
      if (fate.is === "refused") call.failed = true;
      const done = fate.is === "done" ? attempt(act) : undefined;
      time.after(way, () => {
        if (fate.is === "refused") reject(refusal(fate));
        else if (!fate.told) reject(new ChatError(LOST, "No answer came from the chat"));
        else if (done?.error) reject(done.error);
        else if (done) resolve(done.value as Done);
      });
    });
  });
}

function attempt<Done>(act: () => Done): { value?: Done; error?: unknown } {
  try {
    return { value: act() };
  } catch (error) {
    return { error };
  }
}

const SHUT = {
  gone: { kind: "place", gone: true },
  closed: { kind: "place" },
} as const satisfies Record<string, ChatFailure>;

function fateOf({ time, weather, closed, down, revoked }: State, place: Place): Fate {
  const failure = shutOut(
    (down.get(place.platform) ?? 0) > time.elapsed(),
    (revoked.get(place.platform) ?? 0) > time.elapsed(),
    closed.get(roomOf(place)),
  );
  if (failure) return { is: "refused", failure };
  if (weather.strikes("chat-lost-answer", 15)) {
    const isDone = weather.dice("chat-lost-answer").percent(60);
    return isDone ? { is: "done", told: false } : { is: "refused", failure: LOST };
  }
  if (weather.strikes("chat-later", 15)) {
    const afterMs = oneOf(weather.dice("chat-later"), [0, 1_000, 5_000, 30_000]);
    return { is: "refused", failure: { kind: "moment", ...(afterMs ? { afterMs } : {}) } };
  }
  if (weather.strikes("chat-refuses-message", 5))
    return { is: "refused", failure: { kind: "message" } };
  if (place.channel !== "ops" && weather.strikes("chat-refuses-place", 5))
    return { is: "refused", failure: SHUT.closed };
  return { is: "done", told: true };
}

const LOST: ChatFailure = { kind: "moment", perhapsDone: true };

function shutOut(
  isDown: boolean,
  isRevoked: boolean,
  shut: keyof typeof SHUT | undefined,
): ChatFailure | undefined {
  if (isDown) return LOST;
  if (isRevoked) return { kind: "bot" };
  return shut && SHUT[shut];
}

const refusal = ({ failure }: Extract<Fate, { is: "refused" }>) =>
  new ChatError(failure, `The chat said ${failure.kind}`);
