/** The real program as a process, on a Slack and a Discord for tests. */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { systemClock } from "../../src/clock.ts";
import { startDiscord } from "../fakes/discord/discord.ts";
import { createFakeSlack, type FakeSlack } from "../fakes/slack/fake-slack.ts";
import { readable } from "../fakes/slack/reading.ts";
import { type Finished, start } from "./program.ts";

const { scopes } = parse(readFileSync(join(import.meta.dirname, "../../manifest.yml"), "utf8")).oauth_config;

async function aSlack() {
  const slack = await createFakeSlack({ clock: systemClock, scopes: scopes.bot });
  onTestFinished(slack.close);
  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_CHANNELS: "C0WAR",
    SLACK_API_URL: slack.url,
  };
  return { slack, env };
}

async function aDiscord() {
  const discord = await startDiscord(systemClock);
  onTestFinished(discord.close);
  const env = {
    DISCORD_TOKEN: discord.token,
    DISCORD_CHANNELS: discord.channel.id,
    DISCORD_API_URL: discord.apiUrl,
  };
  return { discord, env };
}

/** A port of this machine on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

const told = ({ world }: FakeSlack, text: string) =>
  world.messages.some((message) => readable(world, message).includes(text));

/** Without stacks of errors, and without what is secret. */
function expectClean({ output, errors }: Finished): void {
  expect(output).toBe("");
  expect(errors).not.toMatch(/^\s+at /m);
  expect(errors).not.toMatch(/xoxb-|xapp-|right\.token/);
}

/** Turn by turn, as nothing tells when it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await systemClock.sleep(10);
}

describe("the program with platforms in its settings", () => {
  it("serves Slack and Discord at once, and ends well when it is stopped: 0", async () => {
    const [{ slack, env: forSlack }, { discord, env: forDiscord }] = await Promise.all([
      aSlack(),
      aDiscord(),
    ]);
    const program = start({ env: { ...forSlack, ...forDiscord } });
    await slack.sockets.reached(2);
    await until(() => discord.commands.length > 0);
    await slack.command("status");
    await until(() => told(slack, "EM answers; no failover runs"));
    const { people, ann, channel, world } = discord;
    people.say(ann, channel.id, "@bot plans");
    await until(() => world.transcript().includes("7 failover plans"));
    program.kill("SIGTERM");
    const finished = await program.finished;
    expect(finished.code).toBe(0);
    expectClean(finished);
    expect(finished.errors).toContain('"msg":"stopped"');
  });

  it("hears people in their own time, however fast the sandbox's goes by", async () => {
    const { slack, env } = await aSlack();
    const program = start({ env, flags: ["--speed", "1000"] });
    await slack.sockets.reached(2);
    await slack.mention("status");
    await until(() => slack.world.messages.length > 0);
    expect(told(slack, "EM answers")).toBe(true);
    program.kill("SIGTERM");
    expect((await program.finished).code).toBe(0);
  });

  it("is served over HTTP where there is a signing secret", async () => {
    const { slack, env } = await aSlack();
    const port = await closedPort();
    const { SLACK_APP_TOKEN: _, ...rest } = env;
    const http = { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: String(port) };
    const program = start({ env: { ...rest, ...http } });
    slack.useHttp({ url: `http://127.0.0.1:${port}/slack/events` });
    await until(() => slack.calls.some(({ method }) => method === "conversations.info"));
    const { outcome } = await slack.command("status");
    expect(outcome.acknowledged).toBe(true);
    await until(() => told(slack, "EM answers"));
    program.kill("SIGINT");
    const finished = await program.finished;
    expect(finished.code).toBe(0);
    expectClean(finished);
  });
});

describe("a fault of a platform at the start", () => {
  it.each([
    [
      "a bot token that Slack refuses",
      { SLACK_BOT_TOKEN: "xoxb-wrong" },
      /^Slack refuses the bot: .*set SLACK_BOT_TOKEN$/m,
    ],
  ])("ends the program in a sentence: %s", async (_, wrong, sentence) => {
    const { env } = await aSlack();
    const finished = await start({ env: { ...env, ...wrong } }).finished;
    expect(finished.code).toBe(2);
    expect(finished.errors).toMatch(sentence);
    expectClean(finished);
  });

  it("ends the program in a sentence: a token that Discord refuses", async () => {
    const { env } = await aDiscord();
    const finished = await start({ env: { ...env, DISCORD_TOKEN: "wrong.token.altogether" } }).finished;
    expect(finished.code).toBe(2);
    expect(finished.errors).toMatch(/^Discord refuses the bot's token; .*Set DISCORD_TOKEN/m);
    expectClean(finished);
  });

  it("ends the program in a sentence: a port that another program has", async () => {
    const { slack, env } = await aSlack();
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { SLACK_APP_TOKEN: _, ...rest } = env;
    const http = { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: String(port) };
    const finished = await start({ env: { ...rest, ...http } }).finished;
    expect(finished.code).toBe(2);
    expect(finished.errors).toMatch(/cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\); set another PORT/);
    expectClean(finished);
  });

  it("does not end it where the platform is only out of reach: it says so, tries on, and can be stopped", async () => {
    const { env } = await aSlack();
    const away = `http://127.0.0.1:${await closedPort()}/`;
    const program = start({ env: { ...env, SLACK_API_URL: `${away}api/` } });
    await program.complaining(/Slack cannot be reached \(ECONNREFUSED\)/);
    program.kill("SIGTERM");
    const finished = await program.finished;
    expect(finished.code).toBe(0);
    expectClean(finished);
  });

  it("names what is missing in the settings", async () => {
    const { env } = await aSlack();
    const { SLACK_APP_TOKEN: _, ...rest } = env;
    const finished = await start({ env: rest }).finished;
    expect(finished.code).toBe(2);
    expect(finished.errors).toContain("SLACK_APP_TOKEN must be set for Socket Mode");
    expectClean(finished);
  });
});
