import { describe, expect, it } from "vitest";
import { connectEm } from "../../src/em/connect.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.at(-1) ?? expect.fail("nothing was said"));
const root = (bot: TestBot) =>
  bot.chat.text(
    bot.chat.messages.findLast(({ place }) => place.thread === undefined) ?? expect.fail(),
  );
const asked = (bot: TestBot, part: string) =>
  bot.sandbox.requests.filter(({ path }) => path.includes(part)).length;

describe("replication", () => {
  it("status says whether it is healthy", async () => {
    const bot = await startBot();
    await bot.say("status");
    expect(last(bot)).toMatch(/Replication: the last run of (\d+ of )?\d+ jobs and policies/);
  });

  it.each([
    ["replica", "SQL Server Replication", "replication job"],
    ["cdp", "CDP Policy 1", "CDP policy"],
  ])(
    "watch %s follows a session to its end",
    async (kind, name, noun) => {
      const bot = await startBot();
      await untilRuns(bot, `watch ${kind} ${name}`, noun);
      expect(root(bot)).toMatch(new RegExp(`\\[running\\] .*: ${noun} ".*"`));
      await bot.pass(10_000);
      expect(root(bot)).toMatch(/Running since 2026-11-\d\d/);
    },
    20_000,
  );

  it("what does not run is said so", async () => {
    const bot = await startBot();
    await bot.say("watch replica No Such Job");
    expect(last(bot)).toContain('No replication job or session "No Such Job"');
    await bot.say("watch cdp 00000000-0000-0000-0000-000000000000");
    expect(last(bot)).toContain("No CDP policy or session");
  });

  it("jobs and policies are listed as they are typed where none was named, and the nearest where none fits", async () => {
    const bot = await startBot();
    await bot.say("watch replica");
    expect(last(bot)).toMatch(
      /^\[question\] watch replica: which replication job\?\n(`watch replica ".*"` – (runs|does not run) now\n?)+$/,
    );
    await bot.say("watch cdp");
    expect(last(bot)).toMatch(/^\[question\] watch cdp: which CDP policy\?\n`watch cdp "/);
    await bot.say("watch replica Replikation Job 2");
    expect(last(bot)).toMatch(/\nNearest:\n`watch replica "Replication Job 2"` – /);
  });

  it("a session is followed by its id, and one VM of it by the id of its own session", async () => {
    const bot = await startBot();
    const { url, username, password } = bot.sandbox;
    const em = connectEm({ url, username, password, clock: bot.clock });
    const [session] = await em.replicationSessions("cdp", { open: true });
    const [task] = await em.replicationTasks("cdp", session?.id ?? "");
    await bot.say(`watch cdp ${session?.id}`);
    await bot.look();
    expect(root(bot)).toMatch(
      /Working.*: CDP policy "CDP Policy 1"\n(.*\n)*\[replicating\] virt03-ubuntu01 – \d+ GiB/,
    );
    await bot.say(`watch cdp ${session?.id}`);
    expect(last(bot)).toContain("is watched here already");
    await bot.say(`watch cdp ${task?.id}`);
    await bot.look();
    expect(root(bot)).toContain(`Only ${task?.vm} is shown.`);
    expect(await bot.store.all("watches")).toHaveLength(2);
    await em.close();
  });

  it("a CDP session ends with its day, and EM's result is told as EM's", {
    timeout: 20_000,
  }, async () => {
    const bot = await startBot();
    await bot.say("watch cdp CDP Policy 1");
    bot.clock.advance(24 * 3_600_000);
    await bot.untilQuiet();
    expect(root(bot)).toMatch(
      /Ended, EM reports (Success|Warning|Failed): CDP policy "CDP Policy 1"/,
    );
  });

  it("an EM that knows no CDP says so", async () => {
    const bot = await startBot({ dialect: "9.5" });
    await bot.say("watch cdp CDP Policy 1");
    expect(last(bot)).toMatch(
      /Enterprise Manager refuses the replication sessions.*CdpReplicaSession/,
    );
    await bot.say("status");
    expect(last(bot)).toMatch(/Replication: the last run of (\d+ of )?2 jobs and policies/);
  });

  it("a CDP session is followed with one question a look, whatever the number of watches", async () => {
    const bot = await startBot();
    await untilRuns(bot, "watch cdp CDP Policy 1", "CDP policy");
    await bot.say("watch cdp CDP Policy 1", {
      place: { platform: "terminal", channel: "war-room" },
    });
    const before = asked(bot, "type=CdpReplicaSession");
    await bot.pass(5000);
    expect(asked(bot, "type=CdpReplicaSession") - before).toBe(1);
  });
});

describe("EM's data and tasks", () => {
  it("collect asks EM to refresh its data, and says what that is", async () => {
    const bot = await startBot();
    await bot.say("collect");
    expect(last(bot)).toMatch(
      /EM has been asked to collect its data now\nBackup servers: srv13\.tech\.local; EM's tasks: task-\d+\./,
    );
  });

  it("tasks lists EM's tasks, and clears the finished ones alone", async () => {
    const bot = await startBot();
    await bot.say("collect");
    await bot.say("tasks");
    expect(last(bot)).toMatch(
      /1 task of EM in this bot's logon\n\[\w+\] task-\d+ – CollectingBackupServer/,
    );
    bot.clock.advance(120_000);
    await bot.say("tasks clear");
    expect(last(bot)).toMatch(/Removed 1 finished task from EM's list/);
    await bot.say("tasks");
    expect(last(bot)).toContain("No task of EM");
  });
});

/** Jobs run now and then; the watch begins with one that does. */
async function untilRuns(bot: TestBot, line: string, noun: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    await bot.say(line);
    if (root(bot).includes(noun) && (await bot.store.all("watches")).length > 0) return;
    bot.clock.advance(60_000);
  }
}
