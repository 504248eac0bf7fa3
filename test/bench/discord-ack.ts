/**
 * How soon a slash command is acknowledged while the handlers behind it are stalled for five
 * seconds, beside a bare discord.js client that does nothing but defer. Run by hand: node
 * test/bench/discord-ack.ts
 */

import { setTimeout } from "node:timers/promises";
import { Client, Events, GatewayIntentBits } from "discord.js";
import { createDiscordPort } from "../../adapters/discord/discord.ts";
import { systemClock } from "../../src/clock.ts";
import { type FakeDiscord, startDiscord } from "../fakes/discord/discord.ts";
import { hearsAll } from "../fakes/hears-all.ts";

const rounds = 200;
const stallMs = 5000;
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** Somebody's client, connected to its own Discord. */
interface Contender {
  readonly name: string;
  readonly discord: FakeDiscord;
  stop(): Promise<unknown>;
}

async function ours(): Promise<Contender> {
  const discord = await startDiscord(systemClock);
  const { token, apiUrl, channel } = discord;
  const port = createDiscordPort({
    token,
    apiUrl,
    channels: [channel.id],
    clock: systemClock,
    log: quiet,
  });
  await port.start({
    commands: [{ name: "status", usage: "", summary: "What EM is doing", options: [] }],
    complete: () => [],
    arriving: async () => undefined,
    moved: async () => undefined,
    ...hearsAll,
    incoming: () => setTimeout(stallMs),
  });
  return { name: "the adapter, handlers stalled 5 s", discord, stop: port.stop };
}

async function bare(): Promise<Contender> {
  const discord = await startDiscord(systemClock);
  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: discord.apiUrl } });
  client.on(Events.InteractionCreate, (interaction) => {
    if (interaction.isChatInputCommand()) void interaction.deferReply();
  });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(discord.token);
  await ready;
  return { name: "a bare discord.js client", discord, stop: () => client.destroy() };
}

async function acknowledgement({ people, ann, channel }: FakeDiscord): Promise<number> {
  return (await people.command(ann, channel.id, "status")).tookMs;
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

function print(name: string, times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const figures = [0.5, 0.95, 1].map((share) => `${at(sorted, share).toFixed(2)} ms`);
  console.log(
    `${name.padEnd(36)} median ${figures[0]}   95 % ${figures[1]}   slowest ${figures[2]}`,
  );
  return at(sorted, 0.5);
}

const contenders = [await ours(), await bare()];
const times = contenders.map((): number[] => []);
for (let round = -20; round < rounds; round++) {
  for (const [index, contender] of contenders.entries()) {
    const tookMs = await acknowledgement(contender.discord);
    if (round >= 0) times[index]?.push(tookMs);
  }
}

console.log(
  `From the interaction to its acknowledgement, ${rounds} rounds in turn after 20 to warm up:`,
);
const [adapter = 0, client = 0] = contenders.map(({ name }, index) =>
  print(name, times[index] ?? []),
);
console.log(`ratio of the medians: ${(adapter / client).toFixed(2)}`);

await Promise.all(
  contenders.map(async ({ stop, discord }) => {
    await stop();
    await discord.close();
  }),
);
