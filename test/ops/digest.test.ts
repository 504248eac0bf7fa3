/** The digest: what it says, and that it is said once in each place. */
import { describe, expect, it } from "vitest";
import type { Place } from "../../src/chat/port.ts";
import { steadyClock } from "../../src/clock.ts";
import { type DigestFacts, digestCard } from "../../src/messages/digest.ts";
import { digest } from "../../src/ops/digest.ts";
import { lastTests } from "../../src/ops/last-tests.ts";
import { sweep } from "../../src/ops/retention.ts";
import type { QueuedLine, Topic } from "../../src/records/topic.ts";
import { queueFile } from "../../src/speech/topics.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";
import { quietFacts, unread } from "../messages/facts.ts";
import { plan } from "../messages/orders.ts";
import { now, read } from "../messages/read.ts";
import { pointOf } from "../watch/things.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const points = [
  pointOf("a", { state: "Ready", createdAt: now - 2 * HOUR }),
  pointOf("b", { state: "Ready", createdAt: now - 3 * HOUR }),
];
const quiet = quietFacts([plan], points);
const facts: DigestFacts = { due: now, late: false, status: quiet, untestedDays: 90, untested: [] };
const shown = (own: Partial<DigestFacts> = {}) => read(digestCard({ ...facts, ...own }, now));

describe("a digest", () => {
  it("says that all is well, and of what", () => {
    expect(shown()).toMatchInlineSnapshot(`
      "[ok] Digest: nothing is failed over, 1 failover plan, no replication fails, all tested within 90 days
      Newest restore points, the oldest first:
      Plan A: 3 h old (b)
      \`status\` shows how it stands now."
    `);
  });

  it("names plans without a test, and says what that means", () => {
    const untested = [{ plan }, { plan: { ...plan, name: "Plan B" }, lastAt: now - 100 * DAY }];
    expect(shown({ untested })).toMatchInlineSnapshot(`
      "[warning] Digest: 1 plan not tested for 90 days, no test known of 1 plan, nothing is failed over, 1 failover plan, no replication fails
      Newest restore points, the oldest first:
      Plan A: 3 h old (b)
      No test known of Plan A of ABC Company.
      No test for 90 days:
      Plan B of ABC Company: last 2026-08-13 06:04 UTC
      Only tests that were ordered through this bot count, as EM's API does not tell tests from failovers.
      \`status\` shows how it stands now."
    `);
  });

  it("says that it is late, and when it was due", () => {
    expect(shown({ late: true, due: now - 5 * HOUR })).toContain("; the bot did not run then.");
  });

  it("is a warning where a VM has no restore point, and where replication cannot be read", () => {
    const unprotected = quietFacts([plan], points.slice(1));
    expect(digestCard({ ...facts, status: unprotected }, now)).toMatchObject({
      tone: "warning",
      title: expect.stringContaining("1 plan with a VM without restore point"),
    });
    const blind = { ...quiet, replications: { snapshot: unread(), cdp: unread() } };
    expect(digestCard({ ...facts, status: blind }, now)).toMatchObject({
      tone: "warning",
      title: expect.stringContaining("replication cannot be read"),
    });
  });

  it("says why where EM could not be asked", () => {
    expect(
      shown({ status: { unknown: "Cannot reach Enterprise Manager" } }),
    ).toMatchInlineSnapshot(`
      "[problem] Digest: EM could not be asked
      Cannot reach Enterprise Manager.
      \`doctor\` looks for the cause."
    `);
  });
});

describe("the digest of a bot", () => {
  const ops: Place = { platform: "terminal", channel: "ops" };
  const war: Place = { platform: "terminal", channel: "war-room" };
  const partsOf = (
    { store, clock, parts, sandbox }: TestBot,
    em: Parameters<typeof digest>[1]["em"],
  ) => ({
    em,
    emKey: "sandbox",
    sandbox: sandbox !== undefined,
    store,
    places: [ops, war],
    untestedDays: 90,
    plans: parts.plans,
    clock: steadyClock(clock),
  });

  async function digested(bot: TestBot, at = bot.clock.now(), late = false) {
    await bot.store.commit(await digest({ at, late }, partsOf(bot, bot.em)));
    await bot.parts.outbox.flush();
    return bot.chat.messages.filter((message) => bot.chat.text(message).includes("Digest:"));
  }

  it("is posted in each place, once for each time at which it is due", async () => {
    const bot = await startBot();
    const due = bot.clock.now();
    await digested(bot, due);
    const messages = await digested(bot, due);
    const channels = messages.map(({ place }) => place.channel);
    expect(channels.sort()).toEqual([ops.channel, war.channel]);
    expect(await bot.store.all("topics")).toEqual([]);
  });

  it("no longer names a plan once it was tested here, even when the record of that run is gone", async () => {
    const bot = await startBot();
    const tested = "Standard Failover Plan of Tech Dynamics";
    const before = await digested(bot);
    expect(before.map(bot.chat.text)[0]).toContain(tested);
    await bot.say('test "Standard Failover Plan @ Tech Dynamics"');
    await bot.say("confirm Standard Failover Plan @ Tech Dynamics");
    await bot.untilQuiet();
    const after = (await digested(bot)).map(bot.chat.text).at(-1);
    expect(after).not.toContain(tested);
    const tests = await lastTests(bot.store, "sandbox");
    expect(tests.size).toBe(1);
    bot.clock.advance(60 * DAY);
    const { store, clock } = bot;
    const sweeping = { store, emKey: "sandbox", clock, reportDays: 400 };
    await sweep(sweeping);
    bot.clock.advance(60 * DAY);
    await sweep(sweeping);
    expect(await store.all("past-watches")).toEqual([]);
    expect(await lastTests(store, "sandbox")).toEqual(tests);
    expect(await lastTests(store, "https://em.example:9398")).toEqual(new Map());
  });

  it("says so where EM does not answer", async () => {
    const bot = await startBot();
    await bot.sandbox.close();
    const [message] = await digested(bot);
    expect(message && bot.chat.text(message)).toMatch(
      /^\[problem\] Digest: EM could not be asked\n/,
    );
  });
});

describe("the daily sweep", () => {
  it("gives up what has waited for a month for a platform that is no longer served", async () => {
    const bot = await startBot();
    const { store, clock } = bot;
    const card = { tone: "plain", title: "From then", lines: [] } as const;
    const place: Place = { platform: "slack", channel: "C0OLD" };
    const topic: Topic = {
      version: 1,
      id: "t",
      place,
      title: "t",
      card,
      updatedAt: clock.now(),
      closed: true,
    };
    const bytes = Buffer.from("# All is well");
    const file = { name: "report.md", mediaType: "text/markdown", bytes, text: "All is well" };
    const line: QueuedLine = { version: 1, topic: "t", card, urgent: true, at: clock.now() };
    await store.commit([
      { put: "topics", key: "t", value: topic },
      { put: "topics", key: "open", value: { ...topic, id: "open", closed: false } },
      { append: "lines", value: line },
      ...queueFile("t", file, clock.now()),
      ...queueFile("open", file, clock.now()),
    ]);
    const parts = { store, emKey: "sandbox", clock, reportDays: 400 };
    clock.advance(29 * DAY);
    await sweep(parts);
    expect(await store.all("lines")).toHaveLength(3);
    expect(await store.all("contents")).toHaveLength(2);
    clock.advance(DAY);
    await sweep(parts);
    const kept = (await store.all("lines")).map(({ value }) => value);
    expect(kept).toMatchObject([{ topic: "open", file: { name: "report.md" } }]);
    expect((await store.all("contents")).map(({ key }) => key)).toEqual([kept[0]?.file?.content]);
    expect((await store.all("topics")).map(({ key }) => key)).toEqual(["open"]);
  });
});
