/** The whole bot on a Slack for tests. Alice sits in #war-room, C0WAR. */
import { expect, onTestFinished } from "vitest";
import { createSlackPort } from "../../adapters/slack/slack.ts";
import type { ChatPort } from "../../src/chat/port.ts";
import type { Log } from "../../src/log.ts";
import { createMovedChannels, newestIds } from "../../src/program/moved-channels.ts";
import {
  type AtEnd,
  type ChattingBot,
  type ChattingOptions,
  startChattingBot,
} from "./chatting-bot.ts";
import { aheadBy, type FakeClock } from "./clock.ts";
import { appScopes } from "./slack/app-scopes.ts";
import { createFakeSlack, type FakeSlack } from "./slack/fake-slack.ts";
import { readable } from "./slack/reading.ts";
import type { Message } from "./slack/world.ts";

export interface SlackBot extends ChattingBot {
  readonly slack: FakeSlack;
  /** What stands in a message, as a person reads it. */
  read(message: Message | undefined): string;
  /** The newest message, or the newest of those that hold this. */
  newest(holding?: string): Message;
  /** What hangs under a message, oldest first, as a person reads it. */
  thread(root: Message): string[];
  /** Presses the newest button with this label, and fills in its form where `text` is given. */
  press(
    label: string,
    text?: string,
    who?: Parameters<FakeSlack["press"]>[2],
  ): ReturnType<FakeSlack["press"]>;
}

export type Mode = "sockets" | "http";

/** A Slack with this app installed, and the adapter on it, not yet started. */
export async function slackSide(
  clock: FakeClock,
  log: Log,
  {
    mode = "sockets",
    atEnd = onTestFinished,
    aheadMs = 0,
  }: { readonly mode?: Mode; readonly atEnd?: AtEnd; readonly aheadMs?: number } = {},
) {
  const slack = await createFakeSlack({ clock: aheadBy(clock, aheadMs), scopes: appScopes });
  atEnd(slack.close);
  atEnd(async () => expectOneWayToCall(slack));
  return { slack, port: portOn(slack, clock, log, mode) };
}

/**
 * Every card of a test: what is to be typed in a channel of Slack begins with the slash command, and
 * in a thread, where there is none, with the mention. No card has both.
 */
function expectOneWayToCall({ world }: FakeSlack): void {
  const cards = world.messages.filter(({ by }) => by === world.botUser);
  const wrong = cards.filter((card) =>
    readable(world, card).includes(card.thread === undefined ? "@failover " : "/failover "),
  );
  expect(wrong.map((card) => readable(world, card))).toEqual([]);
}

/** The adapter on a Slack that is there, not yet started. */
function portOn(
  slack: FakeSlack,
  clock: FakeClock,
  log: Log,
  mode: Mode,
  channels = ["C0WAR"],
): ChatPort {
  const common = { botToken: slack.botToken, channels, apiUrl: slack.url, clock, log };
  const listening = (port: number) =>
    slack.useHttp({ url: `http://127.0.0.1:${port}/slack/events`, now: clock.now });
  return createSlackPort(
    mode === "sockets"
      ? { ...common, appToken: slack.appToken }
      : { ...common, signingSecret: slack.signingSecret, port: 0, listening },
  );
}

/** The same bot in another process: what it has left, and the Slack where it spoke. */
export async function restartSlackBot(
  bot: SlackBot,
  options: Pick<ChattingOptions, "grant" | "config"> = {},
): Promise<SlackBot> {
  const moved = createMovedChannels(bot.parts, new Set());
  const channels = await newestIds(moved, ["C0WAR"]);
  await bot.stop();
  const { slack } = bot;
  const after = await startChattingBot(
    async (clock, log) => [portOn(slack, clock, log, "sockets", channels)],
    { ...options, after: bot },
  );
  return onSlack(after, slack);
}

interface Shown {
  readonly text?: { readonly text: string };
  readonly value?: string;
}

/** What the newest button with this label stands for. */
function tokenOf({ world }: FakeSlack, label: string): string {
  const buttons = world.messages
    .toReversed()
    .flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.type === "actions" ? (block.elements as Shown[]) : [])),
    );
  const value = buttons.find(({ text }) => text?.text === label)?.value;
  if (value === undefined) throw new Error(`There is no button "${label}"`);
  return value.startsWith("{") ? JSON.parse(value).token : value;
}

export const onSlack = (bot: ChattingBot, slack: FakeSlack): SlackBot => ({
  ...bot,
  slack,
  read: (message) => (message ? readable(slack.world, message) : ""),
  newest: (holding = "") => {
    const found = slack.world.messages.findLast((message) =>
      readable(slack.world, message).includes(holding),
    );
    if (!found) throw new Error(`No message holds "${holding}":\n${slack.transcript()}`);
    return found;
  },
  thread: ({ ts }) =>
    slack.world.messages
      .filter(({ thread }) => thread === ts)
      .map((message) => readable(slack.world, message)),
  press: (label, text, who) => slack.press(tokenOf(slack, label), text, who),
});

export async function startSlackBot(
  options: ChattingOptions & {
    readonly mode?: Mode;
    /** So much is Slack's clock ahead of the bot's. */
    readonly aheadMs?: number;
  } = {},
): Promise<SlackBot> {
  const { mode: _, aheadMs: __, ...rest } = options;
  const sides: FakeSlack[] = [];
  const bot = await startChattingBot(async (clock, log) => {
    const { slack, port } = await slackSide(clock, log, options);
    sides.push(slack);
    return [port];
  }, rest);
  const [slack] = sides;
  if (!slack) throw new Error("There is no Slack");
  return onSlack(bot, slack);
}
