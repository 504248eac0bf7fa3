import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { vmsCsv } from "../../src/attachments/csv.ts";
import { failedRun, renamed } from "./facts.ts";
import { hostileText } from "./hostile.ts";

const by = { shown: (at: number) => at };

/** RFC 4180, with the separator that a spreadsheet of this country has. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let rest = line;
  for (;;) {
    const [begun = "", quoted = ""] = /^"((?:[^"]|"")*)"/.exec(rest) ?? [];
    const end = rest.indexOf(separator, begun.length);
    const plain = rest.slice(begun.length, end < 0 ? undefined : end);
    cells.push(quoted.replaceAll('""', '"') + plain);
    if (end < 0) return cells;
    rest = rest.slice(end + separator.length);
  }
}

const linesOf = (csv: string) => csv.replace(/^\ufeff/, "").split("\r\n");

describe("the table of the VMs", () => {
  it("has a line for each VM, with times in UTC and durations in seconds", () => {
    expect(linesOf(vmsCsv(failedRun, by))).toEqual([
      "plan,run,vm,outcome,evidence,began,ended,took_s,usual_s,restore_point,restore_point_made,restore_point_age_s,promised_age_s,em_says",
      '"Berlin Plan","k3","filesrv01","failed","EM\'s word alone",2026-11-21T06:03:00.000Z,2026-11-21T06:04:00.000Z,60,,"",,,,"Insufficient memory"',
      '"Berlin Plan","k3","websrv01","up","confirmed",2026-11-21T06:03:00.000Z,2026-11-21T06:05:00.000Z,120,,"2026-11-21T05:00",2026-11-21T05:00:00.000Z,3780,3780,""',
      "",
    ]);
  });

  it("begins with the mark by which Excel reads names of all languages", () => {
    expect(Buffer.from(vmsCsv(failedRun, by)).subarray(0, 3)).toEqual(
      Buffer.from([0xef, 0xbb, 0xbf]),
    );
  });

  it.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", " '=1"],
    ["\r=1", " '=1"],
    ["＝1", "'＝1"],
    ["a;=1", "a;'=1"],
    ["db-1", "db-1"],
    ['say "=1"', 'say "\'=1"'],
  ])("takes %j for text: %j", (name, cell) => {
    const [, line = ""] = linesOf(vmsCsv(renamed(failedRun, name), by));
    expect(cellsOf(line, ",")[2]).toBe(cell);
  });

  it.each([",", ";", "\t"])("holds no formula, read with %j between its cells", (separator) => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const lines = linesOf(vmsCsv(renamed(failedRun, text), by));
        expect(lines).toHaveLength(3);
        const cells = lines.flatMap((line) => cellsOf(line, separator));
        expect(cells.filter((cell) => /^\s*[=+\-@＝＋－＠]/.test(cell))).toEqual([]);
        if (separator === ",") expect(cells).toHaveLength(14 * 2 + 1);
      }),
      { numRuns: 60 },
    );
  });
});
