import { describe, expect, it } from "vitest";
import type { Watch } from "../../src/records/watch.ts";
import { advanceAll } from "../../src/watch/advance.ts";
import { advance } from "../../src/watch/failover.ts";
import type { Sighting } from "../../src/watch/sighting.ts";
import {
  begun,
  foundElsewhere,
  limits,
  minute,
  order,
  phases,
  second,
  sessionDone,
  sessionOf,
  taskOf,
  vmDone,
  vmTaskOf,
  watchIn,
} from "./things.ts";

const running: Sighting = {
  is: "session",
  session: sessionOf({ vms: [vmTaskOf("a"), vmDone("b")] }),
};
const asked = { ...order, askedAt: begun - 10 * minute };

/** All VMs are to be up 20 minutes after they were asked for, 10 after the order was sent. */
const promised = (own: Partial<Watch> = {}) =>
  watchIn(phases.following, { order: asked, targets: { recoveryMs: 20 * minute }, ...own });

const told = (watch: Watch, sighting: Sighting, now: number) => {
  const step = advance(watch, sighting, now, limits);
  const say = step.say.filter(({ is }) => is === "target-missed" || is === "slower");
  return { watch: step.watch, say };
};

describe("the target of a run", () => {
  const missed = {
    is: "target-missed",
    since: begun + 10 * minute,
    recoveryMs: 20 * minute,
    tally: { well: 1, of: 2 },
  };

  it("is told once when it is over and not all VMs are up", () => {
    const before = told(promised(), running, begun + 10 * minute - 1);
    expect(before.say).toEqual([]);
    const then = told(before.watch, running, begun + 10 * minute);
    expect(then.say).toEqual([missed]);
    expect(told(then.watch, running, begun + 11 * minute).say).toEqual([]);
  });

  it("is not told to be missed while EM is silent, but as it answers again", () => {
    const silence = { is: "silence", why: "EM does not answer." } as const;
    const silent = told(promised(), silence, begun + 11 * minute);
    expect(silent.say).toEqual([]);
    expect(told(silent.watch, running, begun + 12 * minute).say).toEqual([missed]);
  });

  it("was kept where EM says that all were up by then, however late that is seen", () => {
    const seen = { is: "session", session: sessionDone() } as const;
    expect(told(promised(), seen, begun + 60 * minute).say).toEqual([]);
  });

  it("was missed where EM says that the last was up after it", () => {
    const vms = [vmDone("a"), vmDone("b", { endedAt: begun + 10 * minute + 1 })];
    const seen = { is: "session", session: sessionDone({ vms }) } as const;
    expect(told(promised(), seen, begun + 60 * minute).say).toEqual([
      { ...missed, tally: { well: 2, of: 2 } },
    ]);
  });

  it("is not known to be missed where an ended session names no VM", () => {
    const seen = { is: "session", session: sessionDone({ vms: [] }) } as const;
    expect(told(promised(), seen, begun + 60 * minute).say).toEqual([]);
  });

  it("is missed, with no VM to tell of, before a session is seen", () => {
    const { tally: _, ...unseen } = missed;
    const ordered = promised({ phase: phases.ordered });
    const task = { is: "task", task: taskOf() } as const;
    expect(told(ordered, task, begun + 10 * minute).say).toEqual([unseen]);
  });

  it("of a run that somebody else began counts from EM's session", () => {
    const watch = foundElsewhere(phases.following, { targets: { recoveryMs: 10 * minute } });
    expect(told(watch, running, begun + 10 * minute).say).toEqual([
      { ...missed, recoveryMs: 10 * minute, perhaps: true },
    ]);
  });

  it("is told by the end alone where the run ends in the same look", () => {
    const failed = { is: "session", session: sessionDone({ result: "Failed" }) } as const;
    expect(told(promised(), failed, begun + 60 * minute).say).toEqual([]);
  });

  it("stands in the line of an absence where it was over meanwhile", () => {
    const absence = { from: begun + minute };
    const { say } = advanceAll(promised(), [running], begun + 15 * minute, limits, absence);
    expect(say).toMatchObject([
      { is: "away", meanwhile: expect.arrayContaining([expect.objectContaining(missed)]) },
    ]);
  });
});

describe("a VM", () => {
  const usual = { runs: 3, vms: { a: minute, b: 20 * second } };
  const watch = watchIn(phases.following, { usual });
  const both = {
    is: "session",
    session: sessionOf({ vms: [vmTaskOf("a"), vmTaskOf("b")] }),
  } as const;

  it("is told once to be slow when it takes more than twice as long as usual", () => {
    expect(told(watch, running, begun + 2 * minute).watch.vms[0]?.slow).toBeUndefined();
    const slow = told(watch, running, begun + 2 * minute + 1);
    expect(slow.say).toContainEqual({
      is: "slower",
      vms: expect.arrayContaining([
        { name: "a", tookMs: 2 * minute + 1, usualMs: minute, ended: false },
      ]),
    });
    expect(told(slow.watch, running, begun + 9 * minute).say).toEqual([]);
  });

  it("that has ended meanwhile took as long as EM says", () => {
    const { say } = told(watch, running, begun + 70 * second);
    expect(say).toEqual([
      { is: "slower", vms: [{ name: "b", tookMs: minute, usualMs: 20 * second, ended: true }] },
    ]);
  });

  it("is told in one line with others that are slow", () => {
    const { say } = told(watch, both, begun + 5 * minute);
    expect(say).toHaveLength(1);
    expect(say[0]).toMatchObject({ vms: [{ name: "a" }, { name: "b" }] });
  });

  it("is never slow where nothing is known of earlier runs, whatever its name", () => {
    const vms = [vmTaskOf("constructor"), vmTaskOf("c")];
    const seen = { is: "session", session: sessionOf({ vms }) } as const;
    expect(told(watch, seen, begun + 60 * minute).say).toEqual([]);
    expect(told(watchIn(phases.following), running, begun + 60 * minute).say).toEqual([]);
  });
});
