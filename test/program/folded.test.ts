import { describe, expect, it } from "vitest";
import { folded, widthOfWindow } from "../../src/program/folded.ts";

describe("a text in a window", () => {
  it("breaks between words, and keeps what stands in front of a line", () => {
    expect(folded("Cannot start\n  EM_URL must be an address", 20)).toBe(
      "Cannot start\n  EM_URL must be an\n  address",
    );
  });

  it("stays as it is where no window shows it", () => {
    const long = `  ${"word ".repeat(100)}end`;
    expect(folded(long, widthOfWindow({}))).toBe(long);
    expect(folded(long, widthOfWindow({ columns: 0 }))).toBe(long);
    expect(widthOfWindow({ columns: 80 })).toBe(80);
  });
});
