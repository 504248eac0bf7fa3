/**
 * Pixels as a PNG of few colours: what is drawn with some twenty, and their mixtures at edges, is a
 * third as large so. https://www.w3.org/TR/png-3/
 */
import { crc32, deflateSync } from "node:zlib";

/** `rgba`: four bytes a pixel, none of them transparent. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** So many beside those that are wanted: the most frequent. Any other becomes the nearest of these. */
const MIXTURES = 16;

/** `wanted`: colours such as `#1c2128`, kept as they are. At most 200. */
export function pngOf({ width, height, rgba }: Pixels, wanted: readonly string[]): Uint8Array {
  const words = new Uint32Array(rgba.slice().buffer);
  const kept = wanted.map(colourOf);
  const palette = [...new Set([...kept, ...frequent(words, kept.length + MIXTURES)])];
  const rows = indexed(words, palette, width, height);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header(width, height)),
    chunk("PLTE", Buffer.from(palette.flatMap((colour) => [...channels(colour)]))),
    chunk("IDAT", deflateSync(rows, { level: 8, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

type Colour = number;

/** Read as a word whose lowest byte is red, as on every machine that Node runs on. */
const channels = (colour: Colour): readonly [number, number, number] => [
  colour & 255,
  (colour >> 8) & 255,
  (colour >> 16) & 255,
];

const OPAQUE = 0xff000000;

const colourOf = (written: string): Colour =>
  (Buffer.from(written.slice(1), "hex").readUIntLE(0, 3) | OPAQUE) >>> 0;

function frequent(words: Uint32Array, most: number): Colour[] {
  const counts = new Map<Colour, number>();
  let run = 0;
  let last = words[0] ?? 0;
  for (const word of words) {
    if (word !== last) {
      counts.set(last, (counts.get(last) ?? 0) + run);
      last = word;
      run = 0;
    }
    run += 1;
  }
  counts.set(last, (counts.get(last) ?? 0) + run);
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, most)
    .map(([colour]) => colour);
}

/** Each row behind a zero: it is not filtered. */
function indexed(
  words: Uint32Array,
  palette: readonly Colour[],
  width: number,
  height: number,
): Uint8Array {
  const rows = new Uint8Array(height * (width + 1));
  const known = new Map(palette.map((colour, i) => [colour, i]));
  let last = -1;
  let index = 0;
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    to += 1;
    for (let x = 0; x < width; x++, from++, to++) {
      const word = words[from] ?? 0;
      if (word !== last) {
        index = indexOf(word, palette, known);
        last = word;
      }
      rows[to] = index;
    }
  }
  return rows;
}

function indexOf(colour: Colour, palette: readonly Colour[], known: Map<Colour, number>): number {
  const index = known.get(colour) ?? nearest(colour, palette);
  known.set(colour, index);
  return index;
}

function nearest(colour: Colour, palette: readonly Colour[]): number {
  let found = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, one] of palette.entries()) {
    const apart = distance(one, colour);
    if (apart >= least) continue;
    least = apart;
    found = i;
  }
  return found;
}

/** As a cube of differences, not as eyes see it: what is near is near in both. */
const distance = (one: Colour, other: Colour): number =>
  ((one & 255) - (other & 255)) ** 2 +
  (((one >> 8) & 255) - ((other >> 8) & 255)) ** 2 +
  (((one >> 16) & 255) - ((other >> 16) & 255)) ** 2;

const BITS = 8;
const OF_A_PALETTE = 3;

function header(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(width, 0);
  bytes.writeUInt32BE(height, 4);
  bytes.set([BITS, OF_A_PALETTE], 8);
  return bytes;
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
