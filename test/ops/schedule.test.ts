/** Chores by the clock on the wall, which here is a false one; the digest, on a real bot. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { type Chore, type Due, startRoutine } from "../../src/ops/schedule.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";

const at = (text: string) => Date.parse(text);
const value = { version: 1, at: 0 } as const;

beforeEach(() => {
  vi.useFakeTimers({ now: at("2026-11-21T06:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

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
  readonly store?: Store;
  readonly when?: string;
  readonly timeZone?: string;
  readonly run?: Chore["run"];
}

/** A routine of one chore, and what it was told at each of its times. */
async function routineOf({
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
  const routine = await startRoutine({ chores: [chore], timeZone, store, log, clock: systemClock });
  onTestFinished(() => routine.stop());
  const times = () =>
    dues.map((due) => `${new Date(due.at).toISOString()}${due.late ? " late" : ""}`);
  return { store, routine, times, logged };
}

const pass = (hours: number) => vi.advanceTimersByTimeAsync(hours * 3_600_000);

describe("a chore", () => {
  it("is done at its time in the time zone of the settings, day by day, and once at each", async () => {
    const { times } = await routineOf({ timeZone: "Europe/Berlin" });
    await pass(50);
    expect(times()).toEqual([
      "2026-11-21T07:00:00.000Z",
      "2026-11-22T07:00:00.000Z",
      "2026-11-23T07:00:00.000Z",
    ]);
  });

  it("keeps the time on the wall where clocks are set forward", async () => {
    vi.setSystemTime(at("2027-03-27T06:30:00Z"));
    const { times } = await routineOf({ timeZone: "Europe/Berlin" });
    await pass(47);
    expect(times()).toEqual(["2027-03-27T07:00:00.000Z", "2027-03-28T06:00:00.000Z"]);
  });

  it("is not begun again while it is still being done", async () => {
    const slow = Promise.withResolvers<void>();
    const { times, logged, routine } = await routineOf({
      when: "* * * * *",
      run: async () => {
        await slow.promise;
        return [];
      },
    });
    await pass(0.1);
    expect(times()).toHaveLength(1);
    expect(logged.join()).toContain("due again before it was done");
    slow.resolve();
    await routine.stop();
  });

  it("saves what it wants to say together with the fact that it was done", async () => {
    const { store } = await routineOf({ run: async () => [{ put: "routine", key: "t", value }] });
    await pass(3);
    expect(await store.get("routine", "t")).toEqual(value);
    expect(await store.get("routine", "digest")).toEqual({
      version: 1,
      at: at("2026-11-21T08:00:00Z"),
    });
  });

  it("that fails is logged, and done when it is next due", async () => {
    let tries = 0;
    const { times, logged, store } = await routineOf({
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
    const first = await routineOf({ store });
    await pass(3);
    await first.routine.stop();
    vi.setSystemTime(Date.now() + hours * 3_600_000);
    return routineOf({ store });
  }

  it("is done at the next start, once, however often it was due, and knows that it is late", async () => {
    const { times } = await stoppedFor(72);
    expect(times()).toEqual(["2026-11-24T08:00:00.000Z late"]);
  });

  it("is nothing where it was not due meanwhile", async () => {
    const { times } = await stoppedFor(20);
    expect(times()).toEqual([]);
    await pass(4);
    expect(times()).toEqual(["2026-11-22T08:00:00.000Z"]);
  });

  it("is nothing on the first start of all", async () => {
    const { times } = await routineOf();
    expect(times()).toEqual([]);
  });
});

describe("a routine", () => {
  it("is refused in a time zone that does not exist, in which it would never run", async () => {
    await expect(routineOf({ timeZone: "Europe/Atlantis" })).rejects.toThrow(
      'Cannot plan the routine as there is no time zone "Europe/Atlantis"',
    );
  });

  it("does nothing more once it was stopped", async () => {
    const { routine, times } = await routineOf();
    await routine.stop();
    await pass(48);
    expect(times()).toEqual([]);
  });
});
