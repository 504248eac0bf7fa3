import { describe, expect, it } from "vitest";
import { threadLine } from "../../src/messages/events.ts";
import { lastSeenRunCard, runCard } from "../../src/messages/run.ts";
import type { End, OrderRef, Watch } from "../../src/records/watch.ts";
import {
  begun,
  foundElsewhere,
  minute,
  order,
  phases,
  second,
  vmView,
  watchIn,
} from "../watch/things.ts";
import { read } from "./read.ts";

const asked: OrderRef = {
  ...order,
  askedAt: begun - 2 * minute,
  approvedAt: begun - 30 * second,
};
const session = {
  id: "s1",
  createdAt: begun,
  state: "Working",
  result: "None",
  progress: 40,
  changedAt: begun,
  stalled: false,
} as const;

const going = (own: Partial<Watch> = {}) =>
  watchIn(phases.following, {
    order: asked,
    session,
    targets: { recoveryMs: 30 * minute },
    vms: [
      vmView("a", { mark: "running", progress: 45, startedAt: begun }),
      vmView("b", { mark: "done", startedAt: begun, endedAt: begun + 3 * minute }),
    ],
    ...own,
  });

const lineWith = (text: string, words: string) =>
  text.split("\n").filter((line) => line.includes(words));
const target = (watch: Watch, now: number) => lineWith(read(runCard(watch, now), now), "target");

describe("on the card of a run that goes on", () => {
  it("one line says how much is left of the target", () => {
    expect(target(going(), begun + 20 * minute - second)).toEqual([
      "8 min left of the target of 30 min, until 2026-11-21 06:28 UTC.",
    ]);
  });

  it("and since when it is missed, once that was told", () => {
    expect(target(going({ missed: true }), begun + 40 * minute)).toEqual([
      "The target of 30 min is missed since 2026-11-21 06:28 UTC.",
    ]);
  });

  it("and that it is kept once EM says that all VMs are up", () => {
    const vms = going().vms.map((vm) => ({
      ...vm,
      mark: "done" as const,
      endedAt: begun + minute,
    }));
    expect(target(going({ vms }), begun + 20 * minute)).toEqual([
      "All VMs up within the target of 30 min, by EM's word.",
    ]);
  });

  it("nothing reads as if anybody looked: while EM is silent, or nobody watches", () => {
    const silence = { since: begun, why: "EM does not answer.", said: true };
    const until = "All VMs up by 2026-11-21 06:28 UTC is the target of 30 min.";
    expect(target(going({ silence }), begun + 40 * minute)).toEqual([until]);
    expect(lineWith(read(lastSeenRunCard(going())), "target")).toEqual([until]);
  });

  it("of somebody else's run it is that of a failover, as nobody knows what it is", () => {
    const { order: _, ...watch } = going();
    expect(
      target({ ...foundElsewhere(phases.following), ...watch, order: undefined }, begun),
    ).toEqual(["30 min left of the target of 30 min for a failover, until 2026-11-21 06:30 UTC."]);
  });

  it("a VM that is slower than usual says so with the numbers", () => {
    const usual = { runs: 3, vms: { a: 2 * minute, b: minute } };
    const text = read(runCard(going({ usual, seenAt: begun + 5 * minute }), begun + 5 * minute));
    expect(lineWith(text, "usual")).toEqual([
      "[starting] a – 45 %, slower than usual: 5 min, usually 2 min",
      "[reported] b – up, by EM's word, after 3 min, usually 1 min",
    ]);
  });
});

const confirmed: End = { is: "confirmed", warnings: [], other: [] };
const ended = (how: End = confirmed, own: Partial<Watch> = {}) => {
  const names = ["a", "b", "c", "d"];
  return watchIn(
    { is: "ended", at: begun + 21 * minute, how },
    {
      order: {
        ...asked,
        shown: Object.fromEntries(
          names.map((name) => [name, { name: "p", createdAt: begun - 10 * minute }]),
        ),
      },
      session: { ...session, state: "Stopped", result: "Success", endedAt: begun + 20 * minute },
      targets: { recoveryMs: 20 * minute, dataMs: 15 * minute },
      subject: { ...watchIn(phases.ended).subject, vms: names },
      vms: names.map((name, i) =>
        vmView(name, {
          mark: "done",
          startedAt: begun,
          endedAt: begun + (i + 1) * 5 * minute,
          point: { id: name, name: "p" },
        }),
      ),
      ...own,
    },
  );
};

const scored = (watch: Watch) =>
  read(runCard(watch, begun + 21 * minute))
    .split("\n")
    .filter((line) => /^(Recovery|Took|Data lost|Slowest)/.test(line));

describe("at the end", () => {
  it("three lines say how long it took, what it lost and what was slow", () => {
    expect(scored(ended())).toEqual([
      "Recovery: 22 min to the last VM up (first after 7 min), the target of 20 min missed by 2 min; people 1 min 30 s to confirm, EM 20 min by its own times.",
      "Data lost: 10 min (most on a), as the question showed; within the target of 15 min.",
      "Slowest: d 20 min, c 15 min and b 10 min.",
    ]);
  });

  it("the thread says the same", () => {
    const watch = ended();
    const { card } = threadLine(watch, { is: "ended", how: confirmed });
    for (const line of scored(watch)) expect(read(card)).toContain(line);
  });

  it("what is not confirmed is said to be EM's word", () => {
    const how: End = { is: "reported", why: "not-allowed", warnings: [] };
    expect(scored(ended(how))[0]).toMatch(/^Recovery, by EM's word: 22 min to the last VM up/);
  });

  it("where a VM failed the target is not reached", () => {
    const how: End = { is: "failed", reasons: [], vms: ["d"], of: 4 };
    const vms = ended().vms.map((vm) =>
      vm.name === "d" ? { ...vm, mark: "failed" as const } : vm,
    );
    expect(scored(ended(how, { vms }))[0]).toBe(
      "Recovery, by EM's word: 3 of 4 VMs up after 17 min (first after 7 min), the target of 20 min not reached; people 1 min 30 s to confirm, EM 15 min by its own times.",
    );
  });

  it("of how many it is not known whether they are up is said beside how many are", () => {
    const how: End = { is: "reported", why: "no-result", warnings: [] };
    const vms = ended().vms.map((vm) =>
      vm.name === "d" ? { ...vm, mark: "unknown" as const } : vm,
    );
    expect(scored(ended(how, { vms, targets: undefined }))[0]).toMatch(
      /^Recovery, by EM's word: 3 of 4 VMs up after 17 min \(first after 7 min\), not known of 1; /,
    );
  });

  it("newer points than the question showed lose less, and it says both", () => {
    const vms = ended().vms.map((vm) => ({ ...vm, pointMadeAt: begun - 4 * minute }));
    expect(scored(ended(confirmed, { vms }))[1]).toBe(
      "Data lost: 4 min (most on a), the question showed 10 min; within the target of 15 min.",
    );
  });

  it("what is known of some VMs alone is said to be so", () => {
    const vms = ended().vms.map((vm, i) => (i === 0 ? vm : { ...vm, point: undefined }));
    expect(scored(ended(confirmed, { vms }))[1]).toBe(
      "Data lost: 10 min or more (a; not known of 3 VMs), as the question showed; whether it is within the target of 15 min is not known.",
    );
  });

  it("without targets nothing is held against any", () => {
    expect(scored(ended(confirmed, { targets: undefined })).join()).not.toContain("target");
  });

  it("a test has taken its time, and lost nothing", () => {
    const test = { ...asked, action: "test" } as const;
    const lines = scored(ended(confirmed, { order: test, targets: undefined }));
    expect(lines[0]).toMatch(/^Took: 22 min to the last VM tested/);
    expect(lines.join()).not.toContain("Data lost");
  });

  it("nothing is said of a run that was lost sight of, but that its target is not known", () => {
    const how: End = { is: "lost", why: { is: "session-gone" } };
    const vms = ended().vms.map((vm) => ({ ...vm, mark: "running" as const, endedAt: undefined }));
    expect(scored(ended(how, { vms, targets: undefined }))).toEqual([]);
    expect(scored(ended(how, { vms }))).toEqual([
      "Recovery: not known; whether it is within the target of 20 min is not known.",
      "Data lost: not known; whether it is within the target of 15 min is not known.",
    ]);
  });

  it("nor of what is perhaps no failover", () => {
    const how: End = { is: "reported", why: "kind-unknown", warnings: [] };
    const { order: _, ...watch } = ended(how);
    expect(scored(watch)).toEqual([]);
  });
});
