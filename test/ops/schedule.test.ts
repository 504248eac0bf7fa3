/** Chores by the clock on the wall, which here is a false one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLog } from "../../src/log.ts";
import { type Chore, type Due, startRoutine } from "../../src/ops/schedule.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { type FakeClock, fakeClock } from "../fakes/clock.ts";

const at = (text: string) => Date.parse(text);
const value = { version: 1, at: 0 } as const;

function openStore(): Store {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-routine-"));
  const store = openSqliteStore(join(folder, "state.db"));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return store;
}

interface Planned {
  readonly clock?: FakeClock;
  readonly store?: Store;
  readonly when?: string;
  readonly timeZone?: string;
  readonly run?: Chore["run"];
}

/** A routine of one chore, and what it was told at each of its times. */
async function routineOf({
  clock = fakeClock(),
  store = openStore(),
  when = "0 8 * * *",
  timeZone = "UTC",
  run,
}: Planned = {}) {
  const dues: Due[] = [];
  const logged: string[] = [];
  const destination = { write: (line: string) => void logged.push(line) };
  const chore: Chore = {
    name: "digest",
    when,
    run: async (due) => {
      dues.push(due);
      return (await run?.(due)) ?? [];
    },
  };
  const log = createLog({ secrets: [], level: "info", destination });
  const routine = await startRoutine({ chores: [chore], timeZone, store, log, clock });
  onTestFinished(() => routine.stop());
  const times = () =>
    dues.map((due) => `${new Date(due.at).toISOString()}${due.late ? " late" : ""}`);
  const pass = async (hours: number, step = 30) => {
    for (let minute = 0; minute < hours * 60; minute += step) {
      clock.advance(step * 60_000);
      await setImmediate();
    }
  };
  return { clock, store, routine, times, logged, pass };
}

describe("a chore", () => {
  it("is done at its time in the time zone of the settings, day by day, and once at each", async () => {
    const { times, pass } = await routineOf({ timeZone: "Europe/Berlin" });
    await pass(50);
    expect(times()).toEqual([
      "2026-11-21T07:00:00.000Z",
      "2026-11-22T07:00:00.000Z",
      "2026-11-23T07:00:00.000Z",
    ]);
  });

  it("keeps the time on the wall where clocks are set forward", async () => {
    const clock = fakeClock(at("2027-03-27T06:30:00Z"));
    const { times, pass } = await routineOf({ clock, timeZone: "Europe/Berlin" });
    await pass(47);
    expect(times()).toEqual(["2027-03-27T07:00:00.000Z", "2027-03-28T06:00:00.000Z"]);
  });

  it("is not begun again while it is still being done", async () => {
    const slow = Promise.withResolvers<void>();
    const { times, logged, routine, pass } = await routineOf({
      when: "* * * * *",
      run: async () => {
        await slow.promise;
        return [];
      },
    });
    await pass(0.1, 1);
    expect(times()).toHaveLength(1);
    expect(logged.join()).toContain("due again before it was done");
    slow.resolve();
    await routine.stop();
  });

  it("saves what it wants to say together with the fact that it was done", async () => {
    const { store, pass } = await routineOf({
      run: async () => [{ put: "routine", key: "t", value }],
    });
    await pass(3);
    expect(await store.get("routine", "t")).toEqual(value);
    expect(await store.get("routine", "digest")).toEqual({
      version: 1,
      at: at("2026-11-21T08:00:00Z"),
    });
  });

  it("that fails is logged, and done when it is next due", async () => {
    let tries = 0;
    const { times, logged, store, pass } = await routineOf({
      run: async () => {
        tries += 1;
        if (tries === 1) throw new Error("no luck");
        return [];
      },
    });
    await pass(30);
    expect(times()).toHaveLength(2);
    expect(logged.join()).toMatch(/no luck.*a chore could not be done/);
    expect(await store.get("routine", "digest")).toEqual({
      version: 1,
      at: at("2026-11-22T08:00:00Z"),
    });
  });
});

describe("what became due while the bot did not run", () => {
  async function stoppedFor(hours: number) {
    const store = openStore();
    const { clock, routine, pass } = await routineOf({ store });
    await pass(3);
    await routine.stop();
    clock.advance(hours * 3_600_000);
    return routineOf({ clock, store });
  }

  it("is done at the next start, once, however often it was due, and knows that it is late", async () => {
    const { times } = await stoppedFor(72);
    expect(times()).toEqual(["2026-11-24T08:00:00.000Z late"]);
  });

  it("is nothing where it was not due meanwhile", async () => {
    const { times, pass } = await stoppedFor(20);
    expect(times()).toEqual([]);
    await pass(4);
    expect(times()).toEqual(["2026-11-22T08:00:00.000Z"]);
  });

  it("is nothing on the first start of all", async () => {
    const { times } = await routineOf();
    expect(times()).toEqual([]);
  });
});

/** The night in which clocks there are changed: when it is twice 02:30 (or 01:30), or never. */
const nights = [
  ["Europe/Berlin", "30 2 * * *", "autumn", "2026-10-25", "01:30"],
  ["Europe/Berlin", "30 2 * * *", "spring", "2027-03-28", "01:00"],
  ["America/New_York", "30 1 * * *", "autumn", "2026-11-01", "05:30"],
  ["America/New_York", "30 2 * * *", "autumn", "2026-11-01", "07:30"],
  ["America/New_York", "30 2 * * *", "spring", "2027-03-14", "07:00"],
] as const;

describe.each(nights)("in %s, at %s, in the night of %s %s", (timeZone, when, _, day, time) => {
  const due = at(`${day}T${time}:00Z`);
  const minutes = (count: number) => count * 60_000;
  const shown = new Date(due).toISOString();

  /** Ran until the first time, then from the second on, for the rest of the night. */
  async function stoppedFrom(until: number, from: number) {
    const clock = fakeClock(due - minutes(100));
    const store = openStore();
    const before = await routineOf({ clock, store, when, timeZone });
    await before.pass((until - clock.now()) / 3_600_000, 5);
    await before.routine.stop();
    clock.advance(from - clock.now());
    const after = await routineOf({ clock, store, when, timeZone });
    await after.pass(2.5, 5);
    return [...before.times(), ...after.times()];
  }

  it("a chore is done once, and on time", async () => {
    expect(await stoppedFrom(due + minutes(120), due + minutes(120))).toEqual([shown]);
  });

  it.each([-65, -35, 35, 65])(
    "it is still done once, and on time, with another start %i minutes from then",
    async (after) => {
      const restart = due + minutes(after);
      expect(await stoppedFrom(restart - minutes(5), restart)).toEqual([shown]);
    },
  );

  it.each([5, 65])("it is done once, and late, by a start %i minutes later", async (late) => {
    const times = await stoppedFrom(due - minutes(20), due + minutes(late));
    expect(times).toEqual([`${shown} late`]);
  });
});

describe("a routine", () => {
  it("is refused in a time zone that does not exist, in which it would never run", async () => {
    await expect(routineOf({ timeZone: "Europe/Atlantis" })).rejects.toThrow(
      'Cannot plan the routine as there is no time zone "Europe/Atlantis"',
    );
  });

  it("does nothing more once it was stopped", async () => {
    const { routine, times, pass } = await routineOf();
    await routine.stop();
    await pass(48);
    expect(times()).toEqual([]);
  });

  it("that was frozen for hours does what was due meanwhile, once, and knows that it is late", async () => {
    const { clock, times, pass } = await routineOf({ when: "0 7,8 * * *" });
    clock.advance(5 * 3_600_000);
    await pass(0.1, 1);
    expect(times()).toEqual(["2026-11-21T08:00:00.000Z late"]);
  });

  it("whose wall clock is set far ahead is not late for every time between", async () => {
    const { clock, times, pass } = await routineOf();
    clock.jump(400 * 86_400_000);
    await pass(3);
    expect(times()).toEqual(["2027-12-25T08:00:00.000Z late", "2027-12-26T08:00:00.000Z"]);
  });
});
