import { describe, expect, it } from "vitest";
import {
  blockedCard,
  cannotApproveCard,
  cannotCancelCard,
  cannotSpeakCard,
  decidedAlreadyCard,
  decidedElsewhereCard,
  heldCard,
  mismatchCard,
  misreadCard,
  notAllowedCard,
  nothingPendingCard,
  notStoppableCard,
  severalPendingCard,
  tooOldCard,
  unknownVerbCard,
} from "../../src/messages/answers.ts";
import { faultCard } from "../../src/messages/faults.ts";
import { helpCard, verbHelpCard, whoamiCard } from "../../src/messages/help.ts";
import { pickedLine } from "../../src/messages/picker.ts";
import { unwatchedCard } from "../../src/messages/unwatched.ts";
import { welcomeCard } from "../../src/messages/welcome.ts";
import {
  noSuchNumberCard,
  severalPlansCard,
  unknownPlanCard,
} from "../../src/messages/which-plan.ts";
import { note } from "../../src/messages/words.ts";
import { DEFAULT_CONFIRMING } from "../../src/policy/policy.ts";
import type { Blocker } from "../../src/records/blocker.ts";
import type { Closed, Order } from "../../src/records/order.ts";
import { planOf } from "../typed/plans.ts";
import { anna, begun, ben, minute, phases, watchIn } from "../watch/things.ts";
import { askerOf, orderOf, plan } from "./orders.ts";
import { read } from "./read.ts";

const start = {
  name: "start",
  usage: "<plan> [because <reason>]",
  summary: "asks whether to start a failover plan",
  details: ["Nothing happens before it is approved."],
  section: "order",
  options: [{ name: "plan", summary: "the failover plan", required: true, takes: "plan" }],
} as const;
const watches = {
  name: "watches",
  usage: "",
  summary: "what is being watched",
  details: [],
  section: "look",
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
      Type \`status\`, \`plans\`, \`start <plan>\` or \`help\`; Ctrl-D ends."
    `);
  });

  it("where the log is, once, and what was warned of before", () => {
    const em = { origin: "https://em.example:9398", sandbox: true };
    const log = { file: "data/failover-bot.log", warnings: ["EM_PASSWORD is short"] };
    expect(read(welcomeCard(em, "Plan A", log))).toMatchInlineSnapshot(`
      "failover-bot: failover plans of Veeam Backup Enterprise Manager, from a chat
      This is the sandbox: a simulated Enterprise Manager, nothing real happens.
      Warning: EM_PASSWORD is short.
      Type \`status\`, \`plans\`, \`start "Plan A"\` or \`help\`; Ctrl-D ends.
      The log is in data/failover-bot.log"
    `);
  });
});

describe("help", () => {
  const open = { ok: true, confirming: DEFAULT_CONFIRMING } as const;

  it("shows what this person can type here, and what not and why", () => {
    const no = { ok: false, why: { is: "not-named" } } as const;
    const all = [
      { command: start, allowed: no },
      { command: watches, allowed: open },
    ];
    const facts = { all, held: [], sandbox: true, person: anna, bot: "failover-bot 1.2.3" };
    expect(read(helpCard(facts))).toMatchInlineSnapshot(`
      "What you can type (this is the sandbox: nothing real happens)
      Look: \`watches\`
      Closed to you here: start. You are not among those who may do it.
      \`help start\` says more about one verb. A plan is named by its name, a part of it, its number in the last list, or name @ tenant.
      For Anna · failover-bot 1.2.3"
    `);
    expect(helpCard({ ...facts, sandbox: false }).title).toBe("What you can type");
    const ref = { place: orderOf().place, id: "m1", link: "https://chat.example/m1" };
    const text = read(helpCard({ ...facts, held: [{ order: orderOf(), ref }] }));
    expect(text.split("\n").slice(3, 4)).toMatchInlineSnapshot(`
      [
        "Closed for now: plan "Plan A". Its order run-abc234 waits for approval, asked by Anna 2026-11-21 06:00 UTC. Open it (https://chat.example/m1).",
      ]
    `);
  });

  it("explains one verb", () => {
    expect(read(verbHelpCard({ command: start, allowed: open }))).toMatchInlineSnapshot(`
      "start <plan> [because <reason>]
      Asks whether to start a failover plan.
      Nothing happens before it is approved."
    `);
  });

  it("says of a verb why it is closed to this person", () => {
    const allowed = { ok: false, why: { is: "forbidden" } } as const;
    expect(read(verbHelpCard({ command: start, allowed }))).toContain(
      "\nClosed to you here. A rule of the policy forbids it to you here.",
    );
  });

  it("says who one is to the bot", () => {
    expect(
      read(whoamiCard({ ...askerOf(anna), groups: ["on-call"] }, "anna@abc.example")),
    ).toMatchInlineSnapshot(`
      "You are Anna
      The policy calls you anna@abc.example.
      Groups: on-call.
      In a policy your account is \`terminal:anna\`, this place \`terminal\`."
    `);
    const slack = { ...anna, platform: "slack", id: "U1" } as const;
    const unreadable = { unreadable: "Slack did not answer" };
    expect(
      read(
        whoamiCard(
          {
            person: slack,
            place: { platform: "slack", channel: "C1" },
            groups: unreadable,
            membership: { is: "member" },
          },
          "Anna",
        ),
      ),
    ).toMatchInlineSnapshot(`
      "You are Anna
      The policy calls you Anna.
      Groups: cannot be read: Slack did not answer.
      In a policy your account is \`slack:U1\`, this place \`slack:C1\`."
    `);
  });
});

describe("what is not understood", () => {
  it("a line", () => {
    expect(read(misreadCard("Cannot read the time.", start, undefined))).toMatchInlineSnapshot(`
      "[warning] Not understood: start
      Cannot read the time.
      Type \`start <plan> [because <reason>]\`."
    `);
    expect(misreadCard("Name the plan.", start, "").picker).toEqual({
      label: "Choose a plan",
      token: "pick:start",
    });
    expect(misreadCard("Nothing can follow.", watches, undefined).picker).toBeUndefined();
  });

  it("a line without a plan, of which one can be picked, and what stood beside it is kept", () => {
    expect(misreadCard("Name the plan.", start, "because fire").picker?.token).toBe(
      "pick:start:because fire",
    );
    expect(
      misreadCard("Name the plan.", start, `because ${"x".repeat(60)}`).picker,
    ).toBeUndefined();
    expect(pickedLine("pick:start:because fire: again", "Plan A")).toBe(
      'start "Plan A" because fire: again',
    );
    expect(pickedLine("pick:start", "Plan A")).toBe('start "Plan A"');
    expect(pickedLine("confirm:run-abc234", "Plan A")).toBeUndefined();
  });

  it("a number without a list", () => {
    expect(read(noSuchNumberCard("1", 0))).toMatchInlineSnapshot(`
      "[warning] 1: there is no list to count in
      A number means a plan in the list that you were shown here in the last ten minutes.
      \`plans\` shows one; or type the plan's name."
    `);
    expect(noSuchNumberCard("7", 3).title).toBe("7: the last list ends at 3");
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

  it("a plan of a tenant, of an EM that has no tenants", () => {
    const card = unknownPlanCard("Plan A @ ABC", [plan], { unread: [], cloud: false });
    expect(read(card)).toMatchInlineSnapshot(`
      "[warning] No failover plan "Plan A @ ABC"
      This EM shows no Cloud Connect, as one on Linux has none: there are no plans of tenants, only ordinary ones.
      Nearest: \`"Plan A"\`
      \`plans\` lists them all."
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
    expect(read(notAllowedCard("start", { is: "not-named" }))).toMatchInlineSnapshot(`
      "[warning] Not allowed: start
      You are not among those who may do it.
      Nothing was done.
      \`help\` shows what you can do here."
    `);
  });

  it("because it is for others: it says who may, by the names of the policy", () => {
    const may = ["anna", "ben", "slack-group:S1", "slack:U1", "discord:2"];
    expect(read(notAllowedCard("start Plan A", { is: "not-in-group", may }))).toContain(
      "Those who may: anna, ben, the members of 1 group and 2 accounts that the policy names by id.\n",
    );
  });

  it("because somebody else must approve it", () => {
    expect(read(cannotApproveCard(orderOf(), { is: "own", needed: 1 }))).toMatchInlineSnapshot(`
      "[warning] Somebody else must approve it: Plan A
      You asked for it, and 1 other person must approve it.
      This changed nothing.
      Ask a colleague to press Approve, or to type \`confirm Plan A\`."
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
      read(
        faultCard(
          "status",
          { is: "unreachable", why: "Cannot reach Enterprise Manager", perhapsDone: false },
          "k7f3q2ab",
        ),
      ),
    ).toMatchInlineSnapshot(`
      "[problem] status: EM does not answer
      Cannot reach Enterprise Manager.
      Nothing was changed.
      Try again in a minute; \`doctor\` looks for the cause.
      Reference k7f3q2ab · EM: Enterprise Manager"
    `);
    const failed = (is: Parameters<typeof faultCard>[1]["is"], perhapsDone = false) =>
      read(faultCard("start", { is, why: "It broke", perhapsDone }, "k7f3q2ab")).split("\n");
    expect(failed("timed-out", true)).toMatchInlineSnapshot(`
      [
        "[problem] start: EM does not answer in time",
        "It broke.",
        "It may or may not have been carried out.",
        "Look with \`status\` whether it runs before you do it again.",
        "Reference k7f3q2ab · EM: Enterprise Manager",
      ]
    `);
    expect(failed("certificate")).toContain("`doctor` says what else is wrong with the logon.");
    expect(failed("state")).toContain("`doctor` looks at the state.");
    expect(failed("rejected")).toContain("`status` shows what EM has now.");
    expect(failed("bot")).toContain("Try again; the bot's log has the cause under this reference.");
  });

  it("because something speaks against it", () => {
    const blockers: Blocker[] = [{ is: "vms-in-state", state: "Failback", vms: ["b"] }];
    expect(read(blockedCard("start", plan, blockers))).toMatchInlineSnapshot(`
      "[warning] Not possible now: Plan A
      In state Failback: b. Finish that in the Veeam console first.
      Nothing was sent. \`status\` shows what runs."
    `);
    expect(
      read(blockedCard("start", plan, [{ is: "order-with-em", plan: "Plan B" }], '"Plan B"')),
    ).toContain('\nNothing was sent. `watch "Plan B"` follows what runs.');
    expect(blockedCard("undo", plan, blockers).title).toBe("Not possible now: undo of Plan A");
  });

  it("because the plan is held", () => {
    const ref = { place: orderOf().place, id: "m1", link: "https://chat.example/m1" };
    expect(read(heldCard(plan, orderOf(), ref))).toMatchInlineSnapshot(`
      "[warning] Asked for already, waits for approval: Plan A
      Asked by Anna 2026-11-21 06:00 UTC. Open it (https://chat.example/m1).
      A plan has one order at a time, so nothing new was sent.
      Look at its card; \`confirm Plan A\` confirms it, \`cancel "Plan A"\` drops it."
    `);
    const held = (own: Partial<Order>) => read(heldCard(plan, orderOf(own), undefined));
    expect(
      held({ needs: { approvals: 2, by: "press" }, approvals: [askerOf(ben)], shared: true }),
    ).toMatchInlineSnapshot(`
      "[warning] Asked for already, waits for approval: Plan A of ABC Company
      Asked by Anna 2026-11-21 06:00 UTC; 1 approval missing.
      A plan has one order at a time, so nothing new was sent.
      Look at its card; \`confirm Plan A @ ABC Company\` confirms it, \`cancel run-abc234\` drops it."
    `);
    expect(held({ phase: { is: "approved", at: begun, by: [anna] } })).toMatchInlineSnapshot(`
      "[warning] Approved already, on its way to EM: Plan A
      Asked by Anna 2026-11-21 06:00 UTC.
      A plan has one order at a time, so nothing new was sent.
      \`watch run-abc234\` shows it as soon as EM has it."
    `);
    expect(
      held({ action: "undo", phase: { is: "sent", watch: "run-abc234", by: [anna] } }),
    ).toMatchInlineSnapshot(`
      "[warning] Runs already: undo of Plan A
      Asked by Anna 2026-11-21 06:00 UTC.
      A plan has one order at a time, so nothing new was sent.
      \`watch run-abc234\` shows it here too."
    `);
    expect(read(heldCard(plan, undefined, undefined))).toMatchInlineSnapshot(`
      "[warning] Held by another run: Plan A
      Nothing was sent.
      \`watches\` shows what is being watched."
    `);
  });

  it("because it was decided already", () => {
    const at = begun + minute;
    const approved = orderOf({ phase: { is: "approved", at, by: [anna, ben] } });
    expect(read(decidedAlreadyCard(approved, undefined))).toMatchInlineSnapshot(`
      "[warning] Already decided: failover plan "Plan A"
      It was approved by Anna and Ben; this changed nothing.
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
      "Nobody approved it in time; the question closed 2026-11-21 06:01 UTC.",
    );
    expect(closed({ is: "stopped" })).toContain("It was carried out 2026-11-21 06:01 UTC.");
    expect(
      closed({ is: "not-sent", why: { is: "changed", change: { is: "plan-edited" } } }),
    ).toContain("The plan was changed in EM after it was shown. Nothing was sent.");
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
      To confirm it, type \`confirm\` and the code that stands on its card."
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
      No question is open here; failover plan "Plan A" runs already.
      EM's API cannot stop a running failover session; while the order's task still runs, \`stop "Plan A"\` can delete that.
      Once it has ended, \`undo "Plan A"\` takes it back; what was changed in the replicas since is discarded. \`status\` shows how it stands."
    `);
    expect(read(notStoppableCard("Plan A"))).toMatchInlineSnapshot(`
      "[warning] No task of "Plan A" runs now
      EM's API offers a stop only while the task of an order runs, and only in the logon that ordered it.
      A failover session that runs already cannot be stopped through the API.
      Once the session has ended, \`undo "Plan A"\` takes it back; what was changed in the replicas since is discarded."
    `);
  });

  it("here, as it was decided for another place", () => {
    const ref = { place: orderOf().place, id: "m1", link: "https://chat.example/m1" };
    const elsewhere = (phase: Order["phase"]) =>
      read(decidedElsewhereCard(orderOf({ phase }), ref));
    expect(elsewhere({ is: "approved", at: begun, by: [anna] })).toMatchInlineSnapshot(`
      "Approved by you: Plan A
      It goes on in the terminal: open it (https://chat.example/m1).
      \`watch run-abc234\` shows it here too."
    `);
    expect(
      elsewhere({ is: "closed", at: begun, how: { is: "cancelled", by: anna } }),
    ).toMatchInlineSnapshot(`
      "Cancelled by you, nothing was sent: Plan A
      Its card stands in the terminal: open it (https://chat.example/m1).
      \`help\` shows what you can do here."
    `);
    const needs = { approvals: 2, by: "type" } as const;
    expect(
      read(decidedElsewhereCard(orderOf({ needs, approvals: [askerOf(ben)] }), undefined)),
    ).toMatchInlineSnapshot(`
      "Approved by you, 1 approval still needed: Plan A
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

  it("any more, as somebody wants to read no more of it", () => {
    const card = unwatchedCard(watchIn(phases.following), ben);
    expect(card.percent).toBeUndefined();
    expect(read(card)).toMatch(
      /^No longer watched here: Plan\nStopped by Ben\. .*\n`watch run-abc234` shows it here again\.\n/s,
    );
    expect(read(card)).not.toContain("At this pace");
  });

  it("in a word", () => {
    expect(read(note("That run has just ended"))).toBe("That run has just ended");
  });
});
