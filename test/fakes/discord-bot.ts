/** The whole bot on a Discord for tests. Ann and Bob sit in #war-room; #ops is there as well. */
import { expect, onTestFinished } from "vitest";
import { createDiscordPort } from "../../adapters/discord/discord.ts";
import type { ChatPort, Place } from "../../src/chat/port.ts";
import type { Log } from "../../src/log.ts";
import type { Permissions } from "../../src/policy/permissions.ts";
import {
  type AtEnd,
  type ChattingBot,
  type ChattingOptions,
  startChattingBot,
} from "./chatting-bot.ts";
import { aheadBy, type FakeClock } from "./clock.ts";
import { type FakeDiscord, startDiscord } from "./discord/discord.ts";
import { asRead, type Channel, type Member, type Message } from "./discord/world.ts";
import { everybodyMayOrder } from "./grant.ts";

export interface DiscordBot extends ChattingBot {
  readonly discord: FakeDiscord;
  readonly bob: Member;
  readonly ops: Channel;
  /** Two posts of a forum, where it listens if it is asked to. */
  readonly posts: readonly Channel[];
  /** A message as a person reads it. */
  read(message: Message | undefined): string;
  /** The bot's messages in a channel or thread, oldest first; those that hold this. */
  said(channel: string, holding?: string): Message[];
  /** The bot's newest message, or the newest that holds this. */
  newest(holding?: string): Message;
  /** Somebody presses a button by its label, and sends the form that it opens. */
  press(by: Member, message: Message, label: string, text?: string): Promise<void>;
}

export interface DiscordSide {
  readonly discord: FakeDiscord;
  readonly bob: Member;
  readonly ops: Channel;
  readonly posts: readonly Channel[];
  readonly port: ChatPort;
}

/** A Discord with this bot on a server, and the adapter on it, not yet started. */
export async function discordSide(
  clock: FakeClock,
  log: Log,
  {
    atEnd = onTestFinished,
    forum = false,
    aheadMs = 0,
  }: { readonly atEnd?: AtEnd; readonly forum?: boolean; readonly aheadMs?: number } = {},
): Promise<DiscordSide> {
  const discord = await startDiscord(aheadBy(clock, aheadMs));
  atEnd(discord.close);
  atEnd(async () => expectCalledByMention(discord));
  const ops = discord.world.addChannel("ops");
  const bob = discord.world.addPerson("Bob");
  const posts = forum ? discord.world.addForum(["one", "other"]) : [];
  const forums = [...new Set(posts.map(({ parent = "" }) => parent))];
  const { token, apiUrl, channel } = discord;
  const port = createDiscordPort({
    token,
    apiUrl,
    channels: [channel.id, ops.id, ...forums],
    clock,
    log,
  });
  return { discord, bob, ops, posts, port };
}

/** Every card of a test: what is to be typed in Discord begins with a mention, and with nothing else. */
function expectCalledByMention({ world }: FakeDiscord): void {
  const cards = world.messages.filter(({ author }) => author.bot).map((one) => asRead(world, one));
  const others = cards.filter(([title = ""]) => !title.includes("did not reach me"));
  expect(others.flat().filter((line) => line.includes("/failover "))).toEqual([]);
}

function the(sides: readonly DiscordSide[]): DiscordSide {
  const [side] = sides;
  if (!side) throw new Error("There is no Discord");
  return side;
}

export const placeIn = (channel: Channel): Place => ({ platform: "discord", channel: channel.id });

export function onDiscord(bot: ChattingBot, { discord, bob, ops, posts }: DiscordSide): DiscordBot {
  const { world, people } = discord;
  const read = (message: Message | undefined) => (message ? asRead(world, message).join("\n") : "");
  const ofTheBot = () => world.messages.filter(({ author }) => author.bot);
  return {
    ...bot,
    discord,
    bob,
    ops,
    posts,
    read,
    said: (channel, holding = "") =>
      ofTheBot().filter(
        (message) => message.channel === channel && read(message).includes(holding),
      ),
    newest: (holding = "") => {
      const found = ofTheBot().findLast((message) => read(message).includes(holding));
      if (!found) throw new Error(`No message holds "${holding}":\n${world.transcript()}`);
      return found;
    },
    press: async (by, message, label, text = "") => {
      const { answer } = await people.press(by, message, label);
      if (answer.kind === "form") await people.submit(by, message, answer.form, text);
    },
  };
}

export interface DiscordBotOptions extends Omit<ChattingOptions, "grant" | "announceIn"> {
  /** Whether runs that nobody asked for, and what cannot be said elsewhere, go to #ops. */
  readonly announce?: boolean;
  /** So much is Discord's clock ahead of the bot's. */
  readonly aheadMs?: number;
  /** Whether it listens in a forum, too. */
  readonly forum?: boolean;
  readonly grantOn?: (discord: FakeDiscord) => Permissions;
}

export async function startDiscordBot({
  announce = false,
  grantOn = () => everybodyMayOrder,
  aheadMs = 0,
  ...options
}: DiscordBotOptions = {}): Promise<DiscordBot> {
  const sides: DiscordSide[] = [];
  const announceIn: Place[] = [];
  const bot = await startChattingBot(
    async (clock, log) => {
      const side = await discordSide(clock, log, { ...options, aheadMs });
      sides.push(side);
      if (announce) announceIn.push(placeIn(side.ops));
      return [side.port];
    },
    { ...options, announceIn, grant: () => grantOn(the(sides).discord) },
  );
  return onDiscord(bot, the(sides));
}
