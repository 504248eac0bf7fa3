import { describe, expect, it } from "vitest";
import type { ChatFailure } from "../../src/chat/port.ts";
import {
  createWaits,
  type Held,
  hold,
  holdSlowly,
  letGo,
  refusalsOf,
  type Waits,
  waitOf,
} from "../../src/speech/waits.ts";

const begun = 7000;
const own: Held = { lane: "ops/posts", message: "run/1", platform: "terminal" };
const others = {
  "another line of its lane": { ...own, message: "run/2" },
  "an edit in its channel": { ...own, lane: "ops/edits", message: "run/edit" },
  "another platform": { lane: "C1/posts", message: "other/1", platform: "slack" },
};

/** After so many failures in a row. */
function refused(failure: ChatFailure | undefined, times = 1): Waits {
  const waits = createWaits();
  for (let time = 0; time < times; time++) hold(waits, own, failure, begun);
  return waits;
}
const seconds = (failure: ChatFailure | undefined, times: readonly number[]) =>
  times.map((time) => waitOf(refused(failure, time), own, begun) / 1000);
const held = (waits: Waits) =>
  Object.entries(others).flatMap(([name, one]) => (waitOf(waits, one, begun) > 0 ? [name] : []));

const message: ChatFailure = { kind: "message" };
const gone: ChatFailure = { kind: "place", gone: true };
const place: ChatFailure = { kind: "place" };
const bot: ChatFailure = { kind: "bot" };
const lost: ChatFailure = { kind: "moment", perhapsDone: true };

describe("a refusal", () => {
  it.each<[string, ChatFailure | undefined, string[]]>([
    ["of the message holds that one alone", message, []],
    ["of the place holds what is said there by name alone", place, []],
    ["of a place that is gone, too", gone, []],
    ["of the bot holds its platform", bot, ["another line of its lane", "an edit in its channel"]],
    ["of the moment holds what goes the same way", lost, ["another line of its lane"]],
    ["that is none of the platform's, too", undefined, ["another line of its lane"]],
  ])("%s", (_, failure, names) => {
    const waits = refused(failure);
    expect(waitOf(waits, own, begun)).toBeGreaterThan(0);
    expect(held(waits)).toEqual(names);
  });

  it.each([
    ["message", message],
    ["bot", bot],
    ["moment", lost],
    ["fault", undefined],
  ] as const)(
    "is waited with for a second, then ever longer, for a minute at most: %s",
    (_, failure) => {
      expect(seconds(failure, [1, 2, 3, 6, 7, 20])).toEqual([1, 2, 4, 32, 60, 60]);
    },
  );

  it("of the place is waited with for a minute, and after ten of them for ten", () => {
    expect(seconds(place, [1, 2, 10, 11, 20])).toEqual([60, 60, 60, 600, 600]);
  });

  it("of a place that is gone is tried again at once, and after ten of them once in ten minutes", () => {
    expect(seconds(gone, [1, 2, 10, 11, 20])).toEqual([1, 2, 60, 600, 600]);
  });

  it("that says for how long is obeyed, however often it comes", () => {
    expect(seconds({ kind: "moment", afterMs: 7300 }, [1, 2, 20])).toEqual([7.3, 7.3, 7.3]);
  });

  it("that says that no time is to be waited is not believed", () => {
    expect(seconds({ kind: "moment", afterMs: 0 }, [1, 2])).toEqual([1, 2]);
  });

  it("is over when its time is, and not a millisecond before", () => {
    const waits = refused(lost);
    expect([999, 1000, 5000].map((ms) => waitOf(waits, own, begun + ms))).toEqual([1, 0, 0]);
  });

  it("is forgotten by what has arrived", () => {
    for (const failure of [message, bot, lost]) {
      const waits = refused(failure, 3);
      letGo(waits, own);
      expect(waitOf(waits, own, begun)).toBe(0);
      hold(waits, own, failure, begun);
      expect(waitOf(waits, own, begun)).toBe(1000);
    }
  });
});

describe("how often a message was refused", () => {
  it.each<[string, ChatFailure, number]>([
    ["counts what it was refused for itself", message, 2],
    ["counts what its place was refused for", place, 2],
    ["counts a no without a reason", { kind: "moment" }, 2],
    ["does not count where it shall wait", { kind: "moment", afterMs: 1000 }, 0],
    ["does not count where nobody knows whether it was refused", lost, 0],
    ["does not count what the bot was refused for", bot, 0],
  ])("%s", (_, failure, count) => {
    expect(refusalsOf(refused(failure, 2), own)).toBe(count);
  });

  it("is not at all, at first", () => {
    expect(refusalsOf(createWaits(), own)).toBe(0);
  });
});

it("a no without a reason lets the message go as soon as its lane may", () => {
  expect(seconds({ kind: "moment" }, [1, 2, 3])).toEqual([1, 2, 4]);
});

it("what did not fail and is to be done again is done once a minute", () => {
  const waits = createWaits();
  for (let time = 0; time < 20; time++) holdSlowly(waits, own, begun);
  expect(waitOf(waits, own, begun)).toBe(60_000);
  expect(held(waits)).toEqual([]);
});
