/** Orders other than a start of a cloud plan: test, undo, stop, and all of an ordinary plan. */
import { describe, expect, it } from "vitest";
import { startBot, type TestBot } from "../fakes/bot.ts";
import { masked } from "../fakes/masked.ts";

const PLAN = "ABC Company Failover Plan";
const ORDINARY = "SQL Failover Plan";

const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.at(-1) ?? expect.fail("nothing was said"));
const runsSince = (bot: TestBot) =>
  bot.sandbox.estate
    .runs()
    .filter(({ orderedAt }) => orderedAt >= Date.UTC(2026, 10, 21, 6))
    .map(({ action }) => action);

async function failedOver(options: Parameters<typeof startBot>[0] = {}) {
  const bot = await startBot(options);
  await bot.say(`start "${PLAN}"`);
  await bot.say(`confirm ${PLAN}`);
  await bot.untilQuiet();
  return bot;
}

describe("undo", () => {
  it("says that all changes since the failover are discarded, and since when", async () => {
    const bot = await failedOver();
    await bot.say(`undo "${PLAN}" because the drill is over`);
    expect(masked(last(bot))).toMatchInlineSnapshot(`
      "[question] Undo the failover of plan "ABC Company Failover Plan"?
      Going ahead discards all that was changed in the replicas since the failover (failed over 2026-11-21 06:00 UTC); the replicas are powered off.
      VMs that were failed back or failed over for good are left as they are.
      6 of 6 VMs in state Failover.
      6 VMs of tenant ABC Company. EM undoes them in groups of 5.
      Asked by Anna because: the drill is over.
      1. filesrv03 – in state Failover
      2. filesrv04 – in state Failover
      3. srv38 – in state Failover
      4. srv40 – in state Failover
      5. apache05 – in state Failover
      6. sql07 – in state Failover
      To go on, type \`confirm undo CODE\`; to drop it, \`cancel\`. The question closes 2026-11-21 06:06 UTC. Nothing has been sent.
      Read from Enterprise Manager (EM) 2026-11-21 06:01 UTC · EM's data is up to 15 min older by default"
    `);
  });

  it.each(["none", "made"] as const)(
    "is followed to its confirmed end, with its session %s",
    async (undoSession) => {
      const bot = await failedOver({ switches: { undoSession } });
      await bot.say(`undo "${PLAN}"`);
      await bot.confirm();
      await bot.untilQuiet();
      expect(bot.chat.transcript()).toMatch(/\[ok\] Undone, confirmed: undo of .*\n/);
      expect(runsSince(bot)).toEqual(["start", "undo"]);
    },
  );

  it("is refused while a session runs, naming it", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.pass(20_000);
    await bot.say('undo "Standard Failover Plan @ ABC Company"');
    expect(last(bot)).toMatch(
      /Not possible now: .*\nA failover session of plan "ABC Company Failover Plan" runs/,
    );
  });
});

describe("test", () => {
  it("is asked, run and confirmed as a test", async () => {
    const bot = await startBot();
    await bot.say(`test "${PLAN}"`);
    expect(last(bot)).toContain("\nProduction is not touched: ");
    await bot.confirm();
    await bot.untilQuiet();
    expect(bot.chat.transcript()).toMatch(/\[ok\] Tested, confirmed: test of .*\n/);
    expect(runsSince(bot)).toEqual(["test"]);
  });

  it("is refused unless all replicas are ready", async () => {
    const bot = await failedOver();
    await bot.say(`test "${PLAN}"`);
    expect(last(bot)).toMatch(
      /Not possible now: .*\nIn state Failover: .*Undo that failover first\./,
    );
  });
});

describe("a VM that is being failed back", () => {
  it("keeps its plan from being started", async () => {
    const bot = await startBot();
    await bot.say('start "Branch Failover"');
    expect(last(bot)).toContain(
      "In state Failback: branch02. Finish that in the Veeam console first.",
    );
  });
});

describe("an ordinary plan", () => {
  it("says plainly what its API cannot show", async () => {
    const bot = await startBot();
    await bot.say(`start "${ORDINARY}"`);
    expect(masked(last(bot))).toMatchInlineSnapshot(`
      "[question] Start failover plan "SQL Failover Plan"?
      Going ahead loses what was written after EM's latest restore points; its API does not show their age.
      Production is not powered off: where it still runs, names and addresses will exist twice.
      Replication of these VMs stops until the failover is undone or made permanent.
      This is an ordinary plan: EM's API shows neither whether it runs nor its progress. The bot can only say whether EM took the order; all else is in the Veeam console.
      3 VMs, each to its newest restore point.
      Asked by Anna.
      1. sql01
      2. sql02
      3. sql03
      To go on, type \`confirm SQL Failover Plan\`; to drop it, \`cancel\`. The question closes 2026-11-21 06:05 UTC. Nothing has been sent."
    `);
  });

  it("ends with EM's task, a start and its undo", async () => {
    const bot = await startBot();
    for (const verb of ["start", "undo"]) {
      await bot.say(`${verb} "${ORDINARY}"`);
      await bot.confirm();
      await bot.untilQuiet();
      await bot.pass(300_000);
    }
    expect(runsSince(bot)).toEqual(["start", "undo"]);
    const ends = bot.chat
      .transcript()
      .match(/\| .*EM has carried out the order; no more is known: /g);
    expect(ends).toHaveLength(2);
    expect(bot.chat.transcript()).toContain("Its API shows no progress for ordinary plans.");
  });

  it("cannot be tested", async () => {
    const bot = await startBot();
    await bot.say(`test "${ORDINARY}"`);
    expect(last(bot)).toContain("EM's API cannot test ordinary failover plans");
  });

  it("whose answer was lost is not known, and not sent again", async () => {
    const bot = await startBot({ scenario: "answer-lost" });
    await bot.say(`start "${ORDINARY}"`);
    await bot.say(`confirm ${ORDINARY}`);
    await bot.untilQuiet();
    expect(bot.chat.transcript()).toContain("the order may or may not have been carried out");
    expect(runsSince(bot)).toEqual(["start"]);
  });
});

describe("stop", () => {
  it("is offered only while EM's task runs", async () => {
    const bot = await startBot();
    await bot.say(`stop "${PLAN}"`);
    expect(last(bot)).toContain(`No task of "${PLAN}" runs now`);
  });

  it("is not sent where EM's task has ended before it was confirmed", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    await bot.say(`stop "${PLAN}"`);
    bot.clock.advance(30_000);
    await bot.confirm();
    await bot.untilQuiet();
    expect(bot.chat.transcript()).toContain(
      "EM's task has ended meanwhile, so there is nothing to stop.",
    );
    expect(bot.sandbox.requests.filter(({ method }) => method === "DELETE")).toEqual([]);
  });

  it("is not even offered once EM's task has ended, also where no look has shown it yet", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    bot.clock.advance(30_000);
    await bot.say(`stop "${PLAN}"`);
    expect(last(bot)).toContain(`No task of "${PLAN}" runs now`);
  });

  it("deletes the task once confirmed, and watches on", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    await bot.say(`stop "${PLAN}" because wrong tenant`);
    expect(last(bot)).toContain("documented nowhere");
    await bot.confirm();
    await bot.look();
    await bot.untilQuiet();
    const transcript = bot.chat.transcript();
    expect(transcript).toContain("EM has deleted this order's task, as Anna ordered");
    expect(transcript).not.toContain("EM has lost");
    expect(transcript).toMatch(
      /\| \[warning\] Failed over, confirmed, in spite of the stop order: .*\n[\s\S]*\| The stop has not kept it from being carried out\. `undo "ABC Company Failover Plan"` takes the whole failover back; what was changed in the replicas since is discarded\./,
    );
    expect(
      bot.sandbox.requests.filter(
        ({ method, path }) => method === "DELETE" && path.includes("/tasks/"),
      ),
    ).toHaveLength(1);
  });
});

describe("an undo after a failover that one VM did not take part in", () => {
  it.each(["none", "made"] as const)(
    "says so of that VM, with its session %s",
    async (undoSession) => {
      const bot = await failedOver({ scenario: "vm-fails", switches: { undoSession } });
      await bot.say(`undo "${PLAN}"`);
      await bot.confirm();
      await bot.untilQuiet();
      const root =
        bot.chat.messages.findLast(({ place }) => place.thread === undefined) ?? expect.fail();
      expect(bot.chat.text(root)).toMatch(
        /\nfilesrv04 – was not shown as failed over\n\[done\] filesrv03 – undone/,
      );
    },
  );
});

describe("a stop that EM heeds", () => {
  it("is told as what came of it, and not as a loss", async () => {
    const bot = await startBot({ switches: { deleteTask: "stops" } });
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    await bot.say(`stop "${PLAN}"`);
    await bot.confirm();
    await bot.look();
    expect(bot.chat.text(bot.chat.messages[0] ?? expect.fail())).toContain(
      "[warning] Stop ordered by Anna; looking whether a session runs: ",
    );
    await bot.untilQuiet();
    expect(bot.chat.transcript()).toMatch(
      /\| \[problem\] Failed after the stop order: .*\n.*EM gave no reason\.\n.*EM has named no VM\.\n.*Look in the Veeam console whether any VM was started/,
    );
  });
});

describe("an EM without Cloud Connect", () => {
  it("is a normal case", async () => {
    const bot = await startBot({ scenario: "no-cloud" });
    await bot.say("status");
    expect(last(bot)).toContain("no Cloud Connect");
    await bot.say("plans");
    expect(last(bot)).toMatch(/1 failover plan\n1\. SQL Failover Plan – ordinary plan/);
  });
});

describe("an order between its confirmation and its session", () => {
  it("is under way for whoever asks how things stand", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.say("status");
    expect(last(bot)).toMatch(
      /^\[running\] 1 order under way\n.*\nOrdered through this bot, no session in EM yet: "ABC Company Failover Plan"\.\n/,
    );
  });
});

describe("a question that is dropped", () => {
  it("can be asked again as it was, with its time and reason", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}" before 2026-11-21 05:00 because fire`);
    await bot.say("cancel");
    const again =
      /type `(start [^`]+)`/.exec(bot.chat.transcript())?.[1] ?? expect.fail("nothing to type");
    expect(again).toBe(`start "${PLAN}" before 2026-11-21T05:00Z because fire`);
    await bot.say(again);
    expect(last(bot)).toMatch(/^\[question\] Start failover plan "ABC Company Failover Plan"\?/);
    expect(last(bot)).toContain("before 2026-11-21 05:00 UTC");
    expect(last(bot)).toContain("because: fire");
  });

  it("is not taken for another one: what is open is shown, as it is typed", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say("cancel foo");
    expect(last(bot)).toMatch(
      /No open question fits "foo"\n`cancel run-\w{6}` – Start failover plan "ABC Company Failover Plan"/,
    );
    await bot.say(/`(cancel run-\w+)`/.exec(last(bot))?.[1] ?? expect.fail("nothing to type"));
    expect(bot.chat.transcript()).toContain("Cancelled by Anna");
  });

  it("is not told of where it was not asked", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`, { place: { platform: "terminal", channel: "board-room" } });
    await bot.say("cancel foo");
    expect(last(bot)).toContain("No question is open here");
    expect(last(bot)).not.toContain(PLAN);
  });
});
