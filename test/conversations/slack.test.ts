/**
 * Whole conversations in Slack: real Bolt over real sockets or HTTP, the whole bot, EM's sandbox
 * over HTTP.
 */
import { describe, expect, it } from "vitest";
import { readingIn } from "../fakes/grant.ts";
import { expectRecorded } from "../fakes/recorded.ts";
import { mentionsIn } from "../fakes/slack/reading.ts";
import type { Message } from "../fakes/slack/world.ts";
import { type SlackBot, startSlackBot } from "../fakes/slack-bot.ts";

const PLAN = "ABC Company Failover Plan";
const OPS = { platform: "slack", channel: "C0OPS" } as const;
const bob = { user: "U0BOB" };

const startsOf = ({ sandbox }: SlackBot, plan = PLAN) =>
  sandbox.estate.startsOf(sandbox.estate.plans().find(({ name }) => name === plan)?.id ?? "")
    .length;

async function ask(bot: SlackBot, plan = PLAN): Promise<Message> {
  await bot.heard(bot.slack.command(`start "${plan}" because fire in the server room`));
  return bot.newest(`Start failover plan "${plan}"?`);
}

/** Alice asks and Bob confirms. */
async function begin(bot: SlackBot): Promise<Message> {
  const root = await ask(bot);
  await bot.heard(bot.press("Confirm …", PLAN, bob));
  return root;
}

const buttonsOf = ({ blocks }: Message) => blocks.filter(({ type }) => type === "actions");
/** After the end of a run stand the head of the audit log and its report, in the thread alone. */
const newest = (bot: SlackBot) =>
  bot.slack.world.messages.findLast(
    (one) => one.file === undefined && !bot.read(one).startsWith("Audit log"),
  ) ?? expect.fail("nothing was said");
/** Files of a report are not said. */
const said = (bot: SlackBot, text: string, channel = "C0WAR") =>
  bot.slack.world.messages.filter(
    (message) =>
      message.channel === channel && message.file === undefined && bot.read(message).includes(text),
  );
const endsIn = (bot: SlackBot, root: Message) =>
  bot.thread(root).filter((line) => line.split("\n")[0]?.includes("Failed over, confirmed"));
const complaints = ({ logged }: SlackBot) => logged.filter(({ level }) => level !== "info");

describe.each(["sockets", "http"] as const)("a failover in Slack over %s", (mode) => {
  it("is asked for, confirmed by somebody else in a form, and told to its end", async () => {
    const bot = await startSlackBot({ mode });
    const root = await ask(bot);
    expect(bot.read(root)).toContain("Asked by alice because: fire in the server room.");
    expect(bot.read(root)).toContain("[ Confirm … ] [ Cancel ]");
    expect(bot.read(root)).toMatch(
      /To go on, type \/failover confirm [B-Z]{4}; to drop it, \/failover cancel\./,
    );
    await bot.heard(bot.press("Confirm …", PLAN, bob));
    expect(bot.slack.world.forms).toMatchObject([
      {
        user: "U0BOB",
        view: { title: { text: "Start failover" }, submit: { text: "Start failover" } },
      },
    ]);
    expect(bot.read(root)).toContain("Approved by bob 2026-11-21 06:00 UTC.");
    expect(buttonsOf(root)).toEqual([]);
    await bot.pass(30_000);
    expect(bot.read(root)).toMatch(/█+░+ \d+ %\n/);
    expect(bot.read(root)).toContain("[ Stop watching ]");
    await bot.pass(30_000);
    await expectRecorded("card-in-slack.json", { text: root.text, blocks: root.blocks });
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
    expect(bot.read(root)).toContain("Failed over, confirmed");
    expect(bot.read(root)).toContain("Asked by alice, approved by bob, sent 2026-11-21 06:00 UTC");
    expect(buttonsOf(root)).toEqual([]);
    expect(newest(bot)).toMatchObject({ thread: root.ts, isBroadcast: true });
    expect(mentionsIn(newest(bot))).toEqual(["U0ALICE", "U0BOB"]);
    expect(complaints(bot)).toEqual([]);
  });

  it("has one line in its thread for each change that matters", async () => {
    const bot = await startSlackBot({ mode, scenario: "vm-fails" });
    const root = await begin(bot);
    await bot.untilQuiet();
    expect(bot.thread(root).map((line) => line.split("\n")[0])).toEqual([
      "Approved by bob",
      "EM has started the failover session",
      `❌ filesrv04 failed: ${PLAN} (0 of 6 up)`,
      expect.stringMatching(/^.* up \(/),
      expect.stringMatching(/^.* up \(/),
      expect.stringMatching(/^.* up \(5 of 6 up\)$/),
      `❌ filesrv04 failed: ${PLAN} (5 of 6 up)`,
      expect.stringMatching(/^Audit log up to here: [0-9a-f]{64}$/),
      `${PLAN} 2026-11-21 0600 UTC.png`,
      `${PLAN} 2026-11-21 0600 UTC.md`,
      `${PLAN} 2026-11-21 0600 UTC.csv`,
    ]);
  });
});

describe("what people type in Slack", () => {
  it("/failover alone is answered with help, to its typer alone", async () => {
    const bot = await startSlackBot();
    await bot.heard(bot.slack.command(""));
    expect(newest(bot).onlyFor).toBe("U0ALICE");
    expect(bot.read(newest(bot))).toContain("Look: /failover status, ");
  });

  it("/failover status is answered to everybody", async () => {
    const bot = await startSlackBot();
    await bot.heard(bot.slack.command("status"));
    expect([newest(bot).channel, newest(bot).onlyFor]).toEqual(["C0WAR", undefined]);
    expect(bot.read(newest(bot))).toContain("Nothing is failed over; no failover runs");
  });

  it("a mention in the thread of a run is answered there, where Slack has no slash command", async () => {
    const bot = await startSlackBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    await bot.heard(bot.slack.mention("status", { thread: root.ts }));
    expect(newest(bot).thread).toBe(root.ts);
    expect(bot.read(newest(bot))).toContain("1 failover running");
    expect(bot.read(newest(bot))).toMatch(/@failover watch run-\w+ follows it here\./);
  });

  it("a question can be confirmed by a line in its thread, and dropped by one", async () => {
    const bot = await startSlackBot();
    const first = await ask(bot);
    await bot.heard(bot.slack.mention("cancel", { thread: first.ts }));
    expect(bot.read(first)).toContain("Cancelled by alice. Nothing was sent.");
    const second = await ask(bot);
    const line = /confirm [B-Z]{4}/.exec(bot.read(second))?.[0] ?? expect.fail();
    await bot.heard(bot.slack.mention(line, { thread: second.ts, ...bob }));
    await bot.untilQuiet();
    expect(bot.read(second)).toContain("approved by bob");
    expect(startsOf(bot)).toBe(1);
  });

  it("a plan can be picked where none was named, from what the core knows", async () => {
    const bot = await startSlackBot();
    await bot.heard(bot.slack.command("start"));
    expect(bot.read(newest(bot))).toContain("[ Choose a plan ▾ ]");
    const offered = await bot.slack.suggest("pick:start", "head");
    expect(offered.map(({ text }) => text)).toEqual(["Headquarters Failover"]);
    await bot.heard(bot.slack.pick("pick:start", offered[0]?.value ?? ""));
    expect(newest(bot).onlyFor).toBeUndefined();
    expect(bot.read(newest(bot))).toContain('Start failover plan "Headquarters Failover"?');
  });

  it("a reason that was typed without a plan is kept for the plan that is picked", async () => {
    const bot = await startSlackBot();
    await bot.heard(bot.slack.command("start because fire"));
    const offered = await bot.slack.suggest("pick:start:because fire", "head");
    await bot.heard(bot.slack.pick("pick:start:because fire", offered[0]?.value ?? ""));
    const text = bot.read(newest(bot));
    expect(text).toContain('Start failover plan "Headquarters Failover"?');
    expect(text).toContain("Asked by alice because: fire.");
  });

  it("plans of one name are told apart in the list, and each can be picked", async () => {
    const bot = await startSlackBot();
    await bot.heard(bot.slack.command("start"));
    const offered = await bot.slack.suggest("pick:start", "standard");
    expect(offered.map(({ text }) => text)).toEqual([
      "Standard Failover Plan @ ABC Company",
      "Standard Failover Plan @ Tech Dynamics",
    ]);
    await bot.heard(bot.slack.pick("pick:start", offered[1]?.value ?? ""));
    expect(bot.read(newest(bot))).toContain(
      "1 VM of tenant Tech Dynamics, each to its newest restore point.",
    );
  });

  it("a direct message gets help, and nothing else", async () => {
    const bot = await startSlackBot({ grant: readingIn("slack:C0WAR") });
    await bot.heard(bot.slack.direct("help"));
    expect(bot.read(newest(bot))).toContain("What you can type");
    await bot.heard(bot.slack.direct("status"));
    expect(newest(bot).channel).toBe("D0ALICE");
    expect(bot.read(newest(bot))).toContain("Not allowed: status");
  });

  it("without a policy, people read in the channels of the settings, and order nowhere", async () => {
    const bot = await startSlackBot({ grant: readingIn("slack:C0WAR") });
    await bot.heard(bot.slack.command("plans"));
    expect(bot.read(newest(bot))).toContain("7 failover plans");
    await bot.heard(bot.slack.command(`start "${PLAN}"`));
    expect(bot.read(newest(bot))).toContain("Not allowed: start");
    await bot.heard(bot.slack.command("plans", { channel: "C0OPS" }));
    expect(bot.read(newest(bot))).toContain("Not allowed: plans");
  });

  it("a run that runs elsewhere is watched, until somebody stops watching it", async () => {
    const bot = await startSlackBot();
    await begin(bot);
    await bot.pass(20_000);
    await bot.heard(bot.slack.command(`watch ${PLAN}`, { channel: "C0OPS" }));
    await bot.pass(35_000);
    const [card] = said(bot, " of 6 up)", "C0OPS");
    expect(bot.thread(card ?? expect.fail())).not.toEqual([]);
    await bot.heard(bot.press("Stop watching", undefined, { channel: "C0OPS" }));
    expect(bot.read(card)).toContain("No longer watched here");
    const before = bot.thread(card ?? expect.fail()).length;
    await bot.untilQuiet();
    const [end, ...others] = bot.thread(card ?? expect.fail()).slice(before);
    expect(end).toContain("Failed over, confirmed");
    expect(others).toEqual([]);
    expect(said(bot, "Failed over, confirmed")).toHaveLength(2);
  });
});

describe("a decision in Slack is made once", () => {
  it("a wrong name in the form starts nothing; its typer is told, and the question stays", async () => {
    const bot = await startSlackBot();
    const root = await ask(bot);
    await bot.heard(bot.press("Confirm …", "ABC Company"));
    expect(newest(bot).onlyFor).toBe("U0ALICE");
    expect(bot.read(newest(bot))).toContain("That does not confirm it");
    expect(buttonsOf(root)).toHaveLength(1);
    await bot.pass(60_000);
    expect(startsOf(bot)).toBe(0);
  });

  it("of two who confirm, one does, and the other is told who did", async () => {
    const bot = await startSlackBot();
    await ask(bot);
    await bot.press("Confirm …");
    const { forms } = bot.slack.world;
    await bot.press("Confirm …", undefined, bob);
    await bot.ignored(Promise.resolve());
    await Promise.all(
      ["U0ALICE", "U0BOB"].map((user, i) =>
        bot.heard(bot.slack.submit(forms[i] ?? expect.fail("no form"), PLAN, { user })),
      ),
    );
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
    expect(said(bot, "Already decided")).toHaveLength(1);
  });

  it("cancelled, it says by whom and when, and cannot be confirmed any more", async () => {
    const bot = await startSlackBot();
    const root = await ask(bot);
    await bot.heard(bot.press("Cancel", undefined, bob));
    expect(bot.read(root)).toMatch(
      /Cancelled by bob\. Nothing was sent\.\n.*\nClosed 2026-11-21 06:00 UTC$/,
    );
    expect(buttonsOf(root)).toEqual([]);
    expect(startsOf(bot)).toBe(0);
  });

  it("what Slack delivers again is not done again", async () => {
    const bot = await startSlackBot();
    const typed = await bot.heard(bot.slack.command(`start "${PLAN}"`));
    await bot.ignored(bot.slack.again(typed));
    expect(said(bot, "Start failover plan")).toHaveLength(1);
    const confirmed = await bot.heard(bot.press("Confirm …", PLAN));
    await bot.ignored(bot.slack.again(confirmed));
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
    expect(said(bot, "Already decided")).toEqual([]);
  });

  it("a press that arrives more than a minute late is not carried out, and its presser is told", async () => {
    const bot = await startSlackBot();
    const root = await ask(bot);
    await bot.heard(bot.press("Cancel", undefined, { at: bot.clock.now() - 61_000 }));
    expect(newest(bot).onlyFor).toBe("U0ALICE");
    expect(bot.read(newest(bot))).toContain("Not carried out: it arrived too late");
    expect(buttonsOf(root)).toHaveLength(1);
  });

  it("a mention that arrives more than a minute late is not carried out, and its writer is told", async () => {
    const bot = await startSlackBot();
    await bot.heard(bot.slack.mention(`start "${PLAN}"`, { at: bot.clock.now() - 61_000 }));
    expect(bot.read(newest(bot))).toContain("Not carried out: it arrived too late");
    expect(await bot.store.all("orders")).toEqual([]);
  });
});

describe("a watch in Slack goes on", () => {
  it("where its card was deleted: a new one takes its place", async () => {
    const bot = await startSlackBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    bot.slack.remove(root.ts);
    await bot.untilQuiet();
    const cards = said(bot, "Failed over, confirmed").filter(({ thread }) => thread === undefined);
    expect(cards).toHaveLength(1);
    expect(bot.thread(cards[0] ?? expect.fail()).at(-5)).toContain("Failed over, confirmed");
    expect(startsOf(bot)).toBe(1);
  });

  it("in the fallback channel where its own is archived", async () => {
    const bot = await startSlackBot({ announceIn: [OPS] });
    await begin(bot);
    await bot.pass(20_000);
    const war = bot.slack.world.channels.get("C0WAR");
    if (war) war.isArchived = true;
    await bot.pass(200_000, 10_000);
    expect(said(bot, "Failed over, confirmed", "C0OPS")).toHaveLength(2);
    expect(bot.read(said(bot, "Failed over, confirmed", "C0OPS")[0])).toContain(
      "Channel C0WAR is archived",
    );
  });

  it("in its own channel, where that was archived for some seconds: nothing is lost, and nobody told twice", async () => {
    const bot = await startSlackBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    const war = bot.slack.world.channels.get("C0WAR") ?? expect.fail();
    war.isArchived = true;
    await bot.pass(16_000);
    war.isArchived = false;
    await bot.untilQuiet();
    expect(bot.read(root)).toContain("Failed over, confirmed");
    expect(endsIn(bot, root)).toHaveLength(1);
    expect(said(bot, "Failed over, confirmed", "D0ALICE")).toEqual([]);
  });

  it("by direct message where no place can be written, and in its channel once that is back", async () => {
    const bot = await startSlackBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    const war = bot.slack.world.channels.get("C0WAR") ?? expect.fail();
    war.isArchived = true;
    await bot.pass(300_000, 10_000);
    for (const person of ["D0ALICE", "D0BOB"])
      expect(
        said(bot, "You get this directly, as Slack's channel C0WAR cannot be written", person),
      ).toHaveLength(1);
    war.isArchived = false;
    await bot.untilQuiet();
    expect(bot.read(root)).toContain("Failed over, confirmed");
    expect(endsIn(bot, root)).toHaveLength(1);
  });

  it("and its old card leads to the new one, once that channel can be written again", async () => {
    const bot = await startSlackBot({ announceIn: [OPS] });
    const root = await begin(bot);
    await bot.pass(20_000);
    const war = bot.slack.world.channels.get("C0WAR") ?? expect.fail();
    war.isArchived = true;
    await bot.pass(120_000, 10_000);
    war.isArchived = false;
    await bot.untilQuiet();
    expect(bot.read(root)).toMatch(/goes on elsewhere[\s\S]*What is said of it stands in/);
    expect(bot.read(root)).not.toContain("running");
  });

  it("in the fallback channel where the bot was removed from its own", async () => {
    const bot = await startSlackBot({ announceIn: [OPS] });
    await begin(bot);
    await bot.pass(20_000);
    const war = bot.slack.world.channels.get("C0WAR");
    if (war) war.hasBot = false;
    await bot.pass(200_000, 10_000);
    const [card] = said(bot, "Failed over, confirmed", "C0OPS");
    expect(bot.read(card)).toContain(
      "The bot is not a member of channel C0WAR; add it there with /invite and its name",
    );
  });

  it("through rate limits: what matters arrives, in its order, once", async () => {
    const bot = await startSlackBot({ scenario: "vm-fails" });
    const root = await begin(bot);
    for (let count = 0; count < 12; count++)
      bot.slack.faults.next({ retryAfterS: 20 }, "chat.postMessage");
    for (let count = 0; count < 6; count++)
      bot.slack.faults.next({ retryAfterS: 20 }, "chat.update");
    await bot.untilQuiet();
    const lines = bot.thread(root).map((line) => line.split("\n")[0]);
    expect(
      lines.filter((line) => line?.includes(`filesrv04 failed: ${PLAN} (0 of 6 up)`)),
    ).toHaveLength(1);
    expect(
      lines.filter((line) => line?.includes(`filesrv04 failed: ${PLAN} (5 of 6 up)`)),
    ).toHaveLength(1);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it("where an answer of Slack's was lost: the line is found again, and not posted twice", async () => {
    const bot = await startSlackBot();
    const root = await begin(bot);
    bot.slack.faults.next("lost", "chat.postMessage");
    await bot.pass(20_000);
    bot.slack.faults.next("lost", "chat.postMessage");
    await bot.untilQuiet();
    const lines = bot.thread(root);
    expect(new Set(lines).size).toBe(lines.length);
    expect(bot.slack.callCounts()["conversations.replies"]).toBeGreaterThan(0);
  });

  it("while Slack fails for three minutes: the end is told once, when it is back", async () => {
    const bot = await startSlackBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    const back = bot.slack.faults.from({ status: 503 });
    await bot.pass(180_000, 10_000);
    back();
    await bot.untilQuiet();
    expect(endsIn(bot, root)).toHaveLength(1);
    expect(bot.read(root)).toContain("Failed over, confirmed");
  });

  it("while the token is refused, and says so in the log and in the health", async () => {
    const bot = await startSlackBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    bot.slack.world.isTokenRevoked = true;
    await bot.pass(120_000, 10_000);
    expect(JSON.stringify(complaints(bot))).toContain("set SLACK_BOT_TOKEN");
    bot.slack.world.isTokenRevoked = false;
    await bot.untilQuiet();
    expect(bot.read(root)).toContain("Failed over, confirmed");
  });
});

describe("names that are made to do harm in Slack", () => {
  it("mention nobody from the list of plans to the end of a run, and stay what they are", async () => {
    const bot = await startSlackBot({ scenario: "hostile-names" });
    await bot.heard(bot.slack.command("plans"));
    await bot.heard(bot.slack.command("start 2"));
    const code = /Type the code ([B-Z]{4})/.exec(JSON.stringify(newest(bot).blocks))?.[1];
    await bot.heard(bot.press("Confirm …", code));
    await bot.untilQuiet();
    const { messages } = bot.slack.world;
    expect(
      messages.filter((message) => bot.read(message).includes("confirmed, with warnings")),
    ).not.toEqual([]);
    expect(new Set(messages.flatMap(mentionsIn))).toEqual(new Set(["U0ALICE"]));
  });
});

describe("a plan that was not named in Slack", () => {
  it.each(["start", "test", "undo", "stop", "watch"])(
    "can be picked after %s alone",
    async (verb) => {
      const bot = await startSlackBot();
      await bot.heard(bot.slack.command(verb));
      const offered = await bot.slack.suggest(`pick:${verb}`, "");
      expect(offered).toHaveLength(7);
      await bot.heard(bot.slack.pick(`pick:${verb}`, offered[0]?.value ?? ""));
      expect(bot.read(newest(bot))).toContain(PLAN);
    },
  );
});

describe("somebody who asks where the bot cannot speak", () => {
  it("is told so, and how to change that", async () => {
    const bot = await startSlackBot();
    await bot.heard(bot.slack.command(`start "${PLAN}"`, { channel: "C0OTHER" }));
    await bot.ignored(Promise.resolve());
    const [told] = said(bot, "add it there with /invite", "C0OTHER");
    expect(told).toMatchObject({ onlyFor: "U0ALICE" });
  });

  it("is told where the question stands instead, if there is such a place, and can confirm it there", async () => {
    const bot = await startSlackBot({ announceIn: [OPS] });
    await bot.heard(bot.slack.command(`start "${PLAN}"`, { channel: "C0OTHER" }));
    await bot.ignored(Promise.resolve());
    expect(said(bot, "stands in Slack's channel C0OPS instead", "C0OTHER")).toHaveLength(1);
    await bot.heard(bot.press("Confirm …", PLAN));
    await bot.untilQuiet();
    expect(said(bot, "Failed over, confirmed", "C0OPS")).toHaveLength(2);
  });
});

describe("EM that does not answer", () => {
  it("keeps nobody waiting for Slack's acknowledgement", async () => {
    const bot = await startSlackBot();
    const held = bot.sandbox.control.holdNextAnswer(() => true);
    const { outcome } = await bot.slack.command("status");
    expect(outcome.acknowledged).toBe(true);
    expect(bot.slack.world.messages).toEqual([]);
    await bot.heard(Promise.resolve(held.release()));
    expect(bot.read(newest(bot))).toContain("Enterprise Manager (EM) of the sandbox answered");
  });
});

describe("what is said to the bot in Slack, as people say it", () => {
  it("is understood among courtesies, in code, and wherever the bot is named", async () => {
    const bot = await startSlackBot();
    for (const text of [
      "hey @failover status",
      "status @failover",
      "@failover, status",
      "@failover: status?",
      "```\nstatus\n```",
      "status\nwhat is going on?",
    ]) {
      bot.clock.advance(2000);
      await bot.heard(bot.slack.mention(text));
      expect([text, bot.read(newest(bot))]).toEqual([
        text,
        expect.stringContaining("no failover runs"),
      ]);
    }
  });

  it("is answered where it is no command", async () => {
    const bot = await startSlackBot();
    for (const [text, answer] of [
      ["thanks", "You are welcome"],
      ["hi!", "Hello"],
      ["status <@U0BOB>", 'No failover plan "@bob"'],
      ["hey @failover confirm it", "I take confirm only where nothing stands around it"],
      ["status\nplans", "I take one command at a time"],
      ["x".repeat(40_000), "That is too long for me: 40000 characters"],
    ] as const) {
      bot.clock.advance(2000);
      await bot.heard(bot.slack.mention(text));
      expect(bot.read(newest(bot))).toContain(answer);
    }
  });

  it("never starts a failover by an edit: its writer is told to send it anew", async () => {
    const bot = await startSlackBot();
    const said = await bot.heard(bot.slack.mention("thanks", bob));
    const root = await ask(bot);
    bot.clock.advance(10_000);
    await bot.heard(bot.slack.edit(said, `confirm ${PLAN}`));
    expect(bot.read(newest(bot))).toContain("I do not act on what was edited");
    expect(newest(bot).onlyFor).toBe("U0BOB");
    expect(bot.read(root)).toContain("[ Confirm … ]");
    await bot.look();
    expect(startsOf(bot)).toBe(0);
  });

  it("says nothing to an edit that is no command", async () => {
    const bot = await startSlackBot();
    const said = await bot.heard(bot.slack.mention("thanks"));
    const before = bot.slack.world.messages.length;
    await bot.heard(bot.slack.edit(said, "thank you all"));
    expect(bot.slack.world.messages).toHaveLength(before);
  });

  it("confirms nothing by a confirmation that is quoted in a longer sentence", async () => {
    const bot = await startSlackBot();
    await ask(bot);
    for (const text of [
      `bob, type @failover confirm ${PLAN}`,
      `&gt; confirm ${PLAN}\n@failover is that right?`,
      `hey @failover confirm ${PLAN}`,
      `@failover confirm ${PLAN}\nno, wait`,
      `\`\`\`\nconfirm ${PLAN}\n\`\`\` @failover`,
    ])
      await bot.heard(bot.slack.mention(text, bob));
    await bot.look();
    expect(startsOf(bot)).toBe(0);
  });
});
