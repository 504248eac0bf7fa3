/**
 * The fonts of pictures: which one draws a text, and how wide it is then. DejaVu Sans has Latin,
 * Greek, Cyrillic, Arabic and Hebrew; UnifontEX, of coarse letters, nearly all else.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type FontFile, readWoff } from "./font-file.ts";

export type FontWeight = 400 | 700;
export type Family = "DejaVu Sans" | "UnifontEX";

export interface Letters {
  /** Undefined where no font has all its characters. */
  familyOf(text: string): Family | undefined;
  /** As drawn by the font of `familyOf`; of Arabic, which is joined, nearly. */
  widthOf(text: string, size: number, weight: FontWeight): number;
  /** TrueType files of the fonts that were asked for so far. */
  files(): readonly Uint8Array[];
}

/** Files are read when a text first needs them: the large one hardly ever. */
export function openLetters(): Letters {
  const opened = new Map<string, FontFile>();
  const open = (file: string): FontFile => {
    const font = opened.get(file) ?? readWoff(readFileSync(file));
    opened.set(file, font);
    return font;
  };
  return {
    familyOf: (text) => familyOf(open, text),
    widthOf: (text, size, weight) => {
      const font = fontOf(open, text, weight);
      return size * sum([...text].map((character) => advanceIn(font, character)));
    },
    files: () => [...opened.values()].map(({ bytes }) => bytes),
  };
}

const require = createRequire(import.meta.url);
const DEJAVU: Readonly<Record<FontWeight, string>> = {
  400: require.resolve("@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff"),
  700: require.resolve("@fontsource/dejavu-sans/files/dejavu-sans-latin-700-normal.woff"),
};
const UNIFONT = require.resolve("@fontsource/unifontex/files/unifontex-latin-400-normal.woff");

type Open = (file: string) => FontFile;

function familyOf(open: Open, text: string): Family | undefined {
  if (isAscii(text)) return "DejaVu Sans";
  if (isIn(open(DEJAVU[400]), text) && isIn(open(DEJAVU[700]), text)) return "DejaVu Sans";
  return isIn(open(UNIFONT), text) ? "UnifontEX" : undefined;
}

function fontOf(open: Open, text: string, weight: FontWeight): FontFile {
  return familyOf(open, text) === "UnifontEX" ? open(UNIFONT) : open(DEJAVU[weight]);
}

const isAscii = (text: string) => /^[ -~]*$/.test(text);

const isIn = (font: FontFile, text: string): boolean =>
  [...text].every(
    (character) => isUnseen(character) || font.advanceOf(codePointOf(character)) !== undefined,
  );

/** Joins or varies what stands beside it, and is no letter itself. */
const isUnseen = (character: string) => /^\p{Default_Ignorable_Code_Point}$/u.test(character);

const advanceIn = (font: FontFile, character: string): number =>
  isUnseen(character) ? 0 : (font.advanceOf(codePointOf(character)) ?? MISSING);

/** Of a character that the font lacks; as wide as a box. */
const MISSING = 0.6;

const codePointOf = (character: string): number => character.codePointAt(0) ?? 0;

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
