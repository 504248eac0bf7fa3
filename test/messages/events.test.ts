import { describe, expect, it } from "vitest";
import { threadLine } from "../../src/messages/events.ts";
import type { Event } from "../../src/watch/events.ts";
import type { End, Watch } from "../../src/watch/watch.ts";
import { anna, begun, ben, foundElsewhere, minute, order, phases, watchIn } from "../watch/things.ts";
import { read } from "./read.ts";

const tally = { ended: 1, of: 3 };
const vms = (
  mark: Extract<Event, { is: "vms" }>["mark"],
  ...news: { name: string; message?: string }[]
): Event => ({
  is: "vms",
  mark,
  vms: news,
  tally,
});
const a = { name: "a" };
const running = watchIn(phases.following);
const line = (event: Event, watch: Watch = running) => read(threadLine(watch, event).card);
const endLine = (how: End) => threadLine(watchIn({ is: "ended", at: begun, how }), { is: "ended", how });

describe("a line in the thread", () => {
  it.each<[string, Event]>([
    [
      "the session is found",
      { is: "found", session: "0d2c1a44-0000-4000-8000-000000000001", createdAt: begun },
    ],
    ["the answer was lost", { is: "looking", why: "answer-lost" }],
    ["the task was lost", { is: "looking", why: "task-lost" }],
    ["VMs begin", vms("running", a, { name: "b" })],
    ["a VM has ended well", vms("done", a)],
    ["a VM has ended with a warning", vms("warning", { ...a, message: "No network" })],
    ["a VM has failed", vms("failed", { ...a, message: "No power." }, { name: "b" })],
    ["a VM is in a state nobody knows", vms("unknown", a)],
    ["the session comes to its end", { is: "session-state", state: "Stopping" }],
    ["the session is in another state", { is: "session-state", state: "unknown:Odd" }],
    ["a VM stalls", { is: "stalled", vms: ["a", "b"], since: begun }],
    ["the run stalls", { is: "stalled", vms: [], since: begun }],
    ["a VM moves again", { is: "moving", vms: ["a"] }],
    ["EM is silent", { is: "silent", since: begun, why: "Cannot reach Enterprise Manager at em.example" }],
    ["EM answers again", { is: "answering", since: begun }],
    ["EM reports the end", { is: "reported", until: begun + 20 * minute }],
    ["the bot was away", { is: "away", from: begun, to: begun + minute, meanwhile: [] }],
    [
      "the bot was away, and something happened",
      {
        is: "away",
        from: begun,
        to: begun + minute,
        meanwhile: [vms("done", a), { is: "stalled", vms: ["b"], since: begun }],
      },
    ],
  ])("%s", (_, event) => {
    expect(line(event)).toMatchSnapshot();
  });

  it("speaks of a test as a test, and of an undo as an undo", () => {
    const of = (action: "test" | "undo") => watchIn(phases.following, { order: { ...order, action } });
    expect(line(vms("running", a), of("test"))).toBe("Testing: a");
    expect(line(vms("done", a), of("test"))).toBe("Tested: a (1 of 3 ended)");
    expect(line(vms("running", a), of("undo"))).toBe("Undoing: a");
    expect(line(vms("warning", a), of("undo"))).toBe("[warning] Undone with a warning: a (1 of 3 ended)");
  });
});

describe("who must notice", () => {
  const bad: Event[] = [vms("failed", a), { is: "stalled", vms: [], since: begun }];

  it.each(bad)("failures and stalls are urgent, and say so to whom it concerns: $is", (event) => {
    const { urgent, card } = threadLine(running, event);
    expect([urgent, card.notify]).toEqual([true, [anna, ben]]);
  });

  it.each(bad)("also where they came while the bot was away: $is", (event) => {
    const { urgent, card } = threadLine(running, { is: "away", from: begun, to: begun, meanwhile: [event] });
    expect([urgent, card.notify]).toEqual([true, [anna, ben]]);
  });

  it("the rest disturbs nobody", () => {
    for (const event of [vms("done", a), vms("warning", a), { is: "answering", since: begun } as const]) {
      const { urgent, card } = threadLine(running, event);
      expect([urgent, card.notify]).toEqual([false, undefined]);
    }
  });
});

describe("the end", () => {
  const ends: [string, End][] = [
    ["confirmed", { is: "confirmed", warnings: [], other: [] }],
    ["confirmed with warnings", { is: "confirmed", warnings: ["a: No network"], other: [] }],
    ["reported", { is: "reported", why: "not-in-time", warnings: [] }],
    ["reported, with no clear result", { is: "reported", why: "no-result", warnings: [] }],
    ["contradicted", { is: "contradicted", vms: [{ vm: "a", state: "Ready" }] }],
    ["failed", { is: "failed", reasons: ["a: No power."], vms: ["a"], of: 2 }],
    ["failed altogether", { is: "failed", reasons: [], vms: ["a", "b"], of: 2 }],
    ["lost", { is: "lost", why: "EM no longer shows the failover session" }],
    ["taken", { is: "taken" }],
  ];

  it.each(ends)("%s", (_, how) => {
    expect(read(endLine(how).card)).toMatchSnapshot();
  });

  it.each(ends)("%s is urgent, shown in the channel, and noticed", (_, how) => {
    expect(endLine(how)).toMatchObject({ urgent: true, card: { alsoInChannel: true, notify: [anna, ben] } });
  });

  it("of somebody else's run disturbs nobody", () => {
    const how: End = { is: "confirmed", warnings: [], other: [] };
    const watch = foundElsewhere({ is: "ended", at: begun, how });
    expect(read(threadLine(watch, { is: "ended", how }).card)).toMatchInlineSnapshot(`
      "[ok] Failover started elsewhere, plan "Plan": failed over, confirmed
      Every VM's replica is in state Failover, as EM's replica points show."
    `);
  });
});
