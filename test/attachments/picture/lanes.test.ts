/** Signs in a row above the chart. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spacedSigns } from "../../../src/attachments/picture/lanes.ts";

const width = (text: string) => 20 + 10 * text.length;
const lane = (...xs: readonly number[]) =>
  spacedSigns(
    xs.map((x, i) => ({ x, text: String(i + 1) })),
    width,
    0,
    1000,
  );

describe("signs above a chart", () => {
  it("stand at their moments where they have room", () => {
    expect(lane(100, 200, 300).map(({ x, text }) => [x, text])).toEqual([
      [100, "1"],
      [200, "2"],
      [300, "3"],
    ]);
  });

  it("are one where they would overlap", () => {
    expect(lane(100, 110, 300).map(({ text }) => text)).toEqual(["1, 2", "3"]);
    expect(lane(100, 104, 106, 300).map(({ text }) => text)).toEqual(["1–3", "4"]);
  });

  it("stay on the sheet", () => {
    expect(lane(0, 1000).map(({ x }) => x)).toEqual([15, 985]);
  });

  it("never overlap, however many", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 30 }), (xs) => {
        const signs = lane(...xs);
        for (const [i, { x, width: wide }] of signs.entries()) {
          const next = signs[i + 1];
          expect(x - wide / 2).toBeGreaterThanOrEqual(0);
          expect(x + wide / 2).toBeLessThanOrEqual(1000);
          if (next) expect(x + wide / 2).toBeLessThan(next.x - next.width / 2);
        }
      }),
    );
  });
});
