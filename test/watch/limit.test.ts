import { setImmediate as turnOver } from "node:timers/promises";
import { expect, it } from "vitest";
import { limitOf } from "../../src/watch/limit.ts";

it("so many go on at once, the others begin in turn as these end, be it badly", async () => {
  const limit = limitOf(2);
  const begun: number[] = [];
  const ends: ((well: boolean) => void)[] = [];
  const acts = Array.from({ length: 5 }, (_, i) =>
    limit(async () => {
      begun.push(i);
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      ends[i] = (well) => (well ? resolve(i) : reject(new Error(`no ${i}`)));
      return promise;
    }),
  );
  const outcome = Promise.allSettled(acts);
  await turnOver();
  expect(begun).toEqual([0, 1]);
  ends[1]?.(false);
  await turnOver();
  expect(begun).toEqual([0, 1, 2]);
  for (let i = 0; i < acts.length; i++) {
    ends[i]?.(true);
    await turnOver();
  }
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  expect((await outcome).map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
    "fulfilled",
  ]);
});
