/** All that is kept of a run, by those who are no part of the bot. */
import type { Person, Place } from "../../src/chat/port.ts";
import type { ScenarioName } from "../../src/sandbox/scenarios.ts";
import type { Store } from "../../src/store/store.ts";
import type { EnterpriseManager } from "./enterprise-manager.ts";
import type { MovedClock } from "./moved-clock.ts";
import type { Act } from "./people.ts";
import type { Rooms } from "./rooms.ts";
import type { Kind } from "./weather.ts";

/** What somebody did, and what became of it. */
export interface Delivery {
  readonly id: string;
  readonly from: Person;
  readonly place: Place;
  readonly act: Act;
  /** When it was done, before it travelled. */
  readonly doneAt: number;
  /** The same by the platform's clock, in milliseconds since 1970. */
  readonly datedAt: number;
  /** Each time that it reached a living bot. */
  readonly reached: Reached[];
}

interface Reached {
  readonly at: number;
  readonly life: number;
  readonly mayOrder: boolean;
  /** The platform was told that it has come; it is not wherever the platform asks for nothing. */
  acknowledgedAt?: number;
  /** The bot has dealt with it. */
  settledAt?: number;
}

export interface Span {
  readonly from: number;
  to?: number;
}

export interface Chronicle {
  readonly seed: number;
  readonly scenario: ScenarioName;
  /** What could befall it. */
  readonly kinds: ReadonlySet<Kind>;
  readonly approvals: number;
  readonly em: EnterpriseManager;
  readonly rooms: Rooms;
  readonly deliveries: readonly Delivery[];
  /** When who lost the right to order. */
  readonly removed: readonly { readonly person: Person; readonly at: number }[];
  readonly logged: readonly string[];
  /** From the birth of each life to its death. */
  readonly lives: readonly Span[];
  readonly frozen: readonly Span[];
  readonly calmAt: number;
  readonly endAt: number;
  readonly store: Store;
  readonly bornAt: number;
  /** The wall clock of the bot's machine. */
  readonly wall: MovedClock;
  /** What waited for its time in the end. */
  readonly waiting: number;
  /** The bot had nothing left to do in the end. */
  readonly isQuiet: boolean;
  /** What the bot that lived in the end had heard and not dealt with. */
  readonly inHand: number;
  /** Oldest first. */
  readonly story: readonly Happening[];
}

export interface Happening {
  readonly at: number;
  /** A sentence. */
  readonly what: string;
}
