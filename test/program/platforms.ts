/** The chat platforms that the program meets in tests, and what it may say of them. */
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { startDiscord } from "../fakes/discord/discord.ts";
import { appScopes } from "../fakes/slack/app-scopes.ts";
import { createFakeSlack } from "../fakes/slack/fake-slack.ts";
import type { Finished } from "./program.ts";

export async function aSlack() {
  const slack = await createFakeSlack({ clock: systemClock, scopes: appScopes });
  onTestFinished(slack.close);
  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_CHANNELS: "C0WAR",
    SLACK_API_URL: slack.url,
  };
  return { slack, env };
}

export async function aDiscord() {
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
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

/** Without stacks of errors, and without what is secret. */
export function expectClean({ output, errors }: Finished): void {
  expect(output).toBe("");
  expect(errors).not.toMatch(/^\s+at /m);
  expect(errors).not.toMatch(/xoxb-|xapp-|right\.token/);
}
