/** What stands below the chart: times nobody knows of, notes, what patterns mean, whose times. */
import type { Mark } from "../../chat/port.ts";
import {
  evidenceLegend,
  gapWords,
  markLegend,
  moreGaps,
  moreNotes,
  noteWords,
  OPEN_END,
  replacedWords,
  sourceWords,
  USUAL_END,
} from "../../messages/picture-rows.ts";
import { clockTime } from "../../messages/picture-times.ts";
import type { PictureLine } from "../../messages/picture-words.ts";
import { bearsOut, isSlow } from "../../report/extent.ts";
import type { Gap, RunFacts, VmFacts } from "../../report/facts.ts";
import { type LetteredGap, letterSign } from "./chart-lanes.ts";
import type { Chart } from "./chart-rows.ts";
import { lineHeight, type Pen, paragraph, type Style, widthOfLine } from "./flow.ts";
import { colours, INNER, LEFT, RIGHT, type Strip, sizes } from "./frame.ts";
import { evidenceSign, fillOf, inkOf, shadeOf } from "./patterns.ts";
import { element } from "./svg.ts";

const text: Style = { size: sizes.small };
const faint: Style = { size: sizes.small, fill: colours.faint };

/** So many gaps have a letter, the longest ones; so many notes are shown, the first ones. */
const MOST_GAPS = 6;
const MOST_NOTES = 5;

export function letteredGaps(gaps: readonly Gap[]): LetteredGap[] {
  const longest = gaps
    .toSorted((one, other) => other.to - other.from - (one.to - one.from))
    .slice(0, MOST_GAPS);
  let lettered = 0;
  return gaps
    .toSorted((one, other) => one.from - other.from)
    .map((gap) => {
      if (!longest.includes(gap)) return { gap };
      lettered += 1;
      return { gap, letter: String.fromCharCode(64 + lettered) };
    });
}

/** Lines that stand below each other, each behind a sign of its own. */
interface Item {
  readonly words: PictureLine;
  /** Drawn left of the words; its middle is given. */
  readonly sign?: (x: number, y: number) => string;
}

const SIGN_ROOM = 56;

function itemsStrip(pen: Pen, items: readonly Item[], y: number): Strip {
  let height = 0;
  const drawn: string[] = [];
  for (const { words, sign } of items) {
    const room = { x: LEFT + SIGN_ROOM, y: y + height, width: INNER - SIGN_ROOM };
    const strip = paragraph(pen, words, text, room);
    drawn.push(...(sign ? [sign(LEFT + 20, y + height + lineHeight(text) / 2)] : []));
    drawn.push(...strip.drawn);
    height += strip.height + 8;
  }
  return { height, drawn };
}

export function gapsStrip(
  { pen, timeZone }: Chart,
  gaps: readonly LetteredGap[],
  origin: number,
  y: number,
): Strip {
  const told = gaps.filter(({ letter }) => letter !== undefined);
  const rest = gaps.filter(({ letter }) => letter === undefined).map(({ gap }) => gap);
  const items = told.map(
    ({ gap, letter = "" }): Item => ({
      words: gapWords(gap, origin, timeZone),
      sign: (x, y) => hatch(gap, x, y) + letterSign(pen, letter, x, y, 36),
    }),
  );
  return itemsStrip(pen, rest.length > 0 ? [...items, { words: moreGaps(rest) }] : items, y);
}

const hatch = ({ why }: Gap, x: number, y: number): string =>
  element("rect", { x: x - 20, y: y - 20, width: 40, height: 40, fill: shadeOf(why) });

export function notesStrip({ pen, facts, timeZone }: Chart, origin: number, y: number): Strip {
  const notes = facts.timeline.flatMap((one) => {
    const words = noteWords(one);
    return words ? [{ words: [`${clockTime(one.at, origin, timeZone)}  `, ...words] }] : [];
  });
  const shown = notes.slice(0, MOST_NOTES);
  const left = notes.length - shown.length;
  const items = shown.map((one): Item => ({ ...one, sign: noteSign }));
  return itemsStrip(pen, left > 0 ? [...items, { words: moreNotes(left) }] : items, y);
}

const noteSign = (x: number, y: number): string =>
  element("path", {
    class: "note",
    d: `M${x - 12} ${Math.round(y) - 12}h24v17l-7 7h-17z`,
    fill: colours.amberGround,
    stroke: colours.ink,
    "stroke-width": 2,
  });

interface Entry {
  readonly words: PictureLine;
  readonly swatch: (x: number, y: number) => string;
}

const SWATCH = 44;
const BETWEEN_ENTRIES = 34;

/** What occurs in the picture, in as many lines as it takes. */
export function legendStrip({ pen, facts }: Chart, y: number): Strip {
  let x = LEFT;
  let top = y;
  const drawn: string[] = [];
  for (const { words, swatch } of entriesOf(facts)) {
    const width = SWATCH + 12 + widthOfLine(pen, words, text);
    if (x > LEFT && x + width > RIGHT) {
      x = LEFT;
      top += lineHeight(text) + 6;
    }
    const room = { x: x + SWATCH + 12, y: top, width: RIGHT - x - SWATCH - 12, lines: 1 };
    drawn.push(swatch(x, top + lineHeight(text) / 2), ...paragraph(pen, words, text, room).drawn);
    x += width + BETWEEN_ENTRIES;
  }
  return { height: drawn.length === 0 ? 0 : top - y + lineHeight(text), drawn };
}

const marks: readonly Mark[] = [
  "done",
  "warning",
  "failed",
  "running",
  "stalled",
  "unknown",
  "waiting",
];
const evidences = ["seen", "word", "not-so", "not-known"] as const;

function entriesOf(facts: RunFacts): Entry[] {
  const { vms } = facts;
  return [
    ...marks
      .filter((mark) => vms.some((vm) => vm.mark === mark))
      .map((mark) => ({
        words: [markLegend(mark, facts)],
        swatch: mark === "waiting" ? nothingSwatch : barSwatch(mark, false),
      })),
    ...(vms.some(isOpen) ? [{ words: [OPEN_END], swatch: barSwatch("unknown", true) }] : []),
    ...(vms.some(isSlow) ? [{ words: [USUAL_END], swatch: usualSwatch }] : []),
    ...evidences
      .filter((one) => vms.some((vm) => bearsOut(vm) === one))
      .map((one) => ({
        words: [evidenceLegend[one]],
        swatch: (x: number, y: number) => evidenceSign(one, { x: x + SWATCH / 2, y }),
      })),
  ];
}

const isOpen = ({ began, ended, mark }: VmFacts) =>
  mark !== "waiting" && (!began || !ended) && (began ?? ended) !== undefined;

const nothingSwatch = (x: number, y: number): string =>
  element("path", {
    d: `M${x} ${Math.round(y)}h${SWATCH}`,
    stroke: colours.unknown,
    "stroke-width": 3,
    "stroke-dasharray": "3 7",
  });

const barSwatch =
  (mark: Mark, isOpen: boolean) =>
  (x: number, y: number): string =>
    element("rect", {
      x,
      y: y - 12,
      width: SWATCH,
      height: 24,
      rx: 4,
      fill: fillOf(mark),
      "fill-opacity": isOpen ? 0.35 : undefined,
      stroke: inkOf[mark],
      "stroke-width": isOpen ? 3 : 2,
      "stroke-dasharray": isOpen ? "9 7" : undefined,
    });

const usualSwatch = (x: number, y: number): string =>
  element("path", {
    d: `M${x + SWATCH / 2} ${Math.round(y) - 18}v36`,
    stroke: colours.ink,
    "stroke-width": 5,
  });

/** Small print. */
export function sourceStrip({ pen, facts, timeZone }: Chart, y: number): Strip {
  return paragraph(pen, sourceWords(facts, timeZone), faint, { x: LEFT, y, width: INNER });
}

/** Last of all, as until then more names may be replaced. */
export function replacedStrip({ pen }: Chart, y: number): Strip {
  const replaced = pen.names.replaced();
  if (replaced.length === 0) return { height: 0, drawn: [] };
  const room = { x: LEFT, y, width: INNER, lines: 3 };
  return paragraph(pen, [replacedWords(replaced)], text, room);
}
