/** What is called off in the seconds around its sending. */
import { describe, expect, it } from "vitest";
import { EmError } from "../../src/em/errors.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const isStart = ({ path }: { path: string }) => path.includes("action=start");

async function confirmed(options: Parameters<typeof startBot>[0] = {}) {
  const bot = await startBot(options);
  await bot.say(`start "${PLAN}"`);
  await bot.confirm();
  return bot;
}

const NOT_STOPPED =
  /Not stopped: stop of ABC Company Failover Plan\n[\s\S]*EM does not show me the order's task/;

const sent = (bot: TestBot) => bot.sandbox.requests.filter(isStart).length;
const removed = (bot: TestBot) =>
  bot.sandbox.requests.filter(({ method }) => method === "DELETE").length;
const root = (bot: TestBot) => bot.chat.text(bot.chat.messages[0] ?? expect.fail());
const all = (bot: TestBot) => bot.chat.transcript();

describe.each(["cancel", `cancel "${PLAN}"`, `stop "${PLAN}"`])(
  "%s between the confirmation and the sending",
  (line) => {
    it("withdraws the order: nothing goes out, and the plan is free", async () => {
      const bot = await confirmed();
      await bot.say(line);
      await bot.untilQuiet();
      expect(sent(bot)).toBe(0);
      expect(root(bot)).toContain("Cancelled by Anna. Nothing was sent.");
      await bot.say(`start "${PLAN}"`);
      expect(all(bot)).toContain("[question]");
    });

    it("wins against the sending, or holds until the task is there and removes it", async () => {
      const bot = await confirmed();
      const held = bot.sandbox.control.holdNextAnswer(isStart);
      const look = bot.look();
      await held.arrived;
      await bot.chat.type(line);
      held.release();
      await look;
      await bot.look();
      await bot.untilQuiet();
      expect(sent(bot)).toBe(1);
      expect(removed(bot)).toBe(1);
      expect(all(bot)).toContain(`"${PLAN}" is being sent to EM already`);
      expect(all(bot)).toContain("EM has deleted this order's task, as Anna ordered");
    });
  },
);

describe("a stop while the order is being sent", () => {
  async function stoppedWhileSending(options: Parameters<typeof startBot>[0] = {}) {
    const bot = await confirmed(options);
    const held = bot.sandbox.control.holdNextAnswer(isStart);
    const look = bot.look();
    await held.arrived;
    await bot.chat.type(`stop "${PLAN}"`);
    held.release();
    await look;
    return bot;
  }

  /** EM gives an order this end. */
  async function stoppedBeforeItEnds(end: EmError) {
    const arrived = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const startPlan = async () => {
      arrived.resolve();
      await released.promise;
      throw end;
    };
    const bot = await confirmed({ ask: (em) => ({ ...em, startPlan }) });
    const look = bot.look();
    await arrived.promise;
    await bot.chat.type(`stop "${PLAN}"`);
    released.resolve();
    await look;
    await bot.look();
    return bot;
  }

  it("says honestly that it cannot, where EM's answer with the task is lost", async () => {
    const bot = await stoppedBeforeItEnds(
      new EmError("timed-out", "EM gave no answer.", { perhapsDone: true }),
    );
    expect(removed(bot)).toBe(0);
    expect(all(bot)).toMatch(NOT_STOPPED);
  });

  it("is not forgotten where the bot dies between the two: it says that it can no longer", async () => {
    const bot = await (await stoppedWhileSending()).restart(1000);
    await bot.look();
    expect(removed(bot)).toBe(0);
    expect(all(bot)).toMatch(NOT_STOPPED);
  });

  it("stops nothing where EM refuses the order: there is nothing to stop", async () => {
    const bot = await stoppedBeforeItEnds(new EmError("rejected", "EM refuses it."));
    expect(all(bot)).toContain("The order was not sent, so there is nothing to stop.");
  });

  it("is in the audit log: who asked for it, and what came of it", async () => {
    const bot = await stoppedWhileSending();
    await bot.look();
    await bot.untilQuiet();
    const deeds = (await auditLog(bot.store)).map(({ value }) => value);
    const stop = deeds.find(({ deed, what }) => deed === "asked" && what?.startsWith("stop "));
    expect(deeds.filter(({ run }) => run === stop?.run).map(({ deed }) => deed)).toEqual([
      "asked",
      "confirmed",
      "sending",
      "accepted",
    ]);
  });
});

describe("who may call off what others have confirmed", () => {
  const carl = { platform: "terminal", id: "carl", name: "Carl" } as const;

  it("nobody who may only read", async () => {
    const policy: Policy = {
      people: {},
      rules: [
        { allow: ["all"], who: ["terminal:anna"] },
        { allow: ["read"], who: ["everyone"] },
      ],
    };
    const bot = await startBot({ config: { policy } });
    await bot.say(`start "${PLAN}"`);
    await bot.confirm();
    await bot.say("cancel", { from: carl });
    await bot.untilQuiet();
    expect(sent(bot)).toBe(1);
  });
});
