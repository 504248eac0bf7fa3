/** A picture's SVG, read again: what stands where. Fails where it is not well formed. */
import { createRequire } from "node:module";
import { XMLParser } from "fast-xml-parser";
import type * as validating from "fast-xml-validator";
import * as v from "valibot";
import { expect } from "vitest";
import { type FontWeight, openLetters } from "../../../src/attachments/picture/letters.ts";
import { svgOf } from "../../../src/attachments/picture/svg-of.ts";
import type { RunFacts } from "../../../src/report/facts.ts";
import { ZONE } from "../../pictures/run-facts.ts";

const { SyntaxValidator }: typeof validating = createRequire(import.meta.url)("fast-xml-validator");

export const letters = openLetters();

export interface Box {
  readonly is: string;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Drawn {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  /** Letters and digits, as wide and high as they are. */
  readonly texts: readonly Box[];
  readonly boxes: readonly Box[];
  /** Classes of what is drawn as paths and groups. */
  readonly classes: readonly string[];
}

const number = v.pipe(v.string(), v.transform(Number), v.finite());
const shapes = {
  svg: v.object({ width: number, height: number }),
  text: v.object({
    class: v.string(),
    x: number,
    y: number,
    "font-size": number,
    "font-weight": v.optional(v.literal("700")),
  }),
  rect: v.object({
    class: v.optional(v.string(), ""),
    x: v.optional(number, "0"),
    y: v.optional(number, "0"),
    width: number,
    height: number,
  }),
};

export function drawn(facts: RunFacts, timeZone = ZONE): Drawn {
  const svg = svgOf(facts, timeZone, letters);
  expect(SyntaxValidator.validate(svg)).toBe(true);
  const root = elementsOf(svg);
  const all = root.flatMap(withChildren);
  const size = v.parse(shapes.svg, root[0]?.attributes);
  return {
    svg,
    ...size,
    texts: all.filter(({ name }) => name === "text").map(textBox),
    boxes: all.filter(({ name, isTile }) => name === "rect" && !isTile).map(rectBox),
    classes: all.flatMap(({ attributes }) => attributes.class ?? []),
  };
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Element[];
  /** Part of a pattern. */
  readonly isTile: boolean;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  trimValues: false,
});

const node = v.record(v.string(), v.unknown());
const attributesIn = v.optional(v.record(v.string(), v.string()), {});

function elementsOf(svg: string): Element[] {
  return v.parse(v.array(node), parser.parse(svg)).flatMap((one) => elementOf(one, false));
}

function elementOf(one: Record<string, unknown>, isTile: boolean): Element[] {
  const name = Object.keys(one).find((key) => key !== ":@" && key !== "#text");
  if (name === undefined) return [];
  const inside = v.parse(v.array(node), one[name]);
  return [
    {
      name,
      attributes: v.parse(attributesIn, one[":@"]),
      text: inside.map((child) => String(child["#text"] ?? "")).join(""),
      children: inside.flatMap((child) => elementOf(child, isTile || name === "pattern")),
      isTile,
    },
  ];
}

const withChildren = (one: Element): Element[] => [one, ...one.children.flatMap(withChildren)];

/** Of its size, so much of a line stands above its base, and below it. */
const ABOVE = 0.76;
const BELOW = 0.24;

function textBox({ attributes, text }: Element): Box {
  const shape = v.parse(shapes.text, attributes);
  const size = shape["font-size"];
  const weight: FontWeight = shape["font-weight"] === "700" ? 700 : 400;
  return {
    is: shape.class,
    text,
    x: shape.x,
    y: shape.y - size * ABOVE,
    width: letters.widthOf(text, size, weight),
    height: size * (ABOVE + BELOW),
  };
}

function rectBox({ attributes }: Element): Box {
  const { class: is, ...box } = v.parse(shapes.rect, attributes);
  return { is, text: "", ...box };
}

/** What stands outside of the sheet, less what rounding does. */
export const outside = ({ width, height, texts, boxes }: Drawn): Box[] =>
  [...texts, ...boxes].filter(
    (box) =>
      box.x < -1 || box.y < -1 || box.x + box.width > width + 1 || box.y + box.height > height + 1,
  );

/** Pairs of texts, one of which stands in the other. */
export function overlaps({ texts }: Drawn): string[] {
  return texts.flatMap((one, i) =>
    texts.slice(i + 1).flatMap((other) => {
      const apart =
        one.x + one.width <= other.x + 2 ||
        other.x + other.width <= one.x + 2 ||
        one.y + one.height <= other.y + 1 ||
        other.y + other.height <= one.y + 1;
      return apart ? [] : [`"${one.text}" and "${other.text}"`];
    }),
  );
}

export const boxesOf = ({ boxes }: Drawn, is: string): Box[] =>
  boxes.filter((box) => box.is === is);

/** Words in the order in which they were drawn, those of a line joined. */
export const textsOf = ({ texts }: Drawn): string =>
  texts
    .map(({ text }) => text)
    .join(" ")
    .replaceAll(/ +/g, " ");
