/**
 * Whatever anybody writes, and whatever EM calls its plans, is read within 50 ms: the loop that
 * watches and answers waits for nobody's text. A slow machine gets more, as much as it needs for
 * plain words of the same length.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textFor } from "../../adapters/discord/mention.ts";
import { clamped, code } from "../../adapters/discord/text.ts";
import { withoutSecrets } from "../../adapters/slack/log.ts";
import { lineToBot, namelessIn } from "../../adapters/slack/unescape.ts";
import { calledLine } from "../../src/chat/called.ts";
import { cleanText } from "../../src/chat/clean.ts";
import { plainCard } from "../../src/chat/plain.ts";
import { fold, tidy } from "../../src/chat/same-name.ts";
import { allCommands } from "../../src/commands/all.ts";
import { globs } from "../../src/policy/glob.ts";
import { shortLine, splitClauses, unquoted, wordsWithin } from "../../src/typed/line.ts";
import { LONGEST_MESSAGE, readMessage } from "../../src/typed/message.ts";
import { findPlan } from "../../src/typed/plan-name.ts";
import { leadingTime, readTypedTime } from "../../src/typed/time.ts";

const LENGTH = 40_000;
const BUDGET_MS = 50;
/** As often as plain words of the same length. */
const GENEROUS = 20;

const me = { id: "100200300", name: "failover-bot", role: "100200301" };
const nameless = { channel: () => undefined, role: () => undefined };
const inDiscord = (content: string) =>
  textFor({ content, mentions: [], mention_roles: [] } as never, me, nameless);
const inSlack = { id: "U0FAILOVER", calls: ["@failover", "/failover"] };
const plan = (name: string) => ({ kind: "cloud", id: "1", name, vms: [] }) as never;
const card = (title: string) => ({ tone: "plain", title, lines: [title] }) as const;

/** All that is done with a text before anybody's right is looked at, and with names that EM gives. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  "a message, as the core reads it": (text) => readMessage(text, allCommands),
  "a message of the longest that is read": (text) =>
    readMessage(text.slice(0, LONGEST_MESSAGE), allCommands),
  "a message of Slack's": (text) => [lineToBot(text, inSlack), namelessIn(text, 5)],
  "a message of Discord's": inDiscord,
  "a line, tidied": tidy,
  "the beginning of a line": shortLine,
  "a name, folded": fold,
  "a text in quotes": unquoted,
  "a line with clauses": (text) => [
    splitClauses(text, ["before", "because"]),
    wordsWithin(text, "because", "before"),
  ],
  "a time": (text) => [leadingTime(text), readTypedTime(text, "Europe/Berlin", 0)],
  "a message that calls the bot": (text) => calledLine(text.split("@"), ["@failover"]),
  "the name of a plan": (text) => findPlan("ABC", [plan(text)]),
  "a plan that is looked for": (text) =>
    findPlan(text.slice(0, LONGEST_MESSAGE), [plan("ABC Company Failover Plan")]),
  "a name that a policy is asked about": (text) => globs("*ABC*", text),
  "a text for a card in the terminal": (text) => plainCard(card(text), { now: 0, timeZone: "UTC" }),
  "a text for Discord": (text) => [clamped(text, 2000), code(text, 2000)],
  "a text of strangers": cleanText,
  "a line of Slack's SDK": withoutSecrets,
};

/** Short pieces that are made to be repeated, and an end that spoils the match. */
const piece = fc.oneof(
  fc.constantFrom(..." *_~`\"'<>|@#!.,:;&/()[]{}-\n\t"),
  fc.constantFrom(
    "<http:",
    "<tel:",
    "<https:a|",
    "<@U1",
    "<!subteam^",
    "```",
    '"a ',
    "because ",
    "//",
  ),
  fc.constantFrom("a", "0", "\u200b", "\u2014", "İ", "thanks ", "hey ", "https://commands/"),
);
const hostile = fc
  .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.constantFrom("", "x", " x", '"', ">"))
  .map(([pieces, end]) => {
    const unit = pieces.join("");
    return unit.repeat(Math.ceil(LENGTH / unit.length)).slice(0, LENGTH) + end;
  });

/** The quickest of three: other processes take their time, too. */
function quickestMs(read: (text: string) => unknown, text: string): number {
  const runs = [0, 1, 2].map(() => {
    const begun = performance.now();
    read(text);
    return performance.now() - begun;
  });
  return Math.min(...runs);
}

describe("40,000 characters of anybody's", () => {
  const plainWords = "plain words of no harm ".repeat(LENGTH / 20).slice(0, LENGTH);

  it.each(Object.entries(readers))("%s takes no longer than 50 ms", (_, read) => {
    const budgetMs = Math.max(BUDGET_MS, GENEROUS * quickestMs(read, plainWords));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(quickestMs(read, text)).toBeLessThan(budgetMs);
      }),
      { numRuns: 150 },
    );
  });
});
