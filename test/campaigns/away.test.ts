import { describe, expect, it } from "vitest";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";

async function running(passMs: number) {
  const bot = await startBot();
  await bot.say(`start "${PLAN}"`);
  await bot.say(`confirm ${PLAN}`);
  await bot.pass(passMs);
  return bot;
}

const threadOf = (bot: TestBot) =>
  bot.chat.messages.filter(({ place }) => place.thread !== undefined).map(bot.chat.text);

describe("a bot that was away", () => {
  it("goes on watching, and says once what it missed", async () => {
    const before = await running(20_000);
    const bot = await before.restart(35_000);
    await bot.look();
    await bot.untilQuiet();
    const away = threadOf(bot).filter((line) => line.includes("I was away"));
    expect(away).toHaveLength(1);
    expect(away[0]).toMatch(/I was not running from .* to .* \(35 s\)\.\nMeanwhile:\n.* up \(/);
    expect(bot.chat.transcript()).toMatch(/\[ok\] Failed over, confirmed/);
  });

  it("says so too when nothing has changed meanwhile", async () => {
    const before = await running(20_000);
    const bot = await before.restart(0);
    await bot.look();
    expect(threadOf(bot).at(-1)).toContain("Nothing that matters changed meanwhile.");
  });

  it("tells the end as the end when it came meanwhile", async () => {
    const before = await running(20_000);
    const bot = await before.restart(600_000);
    await bot.untilQuiet();
    const lines = threadOf(bot);
    const ends = lines.filter((line) => line.includes("[ok] Failed over, confirmed"));
    expect(ends).toHaveLength(1);
    expect(lines.at(-5)).toBe(ends[0]);
  });

  it("repeats no line and loses none, however often it is stopped", async () => {
    let bot = await running(0);
    for (let i = 0; i < 25; i++) {
      bot = await bot.restart(3000);
      await bot.look();
    }
    await bot.untilQuiet();
    const told = threadOf(bot).join("\n");
    for (const vm of ["filesrv03", "filesrv04", "srv38", "srv40", "apache05", "sql07"])
      expect(told.match(new RegExp(`\\b${vm}\\b.* up \\(`, "g"))).toHaveLength(1);
  });

  it("does not carry out a confirmation from before it went", async () => {
    const asked = await startBot();
    await asked.say(`start "${PLAN}"`);
    asked.sandbox.control.unreachable(true);
    await asked.say(`confirm ${PLAN}`);
    const bot = await asked.restart(3_600_000);
    bot.sandbox.control.unreachable(false);
    await bot.untilQuiet();
    expect(bot.chat.transcript()).toContain(
      "It could not be sent within two minutes of being approved. Nothing was sent.",
    );
  });

  it("closes a question whose time passed meanwhile", async () => {
    const asked = await startBot();
    await asked.say(`start "${PLAN}"`);
    const bot = await asked.restart(3_600_000);
    await bot.look();
    expect(bot.chat.transcript()).toContain("Nobody approved it in time. Nothing was sent.");
  });
});

describe("an EM that is silent", () => {
  it("is said on the card at once, in the thread after half a minute, and taken back", async () => {
    const bot = await running(20_000);
    bot.sandbox.control.unreachable(true);
    await bot.pass(10_000);
    const [root = expect.fail()] = bot.chat.messages;
    expect(bot.chat.text(root)).toMatch(
      /EM is silent: .* \(last seen: Starting, 0 of 6 up\)\nAsked Enterprise Manager \(EM\) .*\nEM has not answered since 2026-11-21 06:00 UTC; what stands below is from then\.\nCannot reach Enterprise Manager at \S+: it closed the connection\.\n/,
    );
    expect(bot.chat.text(root)).not.toMatch(
      /^\[running\] \w+ –|^\[[#-]+\]|Leave it to run|EM_URL/m,
    );
    expect(bot.chat.transcript()).not.toContain("EM does not answer");
    await bot.pass(60_000);
    bot.sandbox.control.unreachable(false);
    await bot.untilQuiet();
    const told = threadOf(bot).join("\n");
    expect(told.match(/EM does not answer/g)).toHaveLength(1);
    expect(told.match(/EM answers again/g)).toHaveLength(1);
    expect(bot.chat.text(bot.chat.messages[0] ?? expect.fail())).not.toContain("has not answered");
    expect(told).toMatch(/\[ok\] Failed over, confirmed/);
  });

  it("while the bot was away is nobody's to say: only from then on that it is asked", async () => {
    const before = await running(20_000);
    const bot = await before.restart(600_000);
    bot.sandbox.control.unreachable(true);
    await bot.pass(20_000);
    expect(bot.chat.transcript()).not.toContain("EM does not answer");
    await bot.pass(40_000);
    const told = threadOf(bot).filter((line) => line.includes("EM does not answer"));
    expect(told).toHaveLength(1);
    expect(bot.chat.text(bot.chat.messages[0] ?? expect.fail())).toContain(
      "EM has not answered since 2026-11-21 06:10 UTC",
    );
  });

  it("never ends a watch by itself", async () => {
    const bot = await running(20_000);
    bot.sandbox.control.unreachable(true);
    await bot.pass(10 * 60_000);
    expect(await bot.store.all("watches")).toHaveLength(1);
  });

  it("an answer lost on its way back is looked for, and nothing is sent twice", async () => {
    const bot = await startBot({ scenario: "answer-lost" });
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.untilQuiet();
    expect(bot.chat.transcript()).toContain("EM's answer to the order was lost");
    expect(threadOf(bot).filter((line) => line.startsWith("Found: "))).toEqual([
      "Found: it was carried out, once\nIts session began 2026-11-21 06:00 UTC.",
    ]);
    expect(
      bot.sandbox.estate
        .runs()
        .filter(({ planId }) => planId === planOf(bot))
        .filter(({ orderedAt }) => orderedAt > Date.UTC(2026, 10, 21, 5)).length,
    ).toBe(1);
  });

  it("an order that EM never got is not sent again: the bot says that it does not know", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    const gateway = { status: 502, headers: {}, body: "" };
    bot.sandbox.control.answerNext(
      gateway,
      ({ method, path }) => method === "POST" && path.includes("action=start"),
    );
    await bot.say(`confirm ${PLAN}`);
    await bot.untilQuiet();
    expect(bot.chat.transcript()).toMatch(
      /Not known whether it began; outcome not known: .*\n.*No session of this plan has appeared since the order\. I do not know whether it began\./,
    );
    expect(bot.sandbox.requests.filter(({ path }) => path.includes("action=start"))).toHaveLength(
      1,
    );
  });
});

const planOf = ({ sandbox }: TestBot) =>
  sandbox.estate.plans().find(({ name }) => name === PLAN)?.id;
