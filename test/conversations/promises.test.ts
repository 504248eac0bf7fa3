/** The promises, where they are hardest to keep: in the moments between two looks. */
import { describe, expect, it } from "vitest";
import { unwatchHere } from "../../src/watch/places.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const ORDINARY = "SQL Failover Plan";

const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.at(-1) ?? expect.fail("nothing was said"));
const ends = (bot: TestBot) =>
  bot.chat.messages
    .filter(({ place }) => place.thread !== undefined)
    .map((message) => bot.chat.text(message).split("\n")[0] ?? "")
    .filter((line) =>
      /(, confirmed|carried out the order; no more is known|outcome not known): /.test(line),
    );
const posted = (bot: TestBot) =>
  bot.sandbox.requests.filter(({ path }) => path.includes("action=start")).length;

async function started(bot: TestBot, plan = PLAN): Promise<TestBot> {
  await bot.say(`start "${plan}"`);
  await bot.say(`confirm ${plan}`);
  await bot.look();
  return bot;
}

describe("a final result is never lost", () => {
  it("somebody who stops watching just as the run ends does not bring it back to life", async () => {
    const bot = await started(await startBot());
    const [watch] = await bot.store.all("watches");
    await bot.untilQuiet();
    const { store, parts } = bot;
    const anna = { platform: "terminal", id: "anna", name: "Anna" } as const;
    const place = { platform: "terminal", channel: "ops" } as const;
    const card = await unwatchHere(watch?.value ?? expect.fail(), place, anna, parts);
    expect(card?.title).toBe("That run has ended already");
    expect(await store.all("watches")).toEqual([]);
    await bot.say(`start "${PLAN}"`);
    expect(last(bot)).toContain("Already failed over");
  });

  it("clearing EM's tasks leaves those whose end has not been read yet", async () => {
    const bot = await started(await startBot(), ORDINARY);
    bot.clock.advance(30_000);
    await bot.say("tasks clear");
    expect(last(bot)).not.toContain("Removed");
    await bot.untilQuiet();
    expect(ends(bot)).toEqual([`EM has carried out the order; no more is known: ${ORDINARY}`]);
    await bot.say("tasks clear");
    expect(last(bot)).toContain("Removed 1 finished task");
  });

  it("a run of ours that was lost sight of is not taken for one started elsewhere when it shows again", async () => {
    const bot = await started(
      await startBot({ scenario: "vm-stalls", config: { stallMs: 10_000 } }),
    );
    await bot.pass(20_000);
    const gone = { status: 404, headers: { "Content-Type": "application/xml" }, body: "" };
    for (let looks = 0; looks < 4; looks++) {
      bot.sandbox.control.answerNext(gone, ({ path }) =>
        path.includes("type=CloudFailoverSession"),
      );
      bot.sandbox.control.answerNext(gone, ({ path }) => path.includes("/cloud/failoverSessions"));
      await bot.pass(5000);
    }
    await bot.pass(60_000);
    expect(ends(bot)).toEqual([`[problem] Lost sight of; outcome not known: ${PLAN}`]);
    expect(bot.chat.transcript()).not.toContain("not started by this bot");
  });
});

describe("never two starts for one confirmation", () => {
  it("a button of a question to another EM confirms nothing", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    const [order] = await bot.store.all("orders");
    const value = { ...(order?.value ?? expect.fail()), em: "https://em.example:9398" };
    await bot.store.commit([{ put: "orders", key: value.id, value }]);
    await bot.chat.press(`confirm:${value.id}`, PLAN);
    expect(last(bot)).toContain("That button is from long ago");
    for (let look = 0; look < 3; look++) await bot.look();
    expect(posted(bot)).toBe(0);
  });

  it("a name shared by two plans: while its session shows no VMs yet, it is not announced as somebody else's", async () => {
    const bot = await startBot({ switches: { queriedSessions: "without-vm-tasks" } });
    await bot.say('start "Standard Failover Plan @ Tech Dynamics"');
    await bot.say("confirm Standard Failover Plan");
    for (let second = 0; second < 90; second++) {
      bot.clock.advance(1000);
      await bot.look();
    }
    await bot.untilQuiet();
    expect(bot.chat.transcript()).not.toContain("not started by this bot");
    expect(ends(bot)).toEqual([
      "[ok] Failed over, confirmed: Standard Failover Plan of Tech Dynamics",
    ]);
  });
});

describe("one run has one watch, however it is named", () => {
  it.each([
    "watch ABC Company Failover Plan",
    "watch abc company",
    "watch 1",
    `watch ${PLAN} @ ABC Company`,
  ])("%s, while the order waits for its session and after", async (line) => {
    const bot = await started(await startBot());
    await bot.say("plans");
    for (const ms of [0, 20_000]) {
      await bot.pass(ms);
      await bot.say(line);
      expect(last(bot)).toContain("is watched here already");
      expect(await bot.store.all("watches")).toHaveLength(1);
    }
  });

  it("one that is followed as started elsewhere is not followed twice", async () => {
    const bot = await startBot();
    const plan = bot.sandbox.estate.plans().find(({ name }) => name === "Headquarters Failover");
    bot.sandbox.control.order(plan?.id ?? "", "start");
    await bot.pass(20_000);
    await bot.say("watch headquarters");
    expect(last(bot)).toContain("is watched here already");
    expect(await bot.store.all("watches")).toHaveLength(1);
  });
});
