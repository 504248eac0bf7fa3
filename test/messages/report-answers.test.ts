import { describe, expect, it } from "vitest";
import { plainCard } from "../../src/chat/plain.ts";
import { reportCard } from "../../src/messages/report-answers.ts";
import type { RunFacts } from "../../src/report/facts.ts";
import { ASKED, failedRun, unknownRun } from "../attachments/facts.ts";

describe("the card above a report that was asked for", () => {
  const textOf = (facts: RunFacts) => plainCard(reportCard(facts), { now: ASKED, timeZone: "UTC" });

  it("says how it ended, how long that took, what it lost, and what failed", () => {
    expect(textOf(failedRun).split("\n")).toEqual([
      "[problem] Report: filesrv01 failed: Berlin Plan (1 of 2 up)",
      "The last VM was up 5 min after the question, people's time 1 min, EM's time 4 min, within the target, 25 min to spare.",
      "The oldest restore point used was 1 h 3 min old (websrv01), over the target by 3 min.",
      "Failed: filesrv01.",
      "Run k3. Its files follow.",
    ]);
  });

  it("claims nothing that is not known", () => {
    expect(textOf(unknownRun).split("\n")).toEqual([
      "[running] Report: Not ended yet: Berlin Plan, not started by this bot",
      "It goes on: this is how it stands now.",
      "Run w1. Its files follow.",
    ]);
  });
});
