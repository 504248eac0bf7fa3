import { describe, expect, it } from "vitest";
import { runCard } from "../../src/messages/run.ts";
import type { End, SessionView, VmView, Watch } from "../../src/watch/watch.ts";
import { begun, foundElsewhere, minute, order, phases, second, vmView, watchIn } from "../watch/things.ts";
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
const over = sessionView({ state: "Stopped", result: "Success", progress: 100, endedAt: begun + 2 * minute });
const done = (name: string, own: Partial<VmView> = {}) =>
  vmView(name, { mark: "done", progress: 100, startedAt: begun, endedAt: begun + minute, ...own });
const card = (watch: Watch) =>
  read(runCard({ ...watch, seenAt: watch.silence?.since ?? now - 3 * second }, now));
const following = (own: Partial<Watch>) =>
  card(watchIn(phases.following, { session: sessionView(), ...own }));

describe("the card of a run that goes on", () => {
  it("EM has taken the order", () => {
    expect(card(watchIn(phases.ordered))).toMatchInlineSnapshot(`
      "[running] Failover plan "Plan": EM has taken the order
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      EM has been working on the order since 2026-11-21 06:00 UTC; its session is not there yet.
      [waiting] a
      [waiting] b
      Leave it to run; the end is posted here. \`status\` shows everything else.
      Checked 3 s ago · run-abc234"
    `);
  });

  it("and takes long over it", () => {
    const { vms: _, ...watch } = watchIn({ ...phases.ordered, stalled: true });
    expect(card({ ...watch, vms: [] })).toContain(
      "That is long.\nLook in the Veeam console what holds it up.",
    );
  });

  it("of an ordinary plan", () => {
    const { tenant: _, ...subject } = watchIn(phases.ordered).subject;
    expect(
      card(watchIn(phases.ordered, { subject: { ...subject, kind: "ordinary" } })),
    ).toMatchInlineSnapshot(`
      "[running] Failover plan "Plan": EM has taken the order
      Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      EM has been working on the order since 2026-11-21 06:00 UTC. Its API shows no progress of ordinary plans.
      Leave it to run; the end is posted here. \`status\` shows everything else.
      Checked 3 s ago · run-abc234"
    `);
  });

  it.each([
    [
      "answer-lost",
      "EM's answer to the order was lost, so it may or may not have been carried out; looking for its session since 2026-11-21 06:00 UTC. The order is not sent again.",
    ],
    [
      "task-lost",
      "EM no longer knows the task of this order (its logon has ended); looking for its session since 2026-11-21 06:00 UTC. The order is not sent again.",
    ],
    [
      "no-session-named",
      "EM has finished the task and named no session; looking for its session since 2026-11-21 06:00 UTC. The order is not sent again.",
    ],
  ] as const)("its session is looked for: %s", (why, line) => {
    expect(card(watchIn({ ...phases.looking, why })).split("\n")).toContain(line);
  });

  it("its session is not read yet", () => {
    expect(card(watchIn(phases.following))).toMatchInlineSnapshot(`
      "[running] Failover plan "Plan": 0 of 2 VMs ended
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      The session is running.
      [waiting] a
      [waiting] b
      Leave it to run; the end is posted here. \`status\` shows everything else.
      Checked 3 s ago · run-abc234"
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
      "[running] Failover plan "Plan": 2 of 6 VMs ended
      [########------------] 40 %
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Running since 2026-11-21 06:00 UTC, for 4 min. At this pace about 6 min to go.
      [unknown] e – no clear result
      [warning] d – started: No network.
      [running] b – 40 %
      [running] c
      [waiting] f
      [done] a – started after 1 min
      Leave it to run; the end is posted here. \`status\` shows everything else.
      Checked 3 s ago · run-abc234"
    `);
  });

  it("a VM has failed, another does not move", () => {
    const vms = [
      done("a"),
      vmView("b", { mark: "stalled", progress: 40, changedAt: begun - 11 * minute }),
      vmView("c", { mark: "failed", message: "No power.", startedAt: begun, endedAt: begun + minute }),
    ];
    expect(following({ vms })).toMatchInlineSnapshot(`
      "[warning] Failover plan "Plan": 2 of 3 VMs ended, 1 failed
      [################----] 80 %
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Running since 2026-11-21 06:00 UTC, for 4 min.
      No change for long: b.
      [failed] c – after 1 min: No power.
      [stalled] b – no change for 15 min, at 40 %
      [done] a – started after 1 min
      Look in the Veeam console what holds it up. It is watched on; the end is posted here.
      Checked 3 s ago · run-abc234"
    `);
  });

  it("nothing moves in it", () => {
    expect(following({ session: sessionView({ stalled: true, changedAt: begun }) })).toMatchInlineSnapshot(`
      "[warning] Failover plan "Plan": 0 of 2 VMs ended
      [--------------------] 0 %
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Running since 2026-11-21 06:00 UTC, for 4 min.
      Nothing in this session has changed since 2026-11-21 06:00 UTC.
      [waiting] a
      [waiting] b
      Look in the Veeam console what holds it up. It is watched on; the end is posted here.
      Checked 3 s ago · run-abc234"
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
      "[warning] Failover plan "Plan": EM is silent; last seen: 1 of 2 VMs ended
      [##############------] 70 %
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Running since 2026-11-21 06:00 UTC, for 4 min.
      EM has not answered since 2026-11-21 06:01 UTC: Cannot reach Enterprise Manager at em.example. What stands here is from then.
      [running] b – 40 %
      [done] a – started after 1 min
      Leave it to run; the end is posted here. \`status\` shows everything else.
      Checked 3 min ago · run-abc234"
    `);
  });

  it("EM has ended it, and the points do not show it yet", () => {
    expect(
      card(watchIn(phases.checking, { session: over, vms: [done("a"), done("b")] })),
    ).toMatchInlineSnapshot(`
      "[running] Failover plan "Plan": EM reports Success, not yet confirmed
      [####################] 100 %
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      EM says that the session has ended. The replica points do not show it yet; I read them until 2026-11-21 06:20 UTC.
      [done] a – started after 1 min
      [done] b – started after 1 min
      Leave it to run; the end is posted here. \`status\` shows everything else.
      Checked 3 s ago · run-abc234"
    `);
  });

  it("EM has ended it without saying how", () => {
    const session = { ...over, result: "None" } as const;
    expect(card(watchIn(phases.checking, { session }))).toMatch(/: EM reports the end, not yet confirmed\n/);
  });

  it("it was started elsewhere", () => {
    expect(card(foundElsewhere(phases.following, { session: sessionView() }))).toMatchInlineSnapshot(`
      "[running] Failover started elsewhere, plan "Plan": 0 of 2 VMs ended
      [--------------------] 0 %
      Tenant ABC Company. Not ordered through this bot; first seen 2026-11-21 06:00 UTC.
      Running since 2026-11-21 06:00 UTC, for 4 min.
      [waiting] a
      [waiting] b
      Leave it to run; the end is posted here. \`status\` shows everything else.
      Checked 3 s ago · watch-abc234"
    `);
  });

  it.each([
    ["test", "Test of failover plan"],
    ["undo", "Undo of failover plan"],
  ] as const)("it is a %s", (action, noun) => {
    const text = card(watchIn(phases.ordered, { order: { ...order, action } }));
    expect(text).toContain(`${noun} "Plan": EM has taken the order`);
    expect(text).toContain("confirmed by Ben, sent 2026-11-21 06:00 UTC.");
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
      "[ok] Failover plan "Plan": failed over, confirmed
      [####################] 100 %
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Every VM's replica is in state Failover, as EM's replica points show.
      [done] a – started after 1 min
      [done] b – started after 1 min
      Check the services. The failover stays until it is undone, made permanent or failed back in the Veeam console.
      Ended 2026-11-21 06:02 UTC · run-abc234"
    `);
  });

  it("confirmed, with warnings, and VMs that have gone further", () => {
    const how: End = {
      is: "confirmed",
      warnings: ["a: No network."],
      other: [{ vm: "b", state: "PermanentFailover" }],
    };
    expect(
      ended(how, { vms: [done("a", { mark: "warning", message: "No network." }), done("b")] }),
    ).toMatchInlineSnapshot(`
      "[warning] Failover plan "Plan": failed over, confirmed, with warnings
      [####################] 100 %
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Every VM's replica is in state Failover, as EM's replica points show, except for b (PermanentFailover).
      Warning: a: No network.
      [warning] a – started after 1 min: No network.
      [done] b – started after 1 min
      Check the services. The failover stays until it is undone, made permanent or failed back in the Veeam console.
      Ended 2026-11-21 06:02 UTC · run-abc234"
    `);
  });

  it.each(["not-allowed", "no-points", "not-in-time", "as-before", "kind-unknown", "no-result"] as const)(
    "reported by EM, not confirmed: %s",
    (why) => {
      expect(ended({ is: "reported", why, warnings: ["a: No network."] })).toMatchSnapshot();
    },
  );

  it("contradicted", () => {
    expect(ended({ is: "contradicted", vms: [{ vm: "b", state: "Ready" }] })).toMatchInlineSnapshot(`
      "[problem] Failover plan "Plan": EM reports success, but its replica points contradict it
      [####################] 100 %
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      EM has newer data, and in it the replicas of these VMs are in another state: b (Ready).
      [done] a – started after 1 min
      [done] b – started after 1 min
      Look in the Veeam console: its log says more than the API.
      Ended 2026-11-21 06:02 UTC · run-abc234"
    `);
  });

  it("failed for some VMs", () => {
    const how: End = { is: "failed", reasons: ["Host is gone.", "b: No power."], vms: ["b"], of: 2 };
    expect(
      ended(how, { vms: [done("a"), vmView("b", { mark: "failed", message: "No power." })] }),
    ).toMatchInlineSnapshot(`
      "[problem] Failover plan "Plan": failed for 1 of 2 VMs
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      EM says: Host is gone.
      EM says: b: No power.
      [failed] b – No power.
      [done] a – started after 1 min
      Look in the Veeam console: its log says more than the API.
      Ended 2026-11-21 06:02 UTC · run-abc234"
    `);
  });

  it("failed without a reason, before a session came", () => {
    const { session: _, ...watch } = watchIn({
      is: "ended",
      at: begun,
      how: { is: "failed", reasons: [], vms: [], of: 0 },
    });
    expect(card(watch)).toMatchInlineSnapshot(`
      "[problem] Failover plan "Plan": failed
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      EM gave no reason.
      [unknown] a – EM has said nothing of it
      [unknown] b – EM has said nothing of it
      Look in the Veeam console: its log says more than the API.
      Ended 2026-11-21 06:00 UTC · run-abc234"
    `);
  });

  it("lost sight of", () => {
    const how: End = { is: "lost", why: "EM no longer shows the failover session" };
    expect(ended(how, { session: sessionView(), vms: [done("a"), vmView("b")] })).toMatchInlineSnapshot(`
      "[problem] Failover plan "Plan": lost sight of; outcome not known
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      Begun 2026-11-21 06:00 UTC.
      EM no longer shows the failover session. I do not know how it ended.
      [unknown] b – EM has said nothing of it
      [done] a – started after 1 min
      Look in the Veeam console before anything is started again. \`sessions\` shows what EM lists.
      Watched until 2026-11-21 06:03 UTC · run-abc234"
    `);
  });

  it("an ordinary plan, of which EM shows no more", () => {
    const { tenant: _, ...subject } = watchIn(phases.ordered).subject;
    const { session: __, ...watch } = watchIn({ is: "ended", at: begun, how: { is: "taken" } });
    expect(card({ ...watch, subject: { ...subject, kind: "ordinary" } })).toMatchInlineSnapshot(`
      "Failover plan "Plan": EM has carried out the order; no more is known
      Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC; latest restore points.
      EM says that its task has ended well. Its API shows no progress for ordinary plans.
      Follow it in the Veeam console.
      Watched until 2026-11-21 06:00 UTC · run-abc234"
    `);
  });

  it("a test", () => {
    const how: End = { is: "confirmed", warnings: [], other: [] };
    expect(ended(how, { order: { ...order, action: "test" } })).toMatchInlineSnapshot(`
      "[ok] Test of failover plan "Plan": tested, confirmed
      [####################] 100 %
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Every VM's replica is back in state Ready, as EM's replica points show.
      [done] a – tested after 1 min
      [done] b – tested after 1 min
      The session's log in the Veeam console shows what the test found.
      Ended 2026-11-21 06:02 UTC · run-abc234"
    `);
  });

  it("an undo that had no session", () => {
    const how: End = { is: "confirmed", warnings: [], other: [] };
    const undo = { ...order, action: "undo" } as const;
    expect(card(watchIn({ is: "ended", at: begun, how }, { order: undo }))).toMatchInlineSnapshot(`
      "[ok] Undo of failover plan "Plan": undone, confirmed
      Tenant ABC Company. Asked by Anna, confirmed by Ben, sent 2026-11-21 06:00 UTC.
      Every VM's replica is back in state Ready, as EM's replica points show.
      [done] a – undone
      [done] b – undone
      The replicas are off. Check that production serves again, and that replication goes on.
      Ended 2026-11-21 06:00 UTC · run-abc234"
    `);
  });

  it("somebody else's", () => {
    const how: End = { is: "confirmed", warnings: [], other: [] };
    const watch = foundElsewhere(
      { is: "ended", at: begun + 3 * minute, how },
      { session: over, vms: [done("a"), done("b")] },
    );
    expect(card(watch)).toMatchInlineSnapshot(`
      "[ok] Failover started elsewhere, plan "Plan": failed over, confirmed
      [####################] 100 %
      Tenant ABC Company. Not ordered through this bot; first seen 2026-11-21 06:00 UTC.
      Ran 2 min, from 2026-11-21 06:00 UTC.
      Every VM's replica is in state Failover, as EM's replica points show.
      [done] a – started after 1 min
      [done] b – started after 1 min
      Look in the Veeam console for what was done.
      Ended 2026-11-21 06:02 UTC · watch-abc234"
    `);
  });
});
