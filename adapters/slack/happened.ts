/** What people do in Slack, in the adapter's words. */

import type { Place } from "../../src/chat/port.ts";
import type { Origin } from "./home.ts";
import type { NameOf } from "./unescape.ts";

/** What happened, in the adapter's words; `at` is absent where Slack does not say when. */
export interface Happened extends Origin {
  readonly delivery: string;
  readonly at?: number;
  readonly userId: string;
  /** Absent where the payload holds the id alone. */
  readonly userName?: string | undefined;
  readonly place: Place;
  readonly responseUrl?: string | undefined;
}

export interface TypedText extends Happened {
  /** Without names that Slack would have to be asked for. */
  readonly text: string;
  /** What Slack has told, where names are to be found for ids in it. */
  readonly markup?: string;
  /** The same with those names. */
  withNames?(nameOf: NameOf): string;
  /** A message of before was edited into this. */
  readonly edited?: true;
  /** It was read after it had been missed. */
  readonly missed?: true;
}

export interface Pressing extends Happened {
  readonly token: string;
  readonly text?: string;
}

/** A button whose form is to be opened. */
export interface FormAsked extends Happened {
  readonly value: string;
  readonly trigger: string;
}

/** Slack's `1732168800.123456`, in milliseconds. */
export const instantOfTs = (ts: string): number => Math.floor(Number(ts) * 1000);

export const placeIn = (channel: string, thread?: string): Place => ({
  platform: "slack",
  channel,
  ...(thread === undefined ? {} : { thread }),
});

/** Everything but events comes by way of the person's own workspace. */
export const originFrom = (...teams: (string | null | undefined)[]): Origin => ({
  teams: teams.filter((team) => typeof team === "string" && team !== "").map(String),
  installed: [],
});
