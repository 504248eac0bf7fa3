/** Where a moment lies in a chart, and where its axis has ticks. */
import type { AxisSpan } from "../../messages/picture-times.ts";
import { decisionAt, timesOf } from "../../report/extent.ts";
import type { RunFacts } from "../../report/facts.ts";
import { LEFT, RIGHT } from "./frame.ts";

export interface Scale {
  readonly from: number;
  readonly to: number;
  /** What its times count from: the decision, as long as that is not far before all else. */
  readonly origin: { readonly at: number; readonly is: "asked" | "sent" | "began" };
}

/** Shorter spans are drawn as if they were so long. */
const SHORTEST_MS = 2000;
/** Where people took more than this part of it, the chart begins with the sending. */
const PEOPLE_MOST = 0.6;
/** The target is on the axis where that grows by no more than this. */
const TARGET_MOST = 1.5;
/** Room behind the last moment, as a part of the span. */
const AFTER = 0.03;

/** Undefined where no time is known. */
export function scaleOf(facts: RunFacts): Scale | undefined {
  const times = timesOf(facts);
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const work = facts.sent?.at ?? facts.began?.at ?? first;
  const isLong = work - first > PEOPLE_MOST * (last - first) && last > work;
  const from = isLong ? work : first;
  const target = targetOf(facts);
  const isNear =
    target !== undefined && target > last && target - from <= TARGET_MOST * (last - from);
  const end = Math.max(isNear ? target : last, from + SHORTEST_MS);
  return { from, to: end + (end - from) * AFTER, origin: originOn(facts, from, isLong) };
}

function originOn(facts: RunFacts, from: number, isLong: boolean): Scale["origin"] {
  const { asked, sent, began } = facts;
  if (asked && !isLong) return { at: decisionAt(facts) ?? asked.at, is: "asked" };
  if (sent && isLong) return { at: sent.at, is: "sent" };
  return { at: began?.at ?? from, is: "began" };
}

/** When the last VM should have been up. */
export function targetOf(facts: RunFacts): number | undefined {
  const { recoveryMs } = facts.scorecard.targets;
  const decided = decisionAt(facts);
  return decided === undefined || recoveryMs === undefined ? undefined : decided + recoveryMs;
}

type Span = Pick<Scale, "from" | "to">;

export const isOnScale = ({ from, to }: Span, at: number): boolean => at >= from && at <= to;

/** Moments before or after the axis lie at its ends. */
export function xOf({ from, to }: Span, at: number): number {
  const part = (at - from) / (to - from);
  return LEFT + Math.min(1, Math.max(0, part)) * (RIGHT - LEFT);
}

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;
const D = 24 * H;
const seconds = [1, 2, 5, 10, 15, 30].map((n) => n * S);
const minutes = [1, 2, 5, 10, 15, 30].map((n) => n * MIN);
const hours = [1, 2, 3, 6, 12].map((n) => n * H);
const days = [1, 2, 7, 14, 28, 91, 182, 364, 3640].map((n) => n * D);
const steps = [...seconds, ...minutes, ...hours, ...days];

export interface Ticks extends AxisSpan {
  readonly at: readonly number[];
}

/** Round steps from the origin, of which neighbours are at least `apart` units from each other. */
export function ticksOf(scale: Scale, apart: number): Ticks {
  const origin = scale.origin.at;
  const spanMs = scale.to - scale.from;
  const least = (spanMs * apart) / (RIGHT - LEFT);
  const stepMs = steps.find((step) => step >= least) ?? spanMs;
  const first = Math.ceil((scale.from - origin) / stepMs);
  const last = Math.floor((scale.to - origin) / stepMs);
  const count = Math.max(0, last - first + 1);
  return {
    spanMs,
    stepMs,
    at: Array.from({ length: count }, (_, i) => origin + (first + i) * stepMs),
  };
}
