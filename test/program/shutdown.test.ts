import { describe, expect, it } from "vitest";
import { createLog } from "../../src/log.ts";
import { closeInTurn, stopInTurn } from "../../src/program/shutdown.ts";
import { fakeClock } from "../fakes/clock.ts";

describe("a process that ends", () => {
  it("closes what it can, one thing after the other, and logs what it could not", async () => {
    const logged: string[] = [];
    const destination = { write: (line: string) => void logged.push(JSON.parse(line).msg) };
    const done: string[] = [];
    await stopInTurn(createLog({ secrets: [], level: "error", destination }), {
      "save the last words": () => Promise.reject(new Error("the disk is full")),
      "leave the platforms": async () => void done.push("left"),
      "close the state": async () => void done.push("closed"),
    });
    expect(done).toEqual(["left", "closed"]);
    expect(logged).toEqual(["stopping: could not save the last words"]);
  });
});

describe("the state of a process that stops", () => {
  /** Something is in hand that does not end by itself. */
  function stopping({ isAwaited = false, isLost = false } = {}) {
    const clock = fakeClock();
    const done: string[] = [];
    const does = (what: string) => async () => void done.push(what);
    const inHand = Promise.withResolvers<void>();
    const nothing = { find: async () => [], get: async () => undefined };
    const ground = {
      store: { ...nothing, close: does("let go of the state") },
      under: { em: { close: does("logged off") }, emKey: "em", close: does("closed the sandbox") },
      log: createLog({ secrets: [], level: "silent" }),
      isAwaited: () => isAwaited,
      lost: isLost ? AbortSignal.abort() : new AbortController().signal,
    };
    const closed = closeInTurn(ground, inHand.promise, clock);
    const passes = async (ms: number) => {
      clock.advance(ms);
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      return done;
    };
    return { passes, closed, done, end: inHand.resolve };
  }
  const all = ["let go of the state", "logged off", "closed the sandbox"];

  it("is kept until what is in hand is done, where nobody waits for it", async () => {
    const { passes, closed, done, end } = stopping();
    expect(await passes(9000)).toEqual([]);
    end();
    await closed;
    expect(done).toEqual(all);
  });

  it("is another's after a second, where one stands by; what is in hand goes on without", async () => {
    const { passes, closed, done, end } = stopping({ isAwaited: true });
    expect(await passes(999)).toEqual([]);
    expect(await passes(1)).toEqual(["let go of the state"]);
    end();
    await closed;
    expect(done).toEqual(all);
  });

  it("is another's as soon as nothing is in hand, before EM hears of it", async () => {
    const { closed, done, end } = stopping({ isAwaited: true });
    end();
    await closed;
    expect(done).toEqual(all);
  });

  it("is let go of at once where another has it already", async () => {
    const { passes, closed, end } = stopping({ isLost: true });
    expect(await passes(0)).toEqual(["let go of the state"]);
    end();
    await closed;
  });
});
