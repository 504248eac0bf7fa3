/** What a verb that there is none of is met with. */
import { describe, expect, it } from "vitest";
import { notRead } from "../../src/bot/reading.ts";
import { plainCard } from "../../src/chat/plain.ts";
import { allCommands } from "../../src/commands/all.ts";

function answerTo(verb: string): string {
  const { card } = notRead({ is: "unknown", verb }, allCommands);
  return plainCard(card ?? expect.fail("nothing is said"), { now: 0, timeZone: "UTC" });
}

const suggestedFor = (verb: string) => /Did you mean `(\w+)`/.exec(answerTo(verb))?.[1];

describe("a verb that there is none of", () => {
  it.each([
    ["sess", "sessions"],
    ["whoa", "whoami"],
    ["conf", "confirm"],
    ["un", "undo"],
    ["sto", "stop"],
  ])("and that one begins with suggests that one, however much lacks: %s", (verb, nearest) => {
    expect(suggestedFor(verb)).toBe(nearest);
  });

  it.each([
    ["statsu", "status"],
    ["strat", "start"],
    ["hlep", "help"],
    ["eatches", "watches"],
    ["unwtach", "unwatch"],
  ])("suggests the one that is two letters away at most: %s", (verb, nearest) => {
    expect(suggestedFor(verb)).toBe(nearest);
  });

  it.each(["frobnicate", "hexxx", "ions", "s", "p", ""])(
    "and that is like no other suggests none: %s",
    (verb) => {
      expect(suggestedFor(verb)).toBeUndefined();
      expect(answerTo(verb)).toContain("`help` shows what you can type");
    },
  );

  it.each(["xtart", "ndo", "tst", "qconfirm", "bollect"])(
    "does not suggest one that gives orders, where it does not begin like that: %s",
    (verb) => {
      expect(suggestedFor(verb)).toBeUndefined();
    },
  );
});
