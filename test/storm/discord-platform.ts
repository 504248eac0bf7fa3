/**
 * Discord's REST API in this process, as far as the adapter calls it, and the adapter's own port on
 * it: its drawing, its threads, discord.js's queues and its reading of errors are the real ones.
 */
import { createHash } from "node:crypto";
import { createDiscordPort } from "../../adapters/discord/discord.ts";
import { copyKey } from "../../src/chat/copy-key.ts";
import { perhapsTwiceRemark } from "../../src/chat/perhaps-twice.ts";
import type { Card, ChatPort, Handlers, Place } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { Log } from "../../src/log.ts";
import { type ChatAnswer, discordNo, discordWords, discordYes } from "./chat-words.ts";
import type { Life } from "./life.ts";
import type { Asked } from "./machine.ts";
import {
  change,
  type Message,
  nextNumber,
  platformNow,
  put,
  type Rooms,
  reach,
  saying,
  spoken,
} from "./rooms.ts";

/** Stands in every token, and nowhere else. */
export const discordCanary = "canary-token-of-the-storm";

const GUILD = "1100000000000000009";
const BOT = "1100000000000000008";
const EPOCH = 1_420_070_400_000;

/** What hears is the storm's: the gateway is left out. */
export function discordPort(
  rooms: Rooms,
  life: Life,
  { clock, log, listen }: { clock: Clock; log: Log; listen: (handlers: Handlers) => void },
): ChatPort {
  rooms.lives.set(life.number, life);
  const token = `${discordCanary}-${life.number}`;
  const port = createDiscordPort({ token, channels: [], clock, log });
  return spoken(rooms, port, listen);
}

interface Request {
  readonly rooms: Rooms;
  /** The parts of the path that the route leaves open. */
  readonly ids: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

type Route = (request: Request) => ChatAnswer;

export function askDiscord(rooms: Rooms, url: string, asked: Asked): Promise<Response> {
  const path = new URL(url).pathname.replace("/api/v10", "");
  const life = rooms.lives.get(Number(asked.headers.get("authorization")?.split("-").at(-1)));
  if (!life) throw new Error(`Nobody can have asked Discord: ${url}`);
  const found = routes.find(([method, open]) => method === asked.method && open.test(path));
  const [method, open, route] = found ?? [asked.method, /$^/, () => discordNo(404, 0, "404")];
  const ids = open.exec(path)?.slice(1) ?? [];
  return reach(rooms, {
    life,
    place: placeIn(rooms, path),
    kind: `${method} ${open.source.split("/").at(-1)}`,
    isSpeech: path.includes("/messages") && method !== "GET",
    signal: asked.signal,
    words: discordWords,
    act: () => limited(rooms, method, path, () => route({ rooms, ids, body: bodyOf(asked) })),
  });
}

/** Of a form with a file, the part that says what goes with it, and what is known of the file. */
function bodyOf({ body, headers }: Asked): Readonly<Record<string, unknown>> {
  const text = body.toString("utf8");
  if (!headers.get("content-type")?.startsWith("multipart/")) return text ? JSON.parse(text) : {};
  const [, payload = "{}"] = /name="payload_json"\r\n[^{]*(\{.*\})\r\n--/s.exec(text) ?? [];
  const file = /name="files\[0\]"[^\0]*?\r\n\r\n(.*?)\r\n--/s.exec(body.toString("latin1"));
  return { ...JSON.parse(payload), attachments: [{ size: file?.[1]?.length ?? 0 }] };
}

const threadsOf = ({ messages }: Rooms) =>
  new Map(
    messages.flatMap(({ id, place, body }): [string, string][] =>
      body?.thread === true ? [[id, place.channel]] : [],
    ),
  );

function placeIn(rooms: Rooms, path: string): Place {
  const [, id = "workspace"] = /^\/channels\/(\d+)/.exec(path) ?? [];
  const parent = threadsOf(rooms).get(id);
  return {
    platform: "discord",
    channel: parent ?? id,
    ...(parent === undefined ? {} : { thread: id }),
  };
}

/** Discord's usual limit: so many messages and edits each in a window of a channel. */
const LIMIT = 5;
const WINDOW_MS = 5_000;

/** Says in its headers how much is left, and refuses what is too much. */
function limited(rooms: Rooms, method: string, path: string, act: () => ChatAnswer): ChatAnswer {
  const [, channel] = /^\/channels\/(\d+)\/messages/.exec(path) ?? [];
  if (channel === undefined || method === "GET") return act();
  const key = `${method} ${channel}`;
  const now = rooms.time.elapsed();
  const known = rooms.windows.get(key);
  const open = known && known.endsAt > now ? known : { used: 0, endsAt: now + WINDOW_MS };
  rooms.windows.set(key, open);
  const seconds = (open.endsAt - now) / 1000;
  if (open.used >= LIMIT)
    return {
      ...discordNo(429, 0, "You are being rate limited."),
      body: JSON.stringify({ message: "Slow down", retry_after: seconds, global: false }),
      headers: { "content-type": "application/json", "retry-after": String(seconds) },
    };
  open.used += 1;
  const answer = act();
  const left = {
    "x-ratelimit-limit": String(LIMIT),
    "x-ratelimit-remaining": String(LIMIT - open.used),
    "x-ratelimit-reset-after": String(seconds),
    "x-ratelimit-bucket": `messages-${method}`,
  };
  return { ...answer, headers: { ...answer.headers, ...left } };
}

const snowflake = (rooms: Rooms) =>
  String((BigInt(platformNow(rooms, "discord") - EPOCH) << 22n) + BigInt(nextNumber(rooms)));

const nonceFor = (key: string) => createHash("sha256").update(key).digest("base64url").slice(0, 24);

/** For so long Discord knows a nonce. */
const NONCE_MS = 300_000;

const isInChannel = ({ place: { platform, channel, thread } }: Message, id: string | undefined) =>
  platform === "discord" && (thread ?? channel) === id;

function sameNonce({ messages, time }: Rooms, id: string | undefined, nonce: unknown) {
  const since = time.elapsed() - NONCE_MS;
  return messages.find(
    (one) =>
      isInChannel(one, id) && one.body?.nonce === nonce && (one.versions[0]?.at ?? 0) > since,
  );
}

const createMessage: Route = ({ rooms, ids: [id = ""], body }) => {
  const before = sameNonce(rooms, id, body.nonce);
  if (before) return discordYes({ id: before.id });
  const said = saying.getStore();
  const isCopy = said?.key !== undefined && body.nonce === nonceFor(copyKey(said.key));
  const key = isCopy ? copyKey(said.key) : said?.key;
  const message = put(rooms, {
    id: snowflake(rooms),
    place: placeIn(rooms, `/channels/${id}`),
    card: said?.card ?? { tone: "plain", title: String(body.content), lines: [] },
    body,
    ...(key === undefined ? {} : { key }),
    ...(String(body.content).includes(perhapsTwiceRemark) ? { perhapsTwice: true } : {}),
  });
  return discordYes({ id: message.id });
};

const editMessage: Route = ({ rooms, ids: [id, message], body }) => {
  const found = rooms.messages.find((one) => one.id === message && isInChannel(one, id));
  const card = saying.getStore()?.card;
  if (!found || !card || found.deletedAt !== undefined)
    return discordNo(404, 10008, "Unknown Message");
  change(rooms, found, asDrawn(card, { ...found.body, ...body }), body);
  return discordYes({ id: found.id });
};

/** A card that has moved to a new message leaves its old one without buttons. */
function asDrawn(card: Card, { components }: Readonly<Record<string, unknown>>): Card {
  const drawn = JSON.stringify(components ?? []);
  const { buttons = [] } = card;
  return { ...card, buttons: buttons.filter(({ token }) => drawn.includes(token)) };
}

const newest: Route = ({ rooms, ids: [id] }) => {
  const standing = rooms.messages.filter(
    (one) => isInChannel(one, id) && one.deletedAt === undefined && one.body !== undefined,
  );
  const told = standing.map(({ id: own, body = {} }) => ({
    ...{ content: "", embeds: [], components: [], attachments: [], ...body },
    id: own,
    author: { id: BOT },
  }));
  return discordYes(told.reverse().slice(0, 50));
};

const startThread: Route = ({ rooms, ids: [id, message] }) => {
  const found = rooms.messages.find((one) => one.id === message && isInChannel(one, id));
  if (!found) return discordNo(404, 10008, "Unknown Message");
  if (found.body?.thread === true)
    return discordNo(400, 160004, "A thread has already been created for this message");
  found.body = { ...found.body, thread: true };
  return discordYes({ id: found.id });
};

const readChannel: Route = ({ rooms, ids: [id = ""] }) => {
  const parent = threadsOf(rooms).get(id);
  return discordYes({
    id,
    guild_id: GUILD,
    ...(parent === undefined ? { type: 0 } : { type: 11, parent_id: parent }),
  });
};

const routes: readonly (readonly [method: string, open: RegExp, route: Route])[] = [
  ["POST", /^\/channels\/(\d+)\/messages$/, createMessage],
  ["PATCH", /^\/channels\/(\d+)\/messages\/(\d+)$/, editMessage],
  ["GET", /^\/channels\/(\d+)\/messages$/, newest],
  ["POST", /^\/channels\/(\d+)\/messages\/(\d+)\/threads$/, startThread],
  ["GET", /^\/channels\/(\d+)$/, readChannel],
  ["PATCH", /^\/channels\/(\d+)$/, ({ ids: [id] }) => discordYes({ id })],
  ["POST", /^\/users\/@me\/channels$/, ({ body }) => discordYes({ id: `9${body.recipient_id}` })],
  ["GET", /^\/applications\/@me$/, () => discordYes({ id: BOT, bot: { id: BOT } })],
];
