/**
 * Who has to wait after a refusal, and for how long. A moment's trouble holds a lane; a refused
 * message or place holds that message alone; trouble of the bot holds its whole platform. Held in
 * memory: the next process asks at once. Times are those of `Clock.elapsed`.
 */
import type { ChatFailure } from "../chat/port.ts";

interface Wait {
  notBefore: number;
  /** In a row. */
  failures: number;
}

export interface Waits {
  readonly lanes: Map<string, Wait>;
  readonly messages: Map<string, Wait>;
  readonly platforms: Map<string, Wait>;
}

/** What a message waits with. */
export interface Held {
  readonly lane: string;
  readonly message: string;
  readonly platform: string;
}

export const FIRST_RETRY_MS = 1000;
export const LONGEST_RETRY_MS = 60_000;

const MANY_REFUSALS = 10;
const RARELY_MS = 600_000;

export const createWaits = (): Waits => ({
  lanes: new Map(),
  messages: new Map(),
  platforms: new Map(),
});

const backoffMs = (failures: number) =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));

/** In milliseconds; 0 for what may go now. */
export function waitOf(waits: Waits, { lane, message, platform }: Held, now: number): number {
  const all = [waits.lanes.get(lane), waits.messages.get(message), waits.platforms.get(platform)];
  return Math.max(0, ...all.map((wait) => (wait?.notBefore ?? 0) - now));
}

/** How often this message was refused in a row, for no reason that passes by itself. */
export const refusalsOf = ({ messages }: Waits, { message }: Held): number =>
  messages.get(message)?.failures ?? 0;

/** Nothing holds what has arrived, nor what waits with it. */
export function letGo({ lanes, messages, platforms }: Waits, held: Held): void {
  lanes.delete(held.lane);
  messages.delete(held.message);
  platforms.delete(held.platform);
}

/** `failure`: absent for what is not the platform's doing. */
export function hold(
  waits: Waits,
  held: Held,
  failure: ChatFailure | undefined,
  now: number,
): void {
  if (failure && isBareNo(failure)) holdFor(waits.messages, held.message, now, notAtAll);
  const { lanes, messages, platforms } = waits;
  if (failure?.kind === "message") holdFor(messages, held.message, now, backoffMs);
  else if (failure?.kind === "place")
    holdFor(messages, held.message, now, failure.gone ? everSlower(backoffMs) : everSlower(slowly));
  else if (failure?.kind === "bot") holdFor(platforms, held.platform, now, backoffMs);
  else holdFor(lanes, held.lane, now, (failures) => askedMs(failure) ?? backoffMs(failures));
}

/** A place that says no for long is asked ever more seldom, for days. */
const everSlower = (wait: (failures: number) => number) => (failures: number) =>
  failures > MANY_REFUSALS ? RARELY_MS : wait(failures);

const notAtAll = () => 0;

const askedMs = (failure: (ChatFailure & { kind: "moment" }) | undefined) =>
  (failure?.afterMs ?? 0) > 0 ? failure?.afterMs : undefined;
/** For what did not fail, and is to be done again. */
export const holdSlowly = ({ messages }: Waits, { message }: Held, now: number): void =>
  holdFor(messages, message, now, slowly);

const slowly = () => LONGEST_RETRY_MS;

/** The platform has said no, neither for how long nor why. */
export const isBareNo = (failure: ChatFailure): boolean =>
  failure.kind === "moment" && failure.afterMs === undefined && !failure.perhapsDone;

function holdFor(
  waits: Map<string, Wait>,
  name: string,
  now: number,
  ms: (failures: number) => number,
): void {
  const failures = (waits.get(name)?.failures ?? 0) + 1;
  waits.set(name, { failures, notBefore: now + ms(failures) });
}
