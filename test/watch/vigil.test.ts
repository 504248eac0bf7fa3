/** What happens to time itself, to the millisecond. */
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createVigil } from "../../src/watch/vigil.ts";
import { fakeClock } from "../fakes/clock.ts";

const TEN_MINUTES = 600_000;

function vigil() {
  const clock = fakeClock();
  return { clock, ...createVigil(clock) };
}

/** One whose beats are awaited. */
async function beating() {
  const { clock, noticed, run } = vigil();
  const stop = new AbortController();
  const tell = vi.fn();
  const running = run(tell, stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  onTestFinished(end);
  const passes = async (ms: number) => {
    clock.advance(ms);
    await setImmediate();
  };
  await setImmediate();
  return { clock, noticed, tell, passes, end };
}

describe("a wall clock", () => {
  it.each([
    [2000, [{ is: "moved", byMs: 2000 }]],
    [-2000, [{ is: "moved", byMs: -2000 }]],
    [1999, []],
    [-1999, []],
    [0, []],
  ])("that jumps by %d ms: %o", (ms, told) => {
    const { clock, noticed } = vigil();
    clock.advance(5000);
    clock.jump(ms);
    expect(noticed()).toEqual(told);
    expect(noticed()).toEqual([]);
  });

  it("that creeps away is told of once it is two seconds off, and from there on anew", () => {
    const { clock, noticed } = vigil();
    clock.jump(1500);
    expect(noticed()).toEqual([]);
    clock.jump(1500);
    expect(noticed()).toEqual([{ is: "moved", byMs: 3000 }]);
    clock.advance(TEN_MINUTES);
    expect(noticed()).toEqual([]);
    clock.jump(-3000);
    expect(noticed()).toEqual([{ is: "moved", byMs: -3000 }]);
  });

  it("that jumps again is told of ten minutes after the last telling, and not a moment before", () => {
    const { clock, noticed } = vigil();
    clock.advance(1000);
    clock.jump(5000);
    expect(noticed()).toHaveLength(1);
    clock.jump(7000);
    clock.advance(TEN_MINUTES - 1);
    expect(noticed()).toEqual([]);
    clock.advance(1);
    expect(noticed()).toEqual([{ is: "moved", byMs: 7000 }]);
    clock.jump(9000);
    clock.advance(TEN_MINUTES - 1);
    expect(noticed()).toEqual([]);
  });
});

describe("a process that was frozen", () => {
  it.each([
    [11_000, [{ is: "frozen", ms: 10_000 }]],
    [10_999, []],
    [1000, []],
  ])("for %d ms from one beat to the next: %o", async (ms, told) => {
    const { noticed, passes, tell } = await beating();
    await passes(ms);
    expect(tell).toHaveBeenCalledTimes(told.length);
    expect(noticed()).toEqual(told);
  });

  it("is noticed by whoever asks before the late beat, and then once", async () => {
    const { clock, noticed, passes } = await beating();
    clock.advance(60_000);
    expect(noticed()).toEqual([{ is: "frozen", ms: 59_000 }]);
    expect(noticed()).toEqual([]);
    await passes(1000);
    expect(noticed()).toEqual([]);
  });

  it("is noticed at any later beat, too", async () => {
    const { noticed, passes, tell } = await beating();
    for (let beat = 0; beat < 30; beat++) await passes(1000);
    expect(tell).not.toHaveBeenCalled();
    expect(noticed()).toEqual([]);
    await passes(11_000);
    expect(noticed()).toEqual([{ is: "frozen", ms: 10_000 }]);
  });

  it("is not noticed where no beat is awaited, as a pause may be meant", async () => {
    const unwatched = vigil();
    unwatched.clock.advance(TEN_MINUTES);
    expect(unwatched.noticed()).toEqual([]);
    const { clock, noticed, tell, end } = await beating();
    await end();
    clock.advance(TEN_MINUTES);
    expect(noticed()).toEqual([]);
    expect(tell).not.toHaveBeenCalled();
  });
});

describe("while beats are awaited", () => {
  it("a jump of the wall clock is told at the next beat, and until somebody asks", async () => {
    const { clock, noticed, passes, tell } = await beating();
    clock.jump(5000);
    await passes(999);
    expect(tell).not.toHaveBeenCalled();
    await passes(1);
    expect(tell).toHaveBeenCalledTimes(1);
    await passes(1000);
    expect(tell).toHaveBeenCalledTimes(2);
    expect(noticed()).toEqual([{ is: "moved", byMs: 5000 }]);
    await passes(1000);
    expect(tell).toHaveBeenCalledTimes(2);
  });
});
