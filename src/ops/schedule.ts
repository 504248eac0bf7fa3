/**
 * What the bot does by the clock on the wall: each chore by its cron expression in the time zone of
 * the settings, never twice at once. What became due while the bot was not running is done at the
 * next start, once, and knows that it is late.
 */
import { createTask, type ScheduledTask, schedule, setLogger } from "node-cron";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { RoutineDone } from "../records/routine.ts";
import type { Services } from "../services.ts";
import type { Conditional } from "../store/store.ts";
import { lastDue } from "./last-due.ts";

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
  readonly clock: Pick<Clock, "now">;
  readonly chores: readonly Chore[];
  /** An IANA name. */
  readonly timeZone: string;
}

export interface Routine {
  /** Starts nothing more, and waits for what runs. */
  stop(): Promise<void>;
}

interface Scheduled {
  readonly chore: Chore;
  readonly task: ScheduledTask;
}

/** Throws where a time zone or an expression makes no sense; the settings have checked both. */
export async function startRoutine(parts: RoutineParts): Promise<Routine> {
  assertTimeZone(parts.timeZone);
  setLogger(cronLog(parts.log));
  const running = new Set<Promise<void>>();
  const start = (chore: Chore, due: Due) => {
    const done = perform(parts, chore, due).finally(() => running.delete(done));
    running.add(done);
    return done;
  };
  const scheduled = parts.chores.map((chore) => plan(parts, chore, (due) => start(chore, due)));
  for (const each of scheduled) await catchUp(parts, each, (due) => start(each.chore, due));
  return {
    stop: async () => {
      for (const { task } of scheduled) await task.destroy();
      await Promise.all(running);
    },
  };
}

/** node-cron takes any zone, and never runs in one that does not exist. */
function assertTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw new Error(`Cannot plan the routine as there is no time zone "${timeZone}"`);
  }
}

/** Without one of its own, node-cron writes coloured text to the console. */
const cronLog = (log: Log) => ({
  info: (message: string) => log.debug({ from: "node-cron" }, message),
  debug: (message: string | Error) => log.debug({ from: "node-cron" }, String(message)),
  warn: (message: string) => log.warn({ from: "node-cron" }, message),
  error: (message: string | Error, err?: Error) =>
    log.error({ from: "node-cron", err }, String(message)),
});

function plan(
  { timeZone, log }: RoutineParts,
  chore: Chore,
  start: (due: Due) => Promise<void>,
): Scheduled {
  const { name, when } = chore;
  const task = schedule(when, ({ date }) => start({ at: date.getTime(), late: false }), {
    timezone: timeZone,
    name,
    noOverlap: true,
    unref: true,
  });
  task.on("execution:missed", ({ date }) => start({ at: date.getTime(), late: true }));
  task.on("execution:overlap", () =>
    log.warn({ chore: name }, "a chore was due again before it was done"),
  );
  return { chore, task };
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
async function catchUp(
  { store, clock, timeZone }: RoutineParts,
  { chore, task }: Scheduled,
  start: (due: Due) => Promise<void>,
) {
  const done = await store.get("routine", chore.name);
  if (!done) return void (await store.commit([doneBy(chore.name, clock.now())]));
  const missed = lastDueOf(chore.when, timeZone, task, done.at, clock.now());
  if (missed !== undefined) await start({ at: missed, late: true });
}

/** `hourly`: a task of the same hours, with any minute; it never runs. */
function lastDueOf(when: string, timeZone: string, task: ScheduledTask, from: number, to: number) {
  const hourly = createTask(when.replace(/^\S+/, "*"), () => undefined, { timezone: timeZone });
  const rhythm = {
    isDue: (at: Date) => task.match(at),
    mayBeDueInHourOf: (at: Date) => hourly.match(at),
  };
  try {
    return lastDue(rhythm, from, to);
  } finally {
    void hourly.destroy();
  }
}
