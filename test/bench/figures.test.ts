/** What is made of figures, not the figures. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { between, gaps, markdownTable, quantile, shown, times, waitsOf } from "./figures.ts";

describe("a quantile", () => {
  it("is of numbers in any order", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0.5, 0.99, 1].map((part) => quantile(hundred, part))).toEqual([51, 100, 100]);
    expect(quantile([30, 4, 200], 0.5)).toBe(30);
  });

  it("of nothing is no number, and is shown as a dash", () => {
    expect(shown(quantile([], 0.5))).toBe("–");
  });
});

it("shows as many digits as a figure is worth", () => {
  expect([1.234, 12.34, 1234.5].map(shown)).toEqual(["1.23", "12.3", "1235"]);
  expect(times(30, 20)).toBe("1.50 ×");
});

it("counts from each look to the next", () => {
  expect(gaps([1000, 6000, 11_200])).toEqual([5000, 5200]);
  expect(gaps([1000])).toEqual([]);
});

describe("a line's wait", () => {
  const ended = new Map<string, number | null>([
    ["vm01", 1000],
    ["vm02", 6000],
    ["vm03", null],
  ]);

  it("begins with the answer that showed the last of its VMs", () => {
    expect(waitsOf(ended, [{ at: 6100, vms: ["vm01", "vm02"] }])).toEqual([100]);
  });

  it("is not known where one of them ended while EM made its answer, or none did at all", () => {
    const lines = [["vm01", "vm03"], ["vm09"], []].map((vms) => ({ at: 7000, vms }));
    expect(waitsOf(ended, lines)).toEqual([]);
  });
});

it("writes a table as Markdown", () => {
  expect(markdownTable(["watches", "ms"], [["1", "2.00"]])).toBe(
    "| watches | ms |\n| --- | --- |\n| 1 | 2.00 |",
  );
});

describe("the page", () => {
  const page = readFileSync(join(import.meta.dirname, "README.md"), "utf8");

  it("has a place for the tables, and keeps the rest", () => {
    const written = between(page, "tables", "NEW");
    expect(written).toContain("\nNEW\n");
    expect(written.slice(0, 200)).toBe(page.slice(0, 200));
    expect(between(written, "tables", "NEW")).toBe(written);
  });

  it("is refused where that place is missing", () => {
    expect(() => between("no markers", "tables", "NEW")).toThrow("Cannot find the markers");
  });
});
