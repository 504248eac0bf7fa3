/** The audit log: what it tells of a run, and what it tells of whoever has changed it. */
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { auditHead } from "../../src/store/audit.ts";
import { linkHash } from "../../src/store/chain.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";

const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.at(-1) ?? expect.fail("nothing was said"));
const entries = async ({ store }: TestBot) => (await auditLog(store)).map(({ value }) => value);

/** Anna has started a failover, which has ended: six entries. */
async function afterARun(): Promise<TestBot> {
  const bot = await startBot();
  await bot.say(`start "${PLAN}" because fire in the server room`);
  await bot.say("confirm something else");
  await bot.say(`confirm ${PLAN}`);
  await bot.untilQuiet();
  return bot;
}

/** Somebody opens the state file while the bot is away, and the bot comes back. */
async function tamperedWith(bot: TestBot, tamper: (db: DatabaseSync) => void): Promise<TestBot> {
  return bot.restart(0, {
    wrap: (store) => store,
    before: (path) => {
      const db = new DatabaseSync(path);
      tamper(db);
      db.close();
    },
  });
}

describe("the audit log of a run", () => {
  it("has who, where, what, when and why, from the question to the end", async () => {
    const bot = await afterARun();
    const told = await entries(bot);
    expect(told.map(({ deed, who }) => [deed, who?.name])).toEqual([
      ["asked", "Anna"],
      ["refused", "Anna"],
      ["confirmed", "Anna"],
      ["sending", "Anna"],
      ["accepted", "Anna"],
      ["ended", undefined],
    ]);
    const [asked, , , , accepted, ended] = told;
    expect(asked).toMatchObject({
      at: expect.any(Number),
      where: { platform: "terminal", channel: "ops" },
      run: expect.stringMatching(/^run-/),
      what: expect.stringMatching(
        /^start cloud plan "ABC Company Failover Plan" of tenant ABC Company, id [0-9a-f-]{36}; points: /,
      ),
      why: "fire in the server room",
    });
    expect(accepted?.what).toMatch(/^EM has taken the order, task task-\d+$/);
    expect(ended?.what).toMatch(
      /^ABC Company Failover Plan: Failed over, confirmed; EM's session [0-9a-f-]{36}$/,
    );
  });

  it("has its head in a line of the thread alone, after the end, and verify knows that head again", async () => {
    const bot = await afterARun();
    const line =
      bot.chat.messages
        .filter(({ place, file }) => place.thread !== undefined && file === undefined)
        .map(bot.chat.text)
        .at(-1) ?? "";
    const head = /Audit log up to here: ([0-9a-f]{64})/.exec(line)?.[1] ?? expect.fail(line);
    await bot.say(`audit verify ${head}`);
    expect(last(bot)).toContain("The audit log is whole: 6 entries");
    expect(last(bot)).toContain("The hash is that of entry 5: up to there nothing was changed.");
    await bot.say(`audit verify ${"0".repeat(64)}`);
    expect(last(bot)).toContain("No entry of the audit log has this hash");
  });

  it("is shown to whoever may see it, newest last", async () => {
    const bot = await afterARun();
    await bot.say("audit");
    expect(last(bot)).toMatch(
      /^The last 6 entries of the audit log\n1\. 2026-11-21 06:00 UTC: asked run-\w+, Anna in the terminal because: fire in the server room – start cloud plan .*\n/,
    );
    expect(last(bot)).toContain(`Head ${await auditHead(bot.store)}`);
    expect(bot.chat.messages.at(-1)?.only?.id).toBe("anna");
    await bot.say("audit everything");
    expect(last(bot)).toContain("Only verify, and a hash of 64 digits, can follow this verb.");
  });

  it("tells of what was refused, and why", async () => {
    const bot = await startBot({
      config: { policy: { people: {}, rules: [{ allow: ["all"], who: ["everyone"] }] } },
    });
    const late = { at: bot.clock.now() - 61_000 };
    await bot.say(`start "${PLAN}"`, late);
    await bot.say(`start "${PLAN}"`);
    await bot.say(`start "${PLAN}"`);
    await bot.say("cancel");
    bot.sandbox.control.setVmState("ABC Company", "srv38", "Failback");
    bot.sandbox.control.finishCollection();
    await bot.say(`start "${PLAN}"`);
    expect((await entries(bot)).map(({ deed, what }) => [deed, what])).toEqual([
      ["refused", "start: It arrived 61 s late"],
      ["asked", expect.stringContaining("start cloud plan")],
      ["refused", `start ${PLAN}: It is held by another run`],
      ["cancelled", expect.stringContaining("start cloud plan")],
      [
        "refused",
        `start ${PLAN}: In state Failback: srv38. Finish that in the Veeam console first.`,
      ],
    ]);
  });

  it("tells of a lost answer as what it is", async () => {
    const bot = await startBot({ scenario: "answer-lost" });
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.untilQuiet();
    expect((await entries(bot)).map(({ deed }) => deed)).toEqual([
      "asked",
      "confirmed",
      "sending",
      "answer-lost",
      "ended",
    ]);
  });
});

describe("an audit log that somebody has changed", () => {
  const change = (seq: number, from: string, to: string) => (db: DatabaseSync) =>
    void db
      .prepare("UPDATE chains SET envelope = replace(envelope, ?, ?) WHERE seq = ?")
      .run(from, to, seq);

  it.each<[string, (db: DatabaseSync) => void, string]>([
    ["another name in an entry", change(3, "Anna", "Otto"), "3"],
    ["another reason in the first", change(1, "fire", "fun"), "1"],
    [
      "an entry that is no longer one",
      (db) => void db.exec("UPDATE chains SET envelope = 'nothing' WHERE seq = 2"),
      "2",
    ],
    [
      "an entry taken out of the middle",
      (db) => void db.exec("DELETE FROM chains WHERE seq = 4"),
      "5",
    ],
    ["the first taken away", (db) => void db.exec("DELETE FROM chains WHERE seq = 1"), "2"],
    [
      "two in each other's place",
      (db) => {
        db.exec("UPDATE chains SET seq = 100 WHERE seq = 3");
        db.exec("UPDATE chains SET seq = 3 WHERE seq = 4");
        db.exec("UPDATE chains SET seq = 4 WHERE seq = 100");
      },
      "3",
    ],
    [
      "one put in",
      (db) =>
        void db.exec(
          "INSERT INTO chains (seq, namespace, envelope, hash) SELECT 90, namespace, envelope, hash FROM chains WHERE seq = 2",
        ),
      "90",
    ],
    [
      "a hash made anew for a changed entry alone",
      (db) => {
        change(2, "Anna", "Otto")(db);
        const { envelope } = db.prepare("SELECT envelope FROM chains WHERE seq = 2").get() ?? {};
        const { hash } = db.prepare("SELECT hash FROM chains WHERE seq = 1").get() ?? {};
        db.prepare("UPDATE chains SET hash = ? WHERE seq = 2").run(
          linkHash(String(hash), String(envelope)),
        );
      },
      "3",
    ],
  ])("%s: verify names the first entry that does not fit", async (_, tamper, entry) => {
    const bot = await tamperedWith(await afterARun(), tamper);
    await bot.say("audit verify");
    expect(last(bot)).toContain(
      `The audit log was changed: entry ${entry} does not fit the one before it`,
    );
    await bot.say("audit");
    expect(last(bot)).toContain("of the audit log");
  });

  it("by cutting its end off is whole in itself, but lacks the head that a run has told", async () => {
    const before = await afterARun();
    const head = (await auditHead(before.store)) ?? "";
    const bot = await tamperedWith(
      before,
      (db) => void db.exec("DELETE FROM chains WHERE seq > 3"),
    );
    await bot.say("audit verify");
    expect(last(bot)).toContain("is whole: 3 entries");
    await bot.say(`audit verify ${head}`);
    expect(last(bot)).toContain("No entry of the audit log has this hash");
  });
});
