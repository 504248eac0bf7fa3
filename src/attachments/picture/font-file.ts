/**
 * What a font file tells: which characters it has, and how wide each is. Files are WOFF (version 1),
 * as packages for the web have them.
 */
import { inflateSync } from "node:zlib";

/** A font as a TrueType file, and what was read from it. */
export interface FontFile {
  readonly bytes: Uint8Array;
  /** Advance of a character, in parts of the font's size; undefined where it has no such one. */
  advanceOf(codePoint: number): number | undefined;
}

/** Throws where the file is not what its format says. */
export function readWoff(woff: Buffer): FontFile {
  const bytes = unpacked(woff);
  const tables = tablesOf(bytes);
  const glyphs = glyphsOf(tableOf(tables, "cmap"));
  const advance = advancesOf(tables);
  return {
    bytes,
    advanceOf: (codePoint) => {
      const glyph = glyphs(codePoint);
      return glyph === 0 ? undefined : advance(glyph);
    },
  };
}

const HEADER = 12;
const RECORD = 16;
const WOFF_HEADER = 44;
const WOFF_RECORD = 20;
const ALIGNED = 4;

/** https://www.w3.org/TR/WOFF/: the tables of a TrueType file, each compressed. */
function unpacked(woff: Buffer): Buffer {
  if (woff.toString("latin1", 0, 4) !== "wOFF")
    throw new Error("Cannot read font as it is no WOFF");
  const count = woff.readUInt16BE(12);
  const head = Buffer.alloc(HEADER + RECORD * count);
  woff.copy(head, 0, 4, 8);
  writeSearch(head, count);
  const parts: Buffer[] = [head];
  let end = head.length;
  for (let i = 0; i < count; i++) {
    const record = woff.subarray(WOFF_HEADER + WOFF_RECORD * i);
    const table = tableIn(woff, record);
    const at = HEADER + RECORD * i;
    record.copy(head, at, 0, 4);
    head.writeUInt32BE(record.readUInt32BE(16), at + 4);
    head.writeUInt32BE(end, at + 8);
    head.writeUInt32BE(table.length, at + 12);
    const filling = Buffer.alloc(-table.length & (ALIGNED - 1));
    parts.push(table, filling);
    end += table.length + filling.length;
  }
  return Buffer.concat(parts);
}

/** How readers find a table by halving: part of the header. */
function writeSearch(head: Buffer, count: number): void {
  const exponent = Math.floor(Math.log2(count));
  const range = RECORD * 2 ** exponent;
  head.writeUInt16BE(count, 4);
  head.writeUInt16BE(range, 6);
  head.writeUInt16BE(exponent, 8);
  head.writeUInt16BE(RECORD * count - range, 10);
}

function tableIn(woff: Buffer, record: Buffer): Buffer {
  const at = record.readUInt32BE(4);
  const packed = woff.subarray(at, at + record.readUInt32BE(8));
  return packed.length < record.readUInt32BE(12) ? inflateSync(packed) : packed;
}

type Tables = ReadonlyMap<string, Buffer>;

function tablesOf(font: Buffer): Tables {
  const tables = new Map<string, Buffer>();
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const record = font.subarray(HEADER + RECORD * i);
    const at = record.readUInt32BE(8);
    const name = record.toString("latin1", 0, 4);
    tables.set(name, font.subarray(at, at + record.readUInt32BE(12)));
  }
  return tables;
}

function tableOf(tables: Tables, name: string): Buffer {
  const table = tables.get(name);
  if (!table) throw new Error(`Cannot read font as it has no table "${name}"`);
  return table;
}

const ALL_OF_UNICODE = 12;
const GROUP = 12;

/** By code point; 0 where there is none. */
function glyphsOf(cmap: Buffer): (codePoint: number) => number {
  const groups = groupsOf(cmap);
  return (codePoint) => {
    let low = 0;
    let high = groups.length / GROUP - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = GROUP * middle;
      const first = groups.readUInt32BE(at);
      if (codePoint < first) high = middle - 1;
      else if (codePoint > groups.readUInt32BE(at + 4)) low = middle + 1;
      else return groups.readUInt32BE(at + 8) + codePoint - first;
    }
    return 0;
  };
}

/** First and last character, and the glyph of the first; sorted. */
function groupsOf(cmap: Buffer): Buffer {
  for (let i = 0; i < cmap.readUInt16BE(2); i++) {
    const part = cmap.subarray(cmap.readUInt32BE(4 + 8 * i + 4));
    if (part.readUInt16BE(0) !== ALL_OF_UNICODE) continue;
    return part.subarray(16, 16 + GROUP * part.readUInt32BE(12));
  }
  throw new Error("Cannot read font as it has no map of all of Unicode");
}

/** Glyphs beyond the last that has an advance of its own have that one's. */
function advancesOf(tables: Tables): (glyph: number) => number {
  const size = tableOf(tables, "head").readUInt16BE(18);
  const last = tableOf(tables, "hhea").readUInt16BE(34) - 1;
  const metrics = tableOf(tables, "hmtx");
  return (glyph) => metrics.readUInt16BE(4 * Math.min(glyph, last)) / size;
}
