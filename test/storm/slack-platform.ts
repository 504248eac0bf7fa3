/**
 * Slack's Web API in this process, as far as the adapter calls it, and the adapter's own port on
 * it: its drawing, its looking back, its reading of answers and errors are the real ones.
 */
import { createSlackPort } from "../../adapters/slack/slack.ts";
import { perhapsTwiceRemark } from "../../src/chat/perhaps-twice.ts";
import type { ChatPort, Handlers, Place } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { Log } from "../../src/log.ts";
import { type ChatAnswer, slackNo, slackWords, slackYes } from "./chat-words.ts";
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
export const slackCanary = "xoxb-canary-of-the-storm";

/** What hears is the storm's: the sockets are left out. */
export function slackPort(
  rooms: Rooms,
  life: Life,
  { clock, log, listen }: { clock: Clock; log: Log; listen: (handlers: Handlers) => void },
): ChatPort {
  rooms.lives.set(life.number, life);
  const port = createSlackPort({
    appToken: "",
    botToken: `${slackCanary}-${life.number}`,
    channels: [],
    clock,
    log,
  });
  return spoken(rooms, port, listen);
}

/** All values are text. */
type Args = Readonly<Record<string, string>>;

/** Whether it is for Slack. */
export const isSlack = (url: string) => url.startsWith("https://slack.");

export function askSlack(rooms: Rooms, url: string, asked: Asked): Promise<Response> {
  const { pathname } = new URL(url);
  const args = Object.fromEntries(new URLSearchParams(asked.body.toString("utf8")));
  const [, folder, name = ""] = pathname.split("/");
  const method = folder === "api" ? name : "files.upload";
  const number = folder === "api" ? asked.headers.get("authorization")?.split("-").at(-1) : name;
  const life = rooms.lives.get(Number(number));
  if (!life) throw new Error(`Nobody can have asked Slack: ${url}`);
  return reach(rooms, {
    life,
    place: placeIn(args),
    kind: method,
    isSpeech: method === "chat.postMessage" || method === "chat.update",
    signal: asked.signal,
    words: slackWords,
    act: () => methods[method]?.(rooms, args, life) ?? slackNo("unknown_method"),
  });
}

const placeIn = ({ channel, channel_id, thread_ts }: Args): Place => ({
  platform: "slack",
  channel: channel ?? channel_id ?? "workspace",
  ...(thread_ts === undefined ? {} : { thread: thread_ts }),
});

type Method = (rooms: Rooms, args: Args, life: Life) => ChatAnswer;

function standingAt({ messages }: Rooms, channel: string | undefined, ts: string | undefined) {
  return messages.find(
    ({ id, place, deletedAt }) => id === ts && place.channel === channel && deletedAt === undefined,
  );
}

/** Two messages never have the same. */
const nextTs = (rooms: Rooms) =>
  `${Math.floor(platformNow(rooms, "slack") / 1000)}.${String(nextNumber(rooms)).padStart(6, "0")}`;

const isRemarked = (args: Args) => (args.blocks ?? args.text ?? "").includes(perhapsTwiceRemark);

function posted(rooms: Rooms, args: Args, body: Message["body"]): Message {
  const said = saying.getStore();
  return put(rooms, {
    id: nextTs(rooms),
    place: placeIn(args),
    card: said?.card ?? { tone: "plain", title: args.text ?? "", lines: [] },
    body: { ...args, ...body },
    ...(said?.key === undefined ? {} : { key: said.key }),
    ...(isRemarked(args) ? { perhapsTwice: true } : {}),
  });
}

const postMessage: Method = (rooms, args) => {
  const { channel, thread_ts } = args;
  if (thread_ts !== undefined && !standingAt(rooms, channel, thread_ts))
    return slackNo("thread_not_found");
  return slackYes({ channel, ts: posted(rooms, args, {}).id });
};

const update: Method = (rooms, args) => {
  const message = standingAt(rooms, args.channel, args.ts);
  const card = saying.getStore()?.card;
  if (!message || !card) return slackNo("message_not_found");
  change(rooms, message, card, args);
  return slackYes({ channel: args.channel, ts: message.id });
};

const permalink: Method = (rooms, { channel, message_ts }) =>
  standingAt(rooms, channel, message_ts)
    ? slackYes({ permalink: `https://storm.slack.example/archives/${channel}/p${message_ts}` })
    : slackNo("message_not_found");

function told({ messages }: Rooms, channel: string | undefined, root: string | undefined) {
  const isMeant = ({ id, place }: Message) =>
    root === undefined ? place.thread === undefined : id === root || place.thread === root;
  return messages
    .filter((one) => one.place.platform === "slack" && one.place.channel === channel)
    .filter((one) => one.deletedAt === undefined && one.body !== undefined && isMeant(one))
    .map(({ id, body }) => ({
      ts: id,
      ...(typeof body?.metadata === "string" ? { metadata: JSON.parse(body.metadata) } : {}),
      ...(typeof body?.file === "string" ? { files: [{ name: body.file }] } : {}),
    }));
}

/** The newest first; of a thread, the oldest. */
const history: Method = (rooms, { channel }) =>
  slackYes({ messages: told(rooms, channel, undefined).reverse().slice(0, 200) });

function replies(rooms: Rooms, { channel, ts }: Args): ChatAnswer {
  const messages = told(rooms, channel, ts);
  return messages.length > 0 ? slackYes({ messages }) : slackNo("thread_not_found");
}

/** A file is called after its id, which it brings back. */
const completeUpload: Method = (rooms, args) => {
  const [first] = JSON.parse(args.files ?? "[]");
  posted(rooms, args, { file: String(first?.id ?? "") });
  return slackYes({});
};

const methods: Readonly<Record<string, Method>> = {
  "auth.test": () => slackYes({ bot_id: "B0STORM", user_id: "U0STORM" }),
  "chat.postMessage": postMessage,
  "chat.update": update,
  "chat.getPermalink": permalink,
  "conversations.open": (_rooms, { users = "" }) =>
    slackYes({ channel: { id: users.replace(/^U/, "D") } }),
  "conversations.history": history,
  "conversations.replies": replies,
  "files.getUploadURLExternal": (_rooms, { filename }, { number }) =>
    slackYes({ file_id: filename, upload_url: `https://slack.storm.example/upload/${number}` }),
  "files.upload": () => slackYes({}),
  "files.completeUploadExternal": completeUpload,
};
