/** Signs of life: of the bot's loops, of its sockets, and of Enterprise Manager. */
import type { ChatPort, Health, Platform } from "../chat/port.ts";
import type { Clock } from "../clock.ts";
import type { RequestInfo } from "../em/exchange.ts";

const LOOPS = ["watcher", "outbox"] as const;
export type LoopName = (typeof LOOPS)[number];

export interface Pulse {
  /**
   * A clock for one loop: whenever the loop goes to sleep on it, it shows that it lives, and when
   * it will wake.
   */
  clockFor<Given extends Clock>(loop: LoopName, clock: Given): Given;
  /**
   * How far behind each loop is, in milliseconds: since when it should have gone to sleep again.
   */
  overdueMs(loop: LoopName): number;
  /** How EM answered, for `connectEm`. */
  request(info: Pick<RequestInfo, "outcome">): void;
  readonly em: EmPulse;
}

export interface EmPulse {
  /** For how long EM has not done what it was asked, nor said why not; absent before the first time. */
  readonly silentMs?: number;
  /** What became of the last request. */
  readonly last?: RequestInfo["outcome"];
}

/** With these, EM is of no use to anybody. */
const USELESS: readonly RequestInfo["outcome"][] = [
  "unreachable",
  "timed-out",
  "certificate",
  "unauthorized",
  "server-error",
  "unreadable",
];

/** `now` never jumps: `elapsed` of a clock. */
export function createPulse(now: () => number): Pulse {
  const wakesAt = new Map<LoopName, number>(LOOPS.map((loop) => [loop, now()]));
  let last: EmPulse["last"];
  let answeredAt: number | undefined;
  return {
    clockFor: (loop, clock) => ({
      ...clock,
      sleep: (ms, signal) => {
        wakesAt.set(loop, now() + ms);
        return clock.sleep(ms, signal);
      },
    }),
    overdueMs: (loop) => Math.max(0, now() - (wakesAt.get(loop) ?? 0)),
    request: ({ outcome }) => {
      last = outcome;
      if (!USELESS.includes(outcome)) answeredAt = now();
    },
    get em() {
      return {
        ...(answeredAt === undefined ? {} : { silentMs: now() - answeredAt }),
        ...(last === undefined ? {} : { last }),
      };
    },
  };
}

/** For how long each platform has been without connection, in milliseconds, at each asking. */
export function socketsOf(
  ports: readonly ChatPort[],
  now: () => number,
): () => Map<Platform, number> {
  const deadSince = new Map<Platform, number>();
  return () => {
    for (const port of ports) {
      if (isConnected(port.health())) deadSince.delete(port.platform);
      else deadSince.set(port.platform, deadSince.get(port.platform) ?? now());
    }
    return new Map([...deadSince].map(([platform, since]) => [platform, now() - since]));
  };
}

const isConnected = ({ ok, silent }: Health) => ok || silent === true;
