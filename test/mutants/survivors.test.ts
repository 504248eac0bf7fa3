import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rooms } from "./rooms.ts";
import { survivors } from "./survivors.ts";

const root = join(import.meta.dirname, "../..");
const linesOf = (file: string) =>
  readFileSync(join(root, file), "utf8")
    .split("\n")
    .map((line) => line.trim());

describe("the list of mistakes that may live", () => {
  it.each(survivors)("names a line that is there: $file, $code", ({ file, code }) => {
    expect(linesOf(file)).toContain(code);
  });

  it("gives a reason for each, and names none twice", () => {
    expect(survivors.filter(({ why }) => why.length < 20)).toEqual([]);
    const named = survivors.map(({ file, code, becomes }) => `${file} ${code} ${becomes}`);
    expect(new Set(named).size).toBe(named.length);
  });
});

describe("a room of the campaign", () => {
  it.each(rooms)("is there, and so are its tests: $name", ({ source, tests }) => {
    const gone = [...source, ...tests].filter((path) => !existsSync(join(root, path)));
    expect(gone).toEqual([]);
  });
});
