import { expect, it } from "vitest";
import { platformTime } from "../../src/chat/platform-time.ts";
import { fakeClock } from "../fakes/clock.ts";

const dateOf = (at: number) => new Date(at).toUTCString();

it("before a platform has answered, its clock is taken for ours", () => {
  const clock = fakeClock();
  const time = platformTime(clock);
  time.heard("not a date");
  time.heard(undefined);
  expect(time.offsetMs()).toBeUndefined();
  expect(time.ageMs(clock.now() - 5000)).toBe(5000);
});

it("an age is by the clock that dated it, and goes on while ours is moved", () => {
  const clock = fakeClock();
  const time = platformTime(clock);
  const said = clock.now() + 120_000;
  time.heard(dateOf(said));
  expect(time.offsetMs()).toBe(120_000);
  clock.advance(7000);
  clock.jump(-3_600_000);
  expect(time.ageMs(said)).toBe(7000);
  expect(time.offsetMs()).toBe(3_720_000);
});
