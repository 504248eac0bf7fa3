/** Bars of VMs: from begin to end; where one of these is not known, it shows. */
import type { Mark } from "../../chat/port.ts";
import { bearsOut } from "../../report/extent.ts";
import type { RunFacts, VmFacts } from "../../report/facts.ts";
import { colours, RIGHT } from "./frame.ts";
import { evidenceSign, fillOf, inkOf } from "./patterns.ts";
import { type Scale, xOf } from "./scale.ts";
import { element } from "./svg.ts";

export interface Bar {
  readonly x: number;
  readonly width: number;
  /** Begin or end is not known, so that it was somewhere in here. */
  readonly isOpen: boolean;
}

const NARROWEST = 4;

/** Undefined of a VM that has not begun, as far as known. */
export function barOf(vm: VmFacts, facts: RunFacts, scale: Scale): Bar | undefined {
  const { began, ended, mark } = vm;
  if (!began && !ended && (mark === "waiting" || mark === "unknown")) return undefined;
  const from = began?.at ?? facts.began?.at ?? facts.sent?.at ?? scale.from;
  const to = ended?.at ?? facts.sessionEnded?.at ?? facts.ended?.at ?? scale.to;
  return spanned(xOf(scale, from), xOf(scale, Math.max(from, to)), !began || !ended);
}

export function sessionBar(facts: RunFacts, scale: Scale): Bar {
  const { began, sessionEnded, ended, sent } = facts;
  const from = xOf(scale, began?.at ?? sent?.at ?? scale.from);
  const to = xOf(scale, sessionEnded?.at ?? ended?.at ?? scale.to);
  return spanned(from, to, !began || !sessionEnded);
}

function spanned(from: number, to: number, isOpen: boolean): Bar {
  const width = Math.max(NARROWEST, to - from);
  return { x: Math.min(from, RIGHT - width), width, isOpen };
}

export const BAR = 24;

/** `y`: of its top. */
export function drawnBar(bar: Bar, mark: Mark, y: number): string {
  const { x, width, isOpen } = bar;
  return element("rect", {
    class: "bar",
    x,
    y,
    width,
    height: BAR,
    rx: width > 12 ? 4 : undefined,
    fill: fillOf(mark),
    "fill-opacity": isOpen ? 0.35 : undefined,
    stroke: inkOf[mark],
    "stroke-width": isOpen ? 3 : 2,
    "stroke-dasharray": isOpen ? "9 7" : undefined,
  });
}

const SIGN = 14;

/** At the end of the bar, within the frame. */
export function drawnEvidence(vm: VmFacts, bar: Bar, y: number): string[] {
  const shown = bearsOut(vm);
  if (shown === undefined) return [];
  const x = Math.min(bar.x + bar.width + SIGN + 6, RIGHT - SIGN - 2);
  return [evidenceSign(shown, { x, y: y + BAR / 2 }, SIGN)];
}

/** Where the median of earlier runs would have had its end. */
export function drawnUsual(vm: VmFacts, scale: Scale, y: number): string[] {
  if (!vm.began || vm.usualMs === undefined) return [];
  const x = xOf(scale, vm.began.at + vm.usualMs);
  return [
    element("path", {
      class: "usual",
      d: `M${round(x)} ${y - 5}V${y + BAR + 5}`,
      stroke: colours.ink,
      "stroke-width": 5,
    }),
  ];
}

/** Nothing is known of it: a line where its bar would be. */
export const drawnNothing = (scale: Scale, facts: RunFacts, y: number): string => {
  const from = xOf(scale, facts.began?.at ?? facts.sent?.at ?? scale.from);
  return element("path", {
    class: "nothing",
    d: `M${round(from)} ${y + BAR / 2}H${RIGHT}`,
    stroke: colours.unknown,
    "stroke-width": 2,
    "stroke-dasharray": "3 9",
  });
};

const round = (n: number) => Math.round(n * 10) / 10;

const LINE = 4;
const GROUP_MOST = 72;

export const heightOfLines = (vms: readonly VmFacts[]): number =>
  Math.min(GROUP_MOST, vms.length * LINE);

/** A thin line for each VM of a group. */
export function drawnLines(
  vms: readonly VmFacts[],
  facts: RunFacts,
  scale: Scale,
  y: number,
): string[] {
  const each = heightOfLines(vms) / vms.length;
  return vms.flatMap((vm, i) => {
    const bar = barOf(vm, facts, scale);
    if (!bar) return [];
    const { x, width } = bar;
    const height = Math.max(0.6, each * 0.75);
    const opacity = bar.isOpen ? 0.4 : undefined;
    const fill = inkOf[vm.mark];
    return [element("rect", { class: "line", x, y: y + i * each, width, height, fill, opacity })];
  });
}
