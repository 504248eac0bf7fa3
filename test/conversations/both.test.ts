/** One process, Slack and Discord at once, one EM. */
import { describe, expect, it } from "vitest";
import type { Place } from "../../src/chat/port.ts";
import { startChattingBot } from "../fakes/chatting-bot.ts";
import {
  type DiscordBot,
  type DiscordSide,
  discordSide,
  onDiscord,
  placeIn,
} from "../fakes/discord-bot.ts";
import { mentionsIn } from "../fakes/slack/reading.ts";
import { onSlack, type SlackBot, slackSide } from "../fakes/slack-bot.ts";

const PLAN = "ABC Company Failover Plan";

interface Both {
  readonly inSlack: SlackBot;
  readonly inDiscord: DiscordBot;
}

/** `announce`: whether what nobody asked for goes to #war-room in Discord and #ops in Slack. */
async function startBoth({
  announce = false,
  onCall = [],
}: {
  announce?: boolean;
  onCall?: readonly string[];
} = {}): Promise<Both> {
  const sides: { slack?: Awaited<ReturnType<typeof slackSide>>; discord?: DiscordSide } = {};
  const announceIn: Place[] = announce ? [{ platform: "slack", channel: "C0OPS" }] : [];
  const tagged = onCall.map((id) => ({ platform: "slack" as const, id }));
  const bot = await startChattingBot(
    async (clock, log) => {
      sides.slack = await slackSide(clock, log);
      sides.discord = await discordSide(clock, log);
      if (announce) announceIn.push(placeIn(sides.discord.discord.channel));
      return [sides.slack.port, sides.discord.port];
    },
    { announceIn, config: { onCall: tagged } },
  );
  if (!sides.slack || !sides.discord) throw new Error("One of them is missing");
  return { inSlack: onSlack(bot, sides.slack.slack), inDiscord: onDiscord(bot, sides.discord) };
}

/** Alice orders in Slack. */
async function order({ inSlack }: Both): Promise<void> {
  await inSlack.heard(inSlack.slack.command(`start "${PLAN}"`));
  await inSlack.heard(inSlack.press("Confirm …", PLAN));
}

const mention = ({ inDiscord }: Both, text: string) => {
  const { people, ann, channel } = inDiscord.discord;
  return inDiscord.heard(Promise.resolve(people.say(ann, channel.id, `@bot ${text}`)));
};

const endsIn = ({ inDiscord }: Both, thread: string) =>
  inDiscord.said(thread, "Failed over, confirmed").filter(({ files }) => files.length === 0);

const saidInDiscord = ({ inDiscord }: Both, text: string) =>
  inDiscord.said(inDiscord.discord.channel.id, text);

describe("one process that serves Slack and Discord", () => {
  it("watches in Discord what was ordered in Slack, to the same end", async () => {
    const both = await startBoth();
    await order(both);
    await both.inSlack.pass(20_000);
    await mention(both, `watch ${PLAN}`);
    const [card] = saidInDiscord(both, "(0 of 6 up)");
    expect(card).toBeDefined();
    await both.inSlack.untilQuiet();
    expect(both.inDiscord.read(card)).toContain("Failed over, confirmed");
    expect(endsIn(both, card?.id ?? "")).toHaveLength(1);
    expect(both.inSlack.read(both.inSlack.newest("Ran 1 min"))).toContain("Failed over, confirmed");
    const inSlack = both.inSlack.slack.world.messages.flatMap(({ file }) => file?.title ?? []);
    const inDiscord = both.inDiscord
      .said(card?.id ?? "")
      .flatMap(({ files }) => files.map(({ name }) => name.replaceAll("_", " ")));
    expect(inSlack).toEqual(
      ["png", "md", "csv"].map((form) => `${PLAN} 2026-11-21 0600 UTC.${form}`),
    );
    expect(inDiscord).toEqual(inSlack);
  });

  it("asks EM no more often for two who watch than for one", async () => {
    const questions = async (watchers: "one" | "two") => {
      const both = await startBoth();
      await order(both);
      await both.inSlack.pass(20_000);
      if (watchers === "two") await mention(both, `watch ${PLAN}`);
      const before = both.inSlack.sandbox.requests.length;
      await both.inSlack.pass(30_000);
      return both.inSlack.sandbox.requests.length - before;
    };
    expect(await questions("two")).toBe(await questions("one"));
  });

  it("mentions the requester on the platform where that is the requester's account, and names her on the other", async () => {
    const both = await startBoth({ onCall: ["S0ONCALL"] });
    await order(both);
    await both.inSlack.pass(20_000);
    await mention(both, `watch ${PLAN}`);
    await both.inSlack.untilQuiet();
    expect(mentionsIn(both.inSlack.slack.world.messages.at(-5) ?? expect.fail())).toEqual([
      "U0ALICE",
      "S0ONCALL",
    ]);
    const told = both.inDiscord.discord.world.messages.filter(({ author }) => author.bot);
    expect(told.flatMap(({ notified }) => notified)).toEqual([]);
    expect(both.inDiscord.read(saidInDiscord(both, "Ran 1 min")[0])).toContain("Asked by alice");
  });

  it("lets a question of one platform be dropped on the other, and shows it on the first", async () => {
    const both = await startBoth();
    await both.inSlack.heard(both.inSlack.slack.command(`start "${PLAN}"`));
    await mention(both, `cancel ${PLAN}`);
    const card = both.inSlack.newest("Cancelled by Ann");
    expect(card.blocks.filter(({ type }) => type === "actions")).toEqual([]);
  });

  it("refuses on one platform what is held on the other, with a link to it", async () => {
    const both = await startBoth();
    await both.inSlack.heard(both.inSlack.slack.command(`start "${PLAN}"`));
    await mention(both, `start "${PLAN}"`);
    const [held] = saidInDiscord(both, "Asked for already, waits for approval: ");
    expect(both.inDiscord.read(held)).toContain("Asked by alice");
    expect(held?.content).toContain("(<https://abc.slack.example/archives/C0WAR/");
  });

  it("goes on in Slack while Discord is away, and tells Discord the end when it is back", async () => {
    const both = await startBoth();
    await order(both);
    await both.inSlack.pass(20_000);
    await mention(both, `watch ${PLAN}`);
    const { rest } = both.inDiscord.discord;
    for (let count = 0; count < 20; count++) rest.breakNext({ kind: "failure", status: 503 });
    await both.inSlack.untilQuiet();
    expect(both.inSlack.read(both.inSlack.newest("Ran 1 min"))).toContain("Failed over, confirmed");
    const [card] = saidInDiscord(both, "Ran 1 min");
    expect(endsIn(both, card?.id ?? "")).toHaveLength(1);
  });

  it("announces a run that was started elsewhere on both, once", async () => {
    const both = await startBoth({ announce: true });
    const { sandbox, slack } = both.inSlack;
    sandbox.control.order(
      sandbox.estate.plans().find(({ name }) => name === PLAN)?.id ?? "",
      "start",
    );
    await both.inSlack.untilQuiet();
    await both.inSlack.pass(60_000);
    expect(slack.transcript("C0OPS")).toContain(", not started by this bot");
    expect(
      saidInDiscord(both, ", not started by this bot").filter(({ replyTo }) => !replyTo),
    ).toHaveLength(1);
  });
});
