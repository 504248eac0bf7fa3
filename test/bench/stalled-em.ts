/**
 * How soon the whole bot acknowledges while EM takes five seconds for every answer: slash commands,
 * mentions and presses in Slack, slash commands and presses in Discord; beside a bare Bolt app and
 * a bare discord.js client that do nothing but acknowledge, in the same run. By hand: `node
 * test/bench/stalled-em.ts`
 */
import { setTimeout } from "node:timers/promises";
import { App, LogLevel } from "@slack/bolt";
import { Client, Events, GatewayIntentBits } from "discord.js";
import { systemClock } from "../../src/clock.ts";
import { startChattingBot } from "../fakes/chatting-bot.ts";
import { startDiscord } from "../fakes/discord/discord.ts";
import { discordSide } from "../fakes/discord-bot.ts";
import type { Delivery } from "../fakes/slack/deliveries.ts";
import { createFakeSlack, type FakeSlack } from "../fakes/slack/fake-slack.ts";
import { slackSide } from "../fakes/slack-bot.ts";

const STALLED_MS = 5000;
const ROUNDS = 200;
const PAUSE_MS = 20;

const clock = { ...systemClock, advance: () => undefined, jump: () => undefined };
const atEnd = () => undefined;
const card = { tone: "question", title: "Start it?", lines: [] } as const;
const cancel = { label: "Cancel", token: "cancel:run-none", style: "plain" } as const;

interface Way {
  readonly name: string;
  /** Milliseconds to the acknowledgement; nothing where none came. */
  once(): Promise<number | undefined>;
}

const taken = async (delivery: Promise<Delivery>): Promise<number | undefined> => {
  const { outcome } = await delivery;
  return outcome.acknowledged ? outcome.afterMs : undefined;
};

async function theBot(): Promise<Way[]> {
  const sides: {
    slack?: Awaited<ReturnType<typeof slackSide>>;
    discord?: Awaited<ReturnType<typeof discordSide>>;
  } = {};
  const { sandbox } = await startChattingBot(
    async (_, log) => {
      sides.slack = await slackSide(clock, log, { atEnd });
      sides.discord = await discordSide(clock, log, { atEnd });
      return [sides.slack.port, sides.discord.port];
    },
    { clock, atEnd },
  );
  const { slack, discord } = sides;
  if (!slack || !discord) throw new Error("A platform is missing");
  const button = { ...card, buttons: [cancel] };
  await slack.port.post({ platform: "slack", channel: "C0WAR" }, button, "question");
  await discord.port.post(
    { platform: "discord", channel: discord.discord.channel.id },
    button,
    "question",
  );
  sandbox.control.slow(STALLED_MS);
  const { people, ann, channel, world } = discord.discord;
  const question = world.messages[0];
  if (!question) throw new Error("Nothing was posted");
  return [
    { name: "Slack, slash command", once: () => taken(slack.slack.command("status")) },
    { name: "Slack, mention", once: () => taken(slack.slack.mention("status")) },
    { name: "Slack, press", once: () => taken(slack.slack.press("cancel:run-none")) },
    {
      name: "Discord, slash command",
      once: async () => (await people.command(ann, channel.id, "status")).tookMs,
    },
    {
      name: "Discord, press",
      once: async () => (await people.press(ann, question, "Cancel")).tookMs,
    },
  ];
}

async function bareBolt(): Promise<Way> {
  const slack: FakeSlack = await createFakeSlack({ clock, scopes: ["chat:write", "commands"] });
  const { botToken: token, appToken, url: slackApiUrl } = slack;
  const app = new App({
    token,
    appToken,
    socketMode: true,
    clientOptions: { slackApiUrl },
    logLevel: LogLevel.ERROR,
  });
  app.command("/failover", ({ ack }) => ack());
  await app.start();
  return { name: "bare Bolt, slash command", once: () => taken(slack.command("status")) };
}

async function bareDiscord(): Promise<Way> {
  const { apiUrl, token, people, ann, channel } = await startDiscord(clock);
  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: apiUrl } });
  client.on(Events.InteractionCreate, (interaction) => {
    if (interaction.isChatInputCommand()) void interaction.deferReply();
  });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(token);
  await ready;
  return {
    name: "bare discord.js, slash command",
    once: async () => (await people.command(ann, channel.id, "status")).tookMs,
  };
}

const at = (sorted: readonly number[], part: number) =>
  `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN).toFixed(1)} ms`;

const ways = [...(await theBot()), await bareBolt(), await bareDiscord()];
await setTimeout(300);
const times = ways.map((): (number | undefined)[] => []);
for (let round = -20; round < ROUNDS; round++) {
  for (const [index, way] of ways.entries()) {
    const ms = await way.once();
    if (round >= 0) times[index]?.push(ms);
    await setTimeout(PAUSE_MS);
  }
}
console.log(
  `EM takes ${STALLED_MS} ms for every answer; ${ROUNDS} rounds in turn, after 20 to warm up:`,
);
for (const [index, { name }] of ways.entries()) {
  const all = times[index] ?? [];
  const sorted = all.filter((ms) => ms !== undefined).toSorted((one, other) => one - other);
  const figures = [0.5, 0.99, 1].map((part) => at(sorted, part));
  console.log(
    `${name.padEnd(32)} p50 ${figures[0]}  p99 ${figures[1]}  slowest ${figures[2]}  lost ${all.length - sorted.length}`,
  );
}
process.exit();
