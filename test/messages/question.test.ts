import { describe, expect, it } from "vitest";
import { decidedCard, stopLine } from "../../src/messages/order-card.ts";
import { allPointsCard, questionCard } from "../../src/messages/question.ts";
import type { Order } from "../../src/records/order.ts";
import { planOf } from "../typed/plans.ts";
import { anna, begun, ben, minute } from "../watch/things.ts";
import { askerOf, orderOf, plan, pointOf, withPoints } from "./orders.ts";
import { read } from "./read.ts";

const question = (own: Partial<Order> = {}) => read(questionCard(orderOf(own), begun), begun);
const ordinary = { ...plan, kind: "ordinary" } as const;
const { tenant: _, ...ordinaryPlan } = ordinary;

describe("the question", () => {
  it("whether to start", () => {
    expect(question({ reason: "fire in the server room" })).toMatchInlineSnapshot(`
      "[question] Start failover plan "Plan A"?
      Going ahead loses up to 3 h of data (most on b).
      Production is not powered off: where it still runs, names and addresses will exist twice.
      Replication of these VMs stops until the failover is undone or made permanent.
      2 VMs of tenant ABC Company, each to its newest restore point.
      Asked by Anna because: fire in the server room.
      b – 3 h old, point of 2026-11-21 03:00 UTC, starts 2nd
      a – 2 h old, point of 2026-11-21 04:00 UTC, starts 1st
      To go on, type \`confirm Plan A\`; to drop it, \`cancel\`. The question closes 2026-11-21 06:05 UTC. Nothing has been sent.
      Read from Enterprise Manager (EM) 2026-11-21 06:00 UTC · EM's data is up to 15 min older by default"
    `);
  });

  it("says nothing of points that could not be read but that", () => {
    const { createdAt: __, ...unread } = { ...pointOf("a", 2), state: "not shown" } as const;
    const text = question({ points: [unread], notes: [{ is: "points-not-readable" }] });
    expect(text).toMatch(/\nHow much data going ahead loses is not known\.\n/);
    expect(text).toContain("The replica points could not be read");
    expect(text).not.toMatch(/EM shows no|no restore point shown|not shown/);
  });

  it("of a large plan names the five oldest points; a button shows all", () => {
    const points = Array.from({ length: 40 }, (_, i) => pointOf(`vm${i}`, i + 1));
    const order = orderOf({
      points,
      plan: planOf(
        "Plan A",
        "ABC Company",
        points.map(({ vm }) => vm),
      ),
    });
    const card = questionCard(order, begun);
    expect(card.rows?.map(({ name }) => name)).toEqual([
      "vm39",
      "vm38",
      "vm37",
      "vm36",
      "vm35",
      "and 35 other VMs",
    ]);
    expect(card.buttons?.at(-1)).toMatchObject({ label: "Show all VMs", token: `vms:${order.id}` });
    expect(allPointsCard(order, begun).rows).toHaveLength(40);
  });

  it("of a large plan has each VM on a line of a phone, and those alike on one", () => {
    const vms = Array.from({ length: 40 }, (_, i) => `srv${i}`);
    const of = (own: Partial<Order>) => {
      const { rows = [] } = questionCard(
        orderOf({ plan: planOf("Plan A", "ABC Company", vms), ...own }),
        begun,
      );
      return read({ tone: "plain", title: "", lines: [], rows });
    };
    const points = vms.map((vm, i) => pointOf(vm, i < 2 ? 9 : 1));
    expect(of({ points })).toMatchInlineSnapshot(`
      "
      srv0 – 9 h old
      srv1 – 9 h old
      38 VMs – 1 h old: srv2, srv3, srv4 and 35 more
      All VMs – \`status "Plan A"\` shows each"
    `);
    const over = points.map((point) => ({ ...point, state: "Failover" }) as const);
    expect(of({ points: over, action: "undo" })).toMatchInlineSnapshot(`
      "
      40 VMs – in state Failover: srv0, srv1, srv2 and 37 more
      All VMs – \`status "Plan A"\` shows each"
    `);
    const unknown = points.map(({ createdAt: _, ...point }) => point);
    expect(of({ points: unknown })).toMatchInlineSnapshot(`
      "
      [warning] 40 VMs – no restore point shown by EM: srv0, srv1, srv2 and 37 more
      All VMs – \`status "Plan A"\` shows each"
    `);
  });

  it("says a state that nobody knows in EM's own word", () => {
    const points = [{ ...pointOf("a", 2), state: "unknown:Resynchronizing" } as const];
    expect(question({ points })).toContain("; in state Resynchronizing already");
    expect(question({ points, action: "undo" })).toContain("1. a – in state Resynchronizing");
  });

  it("says who may confirm or approve it, unless everybody may", () => {
    expect(question({ mayConfirm: ["anna", "ben"] })).toContain(
      "Who may confirm it: anna and ben.",
    );
    expect(
      question({ mayConfirm: ["slack-group:S1"], needs: { by: "type", approvals: 1 } }),
    ).toContain("Who may approve it: the members of 1 group.");
    expect(question({ mayConfirm: ["everyone"] })).not.toContain("Who may");
  });

  it("whether to start from before a time, with all that there may be to say", () => {
    expect(
      question({
        from: { points: "before", at: begun - 60 * minute },
        shared: true,
        plan: { ...plan, commandBefore: "a.cmd", commandAfter: "b.cmd" },
        tookMs: [3 * minute, 2 * minute, 4 * minute],
        notes: [{ is: "failed-over-already", vms: ["b"] }],
        ...withPoints({}, { state: "Failover" }),
      }),
    ).toMatchInlineSnapshot(`
      "[warning] Failover plan "Plan A": 1 of 2 VMs failed over already, start it again?
      Already failed over: b. EM will process them again.
      Going ahead loses up to 2 h of data (most on a).
      Production is not powered off: where it still runs, names and addresses will exist twice.
      Replication of these VMs stops until the failover is undone or made permanent.
      2 VMs of tenant ABC Company, each to its newest restore point before 2026-11-21 05:00 UTC. Another plan has the same name; this is the one of this tenant. On the provider's server a command runs before and a command runs after.
      Asked by Anna.
      a – 2 h old, point of 2026-11-21 04:00 UTC, starts 1st
      [warning] b – 2 h old, point of 2026-11-21 04:00 UTC, starts 2nd; in state Failover already
      To go on, type \`confirm Plan A @ ABC Company\`; to drop it, \`cancel\`. The question closes 2026-11-21 06:05 UTC. Nothing has been sent.
      Read from Enterprise Manager (EM) 2026-11-21 06:00 UTC · EM's data is up to 15 min older by default · earlier sessions that ended well took 2 min to 4 min"
    `);
  });

  it("with a code, where the name cannot well be typed", () => {
    expect(question({ confirmation: { by: "code", code: "BCDF" } })).toContain(
      "type `confirm BCDF`",
    );
  });

  it("with VMs of which not all is known", () => {
    const { createdAt: __, name: ___, ...unknown } = orderOf().points[0] ?? expect.fail();
    expect(
      question({ points: [unknown, { ...unknown, vm: "b", ambiguous: true }] }),
    ).toMatchInlineSnapshot(`
      "[question] Start failover plan "Plan A"?
      How much data going ahead loses is not known: EM shows no point surely of these VMs.
      Production is not powered off: where it still runs, names and addresses will exist twice.
      Replication of these VMs stops until the failover is undone or made permanent.
      2 VMs of tenant ABC Company, each to its newest restore point.
      Asked by Anna.
      [warning] a – no restore point shown by EM, starts 1st
      [warning] b – several replicas have this name; EM does not show which is the tenant's, starts 2nd
      To go on, type \`confirm Plan A\`; to drop it, \`cancel\`. The question closes 2026-11-21 06:05 UTC. Nothing has been sent.
      Read from Enterprise Manager (EM) 2026-11-21 06:00 UTC · EM's data is up to 15 min older by default"
    `);
  });

  it("whether to start again what is failed over, or what EM shows in part", () => {
    const over = { state: "Failover" } as const;
    const text = question({
      ...withPoints(over, over),
      notes: [{ is: "failed-over-already", vms: ["a", "b"] }],
    });
    expect(text).toMatch(
      /^\[warning\] Failover plan "Plan A" is failed over already: start it again\?\nAlready failed over: a and b\. EM will process them again\.\n/,
    );
    expect(text).toMatch(/\na – 2 h old, point of [^\n]*, starts 1st\n/);
    const { createdAt: __, ...unknown } = pointOf("a", 2);
    expect(question({ points: [unknown, pointOf("b", 3)] })).toContain(
      "\nGoing ahead loses 3 h of data or more (b): the restore points of 1 VM are not known.\n",
    );
  });

  it("with each VM's turn, of one VM without", () => {
    const points = Array.from({ length: 13 }, (__, i) => pointOf(`vm${i}`, 2));
    const turns = question({ points }).match(/starts \w+/g);
    expect(turns?.slice(0, 4)).toEqual(["starts 1st", "starts 2nd", "starts 3rd", "starts 4th"]);
    expect(turns?.slice(10)).toEqual(["starts 11th", "starts 12th", "starts 13th"]);
    expect(question(withPoints({}))).not.toContain("starts");
  });

  it("where others must approve", () => {
    const needs = { approvals: 2, by: "press" } as const;
    expect(question({ needs })).toContain(
      "\nTo approve, type `confirm Plan A`; to drop it, `cancel`. 2 people other than the requester must approve it. The question closes 2026-11-21 06:05 UTC. Nothing has been sent.\n",
    );
    expect(question({ needs, approvals: [askerOf(ben)] })).toContain(
      "must approve it. 1 of 2 approved so far: Ben. The question closes",
    );
    const { buttons } = questionCard(orderOf({ needs }), begun);
    expect(buttons?.map(({ label, asks }) => [label, asks?.title])).toEqual([
      ["Approve", undefined],
      ["Cancel", undefined],
    ]);
  });

  it("whether to test", () => {
    expect(question({ action: "test", tookMs: [2 * minute] })).toMatchInlineSnapshot(`
      "[question] Test failover plan "Plan A"?
      Production is not touched: each replica is put to its latest restore point, powered on, pinged and powered off again.
      Replication of a VM waits while its replica is tested.
      2 VMs of tenant ABC Company. EM tests them in this order.
      Asked by Anna.
      1. a – 2 h old, point of 2026-11-21 04:00 UTC
      2. b – 3 h old, point of 2026-11-21 03:00 UTC
      To go on, type \`confirm test Plan A\`; to drop it, \`cancel\`. The question closes 2026-11-21 06:05 UTC. Nothing has been sent.
      Read from Enterprise Manager (EM) 2026-11-21 06:00 UTC · EM's data is up to 15 min older by default · earlier sessions that ended well took about 2 min"
    `);
  });

  it("whether to undo", () => {
    expect(question({ action: "undo", since: begun - 120 * minute })).toMatchInlineSnapshot(`
      "[question] Undo the failover of plan "Plan A"?
      Going ahead discards all that was changed in the replicas since the failover (failed over 2026-11-21 04:00 UTC); the replicas are powered off.
      VMs that were failed back or failed over for good are left as they are.
      2 VMs of tenant ABC Company.
      Asked by Anna.
      1. a – in state Ready
      2. b – in state Ready
      To go on, type \`confirm undo Plan A\`; to drop it, \`cancel\`. The question closes 2026-11-21 06:05 UTC. Nothing has been sent.
      Read from Enterprise Manager (EM) 2026-11-21 06:00 UTC · EM's data is up to 15 min older by default"
    `);
    expect(question({ action: "undo" })).toContain("(EM does not show when it was)");
  });

  it.each([
    ["a run is shown", begun, "; the newest run in which one of its VMs went well began 2026-"],
    ["no run is shown", undefined, "; the replicas are powered off"],
  ])("whether to undo what is perhaps not failed over: %s", (_, since, words) => {
    const points = orderOf().points.map((point) => ({ ...point, state: "not shown" }) as const);
    const card = question({ action: "undo", points, ...(since === undefined ? {} : { since }) });
    expect(card).toContain(`(not known whether it is failed over${since ? "" : ")"}${words}`);
    expect(card).not.toContain("(failed over ");
  });

  it("whether to stop", () => {
    expect(question({ action: "stop", points: [] })).toMatchInlineSnapshot(`
      "[question] Stop EM's task of failover plan "Plan A"?
      What it does to VMs already started is documented nowhere; the run is watched on, whatever happens.
      EM is told to delete the task of this order. Veeam documents that as stopping it, and elsewhere as removing it from the list.
      2 VMs of tenant ABC Company.
      Asked by Anna.
      1. a
      2. b
      To go on, type \`confirm stop Plan A\`; to drop it, \`cancel\`. The question closes 2026-11-21 06:05 UTC. Nothing has been sent."
    `);
  });

  it("whether to start an ordinary plan", () => {
    expect(
      question({ plan: ordinaryPlan, points: [], notes: [{ is: "ordinary-plan" }] }),
    ).toMatchInlineSnapshot(`
      "[question] Start failover plan "Plan A"?
      Going ahead loses what was written after EM's latest restore points; its API does not show their age.
      Production is not powered off: where it still runs, names and addresses will exist twice.
      Replication of these VMs stops until the failover is undone or made permanent.
      This is an ordinary plan: EM's API shows neither whether it runs nor its progress. The bot can only say whether EM took the order; all else is in the Veeam console.
      2 VMs, each to its newest restore point.
      Asked by Anna.
      1. a
      2. b
      To go on, type \`confirm Plan A\`; to drop it, \`cancel\`. The question closes 2026-11-21 06:05 UTC. Nothing has been sent."
    `);
  });

  it("asks for the name, or the code, in a form", () => {
    const form = (own: Partial<Order>) => questionCard(orderOf(own), begun).buttons?.[0]?.asks;
    expect(form({})).toEqual({
      title: "Start failover",
      label: "Type the plan's name (2 VMs)",
      hint: "Plan A",
      submit: "Start failover",
    });
    expect(form({ confirmation: { by: "code", code: "BCDF" } })).toMatchObject({
      label: "Type the code BCDF (2 VMs)",
      hint: 'BCDF is for plan "Plan A"',
    });
  });
});

describe("the card of a question that is decided", () => {
  const decided = (own: Partial<Order>) => read(decidedCard(orderOf(own)));
  const closed = (how: Extract<Order["phase"], { is: "closed" }>["how"]) =>
    decided({ phase: { is: "closed", at: begun + minute, how } });

  it("is still open, without its buttons", () => {
    expect(decided({})).toMatchInlineSnapshot(`
      "[question] Start failover plan "Plan A"?
      Asked by Anna."
    `);
  });

  it("was confirmed", () => {
    const approved = decided({
      reason: "fire",
      phase: { is: "approved", at: begun, by: [anna, ben] },
    });
    expect(approved).toMatchInlineSnapshot(`
      "[running] Approved, being sent to EM: Plan A
      Asked by Anna because: fire.
      Approved by Anna and Ben 2026-11-21 06:00 UTC.
      The bot sends the order once and follows it here."
    `);
    expect(
      decided({
        reason: "fire",
        phase: { is: "sending", at: begun, by: [anna, ben] },
      }),
    ).toBe(approved);
    expect(decided({ phase: { is: "sent", watch: "run-abc234", by: [anna] } })).toContain(
      "\nApproved by Anna.\n",
    );
  });

  it("was confirmed, and cannot be sent yet", () => {
    const waits = { why: "Cannot reach Enterprise Manager", until: begun + 2 * minute };
    const phase = { is: "approved", at: begun, by: [ben], waits } as const;
    expect(decided({ phase })).toMatchInlineSnapshot(`
      "[warning] Approved, not sent yet: Plan A
      Asked by Anna.
      Approved by Ben 2026-11-21 06:00 UTC.
      EM cannot be asked: Cannot reach Enterprise Manager. I try until 2026-11-21 06:02 UTC."
    `);
  });

  it("was cancelled", () => {
    expect(closed({ is: "cancelled", by: ben })).toMatchInlineSnapshot(`
      "Not started: Plan A
      Asked by Anna.
      Cancelled by Ben. Nothing was sent.
      To ask again, type \`start "Plan A"\`.
      Closed 2026-11-21 06:01 UTC"
    `);
  });

  it("has expired", () => {
    expect(closed({ is: "expired" })).toMatchInlineSnapshot(`
      "Not started: Plan A
      Asked by Anna.
      Nobody approved it in time. Nothing was sent.
      To ask again, type \`start "Plan A"\`.
      Closed 2026-11-21 06:01 UTC"
    `);
  });

  it("could not be sent", () => {
    const why = { is: "too-late" } as const;
    const phase = { is: "closed", at: begun + minute, how: { is: "not-sent", why } } as const;
    expect(decided({ phase, approvals: [askerOf(ben)] })).toMatchInlineSnapshot(`
      "[problem] Not started: Plan A
      Asked by Anna.
      Approved by Ben.
      It could not be sent within two minutes of being approved. Nothing was sent.
      To ask again, type \`start "Plan A"\`.
      Closed 2026-11-21 06:01 UTC"
    `);
  });

  it("was a stop, carried out or not known to be", () => {
    const stop = {
      action: "stop",
      phase: { is: "closed", at: begun, how: { is: "stopped" } },
    } as const;
    expect(decided(stop)).toMatchInlineSnapshot(`
      "[warning] EM has deleted the task: stop of Plan A
      Asked by Anna.
      What that does to VMs already started is not documented.
      The run's own card shows how it goes on.
      Closed 2026-11-21 06:00 UTC"
    `);
    const lost = { is: "not-known" } as const;
    const unknown = { action: "stop", phase: { is: "closed", at: begun, how: lost } } as const;
    expect(decided(unknown)).toMatchInlineSnapshot(`
      "[problem] Outcome not known: stop of Plan A
      Asked by Anna.
      EM's answer was lost, so the task may or may not be gone.
      The run's own card shows how it goes on.
      Closed 2026-11-21 06:00 UTC"
    `);
    expect([
      read(stopLine(orderOf(stop), [anna])),
      read(stopLine(orderOf(unknown), [anna, ben])),
    ]).toMatchInlineSnapshot(`
      [
        "[warning] EM has deleted this order's task, as Anna ordered
      What that does to VMs already started is not documented. I watch on.
      For the attention of Anna",
        "[warning] Anna ordered to stop this order's task; EM's answer was lost
      What that does to VMs already started is not documented. I watch on.
      For the attention of Anna, Ben",
      ]
    `);
  });

  it.each(["test", "undo"] as const)("speaks of a %s as that", (action) => {
    expect(decided({ action, phase: { is: "closed", at: begun, how: { is: "expired" } } })).toMatch(
      action === "test" ? /^Not tested: test of Plan A/ : /^Not undone: undo of Plan A/,
    );
  });
});
