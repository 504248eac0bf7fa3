/**
 * The chat platforms as people see them: rooms with messages, and what each message has shown when.
 * The adapters' own code speaks to them over HTTP, on which calls and answers are late, lost, refused
 * or replaced. Their records outlive every life of the bot, and are what is checked afterwards.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Card, ChatPort, Handlers, Person, Place, Platform } from "../../src/chat/port.ts";
import type { ChatAnswer, Words } from "./chat-words.ts";
import { happens, type Life, touch } from "./life.ts";
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
  /**
   * It came to be, or was changed, when the bot no longer waited for an answer: perhaps after it had
   * looked, or had said something newer.
   */
  late?: true;
  /** What the platform was sent, and keeps of it. */
  body?: Readonly<Record<string, unknown>>;
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
  readonly time: VirtualTime;
  readonly weather: Weather;
  readonly bornAt: number;
  readonly messages: Message[];
  readonly calls: ChatCall[];
  /** Rooms that cannot be written, by `platform:channel`. */
  readonly closed: Map<string, "gone" | "closed">;
  /** Platforms that answer nobody, until then. */
  readonly down: Map<Platform, number>;
  /** Platforms that do not take the bot's token, until then. */
  readonly revoked: Map<Platform, number>;
  /** The platforms' clocks against that of the world, in milliseconds. */
  readonly clocks: Map<Platform, number>;
  /** Those that may call, by the number in their tokens. */
  readonly lives: Map<number, Life>;
  /** How much of a limit is used, until when, by what is limited. */
  readonly windows: Map<string, { used: number; readonly endsAt: number }>;
  count: number;
}

export const roomOf = ({ platform, channel }: Place) => `${platform}:${channel}`;

export const openRooms = (time: VirtualTime, weather: Weather, bornAt: number): Rooms => ({
  time,
  weather,
  bornAt,
  messages: [],
  calls: [],
  closed: new Map(),
  down: new Map(),
  revoked: new Map(),
  clocks: new Map(),
  lives: new Map(),
  windows: new Map(),
  count: 0,
});

/** A platform's clock, in milliseconds since 1970. */
export const platformNow = ({ bornAt, time, clocks }: Rooms, platform: Platform) =>
  Math.floor(bornAt + time.elapsed() + (clocks.get(platform) ?? 0));

/** What the bot is saying when it makes a call: of drawn messages alone it could not be told. */
export const saying = new AsyncLocalStorage<{ readonly card: Card; readonly key?: string }>();

/** An adapter's own port; what hears is the storm's. */
export const spoken = (
  rooms: Rooms,
  port: ChatPort,
  listen: (handlers: Handlers) => void,
): ChatPort => ({
  ...port,
  start: async (handlers) => listen(handlers),
  stop: async () => undefined,
  post: async (to, card, key, again) => {
    const ref = await saying.run({ card, key }, () => port.post(to, card, key, again));
    const message = rooms.messages.find(({ id }) => id === ref.id);
    if (message) message.toldAt = rooms.time.elapsed();
    return ref;
  },
  edit: (message, card) => saying.run({ card }, () => port.edit(message, card)),
  attach: (to, file, key, again) =>
    saying.run({ card: { tone: "plain", title: file.name, lines: [] }, key }, () =>
      port.attach(to, file, key, again),
    ),
});

/** Set while a call is carried out that the bot has given up. */
let isLate = false;

export function put(
  rooms: Rooms,
  { card, ...rest }: Omit<Message, "versions"> & { readonly card: Card },
): Message {
  const late = isLate ? { late: true as const } : {};
  const message = { ...rest, ...late, versions: [{ at: rooms.time.elapsed(), card }] };
  rooms.messages.push(message);
  return message;
}

/** A number that no other message has. */
export function nextNumber(rooms: Rooms): number {
  rooms.count += 1;
  return rooms.count;
}

export const answer = (rooms: Rooms, place: Place, card: Card, answers: string, only?: Person) =>
  void put(rooms, {
    ...{ id: `a${nextNumber(rooms)}`, place, card, answers },
    ...(only ? { only } : {}),
  });

export function change(rooms: Rooms, message: Message, card: Card, body: Message["body"]): void {
  message.versions.push({ at: rooms.time.elapsed(), card });
  message.body = { ...message.body, ...body };
  if (isLate) message.late = true;
}

/** A call on its way. */
export interface Call {
  readonly life: Life;
  readonly place: Place;
  /** What it does, in the platform's words. */
  readonly kind: string;
  /** It says something, which may be refused as it is. */
  readonly isSpeech: boolean;
  readonly signal: AbortSignal | undefined;
  readonly words: Words;
  /** Carries it out. */
  act(): ChatAnswer;
}

/** What becomes of a call. */
type Fate =
  | { readonly is: "answered" }
  | { readonly is: "replaced"; readonly by: ChatAnswer; readonly isDone: boolean }
  | { readonly is: "silent"; readonly isDone: boolean }
  | { readonly is: "cut"; readonly code: string; readonly isDone: boolean };

export function reach(rooms: Rooms, call: Call): Promise<Response> {
  if (call.isSpeech) happens("message", call.life);
  return touch(call.life, rooms.time, () => travel(rooms, call));
}

function travel(rooms: Rooms, call: Call): Promise<Response> {
  const { time, weather } = rooms;
  const noted: ChatCall = { at: time.elapsed(), lane: `${roomOf(call.place)}/${call.kind}` };
  rooms.calls.push(noted);
  const act = AsyncLocalStorage.bind(call.act);
  const wayMs = weather.strikes("chat-slow", 20)
    ? weather.dice("chat-slow").between(2_000, 30_000)
    : weather.dice("chat-way").between(30, 300);
  return new Promise((resolve, reject) => {
    const abort = () => reject(call.signal?.reason);
    if (call.signal?.aborted) return abort();
    call.signal?.addEventListener("abort", abort, { once: true });
    time.after(wayMs, () => {
      const fate = fateOf(rooms, call);
      if (fate.is !== "answered") noted.failed = true;
      const isDone = fate.is === "answered" || fate.isDone;
      const own = isDone ? carryOut(act, call.signal?.aborted ?? false) : undefined;
      time.after(wayMs, () => settle(rooms, call, fate, { own, resolve, reject }));
    });
  });
}

function carryOut(act: Call["act"], late: boolean): ChatAnswer {
  isLate = late;
  try {
    return act();
  } finally {
    isLate = false;
  }
}

interface Settle {
  /** As the platform itself answers; absent where it has not carried out the call. */
  readonly own: ChatAnswer | undefined;
  resolve(answer: Response): void;
  reject(error: unknown): void;
}

function settle(rooms: Rooms, { place: { platform } }: Call, fate: Fate, to: Settle): void {
  switch (fate.is) {
    case "answered":
      if (to.own) to.resolve(responseOf(rooms, platform, to.own));
      return;
    case "replaced":
      to.resolve(responseOf(rooms, platform, fate.by));
      return;
    case "cut":
      to.reject(brokenBy(fate.code));
      return;
    case "silent":
      return;
    default:
      fate satisfies never;
  }
}

/** As both fetch and undici say it: the code stands on the error, or on its cause. */
function brokenBy(code: string): Error {
  const cause = Object.assign(new Error(`connect ${code}`), { code });
  return Object.assign(new TypeError("fetch failed", { cause }), { code });
}

function responseOf(
  rooms: Rooms,
  platform: Platform,
  { status, headers = {}, body }: ChatAnswer,
): Response {
  const date = new Date(platformNow(rooms, platform)).toUTCString();
  return new Response(body === "" ? null : body, { status, headers: { date, ...headers } });
}

const replaced = (by: ChatAnswer, isDone = false): Fate => ({ is: "replaced", by, isDone });

function fateOf(rooms: Rooms, { place, isSpeech, words }: Call): Fate {
  const { weather } = rooms;
  const fate = shutOut(rooms, place, words);
  if (fate) return fate;
  if (weather.strikes("chat-lost-answer", 15)) return lostAnswer(weather, words);
  if (weather.strikes("chat-later", 15))
    return replaced(oneOf(weather.dice("chat-later"), words.later));
  if (weather.strikes("chat-unknown", 10))
    return replaced(oneOf(weather.dice("chat-unknown"), words.unknown));
  if (isSpeech && weather.strikes("chat-refuses-message", 5))
    return replaced(oneOf(weather.dice("chat-refuses-message"), words.message));
  if (!isLast(place) && weather.strikes("chat-refuses-place", 5))
    return replaced(oneOf(weather.dice("chat-refuses-place"), words.closed));
  return { is: "answered" };
}

/** One room is never lost, so that there is a place for everything. */
const isLast = ({ channel }: Place) => channel === LAST_ROOM;
export const LAST_ROOM = "C0OPS";

function lostAnswer(weather: Weather, words: Words): Fate {
  const dice = weather.dice("chat-lost-answer");
  const isDone = dice.percent(60);
  const how = oneOf(dice, ["cut", "silent", "nonsense"]);
  if (how === "nonsense") return replaced(oneOf(dice, words.nonsense), isDone);
  return how === "cut" ? { is: "cut", code: "ECONNRESET", isDone } : { is: "silent", isDone };
}

function shutOut(rooms: Rooms, place: Place, words: Words): Fate | undefined {
  const { time, weather, closed, down, revoked } = rooms;
  const { platform } = place;
  if ((down.get(platform) ?? 0) > time.elapsed()) return outage(weather, words);
  if ((revoked.get(platform) ?? 0) > time.elapsed())
    return replaced(oneOf(weather.dice("token-revoked"), words.tokenRefused));
  const shut = closed.get(roomOf(place));
  return shut && replaced(oneOf(weather.dice("shut"), words[shut]));
}

function outage(weather: Weather, words: Words): Fate {
  const dice = weather.dice("chat-down");
  const how = oneOf(dice, ["refused", "silent", "said"]);
  if (how === "said") return replaced(oneOf(dice, words.outage));
  return how === "silent"
    ? { is: "silent", isDone: false }
    : { is: "cut", code: "ECONNREFUSED", isDone: false };
}
