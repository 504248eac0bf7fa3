/** What a run consists of, and what all that happens in it works on. */
import type { Handlers, Platform } from "../../src/chat/port.ts";
import type { Config } from "../../src/settings/config.ts";
import type { Store } from "../../src/store/store.ts";
import type { Chronicle, Delivery, Happening, Span } from "./chronicle.ts";
import type { EnterpriseManager } from "./enterprise-manager.ts";
import type { Life } from "./life.ts";
import type { MovedClock } from "./moved-clock.ts";
import type { Membership } from "./people.ts";
import type { Rooms } from "./rooms.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { Weather } from "./weather.ts";

export interface World {
  readonly time: VirtualTime;
  readonly weather: Weather;
  readonly em: EnterpriseManager;
  readonly rooms: Rooms;
  readonly store: Store;
  readonly people: Membership;
  /** The settings of the next start. */
  config: Config;
  readonly deliveries: Delivery[];
  readonly removed: Chronicle["removed"][number][];
  readonly logged: string[];
  readonly lives: Span[];
  readonly frozen: Span[];
  readonly story: Happening[];
  /** What was done while nobody was there to hear it, and is delivered to the next life. */
  readonly unheard: Delivery[];
  /** The wall clock of the bot's machine against that of the world. */
  readonly wall: MovedClock;
  /** By what records expire: the present life's own time. */
  readonly steady: { now: () => number };
  readonly disk: { fullTo: number };
  /** Nothing while there is none. */
  now: Present | undefined;
  /** The one that stood by leads. */
  takeOver(): void;
}

/** The bot that lives now. */
export interface Present {
  readonly life: Life;
  readonly ears: Map<Platform, Handlers>;
  /** What it has heard and not dealt with. */
  readonly handling: Set<Promise<void>>;
  /** Ends it in order, as SIGTERM does; absent while it is being put together. */
  stop?: () => Promise<void>;
}

/** EM ends its CDP sessions, and begins the next, when the storm is over: at 15:00. */
export const BORN_AT = Date.UTC(2026, 10, 21, 14, 56);
export const STORM_MS = 240_000;

export const wallOf = ({ time, wall }: World) =>
  Math.floor(BORN_AT + time.elapsed() + wall.aheadMs);

export const tell = ({ story, time }: World, what: string) =>
  void story.push({ at: time.elapsed(), what });
