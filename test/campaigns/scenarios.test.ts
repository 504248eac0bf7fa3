/**
 * Scenarios of the sandbox as whole conversations, beside the ends of runs: what the bot says, and
 * what it does not claim.
 */
import { describe, expect, it } from "vitest";
import { cleanText } from "../../src/chat/clean.ts";
import type { Role } from "../../src/sandbox/api/rights.ts";
import type { Switches } from "../../src/sandbox/switches.ts";
import { nonsense } from "../../src/sandbox/wire/garbage.ts";
import { IDLE_MS, startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const ORDINARY = "SQL Failover Plan";

const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.at(-1) ?? expect.fail("nothing was said"));
const roots = (bot: TestBot) => bot.chat.messages.filter(({ place }) => place.thread === undefined);
const rootOf = (bot: TestBot, title: string) =>
  roots(bot)
    .map(bot.chat.text)
    .find((text) => text.includes(title)) ?? expect.fail(`no card with ${title}`);
/** The first words of all that hangs under cards. */
/** What is told last, before the audit log's hash. */
const lastTold = (bot: TestBot) =>
  threads(bot).findLast((line) => !line.startsWith("Audit log up to here"));
const threads = (bot: TestBot) =>
  bot.chat.messages
    .filter(({ place, file }) => place.thread !== undefined && file === undefined)
    .map((message) => bot.chat.text(message).split("\n")[0] ?? "");
const posted = (bot: TestBot, action: string) =>
  bot.sandbox.requests.filter(({ path }) => path.includes(`?action=${action}`)).length;

async function run(bot: TestBot, line: string): Promise<void> {
  await bot.say(line);
  const confirm = /type `(confirm [^`]+)`/.exec(last(bot))?.[1] ?? expect.fail(last(bot));
  await bot.say(confirm);
  await bot.look();
}

describe("runs that somebody starts elsewhere", () => {
  it("are announced once each, followed, and confirmed only by points newer than their ends", async () => {
    const bot = await startBot({ scenario: "started-elsewhere" });
    await bot.pass(24 * 60_000, IDLE_MS);
    expect(roots(bot).map((root) => bot.chat.text(root).split("\n")[0])).toEqual([
      `[ok] Failed over, confirmed: ${PLAN}, not started by this bot`,
      "[ok] Failed over, confirmed: Cloud failover plan 1, not started by this bot",
      expect.stringContaining(`: ${PLAN}, not started by this bot`),
    ]);
    expect(posted(bot, "start")).toBe(0);
  });

  it.each(["test", "undo"] as const)(
    "a %s of somebody else's is not told as a failover",
    async (action) => {
      const bot = await startBot({ scenario: "points-lag", switches: { undoSession: "made" } });
      const { control, estate } = bot.sandbox;
      const plan = estate.plans().find(({ name }) => name === PLAN)?.id ?? "";
      if (action === "undo") control.order(plan, "start");
      await bot.pass(action === "undo" ? 20 * 60_000 : 0, IDLE_MS);
      control.order(plan, action);
      await bot.pass(60_000);
      await bot.untilQuiet();
      await bot.pass(25 * 60_000, IDLE_MS);
      expect(bot.chat.text(roots(bot).at(-1) ?? expect.fail())).toContain(
        "The API does not show whether this was a failover, a test or an undo",
      );
    },
  );
});

describe("an account that may do less than all", () => {
  const conversation = async (role: Role) => {
    const bot = await startBot({ role, config: { evidenceWaitMs: 60_000 } });
    const answers: Record<string, string> = {};
    for (const line of [
      "status",
      "plans",
      "sessions",
      `start "${PLAN}"`,
      `start "${ORDINARY}"`,
      "collect",
    ]) {
      await bot.say(line);
      answers[line.split(" ", 1)[0] ?? ""] ??= last(bot);
      answers[line] = last(bot);
    }
    return { bot, answers };
  };

  it("a Portal User sees what runs and replicates, and is told which role plans take", async () => {
    const { bot, answers } = await conversation("Portal User");
    expect(answers.status).toContain("What is failed over cannot be read; no failover runs");
    expect(answers.status).toContain("Replication: ");
    expect(answers.status).toContain("The EM account may not read failover plans");
    expect(answers.sessions).toContain(PLAN);
    for (const line of ["plans", `start "${PLAN}"`, `start "${ORDINARY}"`])
      expect(answers[line]).toMatch(
        /does not allow this account the failover plans: give .* the role/,
      );
    expect(answers.collect).toContain("does not allow this account the collection of data");
    expect(posted(bot, "start")).toBe(0);
  });

  it("a Portal User is told of runs started elsewhere, to their ends", async () => {
    const bot = await startBot({ role: "Portal User", scenario: "started-elsewhere" });
    await bot.pass(4 * 60_000);
    expect(bot.chat.text(roots(bot)[0] ?? expect.fail())).toContain(
      `${PLAN}, not started by this bot`,
    );
  });

  it("a VM Restore Operator starts and undoes, and EM's word is told as EM's word", async () => {
    const { bot, answers } = await conversation("VM Restore Operator");
    expect(answers.status).toContain("What is failed over cannot be read; no failover runs");
    expect(answers.status).toContain("The EM account may not read replica points");
    expect(answers[`start "${PLAN}"`]).toContain("The replica points could not be read");
    await bot.say(`confirm ${PLAN}`);
    await bot.untilQuiet();
    await run(bot, `undo "${PLAN}"`);
    await bot.untilQuiet();
    const ends = threads(bot).filter((line) => line.includes("not confirmed"));
    expect(ends).toEqual([
      `[warning] EM reports success, not confirmed: ${PLAN}`,
      `[warning] EM reports success, not confirmed: undo of ${PLAN}`,
    ]);
    expect(
      bot.chat.transcript().match(/may not read replica points/g)?.length,
    ).toBeGreaterThanOrEqual(2);
    expect(threads(bot).filter((line) => /, confirmed/.test(line))).toEqual([]);
  });

  it("a VM Restore Operator cannot test: the replicas' states cannot be seen", async () => {
    const bot = await startBot({ role: "VM Restore Operator" });
    await bot.say(`test "${PLAN}"`);
    expect(last(bot)).toContain(
      "A test needs every replica in state Ready, and the states cannot be read.",
    );
  });

  it("a VM Restore Operator does not start while a session of the tenant runs", async () => {
    const bot = await startBot({ role: "VM Restore Operator" });
    const rival =
      bot.sandbox.estate.plans().find(({ name }) => name === "Standard Failover Plan")?.id ?? "";
    bot.sandbox.control.order(rival, "start");
    bot.clock.advance(20_000);
    await bot.say(`start "${PLAN}"`);
    expect(last(bot)).toContain('A failover session of plan "Standard Failover Plan" runs');
  });

  it("an operator of applications has the ordinary plans alone", async () => {
    const { bot, answers } = await conversation("Exchange Restore Operator");
    expect(answers.plans).toMatch(
      /^1 failover plan\nThe EM account may not read cloud failover plans; .*\n1\. SQL Failover Plan/,
    );
    expect(answers[`start "${PLAN}"`]).toContain(
      `No failover plan "${PLAN}" among those that I can read`,
    );
    await bot.say(`confirm ${ORDINARY}`);
    await bot.untilQuiet();
    expect(bot.chat.transcript()).toContain(
      `EM has carried out the order; no more is known: ${ORDINARY}`,
    );
  });
});

describe("an EM without Cloud Connect", () => {
  it("has its ordinary plans started and undone, and says that there are no sessions", async () => {
    const bot = await startBot({ scenario: "no-cloud" });
    await bot.say("sessions");
    expect(last(bot)).toContain("EM's API shows no sessions of ordinary plans");
    for (const verb of ["start", "undo"]) {
      await run(bot, `${verb} "${ORDINARY}"`);
      await bot.untilQuiet();
      await bot.pass(5 * 60_000);
    }
    expect(threads(bot).filter((line) => line.includes("no more is known: "))).toHaveLength(2);
    expect(bot.chat.transcript()).not.toContain("Could not");
    await bot.say(`watch ${ORDINARY}`);
    expect(last(bot)).toContain("EM's API shows no sessions of ordinary plans.");
    await bot.say(`start "${PLAN}"`);
    expect(last(bot)).toContain("This EM shows no Cloud Connect");
  });
});

describe("nonsense from EM", () => {
  const kinds = Array.from({ length: 10 }, (_, kind) => kind);

  it.each(["xml", "json"] as const)(
    "of every kind, in between: the run is told to its confirmed end: %s",
    async (format) => {
      const bot = await startBot({ format });
      await run(bot, `start "${PLAN}"`);
      for (const kind of kinds) {
        bot.sandbox.control.answerNext(
          nonsense(kind, format === "json"),
          ({ method }) => method === "GET",
        );
        await bot.pass(5000);
      }
      await bot.untilQuiet();
      expect(threads(bot).filter((line) => line.includes("Failed over, confirmed"))).toHaveLength(
        1,
      );
      expect(posted(bot, "start")).toBe(1);
    },
  );

  it.each(kinds)(
    "kind %i as the answer to the order, which EM never got: nothing is sent again or claimed",
    async (kind) => {
      const bot = await startBot({ config: { evidenceWaitMs: 60_000 }, format: "xml" });
      await bot.say(`start "${PLAN}"`);
      bot.sandbox.control.answerNext(
        nonsense(kind, false),
        ({ method, path }) => method === "POST" && path.includes("action="),
      );
      await bot.say(`confirm ${PLAN}`);
      await bot.untilQuiet();
      expect(lastTold(bot)).toMatch(/(outcome not known|Not started): .*$/);
      expect(posted(bot, "start")).toBe(1);
    },
  );

  it("every fourth time and for ever: what was not understood is said to be so, and nothing goes out", async () => {
    const bot = await startBot({ scenario: "garbage" });
    for (let round = 0; round < 4; round++)
      for (const line of [
        "status",
        "plans",
        "sessions",
        `start "${PLAN}"`,
        "tasks",
        `undo "${PLAN}"`,
      ]) {
        await bot.say(line);
        await bot.pass(5000);
      }
    const failures = roots(bot)
      .map(bot.chat.text)
      .filter((text) => text.startsWith("[problem]"));
    expect(failures.length).toBeGreaterThan(3);
    for (const failure of failures)
      expect(failure).toMatch(/Enterprise Manager.*\nNothing was changed\./s);
    expect(posted(bot, "start") + posted(bot, "undo")).toBe(0);
  });
});

describe("hostile names", () => {
  const numbers = Array.from({ length: 12 }, (_, index) => index + 1);

  it("each plan is listed, asked about, run and told under its own name", {
    timeout: 30_000,
  }, async () => {
    const bot = await startBot({ scenario: "hostile-names", format: "xml" });
    const names = bot.sandbox.estate.plans().map(({ name }) => name);
    for (const number of numbers) {
      await bot.say("plans");
      await run(bot, `start ${number}`);
      await bot.untilQuiet();
      const name = cleanText(names[number - 1] ?? expect.fail());
      expect(lastTold(bot)).toContain(`: ${name}`);
    }
    expect(
      threads(bot).filter((line) => /Failed over, confirmed, with warnings: /.test(line)),
    ).toHaveLength(11);
    expect(posted(bot, "start")).toBe(12);
  });
});

describe("two hundred plans and a hundred open sessions", () => {
  it("are shown, completed and watched, with one question a look", {
    timeout: 60_000,
  }, async () => {
    const bot = await startBot({ scenario: "many" });
    await bot.pass(5000);
    expect(await bot.store.all("watches")).toHaveLength(100);
    const before = bot.sandbox.requests.length;
    await bot.pass(10_000);
    expect(bot.sandbox.requests.length - before).toBe(2);
    await bot.say("watches");
    expect(last(bot)).toContain("100 runs being watched");
    await bot.say("status");
    expect(last(bot)).toContain("100 failovers running");
    await bot.say("plans");
    expect(last(bot)).toMatch(/201 failover plans\nThe first 20 of them; .*\n1\. /);
    await bot.say("plans tenant 17");
    expect(last(bot)).toContain('10 failover plans with "tenant 17"');
    expect(bot.parts.bot.complete("tenant 199", 25)).toEqual(["Tenant 199 Failover Plan"]);
    expect(bot.parts.bot.complete("tenant", 25)).toHaveLength(25);
    await bot.say('start "Tenant 001 Failover Plan"');
    expect(last(bot)).toContain("Not possible now: ");
    await run(bot, 'start "Tenant 150 Failover Plan"');
    expect(rootOf(bot, "Tenant 150")).toMatch(/^\[running\] .*: Tenant 150 Failover Plan/);
    expect(posted(bot, "start")).toBe(1);
  });
});

describe("words that nobody knows", () => {
  it("are told as they are, and no session in such a state is forgotten or overlooked", async () => {
    const bot = await startBot({ scenario: "unknown-words" });
    await run(bot, `start "${PLAN}"`);
    for (let looks = 0; looks < 12; looks++) {
      await bot.pass(5000);
      const [open] = await bot.store.all("watches");
      if (open) {
        await bot.say('start "Standard Failover Plan @ ABC Company"');
        expect(last(bot)).toMatch(/not possible now|already failed over/i);
      }
    }
    await bot.untilQuiet();
    expect(threads(bot).filter((line) => line.startsWith("[warning] Failed over"))).toEqual([
      `[warning] Failed over, confirmed, with warnings: ${PLAN}`,
    ]);
    expect(bot.chat.transcript()).toContain('EM says "SkippedByPolicy"');
    expect(posted(bot, "start")).toBe(1);
  });
});

describe("a plan that is edited between the question and the confirmation", () => {
  it("is not started; what is there now is shown, and asked about anew", async () => {
    const bot = await startBot({ scenario: "plan-edited" });
    await bot.say(`start "${PLAN}"`);
    await bot.pass(50_000);
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    expect(posted(bot, "start")).toBe(0);
    expect(rootOf(bot, PLAN)).toContain("srv41");
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    expect(posted(bot, "start")).toBe(0);
    await bot.confirm();
    await bot.untilQuiet();
    expect(posted(bot, "start")).toBe(1);
    expect(rootOf(bot, "Failed over, confirmed")).toContain("[done] srv41");
  });
});

describe("two orders to one tenant", () => {
  const OTHER = "Standard Failover Plan @ ABC Company";

  it.each(["task-fails", "confirmation-needed", "accepted"] as const)(
    "confirmed in one breath, only one goes out, whatever EM would do: %s",
    async (secondStart) => {
      const bot = await startBot({ switches: { secondStart } });
      await bot.say(`start "${PLAN}"`);
      await bot.say(`start "${OTHER}"`);
      await bot.say(`confirm ${PLAN}`);
      await bot.say(`confirm ${OTHER}`);
      await bot.look();
      expect(posted(bot, "start")).toBe(1);
      await bot.untilQuiet();
      expect(threads(bot).filter((line) => /Not started: .*$/.test(line))).toHaveLength(1);
      expect(threads(bot).filter((line) => /Failed over, confirmed: /.test(line))).toHaveLength(1);
      expect(bot.chat.transcript()).toContain(
        "its session is not known yet, and EM does one failover at a time",
      );
    },
  );

  it("the second is not even asked about while the first waits for its session", async () => {
    const bot = await startBot();
    await run(bot, `start "${PLAN}"`);
    await bot.say(`start "${OTHER}"`);
    expect(last(bot)).toMatch(
      /Not possible now: .*\n.*An order to plan "ABC Company Failover Plan" is with EM/,
    );
  });
});

describe("two plans of one name, running at once in two tenants", () => {
  const NAME = "Standard Failover Plan";
  const OURS = `${NAME} @ ABC Company`;
  const THEIRS = `${NAME} @ Tech Dynamics`;

  async function both(switches: Partial<Switches> = {}) {
    const bot = await startBot({ switches });
    for (const plan of [OURS, THEIRS]) {
      await bot.say(`start "${plan}"`);
      expect(last(bot)).toContain(
        "Another plan has the same name; this is the one of this tenant.",
      );
    }
    await bot.say(`confirm ${NAME}`);
    for (const tenant of ["ABC Company", "Tech Dynamics"])
      expect(last(bot)).toMatch(new RegExp(`Several questions are open.*tenant ${tenant}`, "s"));
    await bot.say(`confirm ${OURS}`);
    await bot.confirm();
    await bot.look();
    return bot;
  }

  it.each(["with-vm-tasks", "without-vm-tasks"] as const)(
    "are told apart everywhere, each to its own end: sessions %s",
    async (queriedSessions) => {
      const bot = await both({ queriedSessions });
      expect(posted(bot, "start")).toBe(2);
      await bot.pass(20_000);
      expect(await bot.store.all("watches")).toHaveLength(2);
      await bot.say(`watch ${NAME}`);
      expect(last(bot)).toContain(`Several plans fit "${NAME}"`);
      await bot.say(`watch ${THEIRS}`);
      expect(last(bot)).toContain("is watched here already");
      await bot.say(`stop ${NAME}`);
      expect(last(bot)).toMatch(/Several plans fit|No task of/);
      await bot.say(`status ${THEIRS}`);
      expect(last(bot)).toMatch(/Tenant Tech Dynamics.*Runs now: Working/s);
      await bot.say(`sessions ${OURS}`);
      expect(last(bot)).toMatch(/Working, begun .*, 2 VMs/);
      expect(last(bot)).not.toContain(", 1 VM ");
      await bot.untilQuiet();
      for (const [tenant, vm] of [
        ["ABC Company", "filesrv03"],
        ["Tech Dynamics", "shopdb01"],
      ]) {
        const card = roots(bot)
          .map(bot.chat.text)
          .find((text) => text.startsWith("[ok]") && text.includes(`Tenant ${tenant}.`));
        expect(card).toContain(`[done] ${vm}`);
      }
      expect(threads(bot).filter((line) => /Failed over, confirmed: /.test(line))).toHaveLength(2);
      expect(bot.chat.transcript()).not.toContain("not started by this bot");
    },
  );

  it.each(["with-vm-tasks", "without-vm-tasks"] as const)(
    "also where EM's answers to both orders were lost: sessions %s",
    async (queriedSessions) => {
      const bot = await startBot({ scenario: "answer-lost", switches: { queriedSessions } });
      for (const plan of [OURS, THEIRS]) await bot.say(`start "${plan}"`);
      await bot.say(`confirm ${OURS}`);
      await bot.confirm();
      await bot.untilQuiet();
      const ends = roots(bot)
        .map(bot.chat.text)
        .filter((text) => text.startsWith("[ok]"));
      expect(ends.map((text) => /Tenant ([^.]+)\./.exec(text)?.[1]).sort()).toEqual([
        "ABC Company",
        "Tech Dynamics",
      ]);
      expect(bot.chat.transcript()).not.toContain("not started by this bot");
      expect(posted(bot, "start")).toBe(2);
    },
  );

  it("one that runs elsewhere is watched as its own tenant's, and not as the other's", async () => {
    const bot = await startBot({ config: { announceIn: [] } });
    const theirs = bot.sandbox.estate
      .plans()
      .find(({ name, tenant }) => name === NAME && tenant?.name === "Tech Dynamics");
    bot.sandbox.control.order(theirs?.id ?? "", "start");
    bot.clock.advance(20_000);
    await bot.say(`watch ${OURS}`);
    expect(last(bot)).toContain(`No failover of "${NAME}" runs now`);
    await bot.say(`watch ${THEIRS}`);
    expect(bot.chat.transcript()).toContain("Tenant Tech Dynamics. First seen here");
  });
});
