import { describe, expect, it } from "vitest";
import { threadLine } from "../../src/messages/events.ts";
import { allVmsCard, lastSeenRunCard, runCard } from "../../src/messages/run.ts";
import type { End, SessionView, VmView, Watch } from "../../src/records/watch.ts";
import {
  anna,
  begun,
  foundElsewhere,
  minute,
  order,
  phases,
  second,
  vmView,
  watchIn,
} from "../watch/things.ts";
import { now, read } from "./read.ts";

const sessionView = (own: Partial<SessionView> = {}): SessionView => ({
  id: "s1",
  createdAt: begun,
  state: "Working",
  result: "None",
  progress: 0,
  changedAt: now,
  stalled: false,
  ...own,
});
const over = sessionView({
  state: "Stopped",
  result: "Success",
  progress: 100,
  endedAt: begun + 2 * minute,
});
const done = (name: string, own: Partial<VmView> = {}) =>
  vmView(name, { mark: "done", progress: 100, startedAt: begun, endedAt: begun + minute, ...own });
const card = (watch: Watch) =>
  read(runCard({ ...watch, seenAt: watch.silence?.since ?? now - 3 * second }, now));
const following = (own: Partial<Watch>) =>
  card(watchIn(phases.following, { session: sessionView(), ...own }));

describe("the reason of an order", () => {
  const reason = "fire in the server room";
  const because = { order: { ...order, reason } };

  it.each(Object.entries(phases))("stands on the card of its run that is %s", (_, phase) => {
    expect(card(watchIn(phase, because))).toContain(
      "latest restore points; because: fire in the server room.",
    );
  });

  it("is cut off where it is very long; the audit log has all of it", () => {
    const long = { order: { ...order, reason: "x".repeat(1000) } };
    expect(card(watchIn(phases.following, long))).toContain(`because: ${"x".repeat(299)}…\n`);
  });
});

describe("the card of a run that goes on", () => {
  it("EM has taken the order", () => {
    expect(card(watchIn(phases.ordered))).toMatchInlineSnapshot(`
      "[running] EM has taken the order: Plan
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      EM has been working on the order since 2026-11-21 06:00 UTC; its session has not been seen yet.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      a
      b
      Leave it to run; the end is posted here. \`status\` shows everything else.
      run-abc234"
    `);
  });

  it("and takes long over it", () => {
    const { vms: _, ...watch } = watchIn({ ...phases.ordered, stalled: true });
    const text = card({ ...watch, vms: [] });
    expect(text).toContain("[warning] EM takes long over the order: Plan\n");
    expect(text).toContain("Look in the Veeam console what holds it up.");
  });

  it("of an ordinary plan", () => {
    const { tenant: _, ...subject } = watchIn(phases.ordered).subject;
    expect(
      card(watchIn(phases.ordered, { subject: { ...subject, kind: "ordinary" } })),
    ).toMatchInlineSnapshot(`
      "[running] EM has taken the order: Plan
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      EM has been working on the order since 2026-11-21 06:00 UTC. Its API shows no progress of ordinary plans.
      Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Leave it to run; the end is posted here. \`status\` shows everything else.
      run-abc234"
    `);
  });

  it.each([
    [
      "answer-lost",
      "[warning] EM's answer was lost; looking whether it runs: Plan",
      "EM's answer to the order was lost: it may or may not have been carried out.",
    ],
    [
      "task-lost",
      "[warning] EM has lost the task; looking for its session: Plan",
      "EM no longer knows the task of this order (its logon has ended).",
    ],
    [
      "no-session-named",
      "[running] Looking for its session: Plan",
      "EM has finished the task and named no session.",
    ],
  ] as const)("its session is looked for: %s", (why, title, line) => {
    const [first, ...lines] = card(watchIn({ ...phases.looking, why })).split("\n");
    expect(first).toBe(title);
    expect(lines).toContain(line);
    expect(lines).toContain(
      "I have been looking for its session since 2026-11-21 06:00 UTC; the order is not sent again.",
    );
  });

  it("it is an undo, of which EM names no session: nothing is wrong with that", () => {
    const undo = { ...order, action: "undo", over: ["a"] } as const;
    const looking = watchIn({ ...phases.looking, why: "no-session-named" }, { order: undo });
    expect(card(looking)).toMatchInlineSnapshot(`
      "[running] EM's task has ended well, not yet confirmed: undo of Plan
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      EM names no session for this undo. I read the replica points, since 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC.
      a
      b
      The end is posted here.
      run-abc234"
    `);
  });

  it("its task was deleted by our own stop, which is not called a loss", () => {
    const looking = watchIn({ ...phases.looking, why: "stopped" }, { stoppedBy: anna });
    expect(card(looking)).toMatchInlineSnapshot(`
      "[warning] Stop ordered by Anna; looking whether a session runs: Plan
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      Anna ordered to stop EM's task, and EM no longer knows it. What that does to VMs already started is not documented.
      I have been looking for its session since 2026-11-21 06:00 UTC; the order is not sent again.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      a
      b
      Look in the Veeam console which VMs have started. The end is posted here.
      run-abc234"
    `);
    expect(following({ stoppedBy: anna, vms: [done("a"), vmView("b")] })).toMatchInlineSnapshot(`
      "[warning] Stop ordered: Plan (1 of 2 up)
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      [##########----------] 50 %
      Anna ordered to stop EM's task, and EM no longer knows it. What that does to VMs already started is not documented.
      Running since 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [reported] a – up, by EM's word, after 1 min
      [waiting] b
      Look in the Veeam console which VMs have started. The end is posted here.
      run-abc234"
    `);
  });

  it("its session is not read yet", () => {
    expect(card(watchIn(phases.following))).toMatchInlineSnapshot(`
      "[running] Starting: Plan (0 of 2 up)
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      The session is running.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [waiting] a
      [waiting] b
      Leave it to run; the end is posted here. \`status\` shows everything else.
      run-abc234"
    `);
  });

  it("it is in the middle", () => {
    const vms = [
      done("a"),
      vmView("b", { mark: "running", progress: 40 }),
      vmView("c", { mark: "running" }),
      vmView("d", { mark: "warning", progress: 100, message: "No network." }),
      vmView("e", { mark: "unknown" }),
      vmView("f"),
    ];
    expect(following({ vms })).toMatchInlineSnapshot(`
      "[running] Starting: Plan (2 of 6 up, 1 with a warning)
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      [########------------] 40 %
      Running since 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [unknown] e – no clear result
      [warning] d – up: No network.
      [starting] b – 40 %
      [starting] c
      [reported] a – up, by EM's word, after 1 min
      [waiting] f
      Leave it to run; the end is posted here. \`status\` shows everything else.
      run-abc234"
    `);
  });

  it("says how long it may take once no VM waits for others any more", () => {
    const vms = [done("a"), vmView("b", { mark: "running", progress: 20 })];
    expect(following({ vms })).toContain(". At this pace it ends about 2026-11-21 06:07 UTC.");
    expect(following({ vms: [...vms, vmView("c")] })).not.toContain("At this pace");
  });

  it("a VM has failed, another does not move", () => {
    const vms = [
      done("a"),
      vmView("b", { mark: "stalled", progress: 40, changedAt: begun - 11 * minute }),
      vmView("c", {
        mark: "failed",
        message: "No power.",
        startedAt: begun,
        endedAt: begun + minute,
      }),
    ];
    expect(following({ vms })).toMatchInlineSnapshot(`
      "[warning] c failed, b stalled: Plan (1 of 3 up)
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      [################----] 80 %
      Running since 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [failed] c – after 1 min: No power.
      [stalled] b – no change since 2026-11-21 05:49 UTC, at 40 %
      [reported] a – up, by EM's word, after 1 min
      Look in the Veeam console what holds it up. It is watched on; the end is posted here.
      run-abc234"
    `);
  });

  it("nothing moves in it", () => {
    expect(
      following({ session: sessionView({ stalled: true, changedAt: begun }) }),
    ).toMatchInlineSnapshot(`
      "[warning] Nothing moves: Plan (0 of 2 up)
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      [--------------------] 0 %
      Running since 2026-11-21 06:00 UTC.
      Nothing in this session has changed since 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [waiting] a
      [waiting] b
      Look in the Veeam console what holds it up. It is watched on; the end is posted here.
      run-abc234"
    `);
  });

  it("EM is silent", () => {
    const silence = {
      since: begun + minute,
      why: "Cannot reach Enterprise Manager at em.example",
      said: true,
    };
    expect(
      following({ silence, vms: [done("a"), vmView("b", { mark: "running", progress: 40 })] }),
    ).toMatchInlineSnapshot(`
      "[warning] EM is silent: Plan (last seen: Starting, 1 of 2 up)
      Asked Enterprise Manager (EM) just now, without an answer. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      EM has not answered since 2026-11-21 06:01 UTC; what stands below is from then.
      Cannot reach Enterprise Manager at em.example.
      Begun 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [unknown] b – was starting, at 40 %
      [reported] a – up, by EM's word, after 1 min
      Look in the Veeam console how far it is; I keep asking EM. \`doctor\` looks for the cause.
      Last seen 2026-11-21 06:01 UTC · run-abc234"
    `);
  });

  it("EM answers, and no longer shows the session: nothing reads as the present", () => {
    const missing = { ...phases.following, missingSince: begun + minute } as const;
    const session = sessionView({ progress: 40 });
    const vms = [done("a"), vmView("b", { mark: "running", progress: 40 })];
    expect(card(watchIn(missing, { session, vms }))).toMatchInlineSnapshot(`
      "[warning] EM does not show its session: Plan (last seen: Starting, 1 of 2 up)
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      EM does not show its session any more; what stands below was seen before.
      Begun 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [unknown] b – was starting, at 40 %
      [reported] a – up, by EM's word, after 1 min
      Look in the Veeam console how far it is; I keep looking for its session.
      run-abc234"
    `);
    const unseen = card(watchIn(missing, { session: undefined, vms: [] }));
    expect(unseen).not.toMatch(/The session is running|any more/);
  });

  it("EM is silent: what waited or stood still is from then, too", () => {
    const silence = { since: begun + minute, why: "It hangs up", said: true };
    const vms = [
      vmView("a", { mark: "stalled", progress: 34 }),
      vmView("b", { mark: "running" }),
      vmView("c"),
    ];
    const rows = following({ silence, vms })
      .split("\n")
      .filter((line) => line.startsWith("[unknown]"));
    expect(rows).toEqual([
      "[unknown] a – had not moved for long, at 34 %",
      "[unknown] b – was starting",
      "[unknown] c – had not begun",
    ]);
  });

  it("nobody looks any more: no bar, no pace, nothing to press, nothing that reads as the present", () => {
    const watch = watchIn(phases.following, {
      session: sessionView({ progress: 40 }),
      vms: [done("a"), vmView("b", { mark: "running", progress: 40 })],
    });
    expect(runCard(watch, now).buttons).toHaveLength(1);
    expect(lastSeenRunCard(watch).buttons).toBeUndefined();
    expect(read(lastSeenRunCard(watch))).toMatchInlineSnapshot(`
      "[running] Starting: Plan (1 of 2 up)
      Begun 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [unknown] b – was starting, at 40 %
      [reported] a – up, by EM's word, after 1 min
      Leave it to run; the end is posted here. \`status\` shows everything else.
      Last seen 2026-11-21 06:00 UTC · run-abc234"
    `);
  });

  it("EM has ended it, and the points do not show it yet", () => {
    expect(
      card(watchIn(phases.checking, { session: over, vms: [done("a"), done("b")] })),
    ).toMatchInlineSnapshot(`
      "[running] EM reports success, not yet confirmed: Plan
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      EM says that the session has ended. I read the replica points until 2026-11-21 06:20 UTC.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [reported] a – up, by EM's word, after 1 min
      [reported] b – up, by EM's word, after 1 min
      Nothing to be done yet: whether the replica points confirm it is posted here.
      run-abc234"
    `);
  });

  it("EM has ended it, and the points show it, as they may have before", () => {
    const verdicts = ["a", "b"].map((vm) => ({ vm, is: "word", state: "Failover" }) as const);
    const watch = { session: over, vms: [done("a"), done("b")], verdicts };
    expect(card(watchIn(phases.checking, watch))).toContain(
      "06:20 UTC. They show it of a and b, which may have been so before.",
    );
  });

  it("EM has ended it, and the points show it of some", () => {
    const verdicts = [
      { vm: "a", is: "seen", state: "Failover" },
      { vm: "b", is: "word", state: "Ready" },
    ] as const;
    const watch = { session: over, vms: [done("a"), done("b")], verdicts };
    expect(card(watchIn(phases.checking, watch))).toMatchInlineSnapshot(`
      "[running] EM reports success, 1 of 2 VMs confirmed: Plan
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      EM says that the session has ended. I read the replica points until 2026-11-21 06:20 UTC. They do not show it yet of b.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [reported] b – up, by EM's word, after 1 min; its replica point says Ready
      [done] a – up after 1 min
      Nothing to be done yet: whether the replica points confirm it is posted here.
      run-abc234"
    `);
    const dataOf = begun - 30 * minute;
    expect(card(watchIn(phases.checking, { ...watch, dataOf }))).toContain(
      "They do not show it yet of b. EM's data is from 2026-11-21 05:30 UTC or later.\n",
    );
    const how = { is: "reported", why: "not-in-time", warnings: [] } as const;
    const last = watchIn({ is: "ended", at: begun, how }, watch);
    expect(card({ ...last, dataOf })).toContain(
      "in time; EM's data may be old.\nEM's data is from 2026-11-21 05:30 UTC or later.\n",
    );
    expect(card({ ...last, dataOf: begun })).not.toContain("data is from");
    expect(card(last)).toMatchInlineSnapshot(`
      "[warning] EM reports success, 1 of 2 VMs confirmed: Plan
      The replica points did not show it in time; EM's data may be old.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [reported] b – up, by EM's word, after 1 min; its replica point says Ready
      [done] a – up after 1 min
      Check the VMs in the Veeam console. \`status "Plan"\` reads EM again.
      Ended 2026-11-21 06:02 UTC · EM: Enterprise Manager · run-abc234"
    `);
    expect(read(threadLine(last, { is: "ended", how }).card)).toMatchInlineSnapshot(`
      "[warning] EM reports success, 1 of 2 VMs confirmed: Plan
      The replica points did not show it in time; EM's data may be old.
      Not confirmed: b; the replica point says Ready.
      Check the VMs in the Veeam console. \`status "Plan"\` reads EM again.
      For the attention of Anna, Ben"
    `);
  });

  it("EM has ended it without saying how", () => {
    const session = { ...over, result: "None" } as const;
    expect(card(watchIn(phases.checking, { session }))).toMatch(
      /\] EM reports the end, not yet confirmed: Plan\n/,
    );
  });

  it("it was started elsewhere", () => {
    expect(
      card(foundElsewhere(phases.following, { session: sessionView() })),
    ).toMatchInlineSnapshot(`
      "[running] In progress: Plan, not started by this bot (0 of 2 ended well)
      Looked at Enterprise Manager (EM) 3 s ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      [--------------------] 0 %
      Running since 2026-11-21 06:00 UTC.
      Tenant ABC Company. First seen here 2026-11-21 06:00 UTC.
      [waiting] a
      [waiting] b
      Started outside this bot; ask who did. The end is posted here. \`status\` shows everything else.
      watch-abc234"
    `);
  });

  it.each([
    ["test", "test of"],
    ["undo", "undo of"],
  ] as const)("it is a %s", (action, noun) => {
    const text = card(watchIn(phases.ordered, { order: { ...order, action } }));
    expect(text).toContain(`EM has taken the order: ${noun} Plan`);
    expect(text).toContain("approved by Ben, sent 2026-11-21 06:00 UTC.");
  });
});

describe("all VMs of a run, by name", () => {
  it("are not told as waiting before anything is known of them", () => {
    expect(read(allVmsCard(watchIn(phases.ordered)))).toContain("not known yet (2): a, b");
    const vms = [done("a"), vmView("b", { mark: "failed" })];
    expect(read(allVmsCard(watchIn(phases.following, { vms })))).toContain(
      "failed (1): b\nup by EM's word (1): a",
    );
  });
});

describe("the card of a run that has ended", () => {
  const ended = (how: End, own: Partial<Watch> = {}) =>
    card(
      watchIn(
        { is: "ended", at: begun + 3 * minute, how },
        { session: over, vms: [done("a"), done("b")], ...own },
      ),
    );

  it("confirmed", () => {
    expect(ended({ is: "confirmed", warnings: [], other: [] })).toMatchInlineSnapshot(`
      "[ok] Failed over, confirmed: Plan
      [####################] 100 %
      Every VM's replica is in state Failover, as EM's replica points show.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [done] a – up after 1 min
      [done] b – up after 1 min
      Check the services. The failover stays until it is undone, made permanent or failed back in the Veeam console.
      Ended 2026-11-21 06:02 UTC · EM: Enterprise Manager · run-abc234"
    `);
  });

  it("confirmed, with warnings, and VMs that have gone further", () => {
    const how: End = {
      is: "confirmed",
      warnings: [{ is: "em-says", vm: "a", text: "No network." }],
      other: [{ vm: "b", state: "PermanentFailover" }],
    };
    expect(
      ended(how, { vms: [done("a", { mark: "warning", message: "No network." }), done("b")] }),
    ).toMatchInlineSnapshot(`
      "[warning] Failed over, confirmed, with warnings: Plan
      [####################] 100 %
      Every VM's replica is in state Failover, as EM's replica points show, except for b (PermanentFailover).
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [warning] a – up after 1 min: No network.
      [done] b – up after 1 min; now in state PermanentFailover
      Check the services. The failover stays until it is undone, made permanent or failed back in the Veeam console.
      Ended 2026-11-21 06:02 UTC · EM: Enterprise Manager · run-abc234"
    `);
  });

  it.each([
    "not-allowed",
    "no-points",
    "not-in-time",
    "as-before",
    "run-since",
    "kind-unknown",
    "no-result",
  ] as const)("reported by EM, not confirmed: %s", (why) => {
    expect(
      ended({ is: "reported", why, warnings: [{ is: "em-says", vm: "a", text: "No network." }] }),
    ).toMatchSnapshot();
  });

  it("contradicted", () => {
    expect(
      ended({ is: "contradicted", vms: [{ vm: "b", state: "Ready" }] }),
    ).toMatchInlineSnapshot(`
      "[problem] EM reports success, but the replica of b is in state Ready: Plan
      EM has newer data than the end of this session, so this is no delay.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [unknown] b – EM says up, its replica point says Ready
      [reported] a – up, by EM's word, after 1 min
      Look at b in the Veeam console before anybody relies on it.
      Ended 2026-11-21 06:02 UTC · EM: Enterprise Manager · run-abc234"
    `);
  });

  it("failed for some VMs", () => {
    const how: End = {
      is: "failed",
      reasons: [
        { is: "em-says", text: "Host is gone." },
        { is: "em-says", vm: "b", text: "No power." },
      ],
      vms: ["b"],
      of: 2,
    };
    expect(
      ended(how, { vms: [done("a"), vmView("b", { mark: "failed", message: "No power." })] }),
    ).toMatchInlineSnapshot(`
      "[problem] b failed: Plan (1 of 2 up)
      EM says: Host is gone.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [failed] b – No power.
      [reported] a – up, by EM's word, after 1 min
      Start b by hand in the Veeam console; \`undo "Plan"\` takes the whole failover back; what was changed in the replicas since is discarded.
      Ended 2026-11-21 06:02 UTC · EM: Enterprise Manager · run-abc234"
    `);
  });

  it("failed for many VMs, and EM has told nothing of others", () => {
    const how: End = {
      is: "failed",
      reasons: ["b", "c"].map((vm) => ({ is: "em-says", vm, text: "No power." })),
      vms: ["b", "c", "d"],
      of: 5,
    };
    const failed = ["b", "c", "d"].map((name) =>
      vmView(name, { mark: "failed", message: "No power." }),
    );
    expect(ended(how, { vms: [done("a"), ...failed, vmView("e")] })).toMatchInlineSnapshot(`
      "[problem] 3 VMs failed: Plan (1 of 5 up)
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [failed] b – No power.
      [failed] c – No power.
      [failed] d – No power.
      [unknown] e – EM has said nothing of it
      [reported] a – up, by EM's word, after 1 min
      Start b, c and d by hand in the Veeam console; \`undo "Plan"\` takes the whole failover back; what was changed in the replicas since is discarded.
      Ended 2026-11-21 06:02 UTC · EM: Enterprise Manager · run-abc234"
    `);
  });

  it("failed after our own stop", () => {
    const how: End = { is: "failed", reasons: [], vms: [], of: 2 };
    expect(ended(how, { stoppedBy: anna, vms: [done("a"), vmView("b")] })).toMatchInlineSnapshot(`
      "[problem] Failed after the stop order: Plan (1 of 2 up)
      Anna ordered to stop EM's task, and EM no longer knows it. What that does to VMs already started is not documented.
      EM gave no reason.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [unknown] b – EM has said nothing of it
      [reported] a – up, by EM's word, after 1 min
      Look in the Veeam console which VMs have not started; \`undo "Plan"\` takes the whole failover back; what was changed in the replicas since is discarded.
      Ended 2026-11-21 06:02 UTC · EM: Enterprise Manager · run-abc234"
    `);
    const lost: End = { is: "lost", why: { is: "no-session-appeared" } };
    const { session: _, ...watch } = watchIn(
      { is: "ended", at: begun, how: lost },
      { stoppedBy: anna },
    );
    expect(card(watch)).toContain(
      "] No session seen since the stop order; outcome not known: Plan\n",
    );
  });

  it("failed with VMs that were running still", () => {
    const how: End = {
      is: "failed",
      reasons: [{ is: "em-says", text: "Host is gone." }],
      vms: [],
      of: 2,
    };
    const text = ended(how, { vms: [vmView("a", { mark: "running", progress: 40 }), vmView("b")] });
    expect(text).toContain("[unknown] a – EM's session ended before this VM's part of it did");
    expect(text).toContain("[unknown] b – EM has said nothing of it");
  });

  it("confirmed, though EM's session names not all VMs: their points speak for them", () => {
    const how: End = { is: "confirmed", warnings: [{ is: "vm-left-out", vm: "b" }], other: [] };
    const text = ended(how, { vms: [done("a"), vmView("b")] });
    expect(text).toContain(
      "[warning] b – its replica is in state Failover; EM's session does not name it",
    );
    const bare: End = { is: "confirmed", warnings: [], other: [] };
    expect(ended(bare, { vms: [vmView("a"), vmView("b")] })).toContain(
      "[done] b – its replica is in state Failover; EM's session does not name it",
    );
  });

  it("contradicted for several VMs, with EM's own warning", () => {
    const states = ["a", "b", "c"].map((vm) => ({ vm, state: "unknown:Odd" }));
    const vms = [done("a"), done("b"), done("c"), done("d")];
    const text = ended(
      { is: "contradicted", vms: states },
      { session: { ...over, result: "Warning" }, vms },
    );
    expect(text).toMatch(
      /\] EM reports a warning, but the replicas of 3 VMs contradict it: Plan\n/,
    );
    expect(text).toContain("[unknown] a – EM says up, its replica point says Odd\n");
    expect(text).toContain(
      "Look at a, b and c in the Veeam console before anybody relies on them.",
    );
  });

  it("failed without a reason, before a session came", () => {
    const { session: _, ...watch } = watchIn({
      is: "ended",
      at: begun,
      how: { is: "failed", reasons: [], vms: [], of: 0 },
    });
    expect(card(watch)).toMatchInlineSnapshot(`
      "[problem] Failed: Plan
      EM gave no reason.
      EM has named no VM.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Look in the Veeam console whether any VM was started, before you start the plan again.
      Ended 2026-11-21 06:00 UTC · EM: Enterprise Manager · run-abc234"
    `);
  });

  it("lost sight of", () => {
    const how: End = { is: "lost", why: { is: "session-gone" } };
    expect(
      ended(how, { session: sessionView(), vms: [done("a"), vmView("b")] }),
    ).toMatchInlineSnapshot(`
      "[problem] Lost sight of; outcome not known: Plan
      EM no longer shows the failover session. I do not know how it ended.
      Begun 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      [unknown] b – had not begun
      [reported] a – up, by EM's word, after 1 min
      Look in the Veeam console before anything is started again. \`sessions\` shows what EM lists.
      Watched until 2026-11-21 06:03 UTC · EM: Enterprise Manager · run-abc234"
    `);
  });

  it("an ordinary plan, of which EM shows no more", () => {
    const { tenant: _, ...subject } = watchIn(phases.ordered).subject;
    const { session: __, ...watch } = watchIn({ is: "ended", at: begun, how: { is: "taken" } });
    expect(card({ ...watch, subject: { ...subject, kind: "ordinary" } })).toMatchInlineSnapshot(`
      "EM has carried out the order; no more is known: Plan
      EM says that its task has ended well. Its API shows no progress for ordinary plans.
      Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Follow it in the Veeam console.
      Watched until 2026-11-21 06:00 UTC · EM: Enterprise Manager · run-abc234"
    `);
  });

  it("a test", () => {
    const how: End = { is: "confirmed", warnings: [], other: [] };
    expect(ended(how, { order: { ...order, action: "test" } })).toMatchInlineSnapshot(`
      "[ok] Tested, confirmed: test of Plan
      [####################] 100 %
      Every VM's replica is back in state Ready, as EM's replica points show.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC.
      [done] a – tested after 1 min
      [done] b – tested after 1 min
      The session's log in the Veeam console shows what the test found.
      Ended 2026-11-21 06:02 UTC · EM: Enterprise Manager · run-abc234"
    `);
  });

  it("an undo that had no session", () => {
    const how: End = { is: "confirmed", warnings: [], other: [] };
    const undo = { ...order, action: "undo", over: ["a"] } as const;
    expect(card(watchIn({ is: "ended", at: begun, how }, { order: undo }))).toMatchInlineSnapshot(`
      "[ok] Undone, confirmed: undo of Plan
      Every VM's replica is back in state Ready, as EM's replica points show.
      Tenant ABC Company. Asked by Anna, approved by Ben, sent 2026-11-21 06:00 UTC.
      b – was not shown as failed over
      [done] a – undone
      The replicas are off. Check that production serves again, and that replication goes on.
      Ended 2026-11-21 06:00 UTC · EM: Enterprise Manager · run-abc234"
    `);
  });

  it("somebody else's", () => {
    const how: End = { is: "confirmed", warnings: [], other: [] };
    const watch = foundElsewhere(
      { is: "ended", at: begun + 3 * minute, how },
      { session: over, vms: [done("a"), done("b")] },
    );
    expect(card(watch)).toMatchInlineSnapshot(`
      "[ok] Failed over, confirmed: Plan, not started by this bot
      [####################] 100 %
      Every VM's replica is in state Failover, as EM's replica points show.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Recovery: 1 min from the begin of EM's session to the last VM up.
      Tenant ABC Company. First seen here 2026-11-21 06:00 UTC.
      [done] a – ended well after 1 min
      [done] b – ended well after 1 min
      Look in the Veeam console for what was done.
      Ended 2026-11-21 06:02 UTC · EM: Enterprise Manager · watch-abc234"
    `);
  });
});
