/** The page on limits: its figures are those of the program. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { settingRows } from "../src/settings/settings.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "..", path), "utf8");
const page = read(".github/LIMITS.md").replaceAll(/\s+/g, " ");
const minutes = (count: number) => count * 60_000;

it.each([
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
  ["its record is kept for 90 days", "src/watch/records.ts", "PAST_WATCH_MS = 90 * 86_400_000;"],
  ["up to ten approvals", "src/policy/policy.ts", ".max(10,"],
])('says "%s", as %s has it', (told, file, code) => {
  expect(page).toContain(told);
  expect(read(file)).toContain(code);
});

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
