/** Who may do what: people on two platforms, in one process, under one policy. */
import { describe, expect, it } from "vitest";
import type { Person } from "../../src/chat/port.ts";
import type { People, Rule } from "../../src/policy/policy.ts";
import type { Order } from "../../src/records/order.ts";
import type { Store } from "../../src/store/store.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";
import type { FakeChat } from "../fakes/chat.ts";

const PLAN = "ABC Company Failover Plan";

const on = (platform: "slack" | "discord", id: string, name: string): Person => ({
  platform,
  id,
  name,
});
const anna = { slack: on("slack", "U1", "Anna"), discord: on("discord", "11", "anna#1") };
const ben = { slack: on("slack", "U2", "Ben"), discord: on("discord", "12", "Ben") };
const cleo = { slack: on("slack", "U3", "Cleo"), discord: on("discord", "13", "Cleo") };
const people: People = {
  Anna: { slack: "U1", discord: "11" },
  Ben: { slack: "U2", discord: "12" },
  Cleo: { slack: "U3", discord: "13" },
};
/**
 * Everybody may do everything in the channel `ops` of either platform, as long as so many others
 * approve.
 */
const opsMay = (approvals: number, by: "press" | "type" = "type"): Rule => ({
  allow: ["all"],
  who: ["everyone"],
  where: ["slack:ops", "discord:ops"],
  confirm: { by, approvals },
});

interface TwoChats extends TestBot {
  readonly slack: FakeChat;
  readonly discord: FakeChat;
}

async function startTwo(
  rules: readonly Rule[],
  named: People = people,
  wrap = (store: Store) => store,
): Promise<TwoChats> {
  const bot = await startBot({
    platforms: ["slack", "discord"],
    config: { policy: { people: named, rules } },
    wrap,
  });
  const [slack, discord] = bot.chats;
  if (!slack || !discord) throw new Error("There are no two chats");
  return { ...bot, slack, discord };
}

const chatOf = (bot: TwoChats, { platform }: Person) =>
  platform === "slack" ? bot.slack : bot.discord;

/** Somebody types a line where he or she is, and the bot says what it has to say. */
async function says(
  bot: TwoChats,
  from: Person,
  text: string,
  more: Parameters<FakeChat["type"]>[1] = {},
) {
  await chatOf(bot, from).type(text, { from, ...more });
  await bot.parts.outbox.flush();
}

/** By the plan's name, or by the code that the question or the answer to the name shows. */
async function confirms(
  bot: TwoChats,
  from: Person,
  more: Parameters<FakeChat["type"]>[1] = {},
): Promise<void> {
  const asked = /type `(confirm [^`]+)`/.exec(root(bot))?.[1] ?? `confirm ${PLAN}`;
  await says(bot, from, asked, more);
  const code = /type `(confirm [B-Z]{4})`/.exec(last(chatOf(bot, from)))?.[1];
  if (code !== undefined) await says(bot, from, code, more);
}

async function presses(bot: TwoChats, from: Person, token: string, text?: string) {
  await chatOf(bot, from).press(token, text, { from });
  await bot.parts.outbox.flush();
}

const textOf = (chat: FakeChat, i: number) =>
  chat.text(chat.messages.at(i) ?? expect.fail("nothing was said"));
const last = (chat: FakeChat) => textOf(chat, -1);
const root = (bot: TwoChats) => textOf(bot.slack, 0);

async function openOrder({ store }: TestBot): Promise<Order> {
  const [order] = await store.all("orders");
  return order?.value ?? expect.fail("no order is open");
}
const confirmToken = async (bot: TestBot) => `confirm:${(await openOrder(bot)).id}`;

const startsOf = ({ sandbox }: TestBot) =>
  sandbox.estate.runs().filter(({ orderedAt }) => orderedAt >= Date.UTC(2026, 10, 21, 6)).length;

const audit = async ({ store }: TestBot) => (await auditLog(store)).map(({ value }) => value);

describe("one order, two platforms", () => {
  it("is asked for in Slack and approved in Discord, where the approver is told where it goes on", async () => {
    const bot = await startTwo([opsMay(1)]);
    await says(bot, anna.slack, `start "${PLAN}" because fire`);
    expect(root(bot)).toContain("1 person other than the requester must approve it.");
    await confirms(bot, ben.discord);
    expect(last(bot.discord)).toMatch(
      /^Approved by you: ABC Company Failover Plan\nIt goes on in slack, channel ops: open it \(https:\/\/slack\.example\/m\d+\)\./,
    );
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
    expect(root(bot)).toMatch(/Failed over, confirmed[\s\S]*Asked by Anna, approved by Ben/);
  });

  it("and the reverse, by a press on the card", async () => {
    const bot = await startTwo([opsMay(1, "press")]);
    await says(bot, anna.discord, `start "${PLAN}"`);
    await presses(bot, ben.slack, await confirmToken(bot));
    expect(last(bot.slack)).toContain("Approved by you");
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
    expect(textOf(bot.discord, 0)).toContain("Asked by Anna, approved by Ben");
  });

  it("is nobody's own to approve, from whichever account", async () => {
    const bot = await startTwo([opsMay(1)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    for (const account of [anna.slack, anna.discord]) {
      await confirms(bot, account);
      expect(last(chatOf(bot, account))).toContain(
        "You asked for it, and 1 other person must approve it.",
      );
      await presses(bot, account, await confirmToken(bot), PLAN);
      expect(last(chatOf(bot, account))).toContain(
        "You asked for it, and 1 other person must approve it.",
      );
    }
    await bot.pass(60_000);
    expect(startsOf(bot)).toBe(0);
    const refusals = (await audit(bot)).filter(({ deed }) => deed === "refused");
    expect(refusals.map(({ who, where }) => [who?.id, where?.platform])).toEqual([
      ["U1", "slack"],
      ["U1", "slack"],
      ["11", "discord"],
      ["11", "discord"],
    ]);
  });

  it("is not approved by an account of which nobody knows whether it is another person's", async () => {
    const bot = await startTwo([opsMay(1)], {});
    await says(bot, anna.slack, `start "${PLAN}"`);
    await confirms(bot, anna.discord);
    expect(last(bot.discord)).toContain(
      "The bot cannot tell whether you and Anna are two people: the policy must name, under people, the accounts that one of you has on slack and discord.",
    );
    await confirms(bot, ben.slack);
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
  });

  it("takes two others where two are asked for, each once, whichever account they use", async () => {
    const bot = await startTwo([opsMay(2)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    await confirms(bot, ben.discord);
    expect(last(bot.discord)).toContain("Approved by you, 1 approval still needed");
    expect(root(bot)).toContain("1 of 2 approved so far: Ben.");
    await confirms(bot, ben.slack);
    expect(last(bot.slack)).toContain("You have approved it already.");
    await bot.pass(10_000);
    expect(startsOf(bot)).toBe(0);
    await confirms(bot, cleo.slack);
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
    expect(root(bot)).toContain("Asked by Anna, approved by Ben and Cleo");
    expect((await audit(bot)).map(({ deed, who }) => [deed, who?.name]).slice(0, 5)).toEqual([
      ["asked", "Anna"],
      ["approved", "Ben"],
      ["refused", "Ben"],
      ["confirmed", "Cleo"],
      ["sending", "Anna"],
    ]);
  });

  it("can be cancelled from the other platform", async () => {
    const bot = await startTwo([opsMay(1)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    await says(bot, ben.discord, `cancel ${PLAN}`);
    expect(last(bot.discord)).toContain("Cancelled by you, nothing was sent");
    expect(root(bot)).toContain("Cancelled by Ben. Nothing was sent.");
    expect((await audit(bot)).at(-1)).toMatchObject({
      deed: "cancelled",
      where: { platform: "discord" },
    });
  });

  it("keeps the decision's own place and the whole reason in the audit log, however long that is", async () => {
    const bot = await startTwo([opsMay(1)]);
    const reason = "fire ".repeat(1000).trim();
    await says(bot, anna.slack, `start "${PLAN}" because ${reason}`);
    expect(root(bot)).toContain(`because: ${reason.slice(0, 299)}…\n`);
    expect(root(bot).length).toBeLessThan(2500);
    await confirms(bot, ben.discord);
    expect(await audit(bot)).toMatchObject([
      { deed: "asked", who: anna.slack, where: { platform: "slack" }, why: reason },
      { deed: "confirmed", who: ben.discord, where: { platform: "discord" }, why: reason },
    ]);
  });
});

describe("how an order is confirmed", () => {
  it("by one press, where the rule says so", async () => {
    const bot = await startTwo([opsMay(0, "press")]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    await presses(bot, anna.slack, await confirmToken(bot));
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
  });

  it.each([
    ["no text", undefined],
    ["an empty text", ""],
    ["blanks", "  "],
    ["a part", "ABC Company"],
    ["its id", "run"],
  ])("not by a press with %s, where the plan's name must be typed", async (_, text) => {
    const bot = await startTwo([opsMay(0)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    const { id } = await openOrder(bot);
    await presses(bot, anna.slack, `confirm:${id}`, text === "run" ? id : text);
    expect(last(bot.slack)).toContain("That does not confirm it");
    await bot.pass(30_000);
    expect(startsOf(bot)).toBe(0);
    expect((await audit(bot)).at(-1)).toMatchObject({
      deed: "refused",
      what: `confirm ${PLAN}: What was typed does not confirm it`,
    });
  });

  it.each([
    "confirm",
    "confirm:",
    "confirm:run-000000",
    "confirm:__proto__",
    "CONFIRM:id",
    "start:id",
    "approve:id",
    ":id",
    "",
    "cancel:run-000000",
    "unwatch:id",
    "pick:",
    "pick:confirm",
    "pick:nothing",
  ])("not by a token that nobody was given: %s", async (forged) => {
    const bot = await startTwo([opsMay(0, "press")]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    const { id } = await openOrder(bot);
    await presses(bot, anna.slack, forged.replace("id", id), "anything");
    expect((await openOrder(bot)).phase.is).toBe("asked");
    await bot.pass(30_000);
    expect(startsOf(bot)).toBe(0);
  });

  it("by no list from which a plan is picked: what is picked is only asked", async () => {
    const bot = await startTwo([opsMay(1)]);
    await presses(bot, anna.slack, "pick:start", PLAN);
    expect(root(bot)).toContain("[question]");
    await presses(bot, anna.slack, "pick:confirm", PLAN);
    expect(last(bot.slack)).toContain("The plan's name alone does not say which question is meant");
    const { code } = (await openOrder(bot)).confirmation;
    await presses(bot, anna.slack, "pick:confirm", code);
    expect(last(bot.slack)).toContain("You asked for it, and 1 other person must approve it.");
  });
});

describe("plans with spiteful names", () => {
  it("are picked as what they are, confirmed by what their card says, and by no name that is like theirs", async () => {
    const bot = await startBot({
      platforms: ["slack"],
      scenario: "hostile-names",
      config: { policy: { people: {}, rules: [opsMay(0)] } },
    });
    const names = bot.sandbox.estate.plans().map(({ name }) => name);
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      await bot.chat.press("pick:start", name);
      await bot.parts.outbox.flush();
      const order = await openOrder(bot);
      expect(order.plan.name).toBe(name);
      const token = `confirm:${order.id}`;
      for (const wrong of ["", "*", " ", name.slice(0, name.length / 2), `${name}x`, order.id])
        await bot.chat.press(token, wrong);
      expect((await openOrder(bot)).phase.is).toBe("asked");
      await bot.chat.press(`cancel:${order.id}`);
      await bot.parts.outbox.flush();
    }
    expect(startsOf(bot)).toBe(0);
  });
});

describe("what a person may do is read again when it counts", () => {
  const onCall: Rule = {
    allow: ["order", "read"],
    who: ["slack-group:S1", "discord-role:R1"],
    where: ["slack:ops", "discord:ops"],
  };
  const withApprovals = (approvals: number): Rule => ({
    ...onCall,
    confirm: { by: "type", approvals },
  });
  const inGroup = { slack: { groups: ["S1"] }, discord: { groups: ["R1"] } };

  it("whoever asked has left the group: nobody grants it, and all are told why", async () => {
    const bot = await startTwo([withApprovals(1)]);
    await says(bot, anna.slack, `start "${PLAN}"`, inGroup.slack);
    const { id } = await openOrder(bot);
    bot.slack.groupsNow.set("U1", []);
    await confirms(bot, ben.discord, inGroup.discord);
    expect(last(bot.discord)).toContain("Anna is no longer allowed to do this. Nothing was sent.");
    expect(root(bot)).toContain("Anna is no longer allowed to do this. Nothing was sent.");
    const line = bot.slack.messages.find(({ place }) => place.thread !== undefined);
    expect(line?.versions.at(-1)?.notify).toEqual([anna.slack]);
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(0);
    for (const left of ["orders", "holds", "asks"] as const)
      expect(await bot.store.all(left)).toEqual([]);
    expect((await audit(bot)).filter(({ run }) => run === id).map(({ deed }) => deed)).toEqual([
      "asked",
      "not-sent",
      "refused",
    ]);
  });

  it("whoever approved before has left the group: the last approval grants nothing", async () => {
    const bot = await startTwo([withApprovals(2)]);
    await says(bot, anna.slack, `start "${PLAN}"`, inGroup.slack);
    await confirms(bot, ben.discord, inGroup.discord);
    bot.discord.groupsNow.set("12", []);
    await confirms(bot, cleo.slack, inGroup.slack);
    expect(last(bot.slack)).toContain("Ben is no longer allowed to do this. Nothing was sent.");
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(0);
  });

  it.each([
    ["asked", "U1", "Anna"],
    ["confirmed", "U2", "Ben"],
  ])("whoever %s leaves the group before EM can be asked: nothing is sent", async (_, id, name) => {
    const bot = await startTwo([withApprovals(1)]);
    await says(bot, anna.slack, `start "${PLAN}"`, inGroup.slack);
    bot.sandbox.control.unreachable(true);
    await confirms(bot, ben.slack, inGroup.slack);
    await bot.look();
    bot.slack.groupsNow.set(id, []);
    bot.sandbox.control.unreachable(false);
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(0);
    expect(root(bot)).toContain(`${name} is no longer allowed to do this. Nothing was sent.`);
  });

  it("leaves the group while EM takes its time over the last look: nothing is sent", async () => {
    const bot = await startTwo([onCall]);
    await says(bot, anna.slack, `start "${PLAN}"`, inGroup.slack);
    await confirms(bot, anna.slack, inGroup.slack);
    const held = bot.sandbox.control.holdNextAnswer(({ path }) =>
      path.includes("/cloudFailoverPlans/"),
    );
    const looking = bot.look();
    await held.arrived;
    bot.slack.groupsNow.set("U1", []);
    held.release();
    await looking;
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(0);
    expect(root(bot)).toContain("Anna is no longer allowed to do this. Nothing was sent.");
  });

  it("cannot be read at the confirmation: the question stands, and can be confirmed later", async () => {
    const bot = await startTwo([withApprovals(1)]);
    await says(bot, anna.slack, `start "${PLAN}"`, inGroup.slack);
    bot.slack.groupsNow.set("U1", "Slack is down");
    await confirms(bot, ben.discord, inGroup.discord);
    expect(last(bot.discord)).toContain("The groups of Anna cannot be read: Slack is down.");
    expect((await audit(bot)).at(-1)?.what).toBe(
      `confirm ${PLAN}: The groups of Anna cannot be read: Slack is down`,
    );
    expect((await openOrder(bot)).phase.is).toBe("asked");
    bot.slack.groupsNow.set("U1", ["S1"]);
    await confirms(bot, ben.discord, inGroup.discord);
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
  });

  it("cannot be read before it is sent: it waits and says why, for two minutes", async () => {
    const bot = await startTwo([onCall]);
    await says(bot, anna.slack, `start "${PLAN}"`, inGroup.slack);
    await confirms(bot, anna.slack, inGroup.slack);
    bot.slack.groupsNow.set("U1", "Slack is down");
    await bot.look();
    expect(root(bot)).toContain("Approved, not sent yet");
    expect(root(bot)).toContain("The groups of Anna cannot be read: Slack is down.");
    await bot.pass(120_000);
    expect(root(bot)).toContain(
      "The groups of Anna cannot be read: Slack is down. Nothing was sent.",
    );
    expect(startsOf(bot)).toBe(0);
  });

  it("cannot be read before it is sent, and then can: it is sent", async () => {
    const bot = await startTwo([onCall]);
    await says(bot, anna.slack, `start "${PLAN}"`, inGroup.slack);
    await confirms(bot, anna.slack, inGroup.slack);
    bot.slack.groupsNow.set("U1", "Slack is down");
    await bot.look();
    bot.slack.groupsNow.set("U1", ["S1"]);
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
  });
});

describe("what others asked for", () => {
  const readers: Rule = { allow: ["read"], who: ["everyone"] };
  const only = (verbs: string[], who: string): Rule => ({ allow: verbs, who: [who] });

  it("is cancelled by nobody who may only read; that is told and audited", async () => {
    const bot = await startTwo([readers, only(["order"], "Anna")]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    const { id } = await openOrder(bot);
    await says(bot, ben.slack, "cancel");
    await presses(bot, ben.slack, `cancel:${id}`);
    expect(last(bot.slack)).toContain("Somebody else asked for it");
    expect((await openOrder(bot)).phase.is).toBe("asked");
    expect((await audit(bot)).map(({ deed }) => deed)).toEqual(["asked", "refused", "refused"]);
  });

  it.each([
    ["whoever asked, by another account", anna.discord, "confirm", "Cleo"],
    ["whoever may confirm it", ben.slack, "confirm", "Ben"],
    ["whoever may order it", ben.slack, "start", "Ben"],
  ])("is cancelled by %s", async (_, from, verb, who) => {
    const bot = await startTwo([readers, only(["start"], "Anna"), only([verb], who)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    await presses(bot, from, `cancel:${(await openOrder(bot)).id}`);
    expect(root(bot)).toContain("Cancelled by");
    expect(await bot.store.all("orders")).toEqual([]);
  });

  async function runningFor(...rules: Rule[]) {
    const bot = await startTwo([readers, only(["order"], "Anna"), ...rules]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    await confirms(bot, anna.slack);
    await bot.look();
    await bot.pass(20_000);
    return bot;
  }

  it("is quieted by nobody who may only read, but for who asked to watch it there", async () => {
    const bot = await runningFor();
    await says(bot, ben.slack, "unwatch");
    expect(last(bot.slack)).toContain("Somebody else asked for it");
    const lounge = { place: { platform: "slack", channel: "lounge" } } as const;
    await says(bot, ben.slack, `watch ${PLAN}`, lounge);
    await says(bot, cleo.slack, "unwatch", lounge);
    expect(last(bot.slack)).toContain("Somebody else asked for it");
    await says(bot, ben.slack, "unwatch", lounge);
    const deeds = (await audit(bot)).map(({ deed, who }) => `${deed} ${who?.name ?? ""}`);
    expect(deeds.filter((one) => /quieted|refused/.test(one))).toEqual([
      "refused Ben",
      "refused Cleo",
      "quieted Ben",
    ]);
  });

  it("says its end also where it was only watched and quieted", async () => {
    const bot = await runningFor();
    const lounge = { place: { platform: "slack", channel: "lounge" } } as const;
    await says(bot, ben.slack, `watch ${PLAN}`, lounge);
    await says(bot, ben.slack, "unwatch", lounge);
    const before = bot.slack.messages.length;
    await bot.untilQuiet();
    const there = bot.slack.messages
      .slice(before)
      .filter(({ place }) => place.channel === "lounge")
      .map(bot.slack.text);
    expect(there).toEqual([expect.stringContaining("Failed over, confirmed")]);
  });

  it("is quieted by whoever may order it", async () => {
    const bot = await runningFor(only(["start"], "Ben"));
    await says(bot, ben.slack, "unwatch");
    expect((await audit(bot)).at(-1)).toMatchObject({ deed: "quieted", who: ben.slack });
  });
});

describe("two people with one display name", () => {
  it("read as two on the card and in the thread, and stand in the audit log by their ids", async () => {
    const bot = await startTwo([opsMay(1)], {});
    const [one, other] = [on("slack", "U7", "Sam"), on("slack", "U8", "Sam")];
    await says(bot, one, `start "${PLAN}"`);
    await confirms(bot, other);
    expect(root(bot)).toContain("Asked by Sam");
    expect(root(bot)).toContain("Approved by Sam (U8)");
    expect(bot.slack.messages.map(bot.slack.text).join()).toContain("Approved by Sam (U8)");
    expect((await audit(bot)).map(({ who }) => who?.id)).toEqual(["U7", "U8"]);
  });
});

describe("who is no full member", () => {
  it.each([
    [{ is: "guest" }, "you are a guest here"],
    [{ is: "external", team: "T9" }, "you are of another workspace or server"],
    [{ is: "bot" }, "you are a bot"],
  ] as const)("is not everyone: %j", async (membership, words) => {
    const bot = await startTwo([opsMay(0)]);
    bot.slack.membershipNow.set("U1", membership);
    await says(bot, anna.slack, "status");
    expect(last(bot.slack)).toContain(`Full members may do it, and ${words}.`);
    await says(bot, anna.slack, `start "${PLAN}"`);
    expect(await bot.store.all("orders")).toEqual([]);
    expect((await audit(bot)).map(({ deed }) => deed)).toEqual(["refused", "refused"]);
  });

  it("became a guest since asking: the question is withdrawn", async () => {
    const bot = await startTwo([opsMay(1)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    bot.slack.membershipNow.set("U1", { is: "guest" });
    await confirms(bot, ben.discord);
    expect(last(bot.discord)).toContain("Anna is no longer allowed to do this. Nothing was sent.");
  });
});

describe("who may not", () => {
  const order: Rule = {
    allow: ["order", "read"],
    who: ["slack-group:S1", "discord-role:R1"],
    where: ["slack:ops", "discord:ops"],
  };

  it.each<[string, Rule[], Partial<Parameters<FakeChat["type"]>[1]>, string]>([
    [
      "in another channel",
      [opsMay(0)],
      { place: { platform: "slack", channel: "lounge" } },
      "You may do it only in Slack's channel ops, not in this channel.",
    ],
    [
      "in a thread of another channel",
      [opsMay(0)],
      { place: { platform: "slack", channel: "lounge", thread: "ops" } },
      "You may do it only in Slack's channel ops, not in this channel.",
    ],
    [
      "face to face",
      [opsMay(0)],
      { place: { platform: "slack", channel: "D1" } },
      "You may do it only in Slack's channel ops, not in this channel.",
    ],
    ["outside of the group", [order], { groups: ["S2"] }, "You are not in a group that may do it."],
    [
      "in a group that cannot be read",
      [order],
      { groups: "Slack has user groups on paid plans only" },
      "Your groups cannot be read: Slack has user groups on paid plans only.",
    ],
    [
      "against a rule",
      [opsMay(0), { deny: ["order"], who: ["Anna"] }],
      {},
      "A rule of the policy forbids it to you here.",
    ],
    [
      "against a rule for a group that cannot be read",
      [opsMay(0), { deny: ["order"], who: ["slack-group:S9"] }],
      { groups: "Slack is down" },
      "A rule forbids it to a group, and your groups cannot be read: Slack is down.",
    ],
    ["with no rule at all", [], {}, "No rule opens it to anybody"],
  ])("is told so: %s", async (_, rules, where, reason) => {
    const bot = await startTwo(rules);
    await says(bot, anna.slack, `start "${PLAN}"`, where);
    expect(last(bot.slack)).toContain("Not allowed: start");
    expect(last(bot.slack)).toContain(reason);
    expect(bot.slack.messages.at(-1)?.only).toEqual(anna.slack);
    expect(await bot.store.all("orders")).toEqual([]);
    expect(await audit(bot)).toMatchObject([
      { deed: "refused", who: anna.slack, what: expect.stringContaining("start") },
    ]);
  });

  it("may in a thread of the channel", async () => {
    const bot = await startTwo([opsMay(0)]);
    await says(bot, anna.slack, `start "${PLAN}"`, {
      place: { platform: "slack", channel: "ops", thread: "1.2" },
    });
    expect(await bot.store.all("orders")).toHaveLength(1);
  });

  it("is told so of one plan, where others are open", async () => {
    const bot = await startTwo([
      opsMay(0),
      { deny: ["order"], who: ["everyone"], plans: ["* @ ABC Company"] },
    ]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    expect(last(bot.slack)).toContain(
      `Not allowed: start ${PLAN}\nA rule of the policy forbids it to you here.`,
    );
    expect((await audit(bot)).at(-1)).toMatchObject({
      deed: "refused",
      what: `start ${PLAN}: A rule of the policy forbids it to you here`,
    });
    await says(bot, anna.slack, 'start "Headquarters Failover"');
    expect(await bot.store.all("orders")).toHaveLength(1);
  });

  it("cannot confirm or cancel from another channel, by line or by button", async () => {
    const bot = await startTwo([opsMay(0)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    const place = { platform: "discord", channel: "lounge" } as const;
    const { id } = await openOrder(bot);
    for (const deed of ["confirm", "cancel"]) {
      await says(bot, ben.discord, `${deed} ${PLAN}`, { place });
      expect(last(bot.discord)).toContain(
        "You may do it only in Discord's channel ops, not in this channel.",
      );
      await bot.discord.press(`${deed}:${id}`, PLAN, { from: ben.discord, place });
      expect(last(bot.discord)).toContain(
        "You may do it only in Discord's channel ops, not in this channel.",
      );
    }
    expect((await openOrder(bot)).phase.is).toBe("asked");
  });

  it("has left the group since asking: then the question is no longer his or hers to confirm", async () => {
    const bot = await startTwo([
      { allow: ["start"], who: ["slack-group:S1"] },
      { allow: ["confirm"], who: ["everyone"] },
    ]);
    await says(bot, anna.slack, `start "${PLAN}"`, { groups: ["S1"] });
    await confirms(bot, anna.slack, { groups: [] });
    expect(last(bot.slack)).toContain("You are not in a group that may do it.");
    expect((await openOrder(bot)).phase.is).toBe("asked");
    await confirms(bot, anna.slack, { groups: ["S1"] });
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
  });

  it("is an account that nobody knows, where rules name people", async () => {
    const bot = await startTwo([{ allow: ["order", "read"], who: ["Anna", "Ben"] }]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    const strangers = [
      on("slack", "anna", "Anna"),
      on("discord", "U1", "Anna"),
      on("discord", "99", "anna"),
    ];
    for (const stranger of strangers) {
      await confirms(bot, stranger);
      expect(last(chatOf(bot, stranger))).toContain("You are not among those who may do it.");
    }
    expect((await openOrder(bot)).phase.is).toBe("asked");
  });

  it("may read, but not order, where there is no policy file: it says so in help", async () => {
    const bot = await startBot({
      platforms: ["slack"],
      config: { slack: { botToken: "", channels: ["ops"], mode: { appToken: "" } } },
    });
    await bot.say("plans");
    expect(last(bot.chat)).toContain(PLAN);
    await bot.say(`start "${PLAN}"`);
    expect(last(bot.chat)).toContain("Not allowed: start");
    await bot.say("help");
    expect(last(bot.chat)).toContain(
      "There is no policy file (POLICY_FILE), so chats may only read",
    );
    const place = { platform: "slack", channel: "elsewhere" } as const;
    await bot.say("plans", { place });
    expect(last(bot.chat)).toContain("Not allowed: plans");
    expect(last(bot.chat)).toContain("SLACK_CHANNELS does not name this one: its id is elsewhere.");
    await bot.say(`start "${PLAN}"`, { place });
    expect(last(bot.chat)).not.toContain("SLACK_CHANNELS");
    await bot.say("help", { place });
    expect(last(bot.chat)).toMatch(
      /Housekeeping: `whoami`, `help`\nClosed to you here: status, plans/,
    );
  });
});

describe("help and whoami", () => {
  it("are for one person: what is open here, why the rest is not, and which plan is held by what", async () => {
    const bot = await startTwo([
      opsMay(0),
      { deny: ["order"], who: ["Ben"] },
      { deny: ["audit"], who: ["everyone"] },
    ]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    await says(bot, ben.discord, "help");
    const help = bot.discord.messages.at(-1);
    expect(help?.only).toEqual(ben.discord);
    const text = last(bot.discord);
    expect(text).toContain("Look: `status`, `plans`, ");
    expect(text).not.toContain("`start`");
    expect(text).toMatch(
      /Closed to you here: start, test, undo, confirm, stop, collect, .*audit.*\. A rule of the policy forbids it to you here\./,
    );
    expect(text).toMatch(
      /Closed for now: plan "ABC Company Failover Plan"\. Its order run-\w+ waits for approval, asked by Anna 2026-11-21 06:00 UTC\. Open it \(https:\/\/slack\.example\/m\d+\)\./,
    );
    expect(text).toContain("For Ben");
  });

  it("tell of no held plan to whoever may not read of it", async () => {
    const bot = await startTwo([{ ...opsMay(0), where: ["slack:ops"] }]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    await says(bot, ben.discord, "help");
    expect(last(bot.discord)).not.toContain(PLAN);
  });

  it("explain a verb, and why it is closed", async () => {
    const bot = await startTwo([{ ...opsMay(0), where: ["slack:ops"] }]);
    await says(bot, ben.discord, "help start");
    expect(last(bot.discord)).toContain(
      "Closed to you here. You may do it only in Slack's channel ops, not in this channel.",
    );
  });

  it("say how the bot sees one", async () => {
    const bot = await startTwo([{ allow: ["read"], who: ["discord-role:R1"] }]);
    await says(bot, anna.discord, "whoami", { groups: ["R1", "R2"] });
    expect(last(bot.discord)).toBe(
      "You are Anna\nThe policy calls you Anna.\nGroups: R1 and R2.\nIn a policy your account is `discord:11`, this place `discord:ops`.",
    );
    await says(bot, on("discord", "99", "Zoe"), "whoami", { groups: "Discord does not answer" });
    expect(last(bot.discord)).toMatch(
      /^You are Zoe\nThe policy has no name for you\.\nGroups: cannot be read: Discord does not answer\.\n/,
    );
    expect(bot.discord.messages.at(-1)?.only?.id).toBe("99");
  });

  it("a plan that is held says so to whoever asks for it too, with a link", async () => {
    const bot = await startTwo([opsMay(0)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    await says(bot, ben.discord, `start "${PLAN}"`);
    expect(last(bot.discord)).toMatch(
      /Asked for already, waits for approval: .*\nAsked by Anna 2026-11-21 06:00 UTC\. Open it \(https:\/\/slack\.example\/m\d+\)\./,
    );
    await confirms(bot, anna.slack);
    await bot.pass(20_000);
    await says(bot, ben.discord, `start "${PLAN}"`);
    expect(last(bot.discord)).toMatch(
      /Runs already: .*\nAsked by Anna [\s\S]*\n`watch run-\w+` shows it here too\.$/,
    );
    expect((await audit(bot)).at(-1)).toMatchObject({
      deed: "refused",
      what: `start ${PLAN}: It is held by another run`,
    });
  });
});

describe("between the decision and the sending", () => {
  const confirmedWhileAway = async (rules: Rule[]) => {
    const bot = await startTwo(rules);
    await says(bot, anna.slack, `start "${PLAN}"`);
    bot.sandbox.control.unreachable(true);
    await confirms(bot, ben.discord);
    expect((await openOrder(bot)).phase.is).toBe("approved");
    return bot;
  };
  const goesOn = async (bot: TwoChats) => {
    bot.sandbox.control.unreachable(false);
    await bot.untilQuiet();
  };

  it.each<[string, Rule]>([
    ["Anna", { deny: ["start"], who: ["Anna"] }],
    ["Ben", { deny: ["confirm"], who: ["Ben"] }],
  ])("a permission that is taken from %s stops the order", async (name, denial) => {
    const rules = [opsMay(1)];
    const bot = await confirmedWhileAway(rules);
    rules.push(denial);
    await goesOn(bot);
    expect(startsOf(bot)).toBe(0);
    expect(root(bot)).toContain(`${name} is no longer allowed to do this. Nothing was sent.`);
    expect((await audit(bot)).at(-1)).toMatchObject({ deed: "not-sent" });
  });

  it("a policy that asks for more approvals by then stops it too", async () => {
    const rules = [opsMay(1)];
    const bot = await confirmedWhileAway(rules);
    rules.push(opsMay(2));
    await goesOn(bot);
    expect(startsOf(bot)).toBe(0);
    expect(root(bot)).toContain(
      "The policy asks for more approvals now than when this was asked. Nothing was sent.",
    );
  });

  it("an edited plan voids all approvals: it is shown anew, the old button is decided, and it takes another", async () => {
    const bot = await startTwo([opsMay(1)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    const old = await openOrder(bot);
    bot.sandbox.control.editPlan(old.plan.id, ["srv38", "sql07"]);
    await confirms(bot, ben.discord);
    await bot.look();
    expect(startsOf(bot)).toBe(0);
    expect(root(bot)).toMatch(/^\[question\][\s\S]*2 VMs[\s\S]*\nsrv38 – .*\nsql07/);
    expect(root(bot)).not.toContain("approved so far");
    await presses(bot, cleo.slack, `confirm:${old.id}`, PLAN);
    expect(last(bot.slack)).toMatch(
      /^\[warning\] Already decided: .*\nIt was closed .*:\nThe plan was changed in EM after it was shown\. Nothing was sent\./,
    );
    expect((await openOrder(bot)).id).not.toBe(old.id);
    await confirms(bot, ben.discord);
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
    expect((await audit(bot)).map(({ deed }) => deed)).toEqual([
      "asked",
      "confirmed",
      "void",
      "asked",
      "refused",
      "confirmed",
      "sending",
      "accepted",
      "ended",
    ]);
  });

  it("a plan that became one for which nobody may order is not asked anew", async () => {
    const rules = [opsMay(0)];
    const bot = await confirmedWhileAway(rules);
    const { plan } = await openOrder(bot);
    bot.sandbox.control.editPlan(plan.id, ["srv38"]);
    rules.push({ deny: ["order"], who: ["everyone"], plans: [`${PLAN}*`] });
    await goesOn(bot);
    expect(startsOf(bot)).toBe(0);
    expect(root(bot)).toContain("is no longer allowed to do this. Nothing was sent.");
  });

  it("a newer restore point voids it as well", async () => {
    const bot = await startTwo([opsMay(1)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    bot.sandbox.control.setVmState("ABC Company", "srv38", "Failover");
    bot.sandbox.control.finishCollection();
    await confirms(bot, ben.discord);
    await bot.look();
    expect(startsOf(bot)).toBe(0);
    expect(root(bot)).toMatch(
      /^\[warning\] [^\n]*: 1 of 6 VMs failed over already[\s\S]*srv38 – .*in state Failover/,
    );
  });
});

describe("however many press at once", () => {
  it("one is granted, from whichever platform; all others are told what was decided, by whom, and where it runs", async () => {
    const bot = await startTwo([opsMay(0)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    const token = await confirmToken(bot);
    const crowd = Array.from({ length: 50 }, (_, i) =>
      i % 2 === 0 ? on("slack", `S${i}`, `Sam ${i}`) : on("discord", `${i}`, `Dan ${i}`),
    );
    const pressings = crowd.flatMap((from, i) => {
      const press = () => chatOf(bot, from).press(token, PLAN, { from, delivery: `press-${i}` });
      return i % 5 === 0 ? [press(), press()] : [press()];
    });
    expect(pressings).toHaveLength(60);
    await Promise.all(pressings);
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
    const entries = await audit(bot);
    const granted = entries.filter(({ deed }) => deed === "confirmed");
    expect(granted).toHaveLength(1);
    const winner = granted[0]?.who ?? expect.fail();
    const others = crowd.filter(
      ({ platform, id }) => platform !== winner.platform || id !== winner.id,
    );
    for (const other of others) {
      const told = chatOf(bot, other).messages.filter(({ only }) => only?.id === other.id);
      expect(told.map(chatOf(bot, other).text)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^\\[warning\\] Already decided: .*\nIt was approved by ${winner.name}; this changed nothing\\.\nIt goes on in slack, channel ops: open it \\(https://slack\\.example/m\\d+\\)\\.`,
          ),
        ),
      ]);
    }
    expect(others).toHaveLength(49);
    expect(entries.filter(({ deed }) => deed === "refused")).toHaveLength(49);
  });

  it("a cancellation and a confirmation at once: one of them is so, and the other is told", async () => {
    const bot = await startTwo([opsMay(0)]);
    await says(bot, anna.slack, `start "${PLAN}"`);
    const { id } = await openOrder(bot);
    await Promise.all([
      bot.discord.press(`cancel:${id}`, undefined, { from: ben.discord }),
      bot.slack.press(`confirm:${id}`, PLAN, { from: anna.slack }),
    ]);
    await bot.untilQuiet();
    const decided = (await audit(bot)).filter(
      ({ deed }) => deed === "confirmed" || deed === "cancelled",
    );
    expect(decided).toHaveLength(1);
    expect(startsOf(bot)).toBe(decided[0]?.deed === "confirmed" ? 1 : 0);
  });

  it("an approval that is saved just after the question has closed leaves nothing behind", async () => {
    let closing: (() => Promise<unknown>) | undefined;
    const wrap = (store: Store): Store => ({
      ...store,
      commit: async (changes) => {
        const isApproval = JSON.stringify(changes).includes('"deed":"approved"');
        if (isApproval) await closing?.();
        return store.commit(changes);
      },
    });
    const bot = await startTwo([opsMay(2)], people, wrap);
    await says(bot, anna.slack, `start "${PLAN}"`);
    bot.clock.advance(299_999);
    closing = () => {
      bot.clock.advance(1);
      return bot.parts.watcher.tick();
    };
    await presses(bot, ben.slack, await confirmToken(bot), PLAN);
    expect(bot.slack.messages.filter(({ only }) => only?.id === "U2").map(bot.slack.text)).toEqual([
      expect.stringContaining("Nobody approved it in time; the question closed"),
    ]);
    await bot.untilQuiet();
    expect(await bot.store.all("orders")).toEqual([]);
    expect(await bot.store.all("holds")).toEqual([]);
  });
});
