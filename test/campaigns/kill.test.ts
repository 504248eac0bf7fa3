/**
 * kill -9 of a real process, ten times, in Slack, in Discord and at a terminal. The counted
 * campaign over all that can go wrong is `npm run crash`.
 */
import { describe, expect, it } from "vitest";
import type { Tally } from "../crash/count.ts";
import { diceFrom } from "../crash/dice.ts";
import { tell } from "../crash/story.ts";

const KILLS = 10;
const plots = [
  { platform: "slack", scenario: "all-well", kills: 2 },
  { platform: "discord", scenario: "answer-lost", kills: 2 },
  { platform: "terminal", scenario: "vm-fails", kills: 6 },
] as const;

/** Runs, each killed up to so many times, until it is enough. */
async function killedOften(): Promise<Tally[]> {
  const tallies: Tally[] = [];
  const kills = () => tallies.reduce((sum, tally) => sum + tally.kills, 0);
  const isWell = () => tallies.every(({ faults }) => faults.length === 0);
  for (let run = 0; kills() < KILLS && isWell(); run++) {
    const plot = plots[run % plots.length] ?? plots[0];
    tallies.push(await tell({ ...plot, speed: 60, dice: diceFrom(run + 1) }));
  }
  return tallies;
}

describe("a bot that is killed in the midst of failovers, ten times", () => {
  it("starts once per confirmation at most, tells each end once, and loses no line", async () => {
    const tallies = await killedOften();
    expect(tallies.flatMap(({ faults }) => faults)).toEqual([]);
    for (const { confirmations, starts, ends, lines } of tallies) {
      expect(starts).toBeLessThanOrEqual(confirmations);
      expect(ends).toBe(confirmations);
      expect(lines).toBeGreaterThan(0);
    }
  }, 120_000);
});
