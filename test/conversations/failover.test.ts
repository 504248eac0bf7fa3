import { describe, expect, it } from "vitest";
import { plainCard } from "../../src/chat/plain.ts";
import { startBot } from "../fakes/bot.ts";
import { masked } from "../fakes/masked.ts";

const PLAN = "ABC Company Failover Plan";

describe("a failover, from the question to its end", () => {
  it("asks first, and shows what would happen", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}" because fire in the server room`);
    expect(masked(bot.chat.transcript())).toMatchInlineSnapshot(`
      "[question] Start failover plan "ABC Company Failover Plan"?
      Going ahead loses up to 3 h 22 min of data (most on filesrv03).
      Production is not powered off: where it still runs, names and addresses will exist twice.
      Replication of these VMs stops until the failover is undone or made permanent.
      6 VMs of tenant ABC Company, each to its newest restore point.
      Asked by Anna because: fire in the server room.
      filesrv03 – 3 h 22 min old, point of 2026-11-21 02:37 UTC, starts 1st
      srv40 – 2 h 31 min old, point of 2026-11-21 03:28 UTC, starts 4th
      filesrv04 – 1 h 50 min old, point of 2026-11-21 04:09 UTC, starts 2nd
      srv38 – 1 h 31 min old, point of 2026-11-21 04:28 UTC, starts 3rd
      apache05 – 17 min old, point of 2026-11-21 05:42 UTC, starts 5th
      sql07 – 9 min old, point of 2026-11-21 05:50 UTC, starts 6th
      To go on, type \`confirm ABC Company Failover Plan\`; to drop it, \`cancel\`. The question closes 2026-11-21 06:05 UTC. Nothing has been sent.
      Read from Enterprise Manager (EM) 2026-11-21 06:00 UTC · EM's data is up to 15 min older by default · earlier sessions that ended well took about 1 min"
    `);
    expect(bot.sandbox.estate.startsOf(planId(bot.sandbox))).toHaveLength(0);
  });

  it("is started once it is confirmed, and told to its confirmed end", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}" because fire in the server room`);
    await bot.say(`confirm ${PLAN}`);
    await bot.untilQuiet(5000);
    expect(masked(bot.chat.transcript())).toMatchInlineSnapshot(`
      "[ok] Failed over, confirmed: ABC Company Failover Plan
      [####################] 100 %
      Every VM's replica is in state Failover, as EM's replica points show.
      Ran 1 min 7 s, from 2026-11-21 06:00 UTC.
      Recovery: 1 min 11 s to the last VM up (first after 50 s); people 0 s to confirm, EM 1 min 6 s by its own times.
      Data lost: 3 h 22 min (most on filesrv03), as the question showed.
      Slowest: filesrv04 1 min 2 s, srv38 58 s and sql07 56 s.
      Tenant ABC Company. Asked by Anna, approved by Anna, sent 2026-11-21 06:00 UTC; latest restore points; because: fire in the server room.
      [done] filesrv03 – up after 49 s
      [done] filesrv04 – up after 1 min 2 s
      [done] srv38 – up after 58 s
      [done] srv40 – up after 49 s
      [done] apache05 – up after 40 s
      [done] sql07 – up after 56 s
      Check the services. The failover stays until it is undone, made permanent or failed back in the Veeam console.
      Ended 2026-11-21 06:01 UTC · EM: Enterprise Manager · run-……
        | Approved by Anna
        | EM has started the failover session
        | apache05 up (1 of 6 up)
        | filesrv03 and srv40 up (3 of 6 up)
        | srv38 and sql07 up (5 of 6 up)
        | filesrv04 up (6 of 6 up)
        | [ok] Failed over, confirmed: ABC Company Failover Plan
        | Every VM's replica is in state Failover, as EM's replica points show.
        | Recovery: 1 min 11 s to the last VM up (first after 50 s); people 0 s to confirm, EM 1 min 6 s by its own times.
        | Data lost: 3 h 22 min (most on filesrv03), as the question showed.
        | Slowest: filesrv04 1 min 2 s, srv38 58 s and sql07 56 s.
        | Check the services. The failover stays until it is undone, made permanent or failed back in the Veeam console.
        | For the attention of Anna
        | Audit log up to here: <hash>
        | ABC Company Failover Plan 2026-11-21 0600 UTC.png
        | Failed over, confirmed. Failover of ABC Company Failover Plan · tenant ABC Company. 6 of 6 up; the last one 1 min 11 s after the question. People took 0 s, EM took 1 min 6 s. Data lost: 3 h 22 min at most (filesrv03, promised 3 h 22 min). Asked by Anna at the terminal: fire in the server room, 2026-11-21 06:00:00 UTC. Approved by Anna at the terminal, 2026-11-21 06:00:00 UTC. Sent to EM, 06:00:05 (+5 s). EM's session began, 06:00:06 (+6 s). EM's session ended, 06:01:13 (+1 min 13 s). Watched until then, 06:01:15 (+1 min 15 s). Slowest: filesrv04 1 min 2 s, srv38 58 s, sql07 56 s.
        | ABC Company Failover Plan 2026-11-21 0600 UTC.md
        | The whole report: who decided what, 20 lines of what happened, the scorecard and 6 VMs.
        | ABC Company Failover Plan 2026-11-21 0600 UTC.csv
        | A table of 6 VMs, for spreadsheets: times, restore points and evidence."
    `);
    expect(bot.sandbox.estate.startsOf(planId(bot.sandbox))).toHaveLength(1);
  });

  it("shows on its card how far it is, at every look", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.pass(45_000);
    const [root] = bot.chat.messages;
    const halfway = root?.versions.at(-1);
    expect(
      masked(plainCard(halfway ?? expect.fail(), { now: bot.clock.now(), timeZone: "UTC" })),
    ).toMatchInlineSnapshot(`
      "[running] Starting: ABC Company Failover Plan (0 of 6 up)
      Looked at Enterprise Manager (EM) just now. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      [#############-------] 65 %
      Running since 2026-11-21 06:00 UTC. At this pace it ends about 2026-11-21 06:02 UTC.
      Tenant ABC Company. Asked by Anna, approved by Anna, sent 2026-11-21 06:00 UTC; latest restore points.
      [starting] filesrv03 – 70 %
      [starting] filesrv04 – 54 %
      [starting] srv38 – 59 %
      [starting] srv40 – 69 %
      [starting] apache05 – 84 %
      [starting] sql07 – 58 %
      Leave it to run; the end is posted here. \`status\` shows everything else.
      run-……"
    `);
  });

  it("uses restore points from before a time, and shows which", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}" before 2026-11-21 03:00 because ransomware`);
    expect(bot.chat.transcript()).toContain(
      ", each to its newest restore point before 2026-11-21 03:00 UTC.",
    );
    await bot.say(`confirm ${PLAN}`);
    await bot.untilQuiet();
    const [run] = bot.sandbox.estate.startsOf(planId(bot.sandbox));
    expect(run).toBeDefined();
    const used = new Set(
      bot.sandbox.estate
        .points()
        .filter(({ state }) => state === "Failover")
        .map(({ createdAt }) => createdAt < Date.UTC(2026, 10, 21, 3)),
    );
    expect([...used]).toEqual([true]);
  });
});

const planId = ({ estate }: Awaited<ReturnType<typeof startBot>>["sandbox"]) =>
  estate.plans().find(({ name }) => name === PLAN)?.id ?? "";
