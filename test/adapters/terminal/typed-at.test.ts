import { describe, expect, it } from "vitest";
import { typingTime } from "../../../adapters/terminal/typed-at.ts";
import { fakeClock } from "../../fakes/clock.ts";

const SECOND = 1000;

function terminal() {
  const clock = fakeClock();
  const typing = typingTime(clock);
  const begun = clock.now();
  const awake = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(SECOND);
      typing.beat();
    }
  };
  return { clock, typing, awake, since: () => typing.earliest() - begun };
}

describe("when a line was typed", () => {
  it("is when it is read, while the process runs", () => {
    const { awake, since } = terminal();
    awake(5);
    expect(since()).toBe(5 * SECOND);
  });

  it("may be any time of a freeze, for what is read just after it", () => {
    const { clock, awake, since } = terminal();
    awake(5);
    clock.advance(70 * SECOND);
    expect(since()).toBe(5 * SECOND);
    clock.advance(SECOND);
    expect(since()).toBe(5 * SECOND);
    clock.advance(1);
    expect(since()).toBe(76 * SECOND + 1);
  });

  it("may be so also where the first beat comes before the line", () => {
    const { clock, typing, awake, since } = terminal();
    awake(5);
    clock.advance(70 * SECOND);
    typing.beat();
    expect(since()).toBe(5 * SECOND);
  });

  it("is not doubted because somebody sets the clock", () => {
    const { clock, awake, since } = terminal();
    awake(5);
    clock.jump(70 * SECOND);
    expect(since()).toBe(75 * SECOND);
  });

  it("is not doubted because of a beat that was held up by work", () => {
    const { clock, awake, since } = terminal();
    awake(5);
    clock.advance(10 * SECOND - 1);
    expect(since()).toBe(15 * SECOND - 1);
  });
});
