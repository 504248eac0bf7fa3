import { describe, expect, it } from "vitest";
import { threadLine } from "../../src/messages/events.ts";
import { havingCalled } from "../../src/records/calls.ts";
import type { Event } from "../../src/records/event.ts";
import type { End, Watch } from "../../src/records/watch.ts";
import {
  anna,
  begun,
  ben,
  foundElsewhere,
  minute,
  order,
  phases,
  vmView,
  watchIn,
} from "../watch/things.ts";
import { read } from "./read.ts";

const tally = { well: 1, of: 3 };
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
const endLine = (how: End) =>
  threadLine(watchIn({ is: "ended", at: begun, how }), { is: "ended", how });

describe("a line in the thread", () => {
  it.each<[string, Event]>([
    [
      "the session is found",
      { is: "found", session: "0d2c1a44-0000-4000-8000-000000000001", createdAt: begun },
    ],
    [
      "the session of an order is found whose answer was lost",
      { is: "found", session: "s1", createdAt: begun, carriedOut: true },
    ],
    [
      "a session is found that may be somebody else's",
      { is: "found", session: "s1", createdAt: begun, doubt: "several" },
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
    [
      "EM is silent",
      { is: "silent", since: begun, why: "Cannot reach Enterprise Manager at em.example" },
    ],
    ["EM answers again", { is: "answering", since: begun }],
    [
      "the target is missed",
      { is: "target-missed", since: begun + minute, recoveryMs: 30 * minute, tally },
    ],
    [
      "the target is missed before a session was seen",
      { is: "target-missed", since: begun + minute, recoveryMs: 30 * minute },
    ],
    [
      "the target of a failover is missed by somebody else's run",
      { is: "target-missed", since: begun, recoveryMs: 30 * minute, tally, perhaps: true },
    ],
    [
      "the target is missed, and all are up when that is seen",
      {
        is: "target-missed",
        since: begun + minute,
        recoveryMs: 30 * minute,
        tally: { well: 3, of: 3 },
      },
    ],
    [
      "a VM is slower than usual",
      { is: "slower", vms: [{ name: "a", tookMs: 5 * minute, usualMs: 2 * minute, ended: false }] },
    ],
    [
      "several VMs are slower than usual",
      {
        is: "slower",
        vms: ["a", "b", "c", "d", "e", "f", "g"].map((name) => ({
          name,
          tookMs: 5 * minute,
          usualMs: 2 * minute,
          ended: name === "a",
        })),
      },
    ],
    ["EM reports the end", { is: "reported", until: begun + 20 * minute }],
    ["the run began and ended elsewhere", { is: "elsewhere", name: "Plan", over: true }],
    ["the run was started elsewhere", { is: "elsewhere", name: "Plan" }],
    [
      "the bot took over from another",
      { is: "away", from: begun, to: begun + minute, tookOverFrom: "site-b", meanwhile: [] },
    ],
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
    [
      "the bot was away, and what went on meanwhile is over",
      {
        is: "away",
        from: begun,
        to: begun + minute,
        meanwhile: [
          { is: "found", session: "s1", createdAt: begun },
          { is: "answering", since: begun },
          { is: "reported", until: begun + 20 * minute },
        ],
      },
    ],
  ])("%s", (_, event) => {
    expect(line(event)).toMatchSnapshot();
  });

  it("names a VM once where EM's own words name it", () => {
    const news = { name: "filesrv04", message: "Failed to power on VM filesrv04" };
    expect(line(vms("failed", news))).toContain(
      "filesrv04 failed: Plan (1 of 3 up)\nFailed to power on VM filesrv04.\n",
    );
    expect(line(vms("failed", news, { ...a, message: "No power" }))).toContain(
      "\nFailed to power on VM filesrv04.\na: No power.\n",
    );
  });

  it("speaks of a test as a test, and of an undo as an undo", () => {
    const of = (action: "test" | "undo") =>
      watchIn(phases.following, { order: { ...order, action } });
    expect(line(vms("running", a), of("test"))).toBe("a testing");
    expect(line(vms("done", a), of("test"))).toBe("a tested (1 of 3 tested)");
    expect(line(vms("running", a), of("undo"))).toBe("a undoing");
    expect(line(vms("warning", a), of("undo"))).toBe(
      "[warning] a undone with a warning (1 of 3 undone)",
    );
  });
});

describe("who must notice", () => {
  const bad: Event[] = [
    vms("failed", a),
    { is: "stalled", vms: [], since: begun },
    { is: "looking", why: "answer-lost" },
    { is: "looking", why: "task-lost" },
    { is: "silent", since: begun, why: "EM does not answer" },
    { is: "elsewhere", name: "Plan" },
    { is: "away", from: begun, to: begun + minute, meanwhile: [] },
  ];

  it.each(bad)("what may need somebody is urgent, and calls whom it concerns: $is", (event) => {
    const { urgent, card } = threadLine(running, event);
    expect([urgent, card.notify]).toEqual([true, [anna, ben]]);
  });

  it.each(bad)("each kind calls once in a run, and is said again without a call: $is", (event) => {
    const { urgent, card } = threadLine(havingCalled(running, event), event);
    expect([urgent, card.notify]).toEqual([true, undefined]);
  });

  it("an end calls again, also after a failure has called", () => {
    const how: End = { is: "failed", reasons: [], vms: ["a"], of: 2 };
    const ended = watchIn({ is: "ended", at: begun, how }, { called: ["failure", "absence"] });
    expect(threadLine(ended, { is: "ended", how }).card.notify).toEqual([anna, ben]);
  });

  it("an absence in which the first VM failed calls, though an absence has called before", () => {
    const away = { is: "away", from: begun, to: begun, meanwhile: [vms("failed", a)] } as const;
    const called = { ...running, called: ["absence"] } as const;
    expect(threadLine(called, away).card.notify).toEqual([anna, ben]);
    expect(havingCalled(called, away).called).toEqual(["absence", "failure"]);
  });

  it.each(bad)("also where they came while the bot was away: $is", (event) => {
    const { urgent, card } = threadLine(running, {
      is: "away",
      from: begun,
      to: begun,
      meanwhile: [event],
    });
    expect([urgent, card.notify]).toEqual([true, [anna, ben]]);
  });

  it("the rest disturbs nobody", () => {
    for (const event of [
      vms("done", a),
      vms("warning", a),
      { is: "answering", since: begun } as const,
    ]) {
      const { urgent, card } = threadLine(running, event);
      expect([urgent, card.notify]).toEqual([false, undefined]);
    }
  });
});

describe("the end", () => {
  const ends: [string, End][] = [
    ["confirmed", { is: "confirmed", warnings: [], other: [] }],
    [
      "confirmed with warnings",
      { is: "confirmed", warnings: [{ is: "em-says", vm: "a", text: "No network" }], other: [] },
    ],
    ["reported", { is: "reported", why: "not-in-time", warnings: [] }],
    ["reported, with no clear result", { is: "reported", why: "no-result", warnings: [] }],
    ["contradicted", { is: "contradicted", vms: [{ vm: "a", state: "Ready" }] }],
    [
      "failed",
      { is: "failed", reasons: [{ is: "em-says", vm: "a", text: "No power." }], vms: ["a"], of: 2 },
    ],
    ["failed altogether", { is: "failed", reasons: [], vms: ["a", "b"], of: 2 }],
    ["lost", { is: "lost", why: { is: "session-gone" } }],
    ["taken", { is: "taken" }],
  ];

  it.each(ends)("%s", (_, how) => {
    expect(read(endLine(how).card)).toMatchSnapshot();
  });

  it.each(ends)("%s is urgent, shown in the channel, and noticed", (_, how) => {
    expect(endLine(how)).toMatchObject({
      urgent: true,
      card: { alsoInChannel: true, notify: [anna, ben] },
    });
  });

  it("says how many VMs have started, and names those that have not, with a few reasons", () => {
    const names = ["b", "c", "d", "e"];
    const how: End = {
      is: "failed",
      reasons: names.map((vm) => ({ is: "em-says", vm, text: "No power" })),
      vms: names,
      of: 6,
    };
    const watch = watchIn(
      { is: "ended", at: begun, how },
      {
        vms: [
          vmView("x", { mark: "done" }),
          ...names.map((name) => vmView(name, { mark: "failed", message: "No power" })),
          vmView("y"),
        ],
      },
    );
    expect(read(threadLine(watch, { is: "ended", how }).card)).toMatchInlineSnapshot(`
      "[problem] 4 VMs failed: Plan (1 of 6 up)
      Failed: b, c, d and e.
      EM says: b: No power.
      EM says: c: No power.
      EM says: d: No power.
      And 1 more, on the run's card.
      EM has said nothing of y.
      Start b, c, d and e by hand in the Veeam console; \`undo "Plan"\` takes the whole failover back; what was changed in the replicas since is discarded.
      For the attention of Anna, Ben"
    `);
  });

  it("does not send anybody to start by hand what has no room, before there is some", () => {
    const text = "Failed to power on VM b: insufficient memory resources on host esx-dr-02";
    const how: End = {
      is: "failed",
      reasons: [{ is: "em-says", vm: "b", text }],
      vms: ["b"],
      of: 2,
    };
    const watch = watchIn(
      { is: "ended", at: begun, how },
      { vms: [vmView("a", { mark: "done" }), vmView("b", { mark: "failed" })] },
    );
    expect(read(threadLine(watch, { is: "ended", how }).card)).toContain(
      'Make room for b at the replica site first, then start it by hand in the Veeam console; `undo "Plan"` takes the whole failover back; what was changed in the replicas since is discarded.',
    );
  });

  it("types the tenant where another plan has the same name", () => {
    const how: End = { is: "failed", reasons: [], vms: ["b"], of: 2 };
    const watch = watchIn(
      { is: "ended", at: begun, how },
      { vms: [vmView("a", { mark: "done" }), vmView("b", { mark: "failed" })] },
    );
    const shared = { ...watch, subject: { ...watch.subject, shared: true } };
    expect(read(threadLine(shared, { is: "ended", how }).card)).toContain(
      '`undo "Plan @ ABC Company"`',
    );
  });

  it("of somebody else's run disturbs nobody", () => {
    const how: End = { is: "confirmed", warnings: [], other: [] };
    const watch = foundElsewhere({ is: "ended", at: begun, how });
    expect(read(threadLine(watch, { is: "ended", how }).card)).toMatchInlineSnapshot(`
      "[ok] Failed over, confirmed: Plan, not started by this bot
      Every VM's replica is in state Failover, as EM's replica points show.
      Look in the Veeam console for what was done."
    `);
  });
});
