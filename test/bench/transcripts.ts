/**
 * One failover of twelve VMs, of which one cannot be powered on, as Slack and as Discord show it:
 * every post and edit in its order, the channel as it stands in the end, and the calls that it
 * took. By hand: `node test/bench/transcripts.ts`
 */
import type { ChatPort } from "../../src/chat/port.ts";
import type { Log } from "../../src/log.ts";
import { type ChattingBot, startChattingBot } from "../fakes/chatting-bot.ts";
import type { FakeClock } from "../fakes/clock.ts";
import type { Json } from "../fakes/discord/world.ts";
import { discordSide, onDiscord } from "../fakes/discord-bot.ts";
import { readable } from "../fakes/slack/reading.ts";
import type { Message } from "../fakes/slack/world.ts";
import { onSlack, slackSide } from "../fakes/slack-bot.ts";

const PLAN = "Headquarters Failover";

const closing: (() => Promise<void>)[] = [];
const atEnd = (close: () => Promise<void>) => void closing.unshift(close);

async function withBot<Side extends { port: ChatPort }>(
  open: (clock: FakeClock, log: Log) => Promise<Side>,
) {
  const sides: Side[] = [];
  const bot = await startChattingBot(
    async (clock, log) => {
      const side = await open(clock, log);
      sides.push(side);
      return [side.port];
    },
    { scenario: "vm-fails", atEnd },
  );
  const [side] = sides;
  if (!side) throw new Error("There is no platform");
  return { bot, side };
}

const timeOf = (at: number) => new Date(at).toISOString().slice(11, 19);

/** At most the title and the line after it: what of a message is new. */
const gist = (text: string) => text.split("\n").slice(0, 2).join(" | ").replace(/^# /, "");

function tell(heading: string, lines: readonly string[]): void {
  console.log(`\n${heading}\n${"=".repeat(heading.length)}\n${lines.join("\n")}`);
}

const counted = (counts: Record<string, number>) =>
  Object.entries(counts).map(([name, count]) => `${String(count).padStart(4)}  ${name}`);

/** Both platforms' own calls at the start are none of the failover's. */
function since(
  before: Record<string, number>,
  after: Record<string, number>,
): Record<string, number> {
  const left = Object.entries(after).map(([name, count]): [string, number] => [
    name,
    count - (before[name] ?? 0),
  ]);
  return Object.fromEntries(left.filter(([, count]) => count > 0));
}

async function inSlack(): Promise<void> {
  const { bot: whole, side } = await withBot((clock, log) => slackSide(clock, log, { atEnd }));
  const { slack } = side;
  const bot = onSlack(whole, slack);
  const before = slack.callCounts();
  const seen = watchSlack(bot, slack.world.messages);
  await bot.heard(slack.command(`start "${PLAN}" because fire in the server room`));
  seen.look();
  await bot.heard(bot.press("Confirm …", PLAN, { user: "U0BOB" }));
  seen.look();
  await eachLook(bot, seen.look);
  tell("Slack: posts and edits, in their order", seen.lines);
  tell("Slack: the channel in the end", slack.transcript().split("\n"));
  tell("Slack: calls per method", counted(since(before, slack.callCounts())));
}

/** What is new in the channel at each look. */
function watchSlack(bot: ReturnType<typeof onSlack>, messages: readonly Message[]) {
  const lines: string[] = [];
  const shown = new Map<string, string>();
  const look = () => {
    for (const message of messages) {
      const text = readable(bot.slack.world, message);
      if (shown.get(message.ts) === text) continue;
      const where =
        message.thread === undefined
          ? "channel"
          : message.isBroadcast
            ? "thread and channel"
            : "thread";
      lines.push(
        `${timeOf(bot.clock.now())}  ${shown.has(message.ts) ? "edit" : "post"}  ${where}: ${gist(text)}`,
      );
      shown.set(message.ts, text);
    }
  };
  return { lines, look };
}

async function inDiscord(): Promise<void> {
  const { bot: whole, side } = await withBot((clock, log) => discordSide(clock, log, { atEnd }));
  const { discord } = side;
  const bot = onDiscord(whole, side);
  const before = discord.callsPerRoute();
  const seen = watchDiscord(bot);
  await bot.heard(
    Promise.resolve(
      discord.people.say(
        discord.ann,
        discord.channel.id,
        `@bot start "${PLAN}" because fire in the server room`,
      ),
    ),
  );
  seen.look();
  await bot.heard(bot.press(bot.bob, bot.newest("Start failover plan"), "Confirm …", PLAN));
  seen.look();
  await eachLook(bot, seen.look);
  tell("Discord: posts and edits, in their order", seen.lines);
  tell("Discord: the channel in the end", discord.world.transcript().split("\n"));
  tell("Discord: calls per route", counted(since(before, discord.callsPerRoute())));
}

function watchDiscord(bot: ReturnType<typeof onDiscord>) {
  const lines: string[] = [];
  const shown = new Map<string, string>();
  const { world } = bot.discord;
  const look = () => {
    for (const message of world.messages) {
      const text = JSON.stringify([message.content, message.embeds, message.components] satisfies [
        string,
        readonly Json[],
        readonly Json[],
      ]);
      if (shown.get(message.id) === text) continue;
      const where = world.channels.get(message.channel)?.parent ? "thread" : "channel";
      const read = bot
        .read(message)
        .split("\n")
        .map((line) => line.replace(/^ *│? ?/, ""))
        .join("\n");
      lines.push(
        `${timeOf(bot.clock.now())}  ${shown.has(message.id) ? "edit" : "post"}  ${where}: ${gist(read)}`,
      );
      shown.set(message.id, text);
    }
  };
  return { lines, look };
}

/** To the end of the run, a look every five seconds. */
async function eachLook(bot: ChattingBot, look: () => void): Promise<void> {
  for (let looks = 0; looks < 60; looks++) {
    await bot.pass(5000);
    look();
  }
}

await inSlack();
await inDiscord();
for (const close of closing) await close();
process.exit();
