/** The pictures show what the bot sends today, and can be read. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { drawPictures, PICTURES } from "./all.ts";
import { WIDTH } from "./frame.ts";

const pictures = Object.entries(drawPictures());
const parser = new XMLParser({ ignoreAttributes: false, preserveOrder: false });

it("are those that are kept; `npm run pictures` draws them anew", () => {
  expect(readdirSync(PICTURES).sort()).toEqual(pictures.map(([name]) => name).sort());
  for (const [name, svg] of pictures)
    expect(readFileSync(join(PICTURES, name), "utf8") === svg, name).toBe(true);
});

describe.each(pictures)("%s", (_, svg) => {
  it("shows the card whole: how it stands, each VM, what to do next, and the button", () => {
    const said = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text).join(" ");
    for (const part of [
      "ABC Company Failover Plan",
      "3 of 6 up",
      "filesrv03",
      "sql07",
      "Leave it to run",
      "Stop watching",
    ])
      expect(said).toContain(part);
    expect(said).not.toMatch(/[*`<>\\]|&lt;/);
  });

  it("is well-formed, and nothing in it stands beyond its edge", () => {
    expect(parser.parse(svg, true)).toHaveProperty("svg");
    const ends = [...svg.matchAll(/<text x="([\d.]+)"[^>]* textLength="([\d.]+)"/g)];
    expect(ends.length).toBeGreaterThan(10);
    for (const [, x, length] of ends) expect(Number(x) + Number(length)).toBeLessThan(WIDTH);
  });
});
