/** Two processes with the same tokens, and states of their own, in one room. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDiscordPort } from "../../adapters/discord/discord.ts";
import { connectEm } from "../../src/em/connect.ts";
import { examineEm } from "../../src/ops/check-em.ts";
import { examinationsOf, examine } from "../../src/ops/doctor.ts";
import { createLookout } from "../../src/ops/second-process.ts";
import { startBot, type TestBot, testConfig } from "../fakes/bot.ts";
import { type ChattingBot, startChattingBot } from "../fakes/chatting-bot.ts";
import type { Message } from "../fakes/discord/world.ts";
import { type DiscordBot, startDiscordBot } from "../fakes/discord-bot.ts";

const PLAN = "ABC Company Failover Plan";

interface Two {
  readonly first: DiscordBot;
  readonly second: ChattingBot;
}

/** The second has the tokens, the room and the EM of the first, and heard its question too. */
async function bothAsked(): Promise<Two> {
  const first = await startDiscordBot();
  const { token, apiUrl, channel } = first.discord;
  const second = await startChattingBot(
    async (clock, log) => [
      createDiscordPort({ token, apiUrl, channels: [channel.id], clock, log }),
    ],
    { after: { ...first, statePath: join(first.statePath, "..", "second.db") } },
  );
  const two = { first, second };
  await says(two, `start "${PLAN}"`);
  return two;
}

/** Ann writes, and both hear it. */
const says = ({ first, second }: Two, text: string, more?: { replyTo?: string; in?: string }) =>
  second.heard(
    first.heard(
      Promise.resolve(
        first.discord.people.say(
          first.discord.ann,
          more?.in ?? first.discord.channel.id,
          `@bot ${text}`,
          more,
        ),
      ),
    ),
  );

const questions = ({ first }: Two): Message[] =>
  first.said(first.discord.channel.id, `Start failover plan "${PLAN}"?`);

const codeOn = ({ first }: Two, question: Message | undefined) =>
  /confirm ([B-Z]{4})/.exec(first.read(question))?.[1] ?? expect.fail();

async function starts({ first, second }: Two): Promise<number> {
  for (const bot of [first, second, first, second]) await bot.look();
  return first.sandbox.estate
    .runs()
    .filter(({ orderedAt }) => orderedAt >= Date.UTC(2026, 10, 21, 6)).length;
}

describe("two processes that ask about the same plan", () => {
  it("start nothing for the plan's name, typed into the room, and say what to do", async () => {
    const two = await bothAsked();
    expect(questions(two)).toHaveLength(2);
    await says(two, `confirm ${PLAN}`);
    expect(await starts(two)).toBe(0);
    expect(two.first.read(two.first.newest())).toMatch(
      /The plan's name alone does not say which question is meant\. Nothing was sent\./,
    );
  });

  it("start it once for the code of one question", async () => {
    const two = await bothAsked();
    const [one, other] = questions(two);
    expect(codeOn(two, one)).not.toBe(codeOn(two, other));
    await says(two, `confirm ${codeOn(two, other)}`);
    expect(await starts(two)).toBe(1);
  });

  it("start it once for the plan's name, typed as a reply to one question", async () => {
    const two = await bothAsked();
    await says(two, `confirm ${PLAN}`, { replyTo: questions(two)[1]?.id ?? "" });
    expect(await starts(two)).toBe(1);
  });

  it("start it at most once for a press, whichever of them Discord lets answer", async () => {
    const two = await bothAsked();
    const { first, second } = two;
    const [question = expect.fail()] = questions(two);
    const { answer } = await first.discord.people.press(first.bob, question, "Confirm …");
    if (answer.kind !== "form") return expect.fail("no form was opened");
    const sent = first.discord.people.submit(first.bob, question, answer.form, PLAN);
    await Promise.race([first.heard(sent), second.heard(sent)]);
    const confirmed = first.read(question).includes("Approved by Bob");
    expect(await starts(two)).toBe(confirmed ? 1 : 0);
  });
});

describe("a second process", () => {
  it("is noticed in Discord by what it posts, by both", async () => {
    const two = await bothAsked();
    for (const name of ["first", "second"] as const)
      expect(two[name].parts.ports[0]?.health().beside).toBe(
        "Another process writes as this bot in Discord",
      );
  });

  it("is not what a bot alone has said, edited, replied and shown in threads, to the end of a run", async () => {
    const bot = await startDiscordBot();
    const { people, ann, channel } = bot.discord;
    await bot.heard(people.command(ann, channel.id, "start", { plan: PLAN }));
    await bot.press(bot.bob, bot.newest("Start failover plan"), "Confirm …", PLAN);
    await bot.untilQuiet();
    await bot.heard(Promise.resolve(people.say(ann, channel.id, "@bot status")));
    expect(bot.parts.ports[0]?.health()).toEqual({ ok: true, state: "Connected to Discord" });
  });

  it("is said once in the log and where notices go, and again where it comes back", async () => {
    const bot = await startBot();
    let beside: string | undefined = "Slack counts more sockets of this app than this bot has";
    const [port = expect.fail()] = bot.parts.ports;
    const health = () => ({ ...port.health(), ...(beside === undefined ? {} : { beside }) });
    const warned: unknown[] = [];
    const log = { ...bot.parts.log, warn: (...words: unknown[]) => void warned.push(words) };
    const lookout = createLookout({ ...bot.parts, log, ports: [{ ...port, health }] });
    const notices = () =>
      bot.chat.messages.map(bot.chat.text).filter((text) => text.includes("A second bot runs"));
    for (const now of [beside, beside, undefined, beside]) {
      beside = now;
      await lookout.look();
      bot.clock.advance(10_000);
      await bot.look();
    }
    expect(notices()).toHaveLength(2);
    expect(notices()[0]).toMatch(
      /^\[problem\] A second bot runs with the same tokens in the terminal\nSlack counts more/,
    );
    expect(warned).toHaveLength(2);
  });

  it("is noticed by its logon at EM, once that is no longer what a killed process has left", async () => {
    const MINUTE = 60_000;
    const bot = await startBot();
    const { url, username, password } = bot.sandbox;
    const { clock } = bot;
    const other = connectEm({ url, username, password, clock });
    const lookout = createLookout({ ...bot.parts, sandbox: false });
    const notices = () =>
      bot.chat.messages.map(bot.chat.text).filter((text) => text.includes("account in Enterprise"));
    const minutes = async (count: number, isUsed: boolean) => {
      for (let passed = 0; passed < count; passed += 5) {
        clock.advance(5 * MINUTE);
        if (isUsed) await other.estate();
        await bot.look();
        await lookout.look();
        await bot.look();
      }
    };
    await other.estate();
    await lookout.look();
    await minutes(30, false);
    expect(notices()).toEqual([]);
    await other.estate();
    await minutes(25, true);
    expect(notices()).toMatchObject([expect.stringMatching(/another logon of this account/)]);
    const checks = await examineEm({ em: bot.em, clock, isBot: true });
    expect(checks.find(({ about }) => about === "EM logons")?.says).toMatch(
      /^It has 1 other logon/,
    );
    await other.close();
    const after = await examineEm({ em: bot.em, clock, isBot: true });
    expect(after.filter(({ about }) => about === "EM logons")).toEqual([]);
  });

  it("is told by the doctor, with its cure", async () => {
    const bot = await startBot();
    const [port = expect.fail()] = bot.parts.ports;
    const health = () => ({ ...port.health(), beside: "Another process writes as this bot" });
    const examinations = examinationsOf({
      config: testConfig,
      ports: [{ ...port, health }],
      platforms: [],
      clock: bot.clock,
    });
    const checks = await examine(examinations.filter(({ about }) => about === "Connections"));
    expect(checks).toMatchObject([
      { verdict: "well" },
      {
        verdict: "warning",
        says: "Another process writes as this bot",
        cure: expect.stringContaining("stop one of the two"),
      },
    ]);
  });
});

describe("in the terminal, which one process alone hears", () => {
  it("the plan's name is enough", async () => {
    const bot: TestBot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    expect(bot.sandbox.estate.runs().at(-1)).toMatchObject({ action: "start" });
  });
});

describe.each(["slack", "discord"] as const)("in %s", (platform) => {
  it("the plan's name is enough in the thread under the question", async () => {
    const rules = [{ allow: ["all" as const], who: ["everyone"] }];
    const bot = await startBot({
      platforms: [platform],
      config: { policy: { people: {}, rules } },
    });
    await bot.say(`start "${PLAN}"`);
    const [order] = await bot.store.all("orders");
    const posted = await bot.store.get("posted", order?.value.topic ?? "");
    const { place, id } = posted?.ref ?? expect.fail("it is not posted");
    await bot.say(`confirm ${PLAN}`, { place: { ...place, thread: "another" } });
    expect(await bot.store.all("orders")).toMatchObject([{ value: { phase: { is: "asked" } } }]);
    await bot.say(`confirm ${PLAN}`, { place: { ...place, thread: id } });
    expect(await bot.store.all("orders")).toMatchObject([{ value: { phase: { is: "approved" } } }]);
  });
});
