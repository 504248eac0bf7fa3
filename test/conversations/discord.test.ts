/**
 * Whole conversations in Discord: real discord.js over its gateway and REST, the whole bot, EM's
 * sandbox over HTTP.
 */
import { describe, expect, it } from "vitest";
import { auditLog } from "../fakes/audit-log.ts";
import { until, untilAsync } from "../fakes/chatting-bot.ts";
import type { Message } from "../fakes/discord/world.ts";
import { type DiscordBot, startDiscordBot } from "../fakes/discord-bot.ts";
import { readingIn } from "../fakes/grant.ts";
import { expectRecorded } from "../fakes/recorded.ts";

const PLAN = "ABC Company Failover Plan";
const minuteMs = 60_000;

const startsOf = ({ sandbox }: DiscordBot, plan = PLAN) =>
  sandbox.estate.startsOf(sandbox.estate.plans().find(({ name }) => name === plan)?.id ?? "")
    .length;

/** Somebody mentions the bot. */
const mention = (
  bot: DiscordBot,
  text: string,
  where = bot.discord.channel.id,
  by = bot.discord.ann,
) => bot.heard(Promise.resolve(bot.discord.people.say(by, where, `@bot ${text}`)));

const command = (bot: DiscordBot, verb: string, options?: Record<string, string>) =>
  bot.heard(bot.discord.people.command(bot.discord.ann, bot.discord.channel.id, verb, options));

async function ask(bot: DiscordBot): Promise<Message> {
  await mention(bot, `start "${PLAN}" because fire in the server room`);
  return bot.newest(`Start failover plan "${PLAN}"?`);
}

/** Ann asks and Bob confirms. */
async function begin(bot: DiscordBot): Promise<Message> {
  const root = await ask(bot);
  await bot.heard(bot.press(bot.bob, root, "Confirm …", PLAN));
  return root;
}

/** The first line of everything in the thread under a message. */
const thread = (bot: DiscordBot, root: Message) =>
  bot.said(root.id).map((message) =>
    bot
      .read(message)
      .split("\n")[0]
      ?.replace(/^failover-bot: /, ""),
  );

/** In the channel; files of a report are not said. */
const here = (bot: DiscordBot, holding?: string) =>
  bot.said(bot.discord.channel.id, holding).filter(({ files }) => files.length === 0);
const complaints = ({ logged }: DiscordBot) => logged.filter(({ level }) => level !== "info");

describe("a failover in Discord", () => {
  it("is asked for by mention, confirmed by somebody else in a form, and told to its end", async () => {
    const bot = await startDiscordBot();
    const { people, ann } = bot.discord;
    const root = await ask(bot);
    expect(bot.read(root)).toContain("Asked by Ann because: fire in the server room.");
    expect(bot.read(root)).toContain("[Confirm …] [Cancel]");
    expect(bot.read(root)).toMatch(/To go on, type @failover-bot confirm [B-Z]{4}; to drop it/);
    const { answer } = await people.press(bot.bob, root, "Confirm …");
    if (answer.kind !== "form") return expect.fail("no form was opened");
    expect(answer.form.title).toBe("Start failover");
    await bot.heard(people.submit(bot.bob, root, answer.form, PLAN));
    expect(bot.read(root)).toMatch(/Approved by Bob <t:\d+:f>\./);
    expect(root.components).toEqual([]);
    await bot.pass(30_000);
    expect(bot.read(root)).toMatch(/\d+ % ▰+▱+/);
    expect(bot.read(root)).toContain("[Stop watching]");
    await bot.pass(30_000);
    const { content, embeds, components } = root;
    await expectRecorded("card-in-discord.json", { content, embeds, components });
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
    expect(bot.read(root)).toContain("Failed over, confirmed");
    expect(root.components).toEqual([]);
    const [end] = bot.said(root.id, "Failed over, confirmed");
    expect(end?.notified).toEqual([ann.user.id, bot.bob.user.id]);
    const copy = here(bot, "Failed over, confirmed").at(-1);
    expect([copy?.replyTo, copy?.notified]).toEqual([root.id, []]);
    expect(complaints(bot)).toEqual([]);
  });

  it("is asked for by slash command, with the plan completed while it is typed", async () => {
    const bot = await startDiscordBot();
    const { people, ann, channel } = bot.discord;
    await command(bot, "plans");
    expect(await people.complete(ann, channel.id, "start", "plan", "head")).toEqual([
      "Headquarters Failover",
    ]);
    await command(bot, "start", { plan: "Headquarters Failover", because: "fire" });
    expect(bot.read(bot.newest())).toContain('Start failover plan "Headquarters Failover"?');
    expect(bot.read(bot.newest())).toContain("Asked by Ann because: fire.");
    expect(bot.discord.world.messages.filter(({ waiting }) => waiting)).toEqual([]);
  });

  it("has one line in its thread for each change that matters", async () => {
    const bot = await startDiscordBot({ scenario: "vm-fails" });
    const root = await begin(bot);
    await bot.untilQuiet();
    expect(thread(bot, root)).toEqual([
      "Approved by Bob",
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

  it("can be dropped by a line, and confirmed by one that replies to its question", async () => {
    const bot = await startDiscordBot();
    const { people, channel } = bot.discord;
    const first = await ask(bot);
    await mention(bot, "cancel");
    expect(bot.read(first)).toContain("Cancelled by Ann. Nothing was sent.");
    expect(first.components).toEqual([]);
    const second = await ask(bot);
    const line = /confirm [B-Z]{4}/.exec(bot.read(second))?.[0] ?? expect.fail();
    people.say(bot.bob, channel.id, line, { replyTo: second.id });
    await bot.heard(Promise.resolve());
    await bot.untilQuiet();
    expect(bot.read(second)).toContain("approved by Bob");
    expect(startsOf(bot)).toBe(1);
  });
});

describe("what people type in Discord", () => {
  it("a mention without words, and an empty one, are answered with help and how to mention", async () => {
    const bot = await startDiscordBot();
    await mention(bot, "");
    expect(bot.read(bot.newest())).toContain("What you can type");
    await bot.ignored(
      Promise.resolve(
        bot.discord.people.say(bot.discord.ann, bot.discord.channel.id, "@bot-role status"),
      ),
    );
    expect(bot.read(bot.newest())).toContain("/failover status");
  });

  it.each(["@bot status", "@bot-nick status"])("%s is answered under the message", async (text) => {
    const bot = await startDiscordBot();
    const { people, ann, channel } = bot.discord;
    const id = people.say(ann, channel.id, text);
    await bot.heard(Promise.resolve());
    expect(bot.newest().replyTo).toBe(id);
    expect(bot.read(bot.newest())).toContain("Nothing is failed over; no failover runs");
  });

  it("a reply to the bot's card is a mention as well", async () => {
    const bot = await startDiscordBot();
    const root = await ask(bot);
    const { people, ann, channel } = bot.discord;
    people.say(ann, channel.id, "cancel", { replyTo: root.id });
    await bot.heard(Promise.resolve());
    expect(bot.read(root)).toContain("Cancelled by Ann");
  });

  it("a mention in the thread of a run is answered there", async () => {
    const bot = await startDiscordBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    await mention(bot, "status", root.id);
    expect(bot.newest().channel).toBe(root.id);
    expect(bot.read(bot.newest())).toContain("1 failover running");
  });

  it("a plan can be chosen where none was named", async () => {
    const bot = await startDiscordBot();
    await mention(bot, "start");
    await bot.heard(
      bot.discord.people.choose(
        bot.discord.ann,
        bot.newest(),
        "Standard Failover Plan @ Tech Dynamics",
      ),
    );
    expect(bot.read(bot.newest("Start failover plan"))).toContain(
      "1 VM of tenant Tech Dynamics, each to its newest restore point.",
    );
  });

  it("without a policy, people read in the channels of the settings, and order nowhere", async () => {
    const bot = await startDiscordBot({
      grantOn: ({ channel }) => readingIn(`discord:${channel.id}`),
    });
    await mention(bot, "plans");
    expect(bot.read(bot.newest())).toContain("7 failover plans");
    await mention(bot, `start "${PLAN}"`);
    expect(bot.read(bot.newest())).toContain("Not allowed: start");
    await mention(bot, "plans", bot.ops.id);
    expect(bot.read(bot.newest())).toContain("Not allowed: plans");
  });

  it("a run is no longer told where somebody stops watching it", async () => {
    const bot = await startDiscordBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    await bot.heard(bot.press(bot.bob, root, "Stop watching"));
    expect(bot.read(root)).toContain("No longer watched here");
    const before = bot.said(root.id).length;
    await bot.untilQuiet();
    const [end, ...others] = bot.said(root.id).slice(before);
    expect(bot.read(end)).toContain("Failed over, confirmed");
    expect(end?.notified).toEqual([bot.discord.ann.user.id, bot.bob.user.id]);
    expect(others).toEqual([]);
  });

  it("a run is no longer told where somebody says so in its thread", async () => {
    const bot = await startDiscordBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    await mention(bot, "unwatch", root.id);
    expect(bot.read(root)).toContain("No longer watched here");
  });
});

describe("a decision in Discord is made once", () => {
  it("a wrong name in the form starts nothing; its typer is told, and the question stays", async () => {
    const bot = await startDiscordBot();
    const root = await ask(bot);
    await bot.heard(bot.press(bot.bob, root, "Confirm …", "ABC Company"));
    expect(bot.newest().onlyFor).toBe(bot.bob.user.id);
    expect(bot.read(bot.newest())).toContain("That does not confirm it");
    await bot.pass(minuteMs);
    expect(root.components).toHaveLength(1);
    expect(startsOf(bot)).toBe(0);
  });

  it("of two who confirm, one does, and the other is told who did", async () => {
    const bot = await startDiscordBot();
    const root = await ask(bot);
    const { people, ann } = bot.discord;
    const both = [ann, bot.bob];
    const forms = await Promise.all(both.map((one) => people.press(one, root, "Confirm …")));
    await Promise.all(
      forms.map(({ answer }, i) =>
        answer.kind === "form"
          ? bot.heard(people.submit(both[i] ?? ann, root, answer.form, PLAN))
          : expect.fail("no form"),
      ),
    );
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
    expect(here(bot, "Already decided")).toHaveLength(1);
  });

  it("what Discord delivers again is not done again", async () => {
    const bot = await startDiscordBot();
    await ask(bot);
    bot.discord.gateway.repeatLast();
    await bot.ignored(Promise.resolve());
    expect(here(bot, "is held by another run")).toEqual([]);
    expect(here(bot, "Start failover plan")).toHaveLength(1);
  });

  it("a mention that arrives more than a minute late is not carried out, and its writer is told", async () => {
    const bot = await startDiscordBot();
    const { people, ann, channel } = bot.discord;
    people.say(ann, channel.id, `@bot start "${PLAN}"`, { at: bot.clock.now() - 61_000 });
    await bot.heard(Promise.resolve());
    expect(bot.read(bot.newest())).toContain("Not carried out: it arrived too late");
    expect(await bot.store.all("orders")).toEqual([]);
  });
});

describe("a watch in Discord goes on", () => {
  it("through a dropped connection: what was said meanwhile is heard after the resume", async () => {
    const bot = await startDiscordBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    const up = bot.discord.gateway.nextUp();
    bot.discord.gateway.drop();
    bot.discord.people.say(bot.discord.ann, root.id, "@bot status");
    await bot.heard(up);
    expect(bot.discord.gateway.counts.resumed).toBe(1);
    expect(bot.read(bot.newest())).toContain("1 failover running");
    await bot.untilQuiet();
    expect(thread(bot, root).at(-5)).toContain("Failed over, confirmed");
  });

  it("in a newer message before the old one is an hour old; the thread stays", async () => {
    const bot = await startDiscordBot({ scenario: "vm-stalls" });
    const root = await begin(bot);
    await bot.pass(90_000);
    bot.clock.advance(56 * minuteMs);
    await bot.look();
    expect(bot.read(root)).toContain("goes on in a newer message");
    const renewed = here(bot, "Stop watching").at(-1);
    expect(renewed?.replyTo).toBe(root.id);
    expect(renewed?.id).not.toBe(root.id);
    await bot.pass(10_000);
    expect(here(bot, "Stop watching")).toEqual([renewed]);
    const before = bot.said(root.id).length;
    bot.sandbox.control.unreachable(true);
    await bot.pass(40_000);
    expect(bot.said(root.id).length).toBeGreaterThan(before);
    expect(bot.discord.callsPerRoute()["POST /channels/:id/messages/:id/threads"]).toBe(1);
    await bot.heard(bot.press(bot.bob, renewed ?? root, "Stop watching"));
    expect(bot.read(renewed)).toContain("No longer watched here");
  });

  it("where its thread is archived: it is opened again", async () => {
    const bot = await startDiscordBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    const hanging = bot.discord.world.channel(root.id);
    hanging.archived = true;
    await bot.untilQuiet();
    expect(hanging.archived).toBe(false);
    expect(thread(bot, root).at(-5)).toContain("Failed over, confirmed");
  });

  it("where its thread is locked: the end is told in the channel", async () => {
    const bot = await startDiscordBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    bot.discord.world.channel(root.id).locked = true;
    await bot.untilQuiet();
    expect(here(bot, "Failed over, confirmed").at(-1)?.notified).toHaveLength(2);
  });

  it("where its card was deleted: a new one takes its place", async () => {
    const bot = await startDiscordBot();
    const root = await begin(bot);
    await bot.pass(20_000);
    const { messages } = bot.discord.world;
    messages.splice(messages.indexOf(root), 1);
    await bot.untilQuiet();
    const [card] = here(bot, "Ran 1 min");
    const ends = bot.said(card?.id ?? "", "Failed over, confirmed");
    expect(ends.filter(({ files }) => files.length === 0)).toHaveLength(1);
  });

  it("where it may no longer write in threads: the log says which permission is missing, and the end is told", async () => {
    const bot = await startDiscordBot({ announce: true });
    await begin(bot);
    await bot.pass(20_000);
    bot.discord.deny(bot.discord.channel, "Send Messages in Threads");
    await bot.untilQuiet();
    expect(JSON.stringify(complaints(bot))).toContain(
      "lacks Send Messages in Threads in #war-room",
    );
    const end = here(bot, "Failed over, confirmed").at(-1);
    expect(end?.notified).toEqual([bot.discord.ann.user.id, bot.bob.user.id]);
    expect(here(bot, " up (")).not.toEqual([]);
    expect(bot.said(bot.ops.id)).toEqual([]);
  });

  it("where it may not make threads: all is told in the channel, each line with its plan", async () => {
    const bot = await startDiscordBot({ announce: true });
    bot.discord.deny(bot.discord.channel, "Create Public Threads");
    const root = await begin(bot);
    await bot.untilQuiet();
    expect(bot.said(root.id)).toEqual([]);
    expect(here(bot, `${PLAN}: Approved by Bob`)).toHaveLength(1);
    const [card, end, ...others] = here(bot, "Failed over, confirmed");
    expect(card?.id).toBe(root.id);
    expect(end?.notified).toEqual([bot.discord.ann.user.id, bot.bob.user.id]);
    expect(others).toEqual([]);
  });

  it("in a post of a forum, which takes no copies: the end is told once, and other posts are not held up", async () => {
    const bot = await startDiscordBot({ forum: true });
    const [one = expect.fail(), other = expect.fail()] = bot.posts;
    await mention(bot, `start "${PLAN}"`, one.id);
    const code = () => /confirm [B-Z]{4}/.exec(bot.read(bot.newest("To go on")))?.[0] ?? "";
    await mention(bot, code(), one.id, bot.bob);
    await bot.untilQuiet();
    await mention(bot, 'start "Headquarters Failover"', other.id);
    await mention(bot, code(), other.id, bot.bob);
    await bot.untilQuiet();
    const ends = (post: string) =>
      bot.said(post, "Failed over, confirmed").filter(({ notified }) => notified.length > 0);
    expect(ends(one.id)).toHaveLength(1);
    expect(ends(other.id)).toHaveLength(1);
  });

  it("where no place can be written: its people are told the end directly, those who let it", async () => {
    const bot = await startDiscordBot();
    const { world, channel, ann } = bot.discord;
    await begin(bot);
    await bot.pass(20_000);
    world.withoutDirect.add(bot.bob.user.id);
    bot.discord.deny(channel, "View Channel");
    await bot.pass(300_000, 10_000);
    const direct = (person: string) => bot.said(world.directWith(person).id);
    const [end, ...others] = direct(ann.user.id);
    expect(bot.read(end)).toMatch(/Failed over, confirmed[\s\S]*You get this directly/);
    expect(others).toEqual([]);
    expect(direct(bot.bob.user.id)).toEqual([]);
    world.withoutDirect.clear();
    bot.discord.allow(channel, "View Channel");
    await bot.untilQuiet();
    expect(here(bot, "Failed over, confirmed")).not.toEqual([]);
    expect(direct(bot.bob.user.id)).toHaveLength(1);
  });

  it("in the fallback channel where its own was deleted", async () => {
    const bot = await startDiscordBot({ announce: true });
    await begin(bot);
    await bot.pass(20_000);
    bot.discord.remove(bot.discord.channel);
    await bot.pass(300_000, 10_000);
    expect(
      bot.said(bot.ops.id, `: ${PLAN}`).filter(({ embeds }) => embeds.length > 0),
    ).toHaveLength(1);
    expect(bot.read(bot.said(bot.ops.id, "Failed over, confirmed")[0])).toContain(
      "the channel or thread is no more",
    );
  });

  it("through rate limits and failures of Discord: what matters arrives once", async () => {
    const bot = await startDiscordBot({ scenario: "vm-fails" });
    const root = await begin(bot);
    for (let count = 0; count < 5; count++) {
      bot.discord.rest.breakNext({ kind: "rate limit", retryAfterS: 20 }, "POST", /messages$/);
      bot.discord.rest.breakNext({ kind: "failure", status: 502 }, "PATCH");
      bot.discord.rest.breakNext({ kind: "lost answer" }, "POST", /messages$/);
    }
    await bot.untilQuiet();
    const lines = thread(bot, root);
    expect(
      lines.filter((line) => line?.includes(`filesrv04 failed: ${PLAN} (0 of 6 up)`)),
    ).toHaveLength(1);
    expect(
      lines.filter((line) => line?.includes(`filesrv04 failed: ${PLAN} (5 of 6 up)`)),
    ).toHaveLength(1);
    expect(new Set(lines).size).toBe(lines.length);
    expect(bot.read(root)).toContain(`filesrv04 failed: ${PLAN} (5 of 6 up)`);
  });
});

describe("names that are made to do harm in Discord", () => {
  it("mention nobody from the list of plans to the end of a run, and stay what they are", async () => {
    const bot = await startDiscordBot({ scenario: "hostile-names" });
    const { ann, world } = bot.discord;
    await mention(bot, "plans");
    await mention(bot, "start 2");
    const root = bot.newest("Start failover plan");
    const code = /confirm ([B-Z]{4})/.exec(bot.read(root))?.[1];
    await bot.heard(bot.press(ann, root, "Confirm …", code));
    await bot.untilQuiet();
    expect(bot.read(root)).toContain("confirmed, with warnings");
    expect(new Set(world.messages.flatMap(({ notified }) => notified))).toEqual(
      new Set([ann.user.id]),
    );
  });
});

describe("somebody who asks where the bot may not write", () => {
  it("is told so, and which permission is missing", async () => {
    const bot = await startDiscordBot();
    bot.discord.deny(bot.discord.channel, "Send Messages");
    await command(bot, "start", { plan: PLAN });
    await bot.ignored(Promise.resolve());
    const told = bot.newest("I cannot write here");
    expect(told.onlyFor).toBe(bot.discord.ann.user.id);
    expect(bot.read(told)).toContain("Send Messages");
  });
});

describe("EM that does not answer", () => {
  it("keeps nobody waiting for Discord's acknowledgement", async () => {
    const bot = await startDiscordBot();
    const { people, ann, channel } = bot.discord;
    const held = bot.sandbox.control.holdNextAnswer(() => true);
    const { answer } = await people.command(ann, channel.id, "status");
    expect(answer).toEqual({ kind: "thinking", hidden: false });
    await bot.heard(Promise.resolve(held.release()));
    expect(bot.read(bot.newest())).toContain("Enterprise Manager (EM) of the sandbox answered");
  });
});

describe("what is said to the bot in Discord, as people say it", () => {
  const say = (bot: DiscordBot, text: string) => {
    bot.clock.advance(2000);
    const { people, ann, channel } = bot.discord;
    return bot.heard(Promise.resolve(people.say(ann, channel.id, text)));
  };

  it("is understood among courtesies, in code, and wherever the bot is named", async () => {
    const bot = await startDiscordBot();
    for (const text of [
      "hey @bot status",
      "status @bot",
      "@bot, status",
      "@bot ```sh\nstatus\n```",
    ]) {
      await say(bot, text);
      expect([text, bot.read(bot.newest())]).toEqual([
        text,
        expect.stringContaining("no failover runs"),
      ]);
    }
  });

  it("is answered where it is no command, without an id", async () => {
    const bot = await startDiscordBot();
    for (const [text, answer] of [
      ["@bot thanks", "You are welcome"],
      ["@bot status <@123456>", 'No failover plan "@somebody"'],
      ["hey @bot confirm it", "I take confirm only where nothing stands around it"],
    ] as const) {
      await say(bot, text);
      expect(bot.read(bot.newest())).toContain(answer);
    }
  });

  it("never starts a failover by an edit: its writer is told to send it anew", async () => {
    const bot = await startDiscordBot();
    const { people, channel } = bot.discord;
    const id = await bot.heard(Promise.resolve(people.say(bot.bob, channel.id, "@bot thanks")));
    const root = await ask(bot);
    bot.clock.advance(10_000);
    await bot.heard(Promise.resolve(people.edit(bot.bob, id, `@bot confirm ${PLAN}`)));
    expect(bot.read(bot.newest())).toContain("I do not act on what was edited");
    expect(bot.read(root)).toContain("[Confirm …]");
    await bot.look();
    expect(startsOf(bot)).toBe(0);
  });

  it("is told as not carried out where it was said while the bot was away, once", async () => {
    const bot = await startDiscordBot();
    const { people, gateway, channel, ann } = bot.discord;
    const root = await ask(bot);
    for (const away of [1, 2]) {
      const marked = (await bot.store.get("heard", "discord"))?.at;
      gateway.forgetSessions();
      gateway.drop();
      await until(() => bot.parts.ports.some((port) => !port.health().ok));
      if (away === 1) {
        people.say(bot.bob, channel.id, `@bot confirm ${PLAN}`);
        people.say(ann, channel.id, "@bot status");
        people.say(ann, channel.id, "@bot thanks");
      }
      bot.clock.advance(120_000);
      await untilAsync(async () => (await bot.store.get("heard", "discord"))?.at !== marked);
      await bot.parts.outbox.flush();
    }
    const told = bot.said(channel.id, "reached me too late");
    expect(told.map(bot.read)).toEqual([
      expect.stringContaining("Not carried out: 2 messages reached me too late"),
    ]);
    expect(bot.read(told[0])).toContain(`confirm ${PLAN}`);
    expect(told[0]?.notified).toEqual([bot.bob.user.id, ann.user.id]);
    expect(bot.read(root)).toContain("[Confirm …]");
    expect(startsOf(bot)).toBe(0);
    const audited = (await auditLog(bot.store)).map(({ value }) => value.what);
    expect(audited.filter((what) => what.includes("late"))).toHaveLength(2);
  });

  it("is answered in direct messages, as far as the policy allows anywhere", async () => {
    const bot = await startDiscordBot({
      grantOn: ({ channel }) => readingIn("discord", channel.id),
    });
    const { people, ann } = bot.discord;
    for (const [text, answer] of [
      ["help", "What you can type"],
      ["whoami", "You are Ann"],
      ["status", "Not allowed: status"],
    ] as const) {
      bot.clock.advance(2000);
      await bot.heard(Promise.resolve(people.direct(ann, text)));
      expect(bot.read(bot.newest())).toContain(answer);
    }
  });
});
