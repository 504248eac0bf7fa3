/** The rows of a chart, each with its words above its bar. */
import {
  groupHeading,
  groupNames,
  groupStatus,
  SESSION_ROW,
  vmStatus,
} from "../../messages/picture-rows.ts";
import { type PictureLine, textOf, vmName } from "../../messages/picture-words.ts";
import type { RunFacts, VmFacts } from "../../report/facts.ts";
import {
  BAR,
  type Bar,
  barOf,
  drawnBar,
  drawnEvidence,
  drawnLines,
  drawnNothing,
  drawnUsual,
  heightOfLines,
  sessionBar,
} from "./bars.ts";
import { label, lineHeight, type Pen, paragraph, type Style, widthOfLine } from "./flow.ts";
import { colours, INNER, LEFT, RIGHT, type Strip, sizes } from "./frame.ts";
import type { ChartRow } from "./rows.ts";
import type { Scale } from "./scale.ts";

/** Undefined scale: no time is known, so that there is no bar. */
export interface Chart {
  readonly pen: Pen;
  readonly facts: RunFacts;
  readonly scale: Scale | undefined;
  readonly timeZone: string;
}

const nameStyle: Style = { size: sizes.text, weight: 700, is: "name" };
const statusStyle: Style = { size: sizes.small, is: "status" };
const messageStyle: Style = { size: sizes.small, fill: colours.faint, is: "message" };
const headingStyle: Style = { size: sizes.small, fill: colours.faint, is: "heading" };

/** Between what belongs to one row, and to the next. */
const CLOSE = 4;
const APART = 18;

/** From one height to another. */
type Span = readonly [from: number, to: number];

interface RowStrip extends Strip {
  /** Where its bar is, and no word. */
  readonly free?: Span;
}

interface RowsStrip extends Strip {
  readonly free: readonly Span[];
}

export function rowsStrip(chart: Chart, rows: readonly ChartRow[], y: number): RowsStrip {
  let height = 0;
  const drawn: string[] = [];
  const free: Span[] = [];
  for (const row of rows) {
    const strip = rowStrip(chart, row, y + height);
    height += strip.height;
    drawn.push(...strip.drawn);
    if (strip.free) free.push(strip.free);
  }
  return { height, drawn, free };
}

function rowStrip(chart: Chart, row: ChartRow, y: number): RowStrip {
  switch (row.is) {
    case "named-heading":
      return heading(chart, groupHeading.named(row.named), y);
    case "others-heading":
      return heading(chart, groupHeading.others(row.others), y);
    case "vm":
      return vmStrip(chart, row, y);
    case "group":
      return groupStrip(chart, row.vms, y);
    case "session":
      return sessionStrip(chart, y);
    default:
      return row satisfies never;
  }
}

function heading({ pen }: Chart, words: string, y: number): Strip {
  const strip = paragraph(pen, [words], headingStyle, { x: LEFT, y, width: INNER });
  return { ...strip, height: strip.height + CLOSE };
}

function vmStrip(chart: Chart, { vm, message }: VmRow, y: number): RowStrip {
  const { facts, scale, timeZone, pen } = chart;
  const words = wordsStrip(chart, [vmName(vm.name)], vmStatus(vm, facts, timeZone), y);
  const top = y + words.height + CLOSE;
  const drawn = [...words.drawn, ...(scale ? barDrawn(vm, facts, scale, top) : [])];
  const bottom = top + (scale ? BAR : 0);
  const free: Span = [top - CLOSE, bottom + CLOSE];
  if (message === undefined) return { height: bottom + APART - y, drawn, free };
  const room = { x: LEFT, y: bottom + CLOSE, width: INNER };
  const said = paragraph(pen, [textOf(message)], messageStyle, room);
  return {
    height: bottom + CLOSE + said.height + APART - y,
    drawn: [...drawn, ...said.drawn],
    free,
  };
}

type VmRow = Extract<ChartRow, { is: "vm" }>;

/** Of what has no bar. */
const AT_ITS_END: Bar = { x: RIGHT, width: 0, isOpen: true };

function barDrawn(vm: VmFacts, facts: RunFacts, scale: Scale, y: number): string[] {
  const bar = barOf(vm, facts, scale);
  if (!bar) return [drawnNothing(scale, facts, y), ...drawnEvidence(vm, AT_ITS_END, y)];
  return [drawnBar(bar, vm.mark, y), ...drawnUsual(vm, scale, y), ...drawnEvidence(vm, bar, y)];
}

function groupStrip(chart: Chart, vms: readonly VmFacts[], y: number): RowStrip {
  const { facts, scale } = chart;
  const words = wordsStrip(chart, groupNames(vms), groupStatus(vms, facts), y);
  const top = y + words.height + CLOSE;
  if (!scale) return { ...words, height: words.height + APART };
  const bottom = top + heightOfLines(vms);
  return {
    height: bottom + APART - y,
    drawn: [...words.drawn, ...drawnLines(vms, facts, scale, top)],
    free: [top - CLOSE, bottom + CLOSE],
  };
}

function sessionStrip(chart: Chart, y: number): RowStrip {
  const { facts, scale } = chart;
  const words = wordsStrip(chart, [SESSION_ROW], "", y);
  if (!scale) return words;
  const top = y + words.height + CLOSE;
  const bar = drawnBar(sessionBar(facts, scale), facts.ended ? "unknown" : "running", top);
  return {
    height: words.height + CLOSE + BAR + APART,
    drawn: [...words.drawn, bar],
    free: [top - CLOSE, top + BAR + CLOSE],
  };
}

/** The least room between a name and its status. */
const BETWEEN = 24;

/** The name on the left and how it stands on the right; below each other where they do not fit. */
function wordsStrip({ pen }: Chart, name: PictureLine, status: string, y: number): Strip {
  const statusWidth = pen.letters.widthOf(status, sizes.small, 400);
  const fitsBeside = widthOfLine(pen, name, nameStyle) + BETWEEN + statusWidth <= INNER;
  const named = paragraph(pen, name, nameStyle, { x: LEFT, y, width: INNER, lines: 1 });
  if (!fitsBeside) {
    const room = { x: LEFT, y: y + named.height, width: INNER };
    const stands = paragraph(pen, [status], statusStyle, room);
    return {
      height: named.height + stands.height,
      drawn: [...named.drawn, ...stands.drawn],
    };
  }
  const base = y + nameStyle.size * 1.02;
  const stands = label(pen, status, statusStyle, { x: RIGHT, y: base, anchor: "end" });
  return {
    height: lineHeight(nameStyle),
    drawn: status === "" ? named.drawn : [...named.drawn, stands],
  };
}
