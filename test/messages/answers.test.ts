import { describe, expect, it } from "vitest";
import type { Closed, Order } from "../../src/core/orders.ts";
import {
  blockedCard,
  cannotCancelCard,
  cannotSpeakCard,
  decidedAlreadyCard,
  decidedElsewhereCard,
  faultCard,
  heldCard,
  helpCard,
  mismatchCard,
  misreadCard,
  notAllowedCard,
  note,
  nothingPendingCard,
  notStoppableCard,
  severalPendingCard,
  severalPlansCard,
  tooOldCard,
  unknownPlanCard,
  unknownVerbCard,
  verbHelpCard,
  whoamiCard,
} from "../../src/messages/answers.ts";
import { welcomeCard } from "../../src/messages/welcome.ts";
import { DEFAULT_CONFIRMING } from "../../src/policy/policy.ts";
import { planOf } from "../core/plans.ts";
import { anna, begun, ben, minute } from "../watch/things.ts";
import { askerOf, orderOf, plan } from "./orders.ts";
import { read } from "./read.ts";

const start = {
  name: "start",
  usage: "<plan> [because <reason>]",
  summary: "asks whether to start a failover plan",
  details: ["Nothing happens before it is confirmed."],
  options: [{ name: "plan", summary: "the failover plan", required: true, takes: "plan" }],
} as const;
const watches = {
  name: "watches",
  usage: "",
  summary: "what is being watched",
  details: [],
  options: [],
} as const;
const twin = planOf("Plan A", "Tech Dynamics");

describe("welcome", () => {
  it("to the sandbox, and to a real EM", () => {
    const em = { origin: "https://em.example:9398", sandbox: false };
    expect(read(welcomeCard({ ...em, sandbox: true }, "Plan A"))).toMatchInlineSnapshot(`
      "failover-bot: failover plans of Veeam Backup Enterprise Manager, from a chat
      This is the sandbox: a simulated Enterprise Manager, nothing real happens.
      Type \`status\`, \`plans\`, \`start "Plan A"\` or \`help\`; Ctrl-D ends."
    `);
    expect(read(welcomeCard(em, undefined))).toMatchInlineSnapshot(`
      "failover-bot: failover plans of Veeam Backup Enterprise Manager, from a chat
      This works on the Enterprise Manager https://em.example:9398: what you confirm here happens.
      Type \`status\`, \`plans\`, \`start "<plan>"\` or \`help\`; Ctrl-D ends."
    `);
  });
});

describe("help", () => {
  const open = { ok: true, confirming: DEFAULT_CONFIRMING } as const;

  it("shows what this person can type here, and what not and why", () => {
    const no = { ok: false, why: "Only the person at the bot's terminal may give orders" } as const;
    const all = [
      { command: start, allowed: no },
      { command: watches, allowed: open },
    ];
    const facts = { all, held: [], sandbox: true, human: "Anna", byDefault: false };
    expect(read(helpCard(facts))).toMatchInlineSnapshot(`
      "What you can type (this is the sandbox: nothing real happens)
      \`watches\` – what is being watched
      Closed to you here: start. Only the person at the bot's terminal may give orders.
      \`help start\` says more about one verb. A plan is named by its name, a part of it, its number in the last list, or name @ tenant.
      For Anna"
    `);
    expect(helpCard({ ...facts, sandbox: false }).title).toBe("What you can type");
    const ref = { place: orderOf().place, id: "m1", link: "https://chat.example/m1" };
    const text = read(helpCard({ ...facts, held: [{ order: orderOf(), ref }], byDefault: true }));
    expect(text.split("\n").slice(3, 5)).toMatchInlineSnapshot(`
      [
        "Closed for now: plan "Plan A" is held by run-abc234, asked by Anna 2026-11-21 06:00 UTC. Open it (https://chat.example/m1).",
        "There is no policy file (POLICY_FILE). Chats may only read, in the channels of SLACK_CHANNELS and DISCORD_CHANNELS; at the terminal all is open.",
      ]
    `);
  });

  it("explains one verb", () => {
    expect(read(verbHelpCard({ command: start, allowed: open }))).toMatchInlineSnapshot(`
      "start <plan> [because <reason>]
      Asks whether to start a failover plan.
      Nothing happens before it is confirmed."
    `);
  });

  it("says of a verb why it is closed to this person", () => {
    const allowed = { ok: false, why: "A rule of the policy forbids it to you here" } as const;
    expect(read(verbHelpCard({ command: start, allowed }))).toContain(
      "\nClosed to you here. A rule of the policy forbids it to you here.",
    );
  });

  it("says who one is to the bot", () => {
    expect(
      read(whoamiCard({ ...askerOf(anna), groups: ["on-call"] }, "anna@abc.example")),
    ).toMatchInlineSnapshot(`
      "You are anna@abc.example
      Account: terminal anna, shown as Anna.
      Here: the terminal.
      Groups: on-call."
    `);
    const slack = { ...anna, platform: "slack", id: "U1" } as const;
    const unreadable = { unreadable: "Slack did not answer" };
    expect(
      read(
        whoamiCard(
          { person: slack, place: { platform: "slack", channel: "C1" }, groups: unreadable },
          "Anna",
        ),
      ),
    ).toMatchInlineSnapshot(`
      "You are Anna
      Account: slack U1, shown as Anna.
      Here: slack, channel C1.
      Groups: cannot be read: Slack did not answer."
    `);
  });
});

describe("what is not understood", () => {
  it("a line", () => {
    expect(read(misreadCard("Name the plan that shall be started.", start, "start"))).toMatchInlineSnapshot(`
      "[warning] Not understood: start
      Name the plan that shall be started.
      Type \`start <plan> [because <reason>]\`."
    `);
    expect(misreadCard("Name the plan.", start, "").picker).toEqual({
      label: "Choose a plan",
      token: "pick:start",
    });
    expect(misreadCard("Nothing can follow.", watches, "").picker).toBeUndefined();
  });

  it("a verb", () => {
    expect(read(unknownVerbCard("strat", "start"))).toMatchInlineSnapshot(`
      "[warning] There is no verb "strat"
      Did you mean \`start\`? \`help\` shows what you can type."
    `);
    expect(read(unknownVerbCard("dance", undefined))).toMatchInlineSnapshot(`
      "[warning] There is no verb "dance"
      \`help\` shows what you can type."
    `);
  });

  it("a plan", () => {
    expect(read(unknownPlanCard("Plan Q", [plan, twin]))).toMatchInlineSnapshot(`
      "[warning] No failover plan "Plan Q"
      Nearest: \`"Plan A"\`
      \`plans\` lists them all."
    `);
    expect(read(unknownPlanCard("", []))).toMatchInlineSnapshot(`
      "[warning] Which plan?
      EM shows no plans."
    `);
  });

  it("a plan's name that several have", () => {
    const several = [
      { plan, words: '"Plan A @ ABC Company"' },
      { plan: twin, words: '"Plan A @ Tech Dynamics"' },
    ];
    expect(read(severalPlansCard("Plan A", several))).toMatchInlineSnapshot(`
      "[warning] Several plans fit "Plan A"
      \`"Plan A @ ABC Company"\` – tenant ABC Company
      \`"Plan A @ Tech Dynamics"\` – tenant Tech Dynamics
      Name one of them. Nothing was done."
    `);
  });
});

describe("what is not done", () => {
  it("because it is not allowed", () => {
    expect(
      read(notAllowedCard("start", "Only the person at the bot's terminal may give orders")),
    ).toMatchInlineSnapshot(`
      "[warning] Not allowed: start
      Only the person at the bot's terminal may give orders.
      Nothing was done.
      \`help\` shows what you can do here."
    `);
  });

  it("because it came late", () => {
    expect(read(tooOldCard(begun))).toMatchInlineSnapshot(`
      "[warning] Not carried out: it arrived too late
      This was sent 2026-11-21 06:00 UTC and reached me only now. Nothing was done.
      If it is still wanted, do it again."
    `);
  });

  it("because something failed", () => {
    expect(
      read(faultCard("do that", "Cannot reach Enterprise Manager", false, "k7f3q2ab")),
    ).toMatchInlineSnapshot(`
      "[problem] Could not do that
      Cannot reach Enterprise Manager.
      Nothing was changed.
      Reference k7f3q2ab"
    `);
    expect(read(faultCard("do that", "The disk is full", true, "k7f3q2ab"))).toContain(
      "It may or may not have been carried out.",
    );
  });

  it("because something speaks against it", () => {
    const blockers = ["In state Failback: b. Finish that in the Veeam console first."];
    expect(read(blockedCard("start", plan, blockers))).toMatchInlineSnapshot(`
      "[warning] Failover plan "Plan A": not possible now
      In state Failback: b. Finish that in the Veeam console first.
      Nothing was sent. \`status\` shows what runs."
    `);
    expect(blockedCard("undo", plan, blockers).title).toBe(
      'Undo of failover plan "Plan A": not possible now',
    );
  });

  it("because the plan is held", () => {
    const ref = { place: orderOf().place, id: "m1", link: "https://chat.example/m1" };
    expect(read(heldCard(plan, orderOf(), ref))).toMatchInlineSnapshot(`
      "[warning] Failover plan "Plan A" is held by another run
      Asked by Anna 2026-11-21 06:00 UTC, run-abc234. Open it (https://chat.example/m1).
      A plan has one order at a time. Nothing was sent.
      Watch it with \`watch run-abc234\`."
    `);
    expect(read(heldCard(plan, undefined, undefined))).toMatchInlineSnapshot(`
      "[warning] Failover plan "Plan A" is held by another run
      A plan has one order at a time. Nothing was sent.
      Watch it with \`watches\`."
    `);
  });

  it("because it was decided already", () => {
    const at = begun + minute;
    const approved = orderOf({ phase: { is: "approved", at, by: [anna, ben] } });
    expect(read(decidedAlreadyCard(approved, undefined))).toMatchInlineSnapshot(`
      "[warning] Already decided: failover plan "Plan A"
      It was confirmed by Anna and Ben; this changed nothing.
      It goes on in the terminal.
      Watch it with \`watch run-abc234\`."
    `);
    const closed = (how: Closed) =>
      read(decidedAlreadyCard(orderOf({ phase: { is: "closed", at, how } }), undefined));
    expect(closed({ is: "cancelled", by: ben })).toMatchInlineSnapshot(`
      "[warning] Already decided: failover plan "Plan A"
      It was cancelled by Ben 2026-11-21 06:01 UTC.
      To ask again, type \`start "Plan A"\`."
    `);
    expect(closed({ is: "expired" })).toContain(
      "Nobody confirmed in time; the question closed 2026-11-21 06:01 UTC.",
    );
    expect(closed({ is: "stopped" })).toContain("It was carried out 2026-11-21 06:01 UTC.");
    expect(closed({ is: "not-sent", why: "The plan was changed in EM" })).toContain(
      "The plan was changed in EM.",
    );
  });

  it("because something else was typed than asked for", () => {
    expect(read(mismatchCard(orderOf()))).toMatchInlineSnapshot(`
      "[warning] That does not confirm it
      What was typed is not the plan's name. Nothing was sent.
      To confirm it, type \`confirm Plan A\`."
    `);
    expect(
      read(mismatchCard(orderOf({ confirmation: { by: "code", code: "BCDF" } }))),
    ).toMatchInlineSnapshot(`
      "[warning] That does not confirm it
      What was typed is not the code on the card. Nothing was sent.
      To confirm it, type \`confirm BCDF\`."
    `);
  });

  it("because nothing, or too much, waits for it", () => {
    expect(read(nothingPendingCard("confirm"))).toMatchInlineSnapshot(`
      "[warning] Nothing to confirm
      No question is open here. It may have expired or been decided.
      Ask with \`start <plan>\`."
    `);
    const orders = [orderOf(), orderOf({ id: "run-def567", action: "undo", plan: twin })];
    expect(read(severalPendingCard(orders, "cancel"))).toMatchInlineSnapshot(`
      "[warning] Several questions are open
      \`cancel run-abc234\` – Start failover plan "Plan A", tenant ABC Company
      \`cancel run-def567\` – Undo the failover of plan "Plan A", tenant Tech Dynamics
      Name one of them. Nothing was done."
    `);
  });

  it("because EM cannot", () => {
    expect(read(cannotCancelCard("Plan A"))).toMatchInlineSnapshot(`
      "[warning] Nothing to cancel
      No question is open; failover plan "Plan A" runs already.
      EM's API cannot stop a running failover session; while the order's task still runs, stop can delete that.
      Once it has ended, \`undo "Plan A"\` takes it back. \`status\` shows how it stands."
    `);
    expect(read(notStoppableCard("Plan A"))).toMatchInlineSnapshot(`
      "[warning] No task of "Plan A" runs now
      EM's API offers a stop only while the task of an order runs, and only in the logon that ordered it.
      A failover session that runs already cannot be stopped through the API.
      Once the session has ended, \`undo "Plan A"\` takes it back."
    `);
  });

  it("here, as it was decided for another place", () => {
    const ref = { place: orderOf().place, id: "m1", link: "https://chat.example/m1" };
    const elsewhere = (phase: Order["phase"]) => read(decidedElsewhereCard(orderOf({ phase }), ref));
    expect(elsewhere({ is: "approved", at: begun, by: [anna] })).toMatchInlineSnapshot(`
      "Failover plan "Plan A": confirmed by you
      It goes on in the terminal: open it (https://chat.example/m1).
      \`watch run-abc234\` shows it here too."
    `);
    expect(elsewhere({ is: "closed", at: begun, how: { is: "cancelled", by: anna } })).toMatchInlineSnapshot(`
      "Failover plan "Plan A": cancelled by you, nothing was sent
      Its card stands in the terminal: open it (https://chat.example/m1).
      \`help\` shows what you can do here."
    `);
    const needs = { approvals: 2, by: "type" } as const;
    expect(
      read(decidedElsewhereCard(orderOf({ needs, approvals: [askerOf(ben)] }), undefined)),
    ).toMatchInlineSnapshot(`
      "Failover plan "Plan A": approved by you; 1 approval still needed
      It goes on in the terminal.
      \`help\` shows what you can do here."
    `);
  });

  it("because the bot may not write there", () => {
    const why = "The bot is not in this channel";
    expect(read(cannotSpeakCard(why, undefined))).toMatchInlineSnapshot(`
      "[warning] I cannot write here
      The bot is not in this channel.
      What you asked for waits until I can; nothing was sent."
    `);
    expect(read(cannotSpeakCard(why, { platform: "slack", channel: "C1" }))).toContain(
      "What you asked for stands in Slack's channel C1 instead.",
    );
  });

  it("in a word", () => {
    expect(read(note("That run has just ended"))).toBe("That run has just ended");
  });
});
