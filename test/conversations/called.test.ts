/** Who is called while a run goes on, and how often. */
import { describe, expect, it } from "vitest";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const onCall = [{ platform: "slack", id: "S0123ONCALL" }] as const;

/** What called people, in order, with who. */
const calls = (bot: TestBot) =>
  bot.chat.messages.flatMap(({ versions: [card] }) =>
    card?.notify?.length
      ? [`${card.title} → ${card.notify.map(({ name }) => name).join(", ")}`]
      : [],
  );

async function running(passMs = 20_000) {
  const bot = await startBot({ config: { onCall } });
  await bot.say(`start "${PLAN}"`);
  await bot.confirm();
  await bot.pass(passMs);
  return bot;
}

describe("people are called", () => {
  it("when EM falls silent in a run, once, however often it does", async () => {
    const bot = await running();
    for (let times = 0; times < 2; times++) {
      bot.sandbox.control.unreachable(true);
      await bot.pass(60_000);
      bot.sandbox.control.unreachable(false);
      await bot.pass(10_000);
    }
    expect(calls(bot).filter((call) => call.startsWith("EM does not answer"))).toEqual([
      `EM does not answer: ${PLAN} → Anna, on call`,
    ]);
  });

  it("when an order's answer is lost, at once", async () => {
    const bot = await startBot({ scenario: "answer-lost", config: { onCall } });
    await bot.say(`start "${PLAN}"`);
    await bot.confirm();
    await bot.look();
    expect(calls(bot)).toEqual([`EM's answer to the order was lost: ${PLAN} → Anna, on call`]);
  });

  it("when somebody starts a failover elsewhere: whether it shall run must be asked", async () => {
    const bot = await startBot({ scenario: "started-elsewhere", config: { onCall } });
    await bot.pass(60_000);
    expect(calls(bot)).toEqual([`Started outside this bot: ${PLAN} → on call`]);
    expect(bot.chat.transcript()).toContain("Started outside this bot; ask who did.");
    expect(bot.chat.transcript()).not.toContain("Leave it to run");
  });

  it("also where a reader watches it before it was announced", async () => {
    const bot = await startBot({ scenario: "started-elsewhere", config: { onCall } });
    await bot.look();
    bot.clock.advance(60_000);
    await bot.say(`watch ${PLAN}`);
    await bot.look();
    expect(calls(bot)).toEqual([`Started outside this bot: ${PLAN} → on call`]);
  });

  it("when the bot was away in a run, though nothing has changed", async () => {
    const bot = await (await running()).restart(1000);
    await bot.look();
    const again = await bot.restart(1000);
    await again.look();
    expect(calls(again)).toEqual([`I was away: ${PLAN} → Anna, on call`]);
  });

  it("when a VM fails, and again at the end", async () => {
    const bot = await startBot({ scenario: "vm-fails", config: { onCall } });
    await bot.say(`start "${PLAN}"`);
    await bot.confirm();
    await bot.untilQuiet();
    expect(calls(bot)).toEqual([
      expect.stringMatching(/^filesrv04 failed: .* → Anna, on call$/),
      expect.stringMatching(/^filesrv04 failed: .* \(5 of 6 up\) → Anna, on call$/),
    ]);
  });
});
