/** EM's task of an order may end long after its session has begun. */
import { describe, expect, it } from "vitest";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";

async function ordered(scenario: "all-well" | "vm-fails" | "vm-stalls") {
  const bot = await startBot({ scenario, switches: { taskEnds: "with-session" } });
  await bot.say(`start "${PLAN}"`);
  await bot.confirm();
  return bot;
}

const card = (bot: TestBot) => bot.chat.text(bot.chat.messages[0] ?? expect.fail());
const line = (bot: TestBot, start: string) =>
  bot.chat.messages.map(bot.chat.text).find((text) => text.includes(start));
const elsewhere = (bot: TestBot) =>
  bot.sandbox.control.order(bot.sandbox.estate.plans()[0]?.id ?? "", "start");

describe("a run whose task goes on", () => {
  it("is followed as soon as the open list shows its session", async () => {
    const bot = await ordered("all-well");
    await bot.pass(20_000);
    expect(card(bot)).toMatch(/\[starting\] filesrv03/);
    await bot.untilQuiet();
    expect(card(bot)).toContain("Failed over, confirmed");
  });

  it("tells a VM that fails while EM's task still runs, and calls", async () => {
    const bot = await ordered("vm-fails");
    await bot.pass(60_000);
    expect(line(bot, `filesrv04 failed: ${PLAN} (0 of 6 up)\n`)).toContain(
      "For the attention of Anna",
    );
    const [task] = await bot.em.tasks(await bot.em.logonId());
    expect(task?.state).toBe("Running");
  });

  it("can be stopped as long as the task runs", async () => {
    const bot = await ordered("all-well");
    await bot.pass(20_000);
    await bot.say(`stop "${PLAN}"`);
    await bot.confirm();
    await bot.untilQuiet();
    expect(card(bot)).toContain("in spite of the stop order");
  });

  it("does not call the session of its own order somebody else's", async () => {
    const bot = await ordered("all-well");
    await bot.untilQuiet();
    expect(bot.chat.transcript()).not.toMatch(/outside this bot|not started by this bot/);
  });

  it("keeps its task's logon over a restart", async () => {
    const bot = await (await ordered("all-well")).restart(30_000);
    await bot.untilQuiet();
    expect(card(bot)).toContain("Failed over, confirmed");
  });
});

describe("a session that somebody started at the same moment", () => {
  async function bothStarted() {
    const bot = await startBot({
      switches: { taskEnds: "with-session", secondStart: "accepted" },
    });
    await bot.say(`start "${PLAN}"`);
    await bot.confirm();
    await bot.look();
    elsewhere(bot);
    await bot.pass(20_000);
    return bot;
  }

  it("leaves it open whose is whose, and says so", async () => {
    const bot = await bothStarted();
    expect(card(bot)).toContain(
      "This session may be somebody else's: several sessions of this plan's name began at the time of the order. EM's task of the order still runs and tells in the end.",
    );
    expect(bot.chat.transcript()).not.toContain("outside this bot");
  });

  it("is settled when the task names its session; the other is told as somebody else's", async () => {
    const bot = await bothStarted();
    await bot.untilQuiet();
    expect(line(bot, "EM's task names this session: it is of this order")).toBeDefined();
    expect(card(bot)).toContain("EM reports success");
    expect(card(bot)).not.toContain("somebody else");
    expect(line(bot, "Started outside this bot")).toBeDefined();
  });
});
