/** Long work of several kinds at once, and what is short meanwhile. */
import { afterEach, expect, it, vi } from "vitest";
import { systemClock } from "../src/clock.ts";

afterEach(() => void vi.restoreAllMocks());

it("what is short waits for one piece of long work at a time, however many there are", async () => {
  let ms = 0;
  vi.spyOn(performance, "now").mockImplementation(() => ms);
  const pieces: string[] = [];
  const work = async (name: string) => {
    const turn = systemClock.turn();
    for (let piece = 0; piece < 3; piece++) {
      pieces.push(name);
      ms += 20;
      await turn();
    }
  };
  let done = false;
  const all = Promise.all(["a", "b", "c"].map(work)).finally(() => {
    done = true;
  });
  const atOnce: string[] = [];
  while (!done) {
    atOnce.push(pieces.splice(0).join(""));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await all;
  expect(atOnce.filter((some) => some !== "")).toEqual(["abc", "a", "b", "c", "a", "b", "c"]);
});

it("work that is short gives way to nobody", async () => {
  vi.spyOn(performance, "now").mockReturnValue(0);
  const turn = systemClock.turn();
  let others = 0;
  const other = setImmediate(() => others++);
  for (let piece = 0; piece < 100; piece++) await turn();
  clearImmediate(other);
  expect(others).toBe(0);
});

it("work gives way once it has gone on for three milliseconds", async () => {
  let ms = 0;
  vi.spyOn(performance, "now").mockImplementation(() => ms);
  const turn = systemClock.turn();
  const gaveWay: number[] = [];
  for (let piece = 1; piece <= 7; piece++) {
    ms += 1;
    const next = setImmediate(() => gaveWay.push(piece));
    await turn();
    clearImmediate(next);
  }
  expect(gaveWay).toEqual([3, 6]);
});
