/**
 * What the bot says is true: a short conversation; that of every scenario is in the campaigns, and
 * the storm asks the same of all that it brings about.
 */
import { describe, expect, it } from "vitest";
import { type Conversation, converse } from "./conversation.ts";
import { liesOf } from "./lies.ts";
import type { Kind } from "./statements.ts";
import { compare, holdsAt, statementsIn } from "./truth.ts";

const people = new Set(["Anna"]);

/** One bot talks for all of these tests. */
let talk: Promise<Conversation> | undefined;

async function heard() {
  talk ??= converse("vm-fails", ["start"]);
  const { shown, past } = await talk;
  return { shown, scope: { past, people, lagMs: 1_000 } };
}

describe("all that the bot says of a failover of which a VM fails", () => {
  it("is true, and nothing of it is in words that cannot be read", async () => {
    const { shown, scope } = await heard();
    const { wrong, unread } = compare(shown, scope);
    expect(wrong).toEqual([]);
    expect([...unread]).toEqual([]);
  });

  it("is read: so many statements of each kind at least", async () => {
    const { shown, scope } = await heard();
    const { compared } = compare(shown, scope);
    const least: Partial<Record<Kind, number>> = {
      "nothing over": 1,
      "over in all": 2,
      "plan over": 4,
      since: 2,
      down: 2,
      "open run": 1,
      age: 10,
      point: 10,
      session: 10,
      tally: 15,
      marked: 60,
      state: 4,
      took: 10,
      progress: 20,
      sent: 10,
      by: 10,
      begun: 5,
      recovered: 2,
      lost: 2,
    };
    for (const [kind, count] of Object.entries(least))
      expect(compared.get(kind as Kind) ?? 0, kind).toBeGreaterThanOrEqual(count);
  });

  it("would not be true if it said anything else", async () => {
    const { shown, scope } = await heard();
    const found = statementsIn(shown).flatMap((one) =>
      liesOf(one.said).filter((lie) => holdsAt({ ...one, said: lie }, scope)),
    );
    expect(found).toEqual([]);
  });
});
