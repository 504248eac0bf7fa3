/** What a platform refuses once, or for half a minute, while a failover runs. */
import { describe, expect, it } from "vitest";
import type { Place } from "../../src/chat/port.ts";
import { startDiscordBot } from "../fakes/discord-bot.ts";
import type { Message } from "../fakes/slack/world.ts";
import { startSlackBot } from "../fakes/slack-bot.ts";

const PLAN = "ABC Company Failover Plan";
const END = "Failed over, confirmed";
const opsOfSlack: Place = { platform: "slack", channel: "C0OPS" };

/** What the question says to type. */
const codeLineIn = (card: string) => /confirm [B-Z]{4}/.exec(card)?.[0] ?? expect.fail(card);

async function runningOnSlack() {
  const bot = await startSlackBot({ announceIn: [opsOfSlack] });
  await bot.heard(bot.slack.command(`start "${PLAN}"`));
  await bot.heard(bot.slack.command(codeLineIn(bot.read(bot.newest(PLAN)))));
  await bot.pass(20_000);
  const root = bot.newest(PLAN);
  const inOps = () => bot.slack.world.messages.filter(({ channel }) => channel === "C0OPS");
  const isFile = ({ file }: Message, text: string) =>
    file !== undefined || /^[^\n]*The file ".+" is not here/.test(text);
  const ends = () =>
    bot.slack.world.messages.filter((message) => {
      const text = bot.read(message);
      return text.includes(END) && !isFile(message, text);
    });
  return { bot, root, inOps, ends };
}

describe("a failover that is told in Slack", () => {
  it("stays where it is while the token is refused for half a minute", async () => {
    const { bot, inOps, ends } = await runningOnSlack();
    bot.slack.world.isTokenRevoked = true;
    await bot.pass(30_000);
    bot.slack.world.isTokenRevoked = false;
    await bot.untilQuiet();
    expect(inOps()).toEqual([]);
    expect(ends().map(({ channel }) => channel)).toEqual(["C0WAR", "C0WAR"]);
  });

  it.each(["invalid_blocks", "msg_blocks_too_long", "metadata_too_large", "dlp_rule_42"])(
    "is told on where one post and one edit are refused: %s",
    async (error) => {
      const { bot, inOps, ends } = await runningOnSlack();
      for (const method of ["chat.postMessage", "chat.update"])
        bot.slack.faults.next({ error }, method);
      await bot.pass(20_000);
      const newest = bot.slack.calls.filter(({ method }) => method === "chat.update").at(-1);
      expect(newest?.error).toBeUndefined();
      await bot.untilQuiet();
      expect(inOps()).toEqual([]);
      expect(ends()).toHaveLength(2);
    },
  );

  it("reaches its end though nothing with blocks is taken any more", async () => {
    const { bot, ends } = await runningOnSlack();
    bot.slack.world.refusesBlocks = true;
    await bot.untilQuiet();
    expect(ends()).toHaveLength(2);
    expect(ends().flatMap(({ blocks }) => blocks)).toEqual([]);
  });
});

describe("a failover that is told in Discord", () => {
  const passing = [
    ["a 403 with a page", { kind: "page", status: 403 }],
    [
      "code 40333",
      { kind: "refusal", status: 403, code: 40333, message: "internal network error" },
    ],
    ["one 401", { kind: "refusal", status: 401, code: 0, message: "401: Unauthorized" }],
    ["a 429 without a time", { kind: "bare limit" }],
    ["a 200 with a page", { kind: "page", status: 200 }],
  ] as const;

  it.each(passing)("stays where it is, and reaches its end, after %s", async (_, fault) => {
    const bot = await startDiscordBot({ announce: true });
    const { discord } = bot;
    const say = (text: string) =>
      bot.heard(Promise.resolve(discord.people.say(discord.ann, discord.channel.id, text)));
    await say(`@bot start "${PLAN}"`);
    await say(`@bot ${codeLineIn(bot.read(bot.newest(PLAN)))}`);
    await bot.pass(20_000);
    for (const method of ["POST", "PATCH"]) discord.rest.breakNext(fault, method, /messages/);
    await bot.untilQuiet();
    const told = discord.world.transcript();
    expect(told).toContain(END);
    expect(told).not.toMatch(/This stands here because|NaN|No Description/);
  });
});
