import { expect, it } from "vitest";
import { playMany } from "./what-was-shown.ts";

it("whoever confirmed has been shown what is sent, whatever people do in whatever order", async () => {
  expect(await playMany(7, 25)).toBeGreaterThan(3);
});
