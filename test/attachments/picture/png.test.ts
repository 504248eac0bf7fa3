/** Pixels as a PNG: what a reader of PNGs finds in it. */
import { crc32, inflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { pngOf } from "../../../src/attachments/picture/png.ts";

interface Chunk {
  readonly name: string;
  readonly data: Buffer;
}

function chunksOf(png: Uint8Array): Chunk[] {
  const bytes = Buffer.from(png);
  expect(bytes.toString("latin1", 0, 8)).toBe("\x89PNG\r\n\x1a\n");
  const chunks: Chunk[] = [];
  for (let at = 8; at < bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at);
    expect(bytes.readUInt32BE(end)).toBe(crc32(bytes.subarray(at + 4, end)));
    chunks.push({
      name: bytes.toString("latin1", at + 4, at + 8),
      data: bytes.subarray(at + 8, end),
    });
    at = end + 4;
  }
  return chunks;
}

/** Colours row by row, as `#rrggbb`. */
function coloursOf(png: Uint8Array): string[][] {
  const chunks = chunksOf(png);
  const data = (name: string) =>
    chunks.find((chunk) => chunk.name === name)?.data ?? Buffer.alloc(0);
  const width = data("IHDR").readUInt32BE(0);
  const height = data("IHDR").readUInt32BE(4);
  const rows = inflateSync(data("IDAT"));
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => {
      const index = rows[y * (width + 1) + 1 + x] ?? 0;
      return `#${data("PLTE").toString("hex", 3 * index, 3 * index + 3)}`;
    }),
  );
}

const opaque = (...colours: readonly string[]) =>
  Uint8Array.from(colours.flatMap((colour) => [...Buffer.from(`${colour.slice(1)}ff`, "hex")]));

it("of few colours has each pixel as it was", () => {
  const rgba = opaque("#ffffff", "#1c2128", "#ffffff", "#c11a26", "#c11a26", "#1a7f37");
  expect(coloursOf(pngOf({ width: 3, height: 2, rgba }, ["#1c2128"]))).toEqual([
    ["#ffffff", "#1c2128", "#ffffff"],
    ["#c11a26", "#c11a26", "#1a7f37"],
  ]);
});

it("of many keeps those that are wanted, and has the nearest for others", () => {
  const greys = Array.from({ length: 256 }, (_, i) => `#${Buffer.from([i, i, i]).toString("hex")}`);
  const rgba = opaque(...greys, "#ffe9a8");
  const [row = []] = coloursOf(pngOf({ width: 257, height: 1, rgba }, ["#ffe9a8", "#000000"]));
  expect(row[0]).toBe("#000000");
  expect(row.at(-1)).toBe("#ffe9a8");
  expect(new Set(row).size).toBeLessThanOrEqual(32);
});
