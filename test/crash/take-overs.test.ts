/** The campaign against two instances tells a take-over that was not told, or not as it was. */
import { describe, expect, it } from "vitest";
import { dueIn, type Spoken, type TakeOvers, wrongWithTakeOvers } from "./take-overs.ts";

const watch = { id: "w", topics: ["t"] };
const terms = ["site-a", "site-b", "site-b"].map((host, i) => ({
  ...{ epoch: i + 1, host, began: (i + 1) * 10_000, open: i === 0 ? [] : ["w"] },
}));
/** The second leader has seen EM last at 27,000; the third heard nothing of it. */
const saved = [
  { epoch: 1, watch: "w", seenAt: 15_000 },
  { epoch: 2, watch: "w", seenAt: 15_000 },
  { epoch: 2, watch: "w", seenAt: 27_000 },
];

interface Told {
  readonly title?: string;
  readonly from?: number;
  readonly to?: number;
  readonly epoch?: number;
}

function spoken({ title = "I took over from site-a: Plan", ...own }: Told = {}): Spoken {
  const { from = 15_000, to = 21_000, epoch = 2 } = own;
  const span = [
    "Nobody watched from ",
    { at: from, style: "time" },
    " to ",
    { at: to, style: "time" },
  ];
  const lines = [[...span, "."]] as const;
  const card = { tone: "plain", title, lines } as Spoken["line"]["card"];
  return {
    epoch,
    at: 21_500,
    line: { version: 1, topic: "t", seq: 1, card, urgent: false, at: 0 },
  };
}

const seen = (...lines: readonly Spoken[]): TakeOvers => ({ terms, saved, spoken: lines });
const wrong = (...lines: readonly Spoken[]) => wrongWithTakeOvers(seen(...lines), [watch]);

describe("what is counted of take-overs", () => {
  it("is nothing where each was told as it was, by whoever could tell it", () => {
    expect(wrong(spoken())).toEqual([]);
    expect(dueIn(seen(), [watch]).map(({ term }) => term.epoch)).toEqual([2]);
  });

  it("is nothing of a run that was not open then", () => {
    expect(wrongWithTakeOvers(seen(), [{ id: "other", topics: ["u"] }])).toEqual([]);
  });

  it("is that one was not told", () => {
    expect(wrong()).toEqual(["the take-over of epoch 2 by site-b was not told"]);
    expect(wrong(spoken({ epoch: 3 }))).toHaveLength(1);
  });

  it("is that another is named than the one who led before", () => {
    expect(wrong(spoken({ title: "I was away: Plan" }))).toEqual([
      'the take-over of epoch 2 by site-b was told as "I was away: Plan"',
    ]);
    expect(wrong(spoken({ title: "I took over from site-ab: Plan" }))).toHaveLength(1);
  });

  it("is that it begins before or after EM was last seen", () => {
    expect(wrong(spoken({ from: 16_000 }))).toEqual([
      "the take-over of epoch 2 by site-b begins 1000 ms after EM was last seen",
    ]);
    expect(wrong(spoken({ from: 14_000 }))).toHaveLength(1);
  });

  it("is that it ends before the lead begins, or after it was told", () => {
    expect(wrong(spoken({ to: 19_000 }))).toEqual([
      "the take-over of epoch 2 by site-b ends -1000 ms after it began",
    ]);
    expect(wrong(spoken({ to: 23_000 }))).toHaveLength(1);
  });

  it("is that it goes by the newest lead where the same one leads anew", () => {
    const again = {
      ...seen(spoken()),
      saved: [...saved, { epoch: 3, watch: "w", seenAt: 31_000 }],
    };
    expect(wrongWithTakeOvers(again, [watch])).toEqual([
      "the take-over of epoch 3 by site-b was not told",
    ]);
    const told = spoken({ epoch: 3, title: "I was away", from: 27_000, to: 31_000 });
    expect(
      wrongWithTakeOvers({ ...again, spoken: [...again.spoken, { ...told, at: 31_500 }] }, [watch]),
    ).toEqual([]);
  });
});
