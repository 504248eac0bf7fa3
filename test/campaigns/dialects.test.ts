/**
 * One conversation with every version of EM, in both formats: people read the same, word for word.
 */
import { describe, expect, it } from "vitest";
import { dialects } from "../../src/sandbox/dialects.ts";
import { startBot } from "../fakes/bot.ts";
import { masked } from "../fakes/masked.ts";

const PLAN = "Cloud failover plan 1";
/** Stands for what the newest question asks to type. */
const CONFIRM = "confirm";

const lines = [
  "status",
  "plans",
  `status "${PLAN}"`,
  `start "${PLAN}" before 05:30 because the cellar is full of water`,
  CONFIRM,
  "watches",
  "sessions",
  `undo "${PLAN}"`,
  CONFIRM,
  `test "${PLAN}"`,
  CONFIRM,
  'start "SQL Failover Plan"',
  CONFIRM,
  "watch replica No Such Job",
  "collect",
  "tasks",
];

/**
 * EM says of itself which version it is, and how long it took; only newer ones replicate
 * continuously; and the JSON of
 * 9.5 leaves fractions of seconds out.
 */
const ofAnyVersion = (text: string) =>
  masked(text)
    .replace(/answered in .+ · backup servers: .*/, "answered; …")
    .replace(/Replication: the last run of \d+ jobs and policies/, "Replication: …")
    .replace(/(up|tested|undone) after [\dhmins ]+$/gm, "$1 after …")
    .replace(/^Ran [\dhmins ]+,/gm, "Ran …,")
    .replace(/Audit log up to here: \w+/g, "Audit log up to here: …")
    .replace(/( UTC\.png\n).*/g, "$1…");

async function conversation(
  dialect: (typeof dialects)[number],
  format: "xml" | "json",
): Promise<string> {
  const bot = await startBot({ dialect, format });
  for (const line of lines) {
    await (line === CONFIRM ? bot.confirm() : bot.say(line));
    if (line === CONFIRM) await bot.untilQuiet();
  }
  return ofAnyVersion(bot.chat.transcript());
}

const cases = dialects.flatMap((dialect) =>
  (["xml", "json"] as const).map((format) => [dialect, format] as const),
);

/** What all others are held against. */
let usual: string | undefined;

describe("people read the same", () => {
  it.each(cases)("from EM %s in %s", { timeout: 20_000 }, async (dialect, format) => {
    const told = await conversation(dialect, format);
    usual ??= await conversation("12", "xml");
    expect(told).toBe(usual);
    expect(told.match(/^ {2}\| .*(, confirmed|no more is known): /gm)).toHaveLength(4);
  });
});
