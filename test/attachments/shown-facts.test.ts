import { expect, it } from "vitest";
import { shownFacts } from "../../src/attachments/shown-facts.ts";
import { ASKED, failedRun, unknownRun } from "./facts.ts";

const HOUR_MS = 3_600_000;
const later = (at: number) => at + HOUR_MS;

it("moves each time of a run to the wall clock's, and no duration", () => {
  const shown = shownFacts(failedRun, later);
  const { asked, approved, sent, began, sessionEnded, ended } = shown;
  const times = [asked, approved[0], sent, began, sessionEnded, ended].map(
    (time) => (time?.at ?? 0) - ASKED - HOUR_MS,
  );
  expect(times).toEqual([0, 1, 1, 2, 9, 10].map((minutes) => minutes * 60_000));
  expect(shown.vms[1]?.point).toMatchObject({ madeAt: ASKED, ageMs: 63 * 60_000 });
  expect(shown.timeline.map(({ at }) => at)).toEqual(failedRun.timeline.map(({ at }) => later(at)));
  expect(shown.gaps[0]?.from).toBe(later(failedRun.gaps[0]?.from ?? 0));
  expect(shown.scorecard).toMatchObject({ decided: { at: later(ASKED) }, lastUpMs: 5 * 60_000 });
});

it("invents none where none is known", () => {
  expect(shownFacts(unknownRun, later)).toEqual({
    ...unknownRun,
    began: { at: later(ASKED), by: "em" },
    asOf: { at: later(ASKED + 2 * 60_000), by: "bot" },
  });
});
