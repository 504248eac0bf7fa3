/** Rooms to which Slack gives another id, as it does when a channel is shared or moved. */
import { describe, expect, it } from "vitest";
import { permissionsBy } from "../../src/policy/permissions.ts";
import { allMembers } from "../fakes/grant.ts";
import type { Message } from "../fakes/slack/world.ts";
import { restartSlackBot, type SlackBot, startSlackBot } from "../fakes/slack-bot.ts";

const PLAN = "ABC Company Failover Plan";
const bob = { user: "U0BOB" };
const inNew = { channel: "C0NEW" };

/** Orders in the war room alone. */
const grant = permissionsBy(
  { people: {}, rules: [{ allow: ["all"], who: ["everyone"], where: ["slack:C0WAR"] }] },
  allMembers,
);

/** Alice asks, Bob confirms, and it goes on for a while. */
async function begin(bot: SlackBot): Promise<Message> {
  await bot.heard(bot.slack.command(`start "${PLAN}" because fire`));
  const root = bot.newest(`Start failover plan "${PLAN}"?`);
  await bot.heard(bot.press("Confirm …", PLAN, bob));
  await bot.pass(20_000);
  return root;
}

const roots = ({ slack }: SlackBot) =>
  slack.world.messages.filter(({ thread, onlyFor }) => thread === undefined && !onlyFor);
/** After the end of a run stands the head of the audit log, in the thread alone. */
const newest = (bot: SlackBot) =>
  bot.slack.world.messages.findLast(
    (one) => one.file === undefined && !bot.read(one).startsWith("Audit log"),
  ) ?? expect.fail("nothing was said");
const complaints = ({ logged }: SlackBot) => logged.filter(({ level }) => level !== "info");

async function expectItsEnd(bot: SlackBot, root: Message): Promise<void> {
  // Seldom looks would move time past the limit of a socket that is just being opened.
  await bot.untilQuiet(5000);
  expect(roots(bot)).toEqual([root]);
  expect(bot.read(root)).toContain("Failed over, confirmed");
  expect(newest(bot)).toMatchObject({ channel: "C0NEW", thread: root.ts, isBroadcast: true });
  expect(bot.read(newest(bot))).toContain("Failed over, confirmed");
  expect(complaints(bot)).toEqual([]);
}

describe("a run in a Slack channel that gets another id", () => {
  it("goes on in the same card and thread, under the new id", async () => {
    const bot = await startSlackBot({ grant });
    const root = await begin(bot);
    const moved = await bot.slack.changeChannelId("C0WAR", "C0NEW");
    expect(moved.outcome.acknowledged).toBe(true);
    const edits = root.edits;
    await bot.pass(20_000);
    expect(root.edits).toBeGreaterThan(edits);
    await expectItsEnd(bot, root);
  });

  it("goes on so over HTTP, too", async () => {
    const bot = await startSlackBot({ grant, mode: "http" });
    const root = await begin(bot);
    await bot.slack.changeChannelId("C0WAR", "C0NEW");
    await expectItsEnd(bot, root);
  });

  it("goes on so after a restart", async () => {
    const before = await startSlackBot({ grant });
    const root = await begin(before);
    await before.slack.changeChannelId("C0WAR", "C0NEW");
    const bot = await restartSlackBot(before, { grant });
    await expectItsEnd(bot, root);
  });

  it("goes on so where the id changes again and again, and back", async () => {
    const bot = await startSlackBot({ grant });
    const root = await begin(bot);
    await bot.slack.changeChannelId("C0WAR", "C0SHARED");
    await bot.slack.changeChannelId("C0SHARED", "C0WAR");
    await bot.pass(10_000);
    await bot.heard(bot.slack.mention("status", { thread: root.ts }));
    expect(newest(bot)).toMatchObject({ channel: "C0WAR", thread: root.ts });
    expect(bot.read(newest(bot))).toContain("Enterprise Manager (EM) of the sandbox answered");
    const first = await bot.slack.changeChannelId("C0WAR", "C0GRID");
    await bot.slack.changeChannelId("C0GRID", "C0NEW");
    await bot.slack.again(first);
    await expectItsEnd(bot, root);
  });
});

describe("what people do in a channel under its new id", () => {
  it("is allowed as before, and answered there", async () => {
    const bot = await startSlackBot({ grant });
    await bot.slack.changeChannelId("C0WAR", "C0NEW");
    await bot.heard(bot.slack.command(`start "${PLAN}"`, inNew));
    const root = bot.newest(`Start failover plan "${PLAN}"?`);
    expect(root.channel).toBe("C0NEW");
    await bot.heard(bot.press("Confirm …", PLAN, { ...bob, ...inNew }));
    await expectItsEnd(bot, root);
  });

  it("is about the runs that were begun before", async () => {
    const bot = await startSlackBot({ grant });
    const root = await begin(bot);
    await bot.slack.changeChannelId("C0WAR", "C0NEW");
    await bot.heard(bot.press("Stop watching", undefined, inNew));
    expect(bot.read(root)).not.toContain("[ Stop watching ]");
  });

  it("is allowed by settings that name the new id, too", async () => {
    const named = permissionsBy(
      { people: {}, rules: [{ allow: ["all"], who: ["everyone"], where: ["slack:C0NEW"] }] },
      allMembers,
    );
    const before = await startSlackBot({ grant });
    const root = await begin(before);
    await before.slack.changeChannelId("C0WAR", "C0NEW");
    const config = { policy: named.policy };
    const bot = await restartSlackBot(before, { grant: named, config });
    await bot.heard(bot.slack.command("status", inNew));
    expect(bot.read(newest(bot))).toContain("Enterprise Manager (EM) of the sandbox answered");
    await bot.untilQuiet();
    expect(bot.read(root)).toContain("Failed over, confirmed");
    expect(newest(bot)).toMatchObject({ channel: "C0NEW", thread: root.ts });
  });

  it("of another channel is refused as before", async () => {
    const bot = await startSlackBot({ grant });
    await bot.slack.changeChannelId("C0WAR", "C0NEW");
    await bot.heard(bot.slack.command(`start "${PLAN}"`, { channel: "C0OPS" }));
    expect(roots(bot)).toEqual([]);
  });
});
