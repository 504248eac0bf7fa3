/**
 * One life of the bot's process, and all that it can reach the world by. A life that is over
 * reaches nothing any more, and nothing reaches it: its promises stay open for ever. One that is
 * frozen gets its answers when it thaws.
 */
import type { Clock } from "../../src/clock.ts";
import { type Store, StoreError } from "../../src/store/store.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** An order to EM, or something new that is said. */
type Awaited = "order" | "message";

export interface Life {
  readonly number: number;
  isOver: boolean;
  frozenTo: number;
  /** Until then it does not reach the state, where that is in a Postgres. */
  cutOffTo: number;
  /**
   * Dies at the touch of the world that is so many from now, or from the next of that kind on:
   * before it is done, or after.
   */
  death?: { touches: number; readonly before: boolean; awaits: Awaited | undefined } | undefined;
  /** Told when it dies. */
  readonly died: () => void;
}

const never = <Thing>() => new Promise<Thing>(() => undefined);

/** Something that the bot does to the world, with the answer to it. */
export async function touch<Thing>(
  life: Life,
  time: VirtualTime,
  act: () => Promise<Thing>,
): Promise<Thing> {
  if (life.isOver) return never();
  const isLast = isLastTouch(life);
  if (isLast && life.death?.before) return end(life);
  const done = act();
  if (isLast) {
    done.catch(() => undefined);
    return end(life);
  }
  try {
    return await done;
  } finally {
    await alive(life, time);
  }
}

const isLastTouch = ({ death }: Life) =>
  death !== undefined && death.awaits === undefined && --death.touches <= 0;

/** What a death waited for happens now. */
export function happens(awaited: Awaited, { death }: Life): void {
  if (death?.awaits === awaited) death.awaits = undefined;
}

function end(life: Life): Promise<never> {
  life.isOver = true;
  life.died();
  return never();
}

/** Its frost may end before its time. */
const LOOK_MS = 1_000;

/** Resolves when the life can go on: at once, after its frost, or never. */
async function alive(life: Life, time: VirtualTime): Promise<void> {
  while (!life.isOver && life.frozenTo > time.elapsed())
    await new Promise<void>((resolve) => {
      time.after(Math.min(LOOK_MS, life.frozenTo - time.elapsed()), resolve);
    });
  if (life.isOver) await never();
}

/** `wall`: what the machine's clock shows. */
export function clockOf(life: Life, time: VirtualTime, wall: () => number): Clock {
  return {
    now: wall,
    elapsed: time.elapsed,
    sleep: (ms, signal) => sleep(life, time, ms, signal),
    deadline: (ms) => deadline(life, time, ms),
    turn: () => async () => undefined,
  };
}

function sleep(
  life: Life,
  time: VirtualTime,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (life.isOver) return never();
  return new Promise((resolve, reject) => {
    const forget = time.after(ms, () => void alive(life, time).then(resolve));
    signal?.addEventListener("abort", () => {
      forget();
      reject(signal.reason);
    });
    if (signal?.aborted) reject(signal.reason);
  });
}

function deadline(life: Life, time: VirtualTime, ms: number): AbortSignal {
  const over = new AbortController();
  const end = () => over.abort(new DOMException("Too late", "TimeoutError"));
  time.after(ms, () => void alive(life, time).then(end), true);
  return over.signal;
}

/** What may happen to a commit on its way to the disk. */
export interface Disk {
  fate(): "written" | "full" | "failed" | "written-untold";
  /** How long it takes. */
  delayMs(): number;
}

/** The disk outlives every life; reading it never fails here. */
export function storeOf(life: Life, time: VirtualTime, store: Store, disk: Disk): Store {
  return {
    ...store,
    get: (namespace, key) => touch(life, time, () => store.get(namespace, key)),
    all: (namespace) => touch(life, time, () => store.all(namespace)),
    find: (namespace, field, text) => touch(life, time, () => store.find(namespace, field, text)),
    links: (chain, page) => touch(life, time, () => store.links(chain, page)),
    commit: (changes) =>
      touch(life, time, async () => {
        const ms = disk.delayMs();
        if (ms > 0) await new Promise<void>((resolve) => void time.after(ms, resolve));
        if (life.isOver) return never();
        const fate = disk.fate();
        if (fate === "full") throw new StoreError("Cannot write the state as the disk is full");
        if (fate === "failed") throw new StoreError("Cannot write the state as the disk failed");
        const committed = await store.commit(changes);
        if (fate === "written-untold") throw new StoreError("Cannot write the state: disk I/O");
        return committed;
      }),
  };
}
