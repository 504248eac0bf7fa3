/** A backup, taken while the bot works, on which a bot begins: it goes on, and orders nothing again. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { auditLog } from "../fakes/audit-log.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const OTHER = "Headquarters Failover";

const fileBeside = ({ statePath }: TestBot) => join(statePath, "..", "backup.db");
const textsOf = ({ chat }: TestBot) => chat.messages.map(chat.text);
const startsIn = ({ sandbox, clock }: TestBot) =>
  sandbox.estate.runs().filter(({ orderedAt }) => orderedAt >= clock.now() - 3_600_000).length;
const deedsIn = async ({ store }: TestBot) =>
  (await auditLog(store)).map(({ value }) => value.deed);

/** The old bot ends; the next one begins on the backup, as on another machine. */
const restored = (bot: TestBot, awayMs: number) =>
  bot.restart(awayMs, { before: (path) => copyFileSync(fileBeside(bot), path) });

async function backedUp(bot: TestBot): Promise<void> {
  await bot.say(`backup ${fileBeside(bot)}`);
  expect(textsOf(bot).join("\n")).toContain(`To ${fileBeside(bot)}`);
}

describe("a bot on a backup", () => {
  it("goes on with the run that was followed when it was taken, and tells its end", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.pass(15_000);
    await backedUp(bot);
    await bot.pass(15_000);
    const next = await restored(bot, 5000);
    await next.untilQuiet();
    const ends = textsOf(next).filter((text) => /^\[ok\] .*confirmed/.test(text));
    expect(ends.length).toBeGreaterThan(0);
    expect(startsIn(next)).toBe(1);
    expect(await deedsIn(next)).toContain("restored");
  });

  it("sends nothing that was approved before it was taken, as that was sent since", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.chat.type(`confirm ${PLAN}`);
    const [order] = await bot.store.all("orders");
    expect(order?.value.phase.is).toBe("approved");
    await backedUp(bot);
    const next = await restored(bot, 1000);
    await next.pass(20_000);
    expect(startsIn(next)).toBe(0);
    expect(await next.store.all("orders")).toEqual([]);
    expect(textsOf(next).join("\n")).toContain(`Not started: ${PLAN}`);
  });

  it("lets nobody confirm a question of before, which another bot may have asked on", async () => {
    const bot = await startBot();
    await bot.say(`start "${OTHER}"`);
    await backedUp(bot);
    const next = await restored(bot, 1000);
    await next.say(`confirm ${OTHER}`);
    await next.pass(20_000);
    expect(startsIn(next)).toBe(0);
    expect(await next.store.all("asks")).toEqual([]);
  });

  it("is one like any other from then on: the next start closes no question", async () => {
    const bot = await startBot();
    await backedUp(bot);
    const next = await restored(bot, 1000);
    await next.say(`start "${OTHER}"`);
    const later = await next.restart(1000, { before: () => undefined });
    await later.say(`confirm ${OTHER}`);
    await later.pass(20_000);
    expect(startsIn(later)).toBe(1);
  });
});

describe("backup at the terminal", () => {
  it("is audited with the file and whoever asked for it", async () => {
    const bot = await startBot();
    await backedUp(bot);
    const entry = (await auditLog(bot.store)).at(-1)?.value;
    expect(entry).toMatchObject({
      deed: "copied",
      what: `The state was copied to ${fileBeside(bot)}`,
      who: { platform: "terminal" },
    });
  });

  it.each([
    ["", "Which file is it to be copied into?"],
    ["/nowhere/at/all.db", "there is no such folder: make it first"],
  ])('"backup %s" is refused with what lacks', async (file, why) => {
    const bot = await startBot();
    await bot.say(`backup ${file}`.trim());
    expect(textsOf(bot).at(-1)).toContain(why);
    expect(bot.parts.bot.refused).toBe(1);
  });

  it("is a verb that Slack and Discord do not have, as it writes on this machine", async () => {
    const bot = await startBot({ platforms: ["slack"] });
    expect(bot.parts.bot.commands.map(({ name }) => name)).not.toContain("backup");
    await bot.say("backup x.db");
    expect(textsOf(bot).at(-1)).toContain("backup");
    expect(await deedsIn(bot)).not.toContain("copied");
  });
});
