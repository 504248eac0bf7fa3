/** The form of the code in figures. */
import { type TSType, Visitor } from "oxc-parser";
import type { CodeFile } from "./code.ts";
import { namesWithTwoMeanings } from "./exports.ts";
import { functionsOf } from "./functions.ts";
import { circlesOfFiles, circlesOfFolders, importsOf } from "./imports.ts";
import { upward } from "./layers.ts";

/** A function of more lines is long. */
const LONG = 50;
/** A line of more columns is wide. */
const WIDE = 100;

export interface Figure {
  readonly what: string;
  readonly value: string;
}

export function figuresOf(files: readonly CodeFile[]): Figure[] {
  return [...sizes(files), ...functions(files), ...text(files), ...types(files), ...shape(files)];
}

function sizes(files: readonly CodeFile[]): Figure[] {
  const lengths = files.map(({ text }) => linesOf(text).length);
  const all = lengths.reduce((sum, one) => sum + one, 0);
  return [
    { what: "files / lines", value: slashed(files.length, all) },
    {
      what: "file median / p90 / largest",
      value: slashed(median(lengths), p90(lengths), Math.max(0, ...lengths)),
    },
  ];
}

function functions(files: readonly CodeFile[]): Figure[] {
  const all = files.flatMap(functionsOf);
  const lines = all.map((one) => one.lines);
  const ways = all.map(({ cyclomatic }) => cyclomatic);
  const long = lines.filter((one) => one > LONG).length;
  return [
    {
      what: "functions with a block body, median / p90",
      value: slashed(median(lines), p90(lines)),
    },
    { what: `of them over ${LONG} lines`, value: `${long} (${percent(long, lines.length)})` },
    { what: "cyclomatic, median / p90", value: slashed(median(ways), p90(ways)) },
  ];
}

function text(files: readonly CodeFile[]): Figure[] {
  const lines = files.flatMap((file) => linesOf(file.text));
  const widths = lines.filter((line) => line.trim() !== "").map((line) => line.length);
  const comments = files.reduce((sum, file) => sum + commentLines(file), 0);
  return [
    { what: "non-blank line length, median / p90", value: slashed(median(widths), p90(widths)) },
    {
      what: `lines over ${WIDE} columns`,
      value: `${widths.filter((width) => width > WIDE).length}`,
    },
    { what: "comment lines", value: percent(comments, lines.length) },
  ];
}

/** Lines that hold nothing but a comment. */
const commentLines = ({ text, comments }: CodeFile): number =>
  comments
    .filter(({ start }) => text.slice(text.lastIndexOf("\n", start) + 1, start).trim() === "")
    .reduce((sum, { start, end }) => sum + text.slice(start, end).split("\n").length, 0);

function types(files: readonly CodeFile[]): Figure[] {
  const count = { any: 0, as: 0, not: 0 };
  const visitor = new Visitor({
    TSAnyKeyword: () => {
      count.any += 1;
    },
    TSAsExpression: ({ typeAnnotation }) => {
      if (!isConst(typeAnnotation)) count.as += 1;
    },
    TSNonNullExpression: () => {
      count.not += 1;
    },
  });
  for (const { tree } of files) visitor.visit(tree);
  return [{ what: "`any` / `x as T` / `x!`", value: slashed(count.any, count.as, count.not) }];
}

const isConst = (type: TSType) =>
  type.type === "TSTypeReference" &&
  type.typeName.type === "Identifier" &&
  type.typeName.name === "const";

function shape(files: readonly CodeFile[]): Figure[] {
  const imports = files.flatMap(importsOf);
  return [
    { what: "circles of files, types included", value: `${circlesOfFiles(imports).length}` },
    { what: "circles of folders, types included", value: `${circlesOfFolders(imports).length}` },
    { what: "upward arrows", value: `${upward(imports).length}` },
    {
      what: "exported names with two meanings",
      value: `${namesWithTwoMeanings(files).length}`,
    },
  ];
}

const linesOf = (text: string): string[] => text.replace(/\n$/, "").split("\n");
const slashed = (...numbers: readonly number[]) =>
  numbers.map((number) => number.toLocaleString("en")).join(" / ");
const percent = (some: number, all: number) =>
  `${(all === 0 ? 0 : (100 * some) / all).toFixed(1)} %`;

const median = (numbers: readonly number[]) => quantile(numbers, 0.5);
const p90 = (numbers: readonly number[]) => quantile(numbers, 0.9);

/** The number that this share of them does not reach; 0 of none. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(share * sorted.length)] ?? 0;
}
