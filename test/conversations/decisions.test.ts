import { describe, expect, it } from "vitest";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";

const startsOf = (bot: TestBot) =>
  bot.sandbox.estate.runs().filter(({ orderedAt }) => orderedAt >= Date.UTC(2026, 10, 21, 6))
    .length;
const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.at(-1) ?? expect.fail("nothing was said"));
const root = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages[0] ?? expect.fail("nothing was said"));
const runId = (bot: TestBot) =>
  /confirm:(run-\w+)/.exec(JSON.stringify(bot.chat.messages[0]?.versions))?.[1] ?? expect.fail();

describe("a question is decided once", () => {
  it("a wrong name starts nothing, and says what to type", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say("confirm ABC Company");
    await bot.pass(60_000);
    expect(last(bot)).toContain(`To confirm it, type \`confirm ${PLAN}\`.`);
    expect(startsOf(bot)).toBe(0);
  });

  it("the name may be typed as phones type it", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say("confirm \u201cabc\u00a0company  FAILOVER plan\u201d.");
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
  });

  it("cancel drops it, and frees the plan", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say("cancel");
    expect(root(bot)).toContain("Cancelled by Anna. Nothing was sent.");
    await bot.say(`confirm ${PLAN}`);
    expect(last(bot)).toContain("Nothing to confirm");
    await bot.say(`start "${PLAN}"`);
    expect(last(bot)).toContain("[question]");
    expect(startsOf(bot)).toBe(0);
  });

  it("it closes by itself when nobody decides", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.pass(305_000, 61_000);
    expect(root(bot)).toContain("Nobody approved it in time. Nothing was sent.");
    await bot.say(`confirm ${PLAN}`);
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(0);
  });

  it("a confirmation at the last moment counts, one after it does not", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    bot.clock.advance(300_000);
    await bot.say(`confirm ${PLAN}`);
    expect(last(bot)).toContain("Nobody approved it in time");
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(0);
  });

  it("fifty presses at once start one failover; the others are told who confirmed", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    const token = `confirm:${runId(bot)}`;
    await Promise.all(Array.from({ length: 50 }, () => bot.chat.press(token, PLAN)));
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
    const told = bot.chat.messages.filter((message) =>
      bot.chat.text(message).includes("It was approved by Anna"),
    );
    expect(told).toHaveLength(49);
  });

  it("the same delivery twice is acted on once", async () => {
    const bot = await startBot();
    await bot.say("plans", { delivery: "envelope-1" });
    await bot.say("plans", { delivery: "envelope-1" });
    expect(bot.chat.messages).toHaveLength(1);
  });

  it("a button without the name typed starts nothing", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.chat.press(`confirm:${runId(bot)}`, "yes");
    await bot.pass(60_000);
    expect(startsOf(bot)).toBe(0);
  });

  it("what arrives late is not carried out, and the person is told", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`, { at: bot.clock.now() - 61_000 });
    expect(last(bot)).toContain("Not carried out: it arrived too late");
    expect(await bot.store.all("orders")).toEqual([]);
  });

  it("a second order for a plan that is held is refused, and says by whom", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`start "${PLAN}"`, { from: { platform: "terminal", id: "ben", name: "Ben" } });
    expect(last(bot)).toMatch(/Asked for already, waits for approval: .*\nAsked by Anna/);
  });

  it("a plan that runs already is refused, with the session to watch", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.pass(20_000);
    await bot.say('start "Standard Failover Plan @ ABC Company"');
    expect(last(bot)).toMatch(
      /Not possible now: .*\nA failover session of plan "ABC Company Failover Plan" runs, .*\nNothing was sent\. `watch "ABC Company Failover Plan"` follows what runs\./,
    );
    expect(startsOf(bot)).toBe(1);
  });

  it("a plan that was edited after the question voids the confirmation, and is asked anew", async () => {
    const bot = await startBot({ scenario: "plan-edited" });
    await bot.say(`start "${PLAN}"`);
    await bot.pass(60_000);
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    expect(last(bot)).toMatch(
      /The approval is void, and nothing was sent\nThe plan was changed in EM after it was shown\./,
    );
    expect(root(bot)).toContain("[question]");
    expect(startsOf(bot)).toBe(0);
    await bot.confirm();
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
  });

  it("a restore point that has changed since the question voids the confirmation", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    bot.sandbox.control.setVmState("ABC Company", "srv38", "Failover");
    bot.sandbox.control.finishCollection();
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    expect(last(bot)).toContain("have changed since they were shown: srv38.");
    expect(startsOf(bot)).toBe(0);
  });

  it("a confirmation that cannot be sent within two minutes is dropped, and said so", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    bot.sandbox.control.unreachable(true);
    await bot.say(`confirm ${PLAN}`);
    await bot.pass(10_000);
    expect(root(bot)).toMatch(
      /^\[warning\] Approved, not sent yet: .*\n[\s\S]*EM cannot be asked: Cannot reach .* I try until 2026-11-21 06:02 UTC\./,
    );
    await bot.pass(150_000, 10_000);
    expect(root(bot)).toMatch(
      /Approved by Anna\.\nIt could not be sent within two minutes of being approved\. Cannot reach .* Nothing was sent\./,
    );
    bot.sandbox.control.unreachable(false);
    await bot.pass(60_000);
    expect(startsOf(bot)).toBe(0);
  });
});

describe("an order that only waits for approval", () => {
  it("is no run to be watched: it says so, and how to go on", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`watch ${runId(bot)}`);
    expect(last(bot)).toMatch(/Asked for already, waits for approval: .*\n[\s\S]*`confirm ABC/);
  });
});

describe("names that cannot well be typed", () => {
  it("are confirmed by a code of four letters", async () => {
    const bot = await startBot({ scenario: "hostile-names" });
    await bot.say("plans");
    await bot.say("start 2");
    const code = /confirm ([B-Z]{4})/.exec(last(bot))?.[1];
    expect(code).toBeDefined();
    await bot.say(`confirm ${code?.toLowerCase()}`);
    await bot.untilQuiet();
    expect(startsOf(bot)).toBe(1);
  });
});

describe("plans are named as people name them", () => {
  it.each([
    ["a part of the name", "start headquarters"],
    ["its number in the list just shown", "start 3"],
    ["its number with a sign", "start #3"],
    ["upper case", "START HEADQUARTERS FAILOVER!"],
    ["name and tenant", "start Headquarters Failover @ Nordwind Trading"],
    ["bold marks", "start *Headquarters Failover*"],
  ])("by %s", async (_, line) => {
    const bot = await startBot();
    await bot.say("plans");
    await bot.say(line);
    expect(last(bot)).toContain('Start failover plan "Headquarters Failover"?');
  });

  it("a list is forgotten after ten minutes", async () => {
    const bot = await startBot();
    await bot.say("plans");
    bot.clock.advance(600_000);
    await bot.say("start 3");
    expect(last(bot)).toContain("3: there is no list to count in");
  });

  it("two plans of one name are told apart by their tenants", async () => {
    const bot = await startBot();
    await bot.say('start "Standard Failover Plan"');
    expect(last(bot)).toMatch(
      /Several plans fit.*\n`"Standard Failover Plan @ ABC Company"` – tenant ABC Company\n`"Standard Failover Plan @ Tech Dynamics"`/,
    );
    await bot.say('start "Standard Failover Plan @ Tech Dynamics"');
    expect(last(bot)).toContain("Another plan has the same name; this is the one of this tenant.");
  });

  it("what is unknown gets the nearest names", async () => {
    const bot = await startBot();
    await bot.say("start ABC Compny Failover Plan");
    expect(last(bot)).toContain(`Nearest: \`"${PLAN}"\``);
  });

  it.each([
    ["start", "Name the plan that shall be started."],
    [`start "${PLAN}" before tomorrow`, 'Cannot read the time "tomorrow" as it is not in a form'],
    [`start "${PLAN}" before 23:59`, "as it is still to come"],
    [`start "${PLAN}" before 2026-02-30 10:00`, "there is no such date or time"],
    ["strat it", "Did you mean `start`?"],
    ["watches now", 'Nothing can follow this verb, but "now" did.'],
    ["confirm", "Type the plan's name, or the code on the card."],
  ])("%s gets a clear sentence", async (line, answer) => {
    const bot = await startBot();
    await bot.say(line);
    expect(last(bot)).toContain(answer);
  });
});
