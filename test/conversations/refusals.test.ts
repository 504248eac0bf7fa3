/** What was not done: it is told, it is counted, and it is an entry of the audit log, always. */
import { describe, expect, it } from "vitest";
import type { Person } from "../../src/chat/port.ts";
import { createLog } from "../../src/log.ts";
import type { Rule } from "../../src/policy/policy.ts";
import { runLoops } from "../../src/program/bot-process.ts";
import type { Store } from "../../src/store/store.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";
import { failingStore } from "../fakes/failing-store.ts";
import { mortal } from "../fakes/mortal.ts";

const PLAN = "ABC Company Failover Plan";
const anna: Person = { platform: "terminal", id: "anna", name: "Anna" };
const ben: Person = { platform: "terminal", id: "ben", name: "Ben" };
const here = { platform: "terminal", channel: "ops" } as const;

const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.at(-1) ?? expect.fail("nothing was said"));
const entries = async ({ store }: Pick<TestBot, "store">) =>
  (await auditLog(store)).map(({ value }) => value);
const refusals = async (bot: TestBot) =>
  (await entries(bot)).filter(({ deed }) => deed === "refused");
const deeds = async (bot: TestBot) => (await entries(bot)).map(({ deed }) => deed);
const openOrder = async ({ store }: TestBot) =>
  (await store.all("orders"))[0]?.value ?? expect.fail("no order is open");

const anybodyMay = (...allow: string[]): Rule => ({ allow, who: ["everyone"] });
const under = (...rules: Rule[]) => ({ config: { policy: { people: {}, rules } } });
const typing = (approvals = 0): Rule => ({
  ...anybodyMay("all"),
  confirm: { by: "type", approvals },
});

interface Kind {
  readonly of: string;
  readonly rules?: readonly Rule[];
  /** What happens before it. */
  before?(bot: TestBot): Promise<unknown>;
  does(bot: TestBot): Promise<unknown>;
  readonly what: string | RegExp;
}

const asked = (bot: TestBot) => bot.say(`start "${PLAN}"`, { from: anna });
const types =
  (line: string, agoMs = 0) =>
  (bot: TestBot) =>
    bot.say(line, { from: ben, at: bot.clock.now() - agoMs });
const presses =
  (token: string, text?: string, agoMs = 0) =>
  (bot: TestBot) =>
    bot.chat.press(token, text, { from: ben, at: bot.clock.now() - agoMs });

const kinds: readonly Kind[] = [
  { of: "an unknown verb", does: types("strat it"), what: 'There is no verb "strat"' },
  {
    of: "help for an unknown verb",
    does: types("help strat"),
    what: 'help: There is no verb "strat"',
  },
  {
    of: "a verb with too much behind it",
    does: types("watches all of them"),
    what: /^watches: .*all of them/,
  },
  {
    of: "a verb without its plan",
    does: types("start"),
    what: /^start: /,
  },
  {
    of: "an unknown plan",
    does: types('start "Nobody Knows"'),
    what: 'start: No failover plan "Nobody Knows"',
  },
  {
    of: "a number without a list",
    does: types("start 7"),
    what: "start: 7: there is no list to count in",
  },
  {
    of: "confirm with nothing open",
    does: types(`confirm ${PLAN}`),
    what: "confirm: Nothing to confirm",
  },
  { of: "cancel with nothing open", does: types("cancel"), what: "cancel: Nothing to cancel" },
  {
    of: "a name that is not the plan's, typed",
    before: asked,
    does: types("confirm Other"),
    what: `confirm ${PLAN}: What was typed does not confirm it`,
  },
  {
    of: "a name that is not the plan's, in the form of a button",
    rules: [typing()],
    before: asked,
    does: async (bot) => presses(`confirm:${(await openOrder(bot)).id}`, "Other")(bot),
    what: `confirm ${PLAN}: What was typed does not confirm it`,
  },
  {
    of: "a button of a question of long ago",
    does: presses("confirm:run-000000"),
    what: "confirm: That button is from long ago",
  },
  {
    of: "a button that no card has",
    does: presses("explode:now"),
    what: "explode: That button is from long ago",
  },
  {
    of: "a button of a run that has ended",
    does: presses("unwatch:run-000000"),
    what: "unwatch: That run has ended already",
  },
  {
    of: "the VMs of a run of long ago",
    does: presses("vms:run-000000"),
    what: "vms: That run is from long ago",
  },
  {
    of: "a verb that is not allowed",
    rules: [anybodyMay("read")],
    does: types(`start "${PLAN}"`),
    what: /^start "ABC Company Failover Plan": /,
  },
  {
    of: "a plan that is not allowed",
    rules: [{ ...anybodyMay("all"), plans: ["Another Plan"] }],
    does: types(`start "${PLAN}"`),
    what: new RegExp(`^start ${PLAN}: `),
  },
  {
    of: "a button that is not allowed",
    rules: [anybodyMay("read")],
    does: presses("confirm:run-000000"),
    what: /^confirm: /,
  },
  {
    of: "a line that came late",
    does: types("status", 90_000),
    what: "status: It arrived 90 s late",
  },
  {
    of: "a press that came late",
    does: presses("cancel:run-000000", undefined, 90_000),
    what: "cancel: It arrived 90 s late",
  },
  {
    of: "an order for a plan that is held",
    before: asked,
    does: types(`start "${PLAN}"`),
    what: `start ${PLAN}: It is held by another run`,
  },
  {
    of: "a decision on a question that has closed",
    before: async (bot) => {
      await asked(bot);
      bot.clock.advance(600_000);
    },
    does: async (bot) => presses(`confirm:${(await openOrder(bot)).id}`, PLAN)(bot),
    what: `confirm ${PLAN}: The question had closed`,
  },
  {
    of: "a decision that was made already",
    before: async (bot) => {
      await asked(bot);
      await bot.say("cancel", { from: anna });
    },
    does: async (bot) => {
      const [past] = await bot.store.all("past-orders");
      await presses(`confirm:${past?.key}`, PLAN)(bot);
    },
    what: `confirm ${PLAN}: It was decided already`,
  },
  {
    of: "an approval of what one has approved",
    rules: [typing(2)],
    before: async (bot) => {
      await asked(bot);
      await types(`confirm ${PLAN}`)(bot);
    },
    does: types(`confirm ${PLAN}`),
    what: `confirm ${PLAN}: You have approved it already`,
  },
  {
    of: "a stop of what does not run",
    does: types(`stop "${PLAN}"`),
    what: `stop: No task of "${PLAN}" runs now`,
  },
  {
    of: "a backup server that EM does not have",
    does: types("collect nowhere"),
    what: 'collect: No backup server "nowhere"',
  },
  {
    of: "a command during which EM fails",
    before: async (bot) => bot.sandbox.close(),
    does: types("status"),
    what: "status: EM does not answer",
  },
];

describe("every refusal is told to whoever tried, counted, and audited", () => {
  it.each(kinds)("$of", async ({ rules = [anybodyMay("all")], before, does, what }) => {
    const bot = await startBot(under(...rules));
    await before?.(bot);
    const earlier = (await entries(bot)).length;
    const counted = bot.parts.bot.refused;
    await does(bot);
    expect((await entries(bot)).slice(earlier).filter(({ deed }) => deed !== "expired")).toEqual([
      expect.objectContaining({
        deed: "refused",
        who: ben,
        where: here,
        what: typeof what === "string" ? what : expect.stringMatching(what),
      }),
    ]);
    expect(bot.parts.bot.refused).toBe(counted + 1);
    expect(bot.chat.messages.filter(({ only }) => only?.id === "ben").length).toBeGreaterThan(0);
  });

  it("a question for help, and what is done, are none", async () => {
    const bot = await startBot();
    for (const line of ["", "help", "help start", "plans", "whoami", "audit", "watches"])
      await bot.say(line);
    expect(await entries(bot)).toEqual([]);
    expect(bot.parts.bot.refused).toBe(0);
  });

  it("of many words the log keeps the first", async () => {
    const bot = await startBot();
    await bot.say("x".repeat(3000));
    const [entry] = await refusals(bot);
    expect(entry?.what).toMatch(/^There is no verb "x{481}…$/);
  });

  it("a refusal that cannot be saved is told all the same", async () => {
    let store: ReturnType<typeof failingStore> | undefined;
    const bot = await startBot({ wrap: (real) => (store = failingStore(real)) });
    store?.faults.push("none", "unwritten");
    await bot.say("strat");
    expect(last(bot)).toContain('There is no verb "strat"');
    expect(bot.parts.bot.refused).toBe(1);
    expect(await entries(bot)).toEqual([]);
  });
});

/** Ben types so many lines that mean nothing, one each second. */
async function flood(bot: TestBot, lines: number, line = "strat"): Promise<void> {
  for (let i = 0; i < lines; i++) {
    bot.clock.advance(1000);
    await bot.chat.type(line, { from: ben });
  }
}

const QUIET_MS = 600_000;
const told = (entry: { readonly count?: number; readonly what: string }) => [
  entry.count ?? 1,
  entry.what,
];
const unknown = 'There is no verb "strat"';

describe("a flood of refusals of one person", () => {
  it("is a few entries and one with a count, and leaves what matters in sight", async () => {
    const bot = await startBot();
    await asked(bot);
    await flood(bot, 200);
    await bot.say("audit", { from: anna });
    expect(last(bot)).toContain("asked run-");
    expect(last(bot)).toContain("Counted, not written yet: 197 more refusals of Ben since ");
    bot.clock.advance(QUIET_MS);
    await bot.look();
    expect((await refusals(bot)).map(told)).toEqual([
      [1, unknown],
      [1, unknown],
      [1, unknown],
      [197, `197 more refusals within 3 min 16 s, the last: ${unknown}`],
    ]);
    expect(bot.parts.bot.refused).toBe(200);
    await bot.say("audit", { from: anna });
    expect(last(bot)).toContain("asked run-");
    expect(last(bot)).toContain(
      "refused, Ben in the terminal – 197 more refusals within 3 min 16 s, the last: ",
    );
    expect(last(bot)).not.toContain("Counted");
    await bot.say("audit verify", { from: anna });
    expect(last(bot)).toContain("The audit log is whole");
  });

  it("that all come at once loses none", async () => {
    const bot = await startBot();
    await Promise.all(Array.from({ length: 200 }, () => bot.chat.type("strat", { from: ben })));
    bot.clock.advance(QUIET_MS);
    await bot.look();
    expect((await refusals(bot)).map(({ count = 1 }) => count)).toEqual([1, 1, 1, 197]);
  });

  it("is counted on after a kill in its midst", async () => {
    let bot = await startBot();
    await flood(bot, 50);
    bot = await bot.restart(5000);
    await flood(bot, 50);
    bot = await bot.restart(QUIET_MS);
    await bot.look();
    expect((await refusals(bot)).map(({ count = 1 }) => count)).toEqual([1, 1, 1, 97]);
    expect(await bot.store.all("refusals")).toEqual([]);
  });

  it("is written at the next thing that is refused, where nobody looked meanwhile", async () => {
    const bot = await startBot();
    await flood(bot, 10);
    bot.clock.advance(QUIET_MS);
    await flood(bot, 1);
    expect((await refusals(bot)).map(({ count = 1 }) => count)).toEqual([1, 1, 1, 7, 1]);
  });

  it("is written at a clean stop, and counted on after it", async () => {
    const bot = await startBot();
    await flood(bot, 10);
    await cleanStop(bot);
    expect((await refusals(bot)).map(({ count = 1 }) => count)).toEqual([1, 1, 1, 7]);
    await flood(bot, 10);
    bot.clock.advance(QUIET_MS);
    await bot.look();
    expect((await refusals(bot)).map(({ count = 1 }) => count)).toEqual([1, 1, 1, 7, 10]);
  });

  it("that goes on for a day is an entry an hour", async () => {
    const bot = await startBot();
    for (let minute = 0; minute < 1440; minute++) {
      bot.clock.advance(59_000);
      await flood(bot, 1);
      if (minute % 10 === 0) await bot.parts.refusals.writeDue();
    }
    bot.clock.advance(QUIET_MS);
    await bot.look();
    const counts = (await refusals(bot)).map(({ count = 1 }) => count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1440);
    expect(counts.length).toBeLessThanOrEqual(3 + 25);
  });

  it("hides neither what is refused to others nor an order of theirs that is not allowed", async () => {
    const bot = await startBot(under(anybodyMay("read")));
    await flood(bot, 100);
    await bot.say(`start "${PLAN}"`, { from: ben });
    await bot.say("strat", { from: anna });
    expect((await refusals(bot)).map(({ who, what }) => [who?.name, what])).toEqual([
      ["Ben", unknown],
      ["Ben", unknown],
      ["Ben", unknown],
      ["Ben", expect.stringMatching(/^start "ABC Company Failover Plan": /)],
      ["Anna", unknown],
    ]);
  });

  it("ends where the clock is set back, too", async () => {
    const bot = await startBot();
    await flood(bot, 10);
    bot.clock.advance(-3_600_000);
    await bot.look();
    expect((await refusals(bot)).map(({ count = 1 }) => count)).toEqual([1, 1, 1, 7]);
  });
});

async function cleanStop({ parts, store, em }: TestBot): Promise<void> {
  const { clock } = parts;
  const under = { em, emKey: "sandbox", sandbox: true, clock, close: async () => undefined };
  const log = createLog({ secrets: [], level: "silent" });
  await runLoops(parts, { store, under, log })();
}

const isCollect = ({ method, path }: { method: string; path: string }) =>
  method === "POST" && path.includes("action=collect");

describe("what EM is asked besides orders", () => {
  it("is audited before EM is asked, and once EM has done it", async () => {
    const bot = await startBot();
    await bot.say("collect");
    bot.clock.advance(120_000);
    await bot.say("tasks clear");
    expect(
      (await entries(bot)).map(({ deed, who, where, what }) => [deed, who, where, what]),
    ).toEqual([
      ["collecting", anna, here, "EM is asked to collect the data of srv13.tech.local"],
      [
        "collected",
        anna,
        here,
        expect.stringMatching(/^EM collects the data of srv13\.tech\.local; its tasks: task-\d+$/),
      ],
      [
        "clearing-tasks",
        anna,
        here,
        expect.stringMatching(/^EM is asked to remove from its list: task-\d+$/),
      ],
      [
        "tasks-cleared",
        anna,
        here,
        expect.stringMatching(/^EM has removed from its list: task-\d+$/),
      ],
    ]);
  });

  it("leaves its first entry, and that nobody knows, where the bot is killed before EM has answered", async () => {
    // The delivery, then the entry; EM is asked after that.
    const death = mortal(2, false, () => undefined);
    const bot = await startBot({ wrap: death.wrap });
    await bot.say("collect");
    const next = await bot.restart(1000, { wrap: (store: Store) => store });
    expect(await deeds(next)).toEqual(["collecting", "answer-lost"]);
  });

  it("is not asked where that entry cannot be saved", async () => {
    let store: ReturnType<typeof failingStore> | undefined;
    const bot = await startBot({ wrap: (real) => (store = failingStore(real)) });
    store?.faults.push("none", "unwritten");
    await bot.say("collect");
    expect(last(bot)).toContain("collect: the bot's state cannot be read or saved");
    expect(bot.sandbox.requests.filter(isCollect)).toEqual([]);
  });

  it("that was done is told as done where only the second entry cannot be saved", async () => {
    let store: ReturnType<typeof failingStore> | undefined;
    const bot = await startBot({ wrap: (real) => (store = failingStore(real)) });
    store?.faults.push("none", "none", "unwritten");
    await bot.say("collect");
    expect(last(bot)).toContain("EM has been asked to collect its data now");
    expect(await deeds(bot)).toEqual(["collecting"]);
  });

  it("and whose answer was lost stands in the log as that, and is counted", async () => {
    const bot = await startBot();
    bot.sandbox.control.loseNextAnswer(isCollect);
    await bot.say("collect");
    expect(last(bot)).toContain("It may or may not have been carried out.");
    expect((await entries(bot)).map(({ deed, what }) => [deed, what])).toEqual([
      ["collecting", expect.any(String)],
      [
        "answer-lost",
        expect.stringMatching(
          /^collect srv13\.tech\.local: EM .*; it may or may not have been carried out$/,
        ),
      ],
    ]);
    expect(bot.parts.bot.refused).toBe(1);
  });
});
