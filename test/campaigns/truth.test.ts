/** What the bot says is true, in every scenario of the sandbox. */
import { describe, expect, it } from "vitest";
import { scenarioNames } from "../../src/sandbox/scenarios.ts";
import { converse } from "../truth/conversation.ts";
import { compare } from "../truth/truth.ts";

const people = new Set(["Anna"]);
const all = { statements: 0, wrong: 0 };

describe("what is said of scenario", () => {
  it.each(scenarioNames)("%s is true", async (scenario) => {
    const { shown, past, asked } = await converse(scenario);
    const { compared, wrong, unread } = compare(shown, { past, people, asked, lagMs: 1_000 });
    all.statements += [...compared.values()].reduce((sum, count) => sum + count, 0);
    all.wrong += wrong.length;
    expect(wrong).toEqual([]);
    expect([...unread]).toEqual([]);
  });
});

it("more than twenty thousand statements were compared", () => {
  expect(all.statements).toBeGreaterThan(20_000);
});
