/**
 * What the bot is measured beside: a bare Bolt app, a bare discord.js client, or both in one process,
 * that do nothing but acknowledge. Which of them, its settings say; with LOADS_BOTH it also loads
 * the other one, so that memory is compared like with like.
 */
import { env } from "node:process";
import { answerParent } from "./children.ts";
import type { ProbeAnswers } from "./probe.ts";

async function bolt(token: string): Promise<void> {
  const { App, LogLevel } = await import("@slack/bolt");
  const app = new App({
    token,
    appToken: env.SLACK_APP_TOKEN ?? "",
    socketMode: true,
    clientOptions: { slackApiUrl: env.SLACK_API_URL ?? "" },
    logLevel: LogLevel.ERROR,
  });
  app.command("/failover", ({ ack }) => ack());
  await app.start();
}

async function client(token: string): Promise<void> {
  const { Client, Events, GatewayIntentBits } = await import("discord.js");
  const intents = [GatewayIntentBits.Guilds];
  const client = new Client({ intents, rest: { api: env.DISCORD_API_URL ?? "" } });
  client.on(Events.InteractionCreate, (interaction) => {
    if (interaction.isChatInputCommand()) void interaction.deferReply();
  });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(token);
  await ready;
}

async function begin(): Promise<void> {
  if (env.LOADS_BOTH !== undefined)
    await Promise.all([import("@slack/bolt"), import("discord.js")]);
  if (env.SLACK_BOT_TOKEN !== undefined) await bolt(env.SLACK_BOT_TOKEN);
  if (env.DISCORD_TOKEN !== undefined) await client(env.DISCORD_TOKEN);
}

const begun = begin();
const answers = { ready: (_: null) => begun };
export type BareAnswers = typeof answers & ProbeAnswers;

answerParent(answers);
