import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mutants } from "./mutants.ts";
import { tryOut } from "./trial.ts";
import { virtualTime } from "./virtual-time.ts";

const root = join(import.meta.dirname, "../..");
const SEEDS = Array.from({ length: 6 }, (_, i) => i + 1);

describe("the storm", () => {
  it("breaks no promise in its first runs", async () => {
    const trials = [];
    for (const seed of SEEDS) trials.push(await tryOut(seed));
    expect(
      trials.flatMap(({ seed, faults }) => faults.map(({ what }) => `${seed}: ${what}`)),
    ).toEqual([]);
    expect(trials.reduce((sum, { orders }) => sum + orders, 0)).toBeGreaterThan(2);
  });

  it("is the same again for the same seed", async () => {
    expect(await tryOut(8)).toEqual(await tryOut(8));
  });

  it.each(mutants)("can make the mistake: $name", ({ file, find }) => {
    expect(readFileSync(join(root, file), "utf8").split(find)).toHaveLength(2);
  });
});

describe("virtual time", () => {
  it("does what is due in order, and what follows from it at once", async () => {
    const time = virtualTime();
    const done: string[] = [];
    time.after(20, () => done.push(`b at ${time.elapsed()}`));
    time.after(10, () => {
      done.push(`a at ${time.elapsed()}`);
      time.after(5, () => done.push(`a2 at ${time.elapsed()}`));
    });
    await time.passTo(30);
    expect(done).toEqual(["a at 10", "a2 at 15", "b at 20"]);
    expect(time.elapsed()).toBe(30);
  });

  it("forgets what was taken back", async () => {
    const time = virtualTime();
    const forget = time.after(10, () => expect.fail("it was taken back"));
    forget();
    await time.passTo(20);
    expect(time.waiting()).toBe(0);
  });

  it("waits for no limit, which stays when something was in time", () => {
    const time = virtualTime();
    time.after(10, () => undefined, true);
    time.after(10, () => undefined);
    expect(time.waiting()).toBe(1);
  });

  it("says where something goes on for ever in no time", async () => {
    const time = virtualTime();
    const again = () => void time.after(0, again);
    again();
    await expect(time.passTo(1)).rejects.toThrow("It spins at 0 ms");
  });
});
