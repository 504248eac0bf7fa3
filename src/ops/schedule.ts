/**
 * What the bot does by the clock on the wall: each chore by its cron expression in the time zone of
 * the settings, never twice at once. What became due while the bot was not running is done at the
 * next start, once, and knows that it is late.
 */
import type { Clock } from "../clock.ts";
import type { RoutineDone } from "../records/routine.ts";
import type { Services } from "../services.ts";
import type { Conditional } from "../store/store.ts";
import { rhythmOf } from "./due-times.ts";
import { lastDue, type Rhythm } from "./last-due.ts";

export interface Chore {
  readonly name: string;
  /** A cron expression of five fields: minute, hour, day of month, month, day of week. */
  readonly when: string;
  /** Gives what is to be saved, together with the fact that it was done. */
  run(due: Due): Promise<readonly Conditional[]>;
  /** Called once that is saved. */
  done?(): void;
}

export interface Due {
  readonly at: number;
  /** It was due while the bot did not run, or could not keep the time. */
  readonly late: boolean;
}

export interface RoutineParts extends Pick<Services, "store" | "log"> {
  /** The wall clock. */
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly chores: readonly Chore[];
  /** An IANA name. */
  readonly timeZone: string;
}

export interface Routine {
  /** Starts nothing more, and waits for what runs. */
  stop(): Promise<void>;
}

interface Kept {
  readonly chore: Chore;
  readonly rhythm: Rhythm;
  /** Whatever was due up to then is done, is being done, or was left out. */
  lookedUpTo: number;
  doing: Promise<void> | undefined;
}

/** Throws where a time zone or an expression makes no sense; the settings have checked both. */
export async function startRoutine(parts: RoutineParts): Promise<Routine> {
  assertTimeZone(parts.timeZone);
  const stopping = new AbortController();
  const all = parts.chores.map((chore) => keep(parts, chore));
  for (const each of all) await catchUp(parts, each);
  const keeping = keepTime(parts, all, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await keeping;
      await Promise.all(all.map(({ doing }) => doing));
    },
  };
}

function assertTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw new Error(`Cannot plan the routine as there is no time zone "${timeZone}"`);
  }
}

const keep = ({ timeZone, clock }: RoutineParts, chore: Chore): Kept => ({
  chore,
  rhythm: rhythmOf(chore.when, timeZone),
  lookedUpTo: clock.now(),
  doing: undefined,
});

const MINUTE_MS = 60_000;

/** Looks at the beginning of each minute of the wall clock. */
async function keepTime(parts: RoutineParts, all: readonly Kept[], signal: AbortSignal) {
  const { clock } = parts;
  while (!signal.aborted) {
    const restOfMinute = MINUTE_MS - (clock.now() % MINUTE_MS);
    await clock.sleep(restOfMinute, signal).catch(() => undefined);
    if (!signal.aborted) for (const each of all) lookAt(parts, each);
  }
}

/** Where the wall clock was set back, what it shows again may be due again. */
function lookAt(parts: RoutineParts, each: Kept): void {
  const now = parts.clock.now();
  const at = lastDue(each.rhythm, Math.min(each.lookedUpTo, now), now);
  each.lookedUpTo = now;
  if (at === undefined) return;
  if (each.doing === undefined) void begin(parts, each, { at, late: now - at > MINUTE_MS });
  else parts.log.warn({ chore: each.chore.name }, "a chore was due again before it was done");
}

function begin(parts: RoutineParts, each: Kept, due: Due): Promise<void> {
  each.doing = perform(parts, each.chore, due).finally(() => {
    each.doing = undefined;
  });
  return each.doing;
}

/** A chore that fails is tried again when it is next due; what it had to save is not saved. */
async function perform({ store, log }: RoutineParts, chore: Chore, due: Due): Promise<void> {
  const { name } = chore;
  try {
    const changes = await chore.run(due);
    await store.commit([...changes, doneBy(name, due.at)]);
    chore.done?.();
    log.info(
      { chore: name, due: new Date(due.at).toISOString(), late: due.late },
      "a chore was done",
    );
  } catch (error) {
    log.error({ err: error, chore: name }, "a chore could not be done");
  }
}

function doneBy(name: string, at: number): Conditional {
  const value: RoutineDone = { version: 1, at };
  return { put: "routine", key: name, value };
}

/** On the first start of all, nothing was missed. */
async function catchUp(parts: RoutineParts, each: Kept): Promise<void> {
  const { chore, rhythm, lookedUpTo: now } = each;
  const done = await parts.store.get("routine", chore.name);
  if (!done) return void (await parts.store.commit([doneBy(chore.name, now)]));
  const at = lastDue(rhythm, done.at, now);
  if (at !== undefined) await begin(parts, each, { at, late: true });
}
