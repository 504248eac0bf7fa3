/** What a report says of a run: each thing that happened, and what its files are called. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainCard } from "../../src/chat/plain.ts";
import { happeningWords } from "../../src/messages/happenings.ts";
import { pictureText } from "../../src/messages/picture-text.ts";
import { reportFileName, reportFiles } from "../../src/messages/report-files.ts";
import type { AuditDeed } from "../../src/records/audit-entry.ts";
import type { Event } from "../../src/records/event.ts";
import type { Happening, RunFacts } from "../../src/report/facts.ts";
import { ASKED, anna, failedRun, ops, renamed, unknownRun } from "../attachments/facts.ts";
import { hostileText } from "../attachments/hostile.ts";

const said = (what: Happening["what"], facts = failedRun) =>
  plainCard(
    { tone: "plain", title: "", lines: [happeningWords({ what }, facts)] },
    { now: ASKED, timeZone: "UTC" },
  ).trim();

const deed = (deed: AuditDeed) =>
  said({ is: "deed", deed, who: anna, where: ops, what: "X", why: "flood" });
const event = (event: Event, facts?: RunFacts) => said({ is: "event", event }, facts);

describe("a timeline says", () => {
  it.each<[AuditDeed, string]>([
    ["asked", "Asked for by Anna in slack, channel C1: X. Because: flood."],
    ["approved", "Approved by Anna in slack, channel C1."],
    ["confirmed", "Approved by Anna in slack, channel C1, the last approval that it took."],
    ["void", "No longer valid: X."],
    ["sending", "On its way to EM."],
    ["accepted", "X."],
    ["not-sent", "Not carried out: X."],
    ["cancelled", "Cancelled by Anna in slack, channel C1: X."],
  ])("who did what, where and why: %s", (done, words) => {
    expect(deed(done)).toBe(words);
  });

  it.each<[Event, string]>([
    [
      { is: "silent", since: ASKED, why: "Refused" },
      "EM did not answer. No answer since 2026-11-21 06:00 UTC: Refused.",
    ],
    [
      { is: "answering", since: ASKED },
      "EM answered again. It had not answered since 2026-11-21 06:00 UTC.",
    ],
    [{ is: "looking", why: "answer-lost" }, "EM's answer to the order was lost."],
    [
      { is: "stalled", vms: ["a"], since: ASKED },
      "a stalled. Nothing has changed since 2026-11-21 06:00 UTC.",
    ],
    [
      { is: "reported", until: ASKED },
      "EM had reported the end; not yet confirmed by the replica points.",
    ],
    [
      { is: "away", from: ASKED, to: ASKED + 60_000, tookOverFrom: "one", meanwhile: [] },
      "I took over from one. Nobody watched from 2026-11-21 06:00 UTC to 2026-11-21 06:01 UTC (1 min).",
    ],
    [{ is: "ended", how: { is: "taken" } }, "filesrv01 failed."],
  ])("what the bot saw, without what it was about to do: %j", (seen, words) => {
    expect(event(seen)).toBe(words);
  });

  it("no end of a run that goes on", () => {
    expect(event({ is: "ended", how: { is: "taken" } }, unknownRun)).toBe("Ended.");
  });
});

describe("the files of a report", () => {
  it("are called after the plan and the decision", () => {
    expect(reportFiles(failedRun).map(({ name }) => name)).toEqual([
      "Berlin Plan 2026-11-21 0600 UTC.png",
      "Berlin Plan 2026-11-21 0600 UTC.md",
      "Berlin Plan 2026-11-21 0600 UTC.csv",
    ]);
  });

  it("say what they are of where it was no failover, whether it goes on, and no time where none is known", () => {
    expect(reportFileName({ ...failedRun, action: "test" }, "md")).toBe(
      "test of Berlin Plan 2026-11-21 0600 UTC.md",
    );
    const { began: _, ...timeless } = unknownRun;
    expect(reportFileName(timeless, "md")).toBe("Berlin Plan so far.md");
    const never = { ...timeless, began: { at: 9e15, by: "em" } } as const;
    expect(reportFileName(never, "md")).toBe("Berlin Plan so far.md");
  });

  it("have names that are names everywhere, whatever the plan is called", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const name = reportFileName(renamed(failedRun, text), "csv");
        expect(name).toMatch(/^[^\s.-].* 2026-11-21 0600 UTC\.csv$/u);
        expect(name).not.toMatch(/[\\/:*?"<>|$`'&;!~%#@]|\p{C}/u);
        expect(Buffer.byteLength(name)).toBeLessThan(300);
        expect([...name].length).toBeLessThan(90);
      }),
      { numRuns: 60 },
    );
  });

  it("say in their texts what is in them, for those who do not open them", () => {
    const [picture, report, table] = reportFiles(failedRun).map(({ text }) => text);
    expect(picture).toBe(pictureText(failedRun, "UTC"));
    expect(report).toBe(
      "The whole report: who decided what, 12 lines of what happened, the scorecard and 2 VMs.",
    );
    expect(table).toBe("A table of 2 VMs, for spreadsheets: times, restore points and evidence.");
  });
});
