import { describe, expect, it } from "vitest";
import { runCard } from "../../src/messages/run.ts";
import type { Watch } from "../../src/records/watch.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const elsewhere = { platform: "terminal", channel: "war-room" } as const;

const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.at(-1) ?? expect.fail("nothing was said"));
const questions = (bot: TestBot) =>
  bot.sandbox.requests.filter(({ path }) => path.includes("CloudFailoverSession")).length;

async function running() {
  const bot = await startBot();
  await bot.say(`start "${PLAN}"`);
  await bot.say(`confirm ${PLAN}`);
  await bot.pass(20_000);
  return bot;
}

describe("watching", () => {
  it("a run that was started elsewhere is announced once, and followed to what its end shows", async () => {
    const bot = await startBot({ scenario: "started-elsewhere" });
    await bot.pass(240_000);
    const roots = bot.chat.messages.filter(({ place }) => place.thread === undefined);
    expect(roots).toHaveLength(1);
    expect(bot.chat.transcript()).toContain(", not started by this bot");
    expect(bot.chat.transcript()).toContain("First seen here");
  });

  it("one run can be watched in two places, without a further question to EM", async () => {
    const bot = await running();
    const before = questions(bot);
    await bot.pass(5000);
    const perLook = questions(bot) - before;
    await bot.say(`watch ${PLAN}`, { place: elsewhere });
    const there = questions(bot);
    await bot.pass(5000);
    expect(questions(bot) - there).toBe(perLook);
    await bot.untilQuiet();
    const ends = bot.chat.messages.filter(
      (message) =>
        message.place.thread && bot.chat.text(message).includes("Failed over, confirmed"),
    );
    const [files = [], lines = []] = [true, false].map((isFile) =>
      ends.filter(({ file }) => (file !== undefined) === isFile),
    );
    for (const told of [files, lines])
      expect(told.map(({ place }) => place.channel).sort()).toEqual(["ops", "war-room"]);
  });

  it("unwatch ends the messages here, and stops nothing in EM", async () => {
    const bot = await running();
    await bot.say("unwatch");
    const said = bot.chat.messages.length;
    const card = bot.chat.text(bot.chat.messages[0] ?? expect.fail());
    expect(card).toContain("No longer watched here");
    expect(card).toMatch(/\[unknown\] sql07 – was starting, at \d+ %/);
    expect(card).not.toMatch(/At this pace|\[(running|starting)\] sql07|^\[#/m);
    await bot.pass(40_000);
    expect(bot.chat.messages).toHaveLength(said);
    expect(bot.sandbox.estate.runs().length).toBeGreaterThan(0);
  });

  it("unwatch silences no end: it is said there with its mentions, and who asked for quiet is in the audit log", async () => {
    const bot = await running();
    const reader = { platform: "terminal", id: "carl", name: "Carl" } as const;
    await bot.say("unwatch", { from: reader });
    await bot.say("unwatch", { from: reader });
    expect(last(bot)).toContain("Only alarms and the end of that run are said here, already");
    const said = bot.chat.messages.length;
    await bot.untilQuiet();
    const [end, ...others] = bot.chat.messages.slice(said);
    expect(end?.versions[0]?.title).toContain("Failed over, confirmed");
    expect(end?.versions[0]?.notify).not.toEqual([]);
    expect(others).toEqual([]);
    const [root = expect.fail()] = bot.chat.messages;
    expect(bot.chat.text(root)).toContain("Failed over, confirmed");
    const quieted = (await auditLog(bot.store)).filter(({ value }) => value.deed === "quieted");
    expect(quieted.map(({ value }) => [value.who?.id, value.what])).toEqual([
      ["carl", `${PLAN}: no more messages about it here but alarms and the end`],
    ]);
  });

  it("unwatch is taken back by watch", async () => {
    const bot = await running();
    await bot.say("unwatch");
    await bot.say(`watch ${PLAN}`);
    const said = bot.chat.messages.length;
    await bot.untilQuiet();
    expect(bot.chat.messages.length).toBeGreaterThan(said + 1);
  });

  it("watches lists what is followed, and says when nothing is", async () => {
    const bot = await running();
    await bot.say("watches");
    expect(last(bot)).toMatch(
      /1 run being watched\nABC Company Failover Plan: Starting \(0 of 6 up\)/,
    );
    await bot.untilQuiet();
    await bot.say("watches");
    expect(last(bot)).toContain("Nothing is being watched");
  });

  it("a session that has ended is shown instead of watched", async () => {
    const bot = await startBot();
    const [past] = bot.sandbox.estate.runs();
    await bot.say("sessions");
    const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(last(bot))?.[0] ?? "";
    await bot.say(`watch ${id}`);
    expect(past).toBeDefined();
    expect(last(bot)).toContain("Failover session of");
    expect(await bot.store.all("watches")).toEqual([]);
  });

  it("cancel on a running failover says what EM's API offers", async () => {
    const bot = await running();
    await bot.say("cancel");
    expect(last(bot)).toContain("EM's API cannot stop a running failover session");
  });

  it("status shows what runs, and where EM does not answer it says so", async () => {
    const bot = await running();
    await bot.say("status");
    expect(last(bot)).toMatch(/1 failover running/);
    bot.sandbox.control.unreachable(true);
    await bot.say("status");
    expect(last(bot)).toMatch(
      /\[problem\] EM does not answer\nCannot reach .*\n1 run here, as seen last:\nABC Company Failover Plan: .*; seen .* · run-\w+\nWhat is failed over, and what others have started, cannot be read now\.\n`doctor` looks for the cause/,
    );
  });
});

describe("a plan of many VMs", () => {
  it("has a button that shows them all, by name and the worst first", async () => {
    const bot = await running();
    const [watch] = (await bot.store.all("watches")).flatMap(({ value }) =>
      value.of === "failover" ? [value] : [],
    );
    const many = Array.from(
      { length: 200 },
      (_, i) => ({ name: `vm${i}`, mark: "waiting", progress: 0, changedAt: 0 }) as const,
    );
    const large: Watch = {
      ...(watch ?? expect.fail()),
      vms: [...many, { name: "bad", mark: "failed", progress: 0, changedAt: 0 }],
    };
    expect(runCard(large, bot.clock.now()).buttons).toContainEqual({
      label: "Show all VMs",
      token: `vms:${large.id}`,
      style: "plain",
    });
    await bot.store.commit([{ put: "watches", key: large.id, value: large }]);
    await bot.chat.press(`vms:${large.id}`);
    expect(last(bot)).toMatch(
      /^All 201 VMs of "ABC Company Failover Plan": .*\nfailed \(1\): bad\nwaiting \(200\): vm0, vm1, .*vm199\n/,
    );
  });
});
