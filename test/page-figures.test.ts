/** Figures and lists on the pages: they are those of the program. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { allCommands } from "../src/commands/all.ts";
import { gaugesOf } from "../src/ops/instrumented.ts";
import { createFigures } from "../src/ops/metrics.ts";
import { settingRows } from "../src/settings/settings.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import { fakeClock } from "./fakes/clock.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "..", path), "utf8");
const prose = (page: string) => read(page).replaceAll(/\s+/g, " ");
const minutes = (count: number) => count * 60_000;

type Told = readonly [told: string, file: string, code: string];

/** Of each page: what it says, and where the program has it. */
const figures: Readonly<Record<string, readonly Told[]>> = {
  ".github/LIMITS.md": [
    ["at most once in five minutes a server", "src/watch/collecting.ts", "EVERY_MS = 5 * 60_000;"],
    ["A card holds 10,000 characters", "adapters/slack/blocks.ts", "mostInMessage = 10_000;"],
    ["up to 30 lines of VMs", "adapters/slack/rows.ts", "mostLines = 30;"],
    ["about one message a second", "adapters/slack/slack.ts", 'everyMs: 1050, of: "channel"'],
    ["about 50 edits a minute", "adapters/slack/slack.ts", 'everyMs: 1450, of: "platform"'],
    ["so after 55 minutes", "adapters/discord/speak.ts", "rollOverAfterMs = 55 * 60_000;"],
    ["A message holds 2,000 characters", "adapters/discord/draw.ts", "contentMax = 2000;"],
    ["its boxes 6,000", "adapters/discord/draw.ts", "allBoxesMax = 6000;"],
    ["up to 40 VMs are named", "adapters/discord/draw.ts", "rowsMost = 40;"],
    ["arrives more than a minute late", "src/bot/bot.ts", "OLDEST_MS = 60_000;"],
    ["23 hours back at most", "adapters/slack/missed.ts", "oldestMs = 23 * 60 * 60_000;"],
    ["23 hours back at most", "adapters/discord/missed.ts", "oldestMs = 23 * 60 * 60_000;"],
    ["sent within two minutes", "src/orders/submit.ts", "APPROVAL_VALID_MS = 120_000;"],
    ["kept for 90 days", "src/watch/records.ts", "PAST_WATCH_MS = 90 * 86_400_000;"],
    ["up to ten approvals", "src/policy/policy.ts", "v.maxValue(10,"],
  ],
  "adapters/slack/README.md": [
    ["within about five seconds", "adapters/slack/options.ts", "defaultPingTimeoutMs = 5000;"],
    ["23 hours back at most", "adapters/slack/missed.ts", "oldestMs = 23 * 60 * 60_000;"],
  ],
  "adapters/discord/README.md": [
    [
      "Before a message is an hour old",
      "adapters/discord/speak.ts",
      "rollOverAfterMs = 55 * 60_000;",
    ],
    ["23 hours back at most", "adapters/discord/missed.ts", "oldestMs = 23 * 60 * 60_000;"],
  ],
  "src/policy/README.md": [
    ["at most a minute old for reading", "adapters/slack/groups.ts", "READING_MS = 60_000;"],
    ["in the last ten minutes", "src/orders/order.ts", "STOOD_MS = 600_000;"],
    ["from 0 (the default) to 10", "src/policy/policy.ts", "v.maxValue(10,"],
  ],
  "src/store/README.md": [
    ["`audit` shows the last twenty", "src/commands/audit.ts", "NEWEST = 20;"],
    ["three entries are written", "src/bot/refusals.ts", "FEW = 3;"],
    ["stopped for ten minutes", "src/bot/refusals.ts", "QUIET_MS = 600_000;"],
    ["each hour while it goes on", "src/bot/refusals.ts", "LONGEST_MS = 3_600_000;"],
    [
      "eight seconds in which nothing was heard",
      "src/store/postgres-client.ts",
      "GONE_MS = 8_000;",
    ],
    ["do not answer within three seconds", "src/store/postgres-client.ts", "PASS_MS = 3_000;"],
  ],
  "src/attachments/picture/README.md": [
    ["1080 pixels wide", "src/attachments/picture/frame.ts", "WIDTH = 1080;"],
    ["(810 where", "src/attachments/picture/worker.mjs", "smaller = 0.75;"],
    ["where it would be over 150 KB", "src/attachments/picture/worker.mjs", "mostBytes = 150_000;"],
    ["the bars of 6 VMs at most", "src/attachments/picture/rows.ts", "MOST_MESSAGES = 6;"],
    ["Up to 24 VMs have a bar each", "src/attachments/picture/rows.ts", "MOST_ROWS = 24;"],
    ["10 at most are named", "src/attachments/picture/rows.ts", "MOST_NAMED = 10;"],
    ["30 seconds after the last", "src/attachments/picture/pictures.ts", "IDLE_MS = 30_000;"],
    ["may take 15 seconds", "src/attachments/picture/pictures.ts", "LIMIT_MS = 15_000;"],
  ],
  "src/ops/README.md": [
    ["a loop has been stuck for 5 minutes", "src/ops/health.ts", "STUCK_MS = 300_000;"],
    ["a socket dead for 2", "src/ops/health.ts", "DEAD_SOCKET_MS = 120_000;"],
    ["EM answered within the last minute", "src/ops/health.ts", "LATELY_MS = 60_000;"],
    ["at 03:17", "src/ops/operations.ts", 'SWEEP_AT = "17 3 * * *";'],
    ["links to old messages after 30", "src/ops/retention.ts", "FORGOTTEN_MS = 30 * 86_400_000;"],
    ["deliveries after a day", "src/bot/received.ts", "DELIVERY_KEPT_MS = 86_400_000;"],
  ],
};

describe.each(Object.entries(figures))("%s", (page, told) => {
  it.each(told)('says "%s", as %s has it', (words, file, code) => {
    expect(prose(page)).toContain(words);
    expect(read(file)).toContain(code);
  });
});

describe("the page on limits", () => {
  const page = prose(".github/LIMITS.md");

  it.each([
    ["looks for 20 minutes (`EVIDENCE_WAIT_MS`)", "EVIDENCE_WAIT_MS", minutes(20)],
    ["every five seconds while something runs (`EM_POLL_MS`)", "EM_POLL_MS", 5000],
    ["for five minutes (`CONFIRM_MS`)", "CONFIRM_MS", minutes(5)],
    ["for a week at most (`WATCH_LIMIT_MS`)", "WATCH_LIMIT_MS", minutes(7 * 24 * 60)],
  ])('says "%s", as is the default', (told, setting, value) => {
    expect(page).toContain(told);
    expect(settingRows.find(({ name }) => name === setting)?.default).toBe(String(value));
  });

  /** The numbers in the rows of a table of the bench that begin with these cells. */
  const measured = (...cells: string[]) =>
    read("test/bench/README.md")
      .split("\n")
      .filter((line) => line.startsWith(`| ${cells.join(" | ")} |`))
      .map((line) => line.split("|").map((cell) => Number.parseFloat(cell)));

  it("promises no less CPU and memory than were measured", () => {
    expect(page).toContain("less than a quarter of one core and less than half a gigabyte");
    const rows = measured("500", "xml", "slack");
    expect(rows.length).toBeGreaterThan(0);
    const [cpu, memory] = [5, 18];
    for (const row of rows) {
      expect(row[cpu]).toBeLessThan(25);
      expect(row[memory]).toBeLessThan(512);
    }
    expect(page).toContain("at rest it is less than 200 MB");
    expect(measured("the bot in Slack and Discord")[0]?.[2]).toBeLessThan(200);
  });
});

/** In Prometheus's format; of the process's own the page names no single one. */
async function figuresOfTheBot(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-figures-"));
  const store = openSqliteStore(join(folder, "state.db"));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const all = createFigures();
  gaugesOf(store, [], fakeClock().now, all);
  all.refusals(() => 0);
  return [...(await all.text()).matchAll(/^# TYPE (\w+)/gm)].map(([, name = ""]) => name);
}

it("the page on operations has every figure, and no other", async () => {
  const told = read("src/ops/README.md").matchAll(/^\| `(failover_bot_\w+)` \|/gm);
  const names = [...told].map(([, name = ""]) => name);
  expect(names.sort()).toEqual((await figuresOfTheBot()).sort());
});

it.each(["read", "order", "audit"] as const)(
  "the policy's page has every verb of the group `%s`, and no other",
  (group) => {
    const [, verbs = ""] =
      new RegExp(`\`${group}\` \\(([\\w, ]+)\\)`).exec(read("src/policy/README.md")) ?? [];
    const named = allCommands.filter(({ permission }) => permission === group);
    expect(verbs.split(", ").sort()).toEqual(named.map(({ name }) => name).sort());
  },
);

it("the terminal's page has every exit code", () => {
  const told = [...read("adapters/terminal/README.md").matchAll(/^\| (\d+) \|/gm)];
  expect(told.map(([, code]) => Number(code))).toEqual([0, 1, 2, 75]);
  expect(read("src/program/start-failure.ts")).toContain("{ settings: 2, mayPass: 75 }");
});
