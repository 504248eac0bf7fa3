import { expect, it } from "vitest";
import { playMany } from "../conversations/what-was-shown.ts";

const seeds = Array.from({ length: 20 }, (_, i) => 100 + i);

it.each(seeds)("whoever confirmed has been shown what is sent: seed %i", async (seed) => {
  expect(await playMany(seed, 60)).toBeGreaterThan(10);
});
