/** Chat is down: the terminal takes over the same state, and gives it back. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Place } from "../../src/chat/port.ts";
import { takeOver } from "../../src/ops/take-over.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";
import { fakeChat } from "../fakes/chat.ts";
import { everybodyMayOrder } from "../fakes/grant.ts";
import { newFolder, pipe } from "../program/program.ts";

const PLAN = "Standard Failover Plan @ Tech Dynamics";
const ASKED = "Headquarters Failover";
const TERMINAL: Place = { platform: "terminal", channel: "terminal" };
const OPS: Place = { platform: "slack", channel: "ops" };
const anna = { platform: "slack", id: "anna", name: "Anna" } as const;

/** As `main.ts` does it before its loops run. */
const takenOver = ({ parts }: TestBot) => takeOver(TERMINAL, parts);

describe("a terminal on the state of a bot in Slack that was stopped", () => {
  async function stoppedInSlack() {
    const bot = await startBot({
      platforms: ["slack"],
      config: { policy: everybodyMayOrder.policy },
    });
    await bot.say(`start "${PLAN}"`, { place: OPS, from: anna });
    await bot.confirm({ place: OPS, from: anna });
    await bot.pass(10_000);
    await bot.say(`start "${ASKED}"`, { place: OPS, from: anna });
    return bot;
  }

  it("shows what is open, follows it to its end, and leaves to Slack what was to be said there", async () => {
    const slack = await stoppedInSlack();
    const before = slack.chat.messages.length;
    const terminal = await slack.restart(2000, { chats: [fakeChat(slack.clock)] });
    const card = await takenOver(terminal);
    expect(card?.title).toBe("This state holds 1 open run and 1 open question");
    expect(JSON.stringify(card?.lines)).toContain("Standard Failover Plan");
    await terminal.pass(180_000);
    const seen = terminal.chat.messages.map(terminal.chat.text);
    expect(seen.filter((text) => /^\[ok\].*confirmed/.test(text)).length).toBeGreaterThan(0);
    expect(terminal.chat.messages.every(({ place }) => place.platform === "terminal")).toBe(true);
    expect(slack.chat.messages).toHaveLength(before);

    const back = await terminal.restart(2000, { chats: slack.chats });
    await back.look();
    const ends = back.chat.messages
      .map(back.chat.text)
      .filter((text) => /^\[ok\].*confirmed/.test(text));
    expect(ends).toHaveLength(2);
    expect(back.chat.messages.every(({ place }) => place.platform === "slack")).toBe(true);
  });

  it("lets a question that was asked in Slack be decided", async () => {
    const slack = await stoppedInSlack();
    const terminal = await slack.restart(2000, { chats: [fakeChat(slack.clock)] });
    await takenOver(terminal);
    await terminal.say(`cancel ${ASKED}`, { delivery: "from the terminal" });
    expect((await terminal.store.all("orders")).map(({ key }) => key)).toEqual([]);
  });

  it("says nothing where there is nothing, or all of it began here", async () => {
    const bot = await startBot();
    expect(await takenOver(bot)).toBeUndefined();
    await bot.say(`start "${PLAN}"`, { place: TERMINAL });
    await bot.say(`confirm ${PLAN}`, { place: TERMINAL });
    await bot.pass(10_000);
    expect(await takenOver(bot)).toBeUndefined();
  });
});

describe("a program whose state is damaged", () => {
  it("keeps the file aside, says so, begins a new one, and works", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "state.db"), Buffer.alloc(4096));
    const { code, output, errors } = await pipe(["plans"], { folder });
    expect(output).toContain("[problem] The bot's state was damaged; it has begun a new one");
    expect(output).toMatch(/The damaged file is kept as it is: .*state\.db\.damaged-/);
    expect(output).toContain("1. ABC Company Failover Plan");
    expect(errors).toContain("the state was damaged; a new one was begun");
    expect(code).toBe(0);
    expect(existsSync(join(folder, "state.db"))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes(".damaged-"))).toHaveLength(1);
  });
});
