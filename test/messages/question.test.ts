import { describe, expect, it } from "vitest";
import type { Order } from "../../src/core/orders.ts";
import { decidedCard, stopLine } from "../../src/messages/decided.ts";
import { questionCard } from "../../src/messages/question.ts";
import { anna, begun, ben, minute } from "../watch/things.ts";
import { askerOf, orderOf, plan, withPoints } from "./orders.ts";
import { read } from "./read.ts";

const question = (own: Partial<Order> = {}) => read(questionCard(orderOf(own), begun), begun);
const ordinary = { ...plan, kind: "ordinary" } as const;
const { tenant: _, ...ordinaryPlan } = ordinary;

describe("the question", () => {
  it("whether to start", () => {
    expect(question({ reason: "fire in the server room" })).toMatchInlineSnapshot(`
      "[question] Start failover plan "Plan A"?
      Asked by Anna because: fire in the server room.
      Tenant ABC Company. 2 VMs, started by their numbers below, at most 10 at once.
      The replicas are powered on. Production is not powered off: where it still runs, names and addresses will exist twice.
      Replication of these VMs stops until the failover is undone or made permanent.
      Each VM goes to its latest restore point.
      What was written after a VM's restore point is lost. The oldest is that of b, 3 h old; oldest first below.
      [waiting] 2. b – restore point of 2026-11-21 03:00 UTC, 3 h old
      [waiting] 1. a – restore point of 2026-11-21 04:00 UTC, 2 h old
      To go on, type \`confirm Plan A\`; to drop it, \`cancel\`. Nothing has been sent. The question closes in 5 min.
      Read from EM 2026-11-21 06:00 UTC; EM copies its data from the backup servers, by default every 15 min"
    `);
  });

  it("whether to start from before a time, with all that there may be to say", () => {
    expect(
      question({
        from: { points: "before", at: begun - 60 * minute },
        shared: true,
        plan: { ...plan, commandBefore: "a.cmd", commandAfter: "b.cmd" },
        tookMs: [3 * minute, 2 * minute, 4 * minute],
        notes: ["Already failed over: b. EM will process them again."],
        ...withPoints({}, { state: "Failover" }),
      }),
    ).toMatchInlineSnapshot(`
      "[question] Start failover plan "Plan A"?
      Asked by Anna.
      Tenant ABC Company. Another plan has the same name; this is the one of this tenant. 2 VMs, started by their numbers below, at most 10 at once. On the provider's server a command runs before and a command runs after.
      The replicas are powered on. Production is not powered off: where it still runs, names and addresses will exist twice.
      Replication of these VMs stops until the failover is undone or made permanent.
      Each VM goes to its newest restore point before 2026-11-21 05:00 UTC.
      What was written after a VM's restore point is lost. The oldest is that of a, 2 h old; oldest first below.
      Earlier sessions of this plan that ended well took 2 min to 4 min (3 sessions).
      Already failed over: b. EM will process them again.
      [waiting] 1. a – restore point of 2026-11-21 04:00 UTC, 2 h old
      [warning] 2. b – restore point of 2026-11-21 04:00 UTC, 2 h old; in state Failover
      To go on, type \`confirm Plan A @ ABC Company\`; to drop it, \`cancel\`. Nothing has been sent. The question closes in 5 min.
      Read from EM 2026-11-21 06:00 UTC; EM copies its data from the backup servers, by default every 15 min"
    `);
  });

  it("with a code, where the name cannot well be typed", () => {
    expect(question({ confirmation: { by: "code", code: "BCDF" } })).toContain("type `confirm BCDF`");
  });

  it("with VMs of which not all is known", () => {
    const { createdAt: __, name: ___, ...unknown } = orderOf().points[0] ?? expect.fail();
    expect(question({ points: [unknown, { ...unknown, vm: "b", ambiguous: true }] })).toMatchInlineSnapshot(`
      "[question] Start failover plan "Plan A"?
      Asked by Anna.
      Tenant ABC Company. 2 VMs, started by their numbers below, at most 10 at once.
      The replicas are powered on. Production is not powered off: where it still runs, names and addresses will exist twice.
      Replication of these VMs stops until the failover is undone or made permanent.
      Each VM goes to its latest restore point.
      [warning] 1. a – no restore point shown by EM
      [warning] 2. b – several replicas have this name; EM does not show which is the tenant's
      To go on, type \`confirm Plan A\`; to drop it, \`cancel\`. Nothing has been sent. The question closes in 5 min.
      Read from EM 2026-11-21 06:00 UTC; EM copies its data from the backup servers, by default every 15 min"
    `);
  });

  it("where others must approve", () => {
    const needs = { approvals: 2, by: "press" } as const;
    expect(question({ needs })).toContain("\n2 people other than the requester must approve it.\n");
    expect(question({ needs, approvals: [askerOf(ben)] })).toContain("\nApproved so far by Ben.\n");
    const { buttons } = questionCard(orderOf({ needs }), begun);
    expect(buttons?.map(({ label, asks }) => [label, asks?.title])).toEqual([
      ["Approve", undefined],
      ["Cancel", undefined],
    ]);
  });

  it("whether to test", () => {
    expect(question({ action: "test", tookMs: [2 * minute] })).toMatchInlineSnapshot(`
      "[question] Test failover plan "Plan A"?
      Asked by Anna.
      Tenant ABC Company. 2 VMs, tested in the order below.
      Each replica is put to its latest restore point, powered on, pinged and powered off again. Production is not touched.
      Replication of a VM waits while its replica is tested.
      Earlier sessions of this plan that ended well took 2 min (1 session).
      [waiting] 1. a – restore point of 2026-11-21 04:00 UTC, 2 h old
      [waiting] 2. b – restore point of 2026-11-21 03:00 UTC, 3 h old
      To go on, type \`confirm Plan A\`; to drop it, \`cancel\`. Nothing has been sent. The question closes in 5 min.
      Read from EM 2026-11-21 06:00 UTC; EM copies its data from the backup servers, by default every 15 min"
    `);
  });

  it("whether to undo", () => {
    expect(question({ action: "undo", since: begun - 120 * minute })).toMatchInlineSnapshot(`
      "[question] Undo the failover of plan "Plan A"?
      Asked by Anna.
      Tenant ABC Company. 2 VMs, undone in groups of 5.
      The replicas are powered off, and all changes made in them since the failover (2026-11-21 04:00 UTC) are discarded. They cannot be brought back.
      VMs that were failed back or failed over for good are left as they are.
      [waiting] 1. a – in state Ready
      [waiting] 2. b – in state Ready
      To go on, type \`confirm Plan A\`; to drop it, \`cancel\`. Nothing has been sent. The question closes in 5 min.
      Read from EM 2026-11-21 06:00 UTC; EM copies its data from the backup servers, by default every 15 min"
    `);
    expect(question({ action: "undo" })).toContain("(EM does not show when it was)");
  });

  it("whether to stop", () => {
    expect(question({ action: "stop", points: [] })).toMatchInlineSnapshot(`
      "[question] Stop EM's task of failover plan "Plan A"?
      Asked by Anna.
      Tenant ABC Company. 2 VMs in the plan.
      EM is told to delete the task of this order. Veeam documents this both as stopping the task and as removing it from the list.
      What it does to VMs that have been started already is documented nowhere. The run is watched on, whatever happens.
      [waiting] 1. a
      [waiting] 2. b
      To go on, type \`confirm Plan A\`; to drop it, \`cancel\`. Nothing has been sent. The question closes in 5 min.
      Read from EM 2026-11-21 06:00 UTC; EM copies its data from the backup servers, by default every 15 min"
    `);
  });

  it("whether to start an ordinary plan", () => {
    expect(
      question({ plan: ordinaryPlan, points: [], notes: ["This is an ordinary plan."] }),
    ).toMatchInlineSnapshot(`
      "[question] Start failover plan "Plan A"?
      Asked by Anna.
      2 VMs, started in the order below, at most 10 at once.
      The replicas are powered on. Production is not powered off: where it still runs, names and addresses will exist twice.
      Replication of these VMs stops until the failover is undone or made permanent.
      EM takes the latest restore points.
      This is an ordinary plan.
      [waiting] 1. a
      [waiting] 2. b
      To go on, type \`confirm Plan A\`; to drop it, \`cancel\`. Nothing has been sent. The question closes in 5 min.
      Read from EM 2026-11-21 06:00 UTC; EM copies its data from the backup servers, by default every 15 min"
    `);
  });

  it("asks for the name, or the code, in a form", () => {
    const form = (own: Partial<Order>) => questionCard(orderOf(own), begun).buttons?.[0]?.asks;
    expect(form({})).toEqual({
      title: "Start failover",
      label: "Type the plan's name",
      hint: "Plan A",
      submit: "Start failover",
    });
    expect(form({ confirmation: { by: "code", code: "BCDF" } })).toMatchObject({
      label: "Type the code BCDF",
      hint: "BCDF",
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
    const approved = decided({ reason: "fire", phase: { is: "approved", at: begun, by: [anna, ben] } });
    expect(approved).toMatchInlineSnapshot(`
      "[running] Failover plan "Plan A": confirmed, being sent to EM
      Asked by Anna because: fire.
      Confirmed by Anna and Ben 2026-11-21 06:00 UTC.
      The bot sends the order once and follows it here."
    `);
    expect(
      decided({ reason: "fire", phase: { is: "sending", at: begun, atEm: begun, by: [anna, ben] } }),
    ).toBe(approved);
    expect(decided({ phase: { is: "sent", watch: "run-abc234", by: [anna] } })).toContain(
      "\nConfirmed by Anna.\n",
    );
  });

  it("was cancelled", () => {
    expect(closed({ is: "cancelled", by: ben })).toMatchInlineSnapshot(`
      "Failover plan "Plan A": not started
      Asked by Anna.
      Cancelled by Ben. Nothing was sent.
      To ask again, type \`start "Plan A"\`.
      Closed 2026-11-21 06:01 UTC"
    `);
  });

  it("has expired", () => {
    expect(closed({ is: "expired" })).toMatchInlineSnapshot(`
      "Failover plan "Plan A": not started
      Asked by Anna.
      Nobody confirmed in time. Nothing was sent.
      To ask again, type \`start "Plan A"\`.
      Closed 2026-11-21 06:01 UTC"
    `);
  });

  it("could not be sent", () => {
    const why = "It was confirmed, but could not be sent within two minutes. Nothing was sent";
    expect(closed({ is: "not-sent", why })).toMatchInlineSnapshot(`
      "[problem] Failover plan "Plan A": not started
      Asked by Anna.
      It was confirmed, but could not be sent within two minutes. Nothing was sent.
      To ask again, type \`start "Plan A"\`.
      Closed 2026-11-21 06:01 UTC"
    `);
  });

  it("was a stop, carried out or not known to be", () => {
    const stop = { action: "stop", phase: { is: "closed", at: begun, how: { is: "stopped" } } } as const;
    expect(decided(stop)).toMatchInlineSnapshot(`
      "[warning] Stop of failover plan "Plan A": EM has deleted the task
      Asked by Anna.
      What that does to VMs already started is not documented.
      The run's own card shows how it goes on.
      Closed 2026-11-21 06:00 UTC"
    `);
    const lost = {
      is: "not-known",
      why: "EM's answer was lost, so the task may or may not be gone",
    } as const;
    const unknown = { action: "stop", phase: { is: "closed", at: begun, how: lost } } as const;
    expect(decided(unknown)).toMatchInlineSnapshot(`
      "[problem] Stop of failover plan "Plan A": outcome not known
      Asked by Anna.
      EM's answer was lost, so the task may or may not be gone.
      The run's own card shows how it goes on.
      Closed 2026-11-21 06:00 UTC"
    `);
    expect([read(stopLine(orderOf(stop))), read(stopLine(orderOf(unknown)))]).toMatchInlineSnapshot(`
      [
        "[warning] EM has deleted this order's task, as Anna ordered
      What that does to VMs already started is not documented. I watch on.
      For the attention of Anna",
        "[warning] Anna ordered to stop this order's task; EM's answer was lost
      What that does to VMs already started is not documented. I watch on.
      For the attention of Anna",
      ]
    `);
  });

  it.each(["test", "undo"] as const)("speaks of a %s as that", (action) => {
    expect(decided({ action, phase: { is: "closed", at: begun, how: { is: "expired" } } })).toMatch(
      action === "test"
        ? /^Test of failover plan "Plan A": not tested/
        : /^Undo of failover plan "Plan A": not undone/,
    );
  });
});
