/**
 * EM's clock and ours. What EM says is converted to our time as it comes in, and what it is asked
 * about to its own as it goes out; nothing above this folder knows a second clock.
 */
import type { Clock } from "../clock.ts";

export interface EmTime {
  /** EM's clock minus ours, in milliseconds; 0 before the first answer. */
  readonly offsetMs: number;
  /** `date`: an answer's `Date`; `tookMs`: how long ago its request was sent. */
  heard(date: string | undefined, tookMs: number): void;
  /** The same thing with every `…At` in our time. */
  ours<Thing>(thing: Thing): Thing;
  /** How EM's clock shows, or will show, a moment of ours. */
  ems(at: number): number;
}

/** `Date` has whole seconds. */
const SECOND_MS = 1000;
/** Clocks drift, and a time that is converted a little differently each time looks like news. */
const LEEWAY_MS = 1000;

/**
 * The offset stays what it was as long as it fits what is heard: EM wrote the `Date` at some moment
 * between request and answer. So what EM says of one moment is always the same moment.
 */
export function emTime(clock: Pick<Clock, "now">): EmTime {
  let offsetMs = 0;
  let known = new WeakMap<object, unknown>();
  return {
    get offsetMs() {
      return offsetMs;
    },
    heard: (date, tookMs) => {
      const least = Date.parse(date ?? "") - clock.now();
      const most = least + tookMs + SECOND_MS;
      const fits = offsetMs >= least - LEEWAY_MS && offsetMs <= most + LEEWAY_MS;
      if (Number.isNaN(least) || fits) return;
      offsetMs = least;
      known = new WeakMap();
    },
    ours: (thing) => (offsetMs === 0 ? thing : moved(thing, -offsetMs, known)),
    ems: (at) => at + offsetMs,
  };
}

/**
 * All that is decoded is plain data: its instants are the numbers whose names end in `At`. Of a
 * thing that is known, what was made of it before.
 */
function moved<Thing>(thing: Thing, byMs: number, known: WeakMap<object, unknown>): Thing {
  if (typeof thing !== "object" || thing === null) return thing;
  const before = known.get(thing);
  if (before !== undefined) return before as Thing;
  const after = Array.isArray(thing)
    ? thing.map((one) => moved(one, byMs, known))
    : movedFields(thing, byMs, known);
  known.set(thing, after);
  return after as Thing;
}

const movedFields = (thing: object, byMs: number, known: WeakMap<object, unknown>) =>
  Object.fromEntries(
    Object.entries(thing).map(([name, value]) => [
      name,
      typeof value === "number" && name.endsWith("At") ? value + byMs : moved(value, byMs, known),
    ]),
  );
