import { describe, expect, it } from "vitest";
import { plainCard } from "../../src/chat/plain.ts";
import { reportCard } from "../../src/messages/report-answers.ts";
import type { RunFacts } from "../../src/report/facts.ts";
import { ASKED, failedRun, unknownRun } from "../attachments/facts.ts";

describe("the card above a report that was asked for", () => {
  const textOf = (facts: RunFacts) => plainCard(reportCard(facts), { now: ASKED, timeZone: "UTC" });

  it("says how it ended, that it was undone, how long it took, what it lost, and what failed", () => {
    expect(textOf(failedRun).split("\n")).toEqual([
      "[problem] Report: filesrv01 failed: Berlin Plan (1 of 2 up)",
      "Undone since, 2026-11-21 07:30 UTC, by run x9 of Ben.",
      "Recovery, by EM's word: 1 of 2 VMs up after 5 min, within the target of 30 min; people 1 min to confirm, EM 4 min by its own times.",
      "Data lost: 1 h 3 min, as the question showed; the target of 1 h missed by 3 min.",
      "Failed: filesrv01.",
      "Run k3. Its files follow.",
    ]);
  });

  it("says of a run that goes on how far it is, whatever its VMs are to be", () => {
    const { ended: _, ...open } = { ...failedRun, timeline: [], action: "undo" as const };
    expect(textOf(open)).toContain("\n1 of 2 undone; the last so far 5 min after the question.\n");
  });

  it("claims nothing that is not known", () => {
    expect(textOf(unknownRun).split("\n")).toEqual([
      "[running] Report: Not ended yet: Berlin Plan, not started by this bot",
      "It goes on: this is how it stands now.",
      "Run w1. Its files follow.",
    ]);
  });
});
