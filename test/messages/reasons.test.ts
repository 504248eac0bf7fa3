/** Every reason that is kept as data, in the words that people read. */
import { describe, expect, it } from "vitest";
import { blockerWords, orderNoteWords } from "../../src/messages/blockers.ts";
import { denialWords, notAnotherWords } from "../../src/messages/denials.ts";
import { changeWords, notSentWords } from "../../src/messages/not-sent.ts";
import { remarkWords, sightLostWords } from "../../src/messages/remarks.ts";
import type { Denial } from "../../src/records/asker.ts";
import type { Blocker, OrderNote } from "../../src/records/blocker.ts";
import type { NotAnother, NotSent } from "../../src/records/order.ts";
import type { Remark, SightLost } from "../../src/records/watch.ts";
import { anna, ben, minute } from "../watch/things.ts";

const all = <Reason>(...reasons: readonly Reason[]) => reasons;

it("what speaks against an order", () => {
  expect(
    all<Blocker>(
      { is: "no-vms", plan: "Plan" },
      { is: "not-testable" },
      { is: "session-runs", plan: "Plan", shared: false },
      { is: "session-runs", plan: "Plan", shared: true },
      { is: "order-with-em", plan: "Plan" },
      { is: "states-not-readable" },
      { is: "vms-in-state", state: "Failover", vms: ["a", "b"] },
      { is: "vms-in-state", state: "PermanentFailover", vms: ["a"] },
      { is: "states-not-shown", vms: ["a", "b"] },
    ).map(blockerWords),
  ).toMatchInlineSnapshot(`
    [
      "Plan "Plan" has no VMs.",
      "EM's API cannot test ordinary failover plans, only cloud ones.",
      "A failover session of plan "Plan" runs, and EM does one failover at a time for a tenant.",
      "A failover session of plan "Plan" runs (several plans have this name; it may be another tenant's), and EM does one failover at a time for a tenant.",
      "An order to plan "Plan" is with EM, its session is not known yet, and EM does one failover at a time for a tenant.",
      "A test needs every replica in state Ready, and the states cannot be read.",
      "In state Failover: a and b. Undo that failover first.",
      "In state PermanentFailover: a. Finish that in the Veeam console first.",
      "A test needs every replica in state Ready, and EM does not show that of: a and b.",
    ]
  `);
});

it("what whoever confirms should know", () => {
  expect(
    all<OrderNote>(
      { is: "sessions-not-readable" },
      { is: "points-not-readable" },
      { is: "ordinary-plan" },
      { is: "failed-over", vms: 1, of: 2 },
      { is: "none-failed-over" },
      { is: "failed-over-already", vms: ["a", "b"] },
      { is: "no-point", vms: ["a"], before: false },
      { is: "no-point", vms: ["a"], before: true },
      { is: "told", text: "As an older bot said." },
    ).map(orderNoteWords),
  ).toMatchInlineSnapshot(`
    [
      "Whether a failover runs already could not be checked: the EM account may not read sessions.",
      "The replica points could not be read: the EM account may not read them.",
      "This is an ordinary plan: EM's API shows neither whether it runs nor its progress. The bot can only say whether EM took the order; all else is in the Veeam console.",
      "1 of 2 VMs in state Failover.",
      "EM shows no VM of this plan in state Failover; its data may be up to 15 minutes old.",
      "Already failed over: a and b. EM will process them again.",
      "No restore point is shown for: a. EM decides what it does with them.",
      "No restore point before that time is shown for: a. EM decides what it does with them.",
      "As an older bot said.",
    ]
  `);
});

describe("why somebody may not", () => {
  const unreadable = "Discord does not answer";

  it("do it", () => {
    expect(
      all<Denial>(
        { is: "forbidden" },
        { is: "forbidden-to-group", unreadable },
        { is: "groups-unreadable", unreadable },
        { is: "groups-unreadable", unreadable: "" },
        { is: "not-in-group" },
        { is: "not-named" },
        { is: "neither-you-nor-here" },
        { is: "closed-to-all" },
        { is: "without-policy", why: { is: "closed-to-all" } },
        { is: "without-policy", why: { is: "not-named" }, unlisted: "C0WAR" },
      ).map(denialWords),
    ).toMatchInlineSnapshot(`
      [
        "A rule of the policy forbids it to you here",
        "A rule forbids it to a group, and your groups cannot be read: Discord does not answer",
        "Your groups cannot be read: Discord does not answer",
        "Your groups cannot be read: the platform gives no reason",
        "You are not in a group that may do it",
        "You are not among those who may do it",
        "It is open neither to you nor in this channel",
        "No rule opens it to anybody for this plan",
        "No rule opens it to anybody for this plan. There is no policy file (POLICY_FILE), so chats may only read, in the channels that the settings name",
        "You are not among those who may do it. There is no policy file (POLICY_FILE), so chats may only read, in the channels that the settings name. SLACK_CHANNELS does not name this one: its id is C0WAR",
      ]
    `);
  });

  it("do it here: up to four places are named", () => {
    const places = ["slack:C1", "discord:2", "terminal", "slack:C3", "slack:C4"];
    expect(denialWords({ is: "elsewhere", places: places.slice(0, 4) })).toMatchInlineSnapshot(
      `"You may do it only in Slack's channel C1 or in Discord's channel 2 or at the terminal or in Slack's channel C3, not in this channel"`,
    );
    expect(denialWords({ is: "elsewhere", places })).toMatchInlineSnapshot(
      `"You may do it only in Slack's channel C1 or in Discord's channel 2 or at the terminal or in Slack's channel C3 or elsewhere, not in this channel"`,
    );
  });

  it("approve it", () => {
    expect(
      all<NotAnother>(
        { is: "own", needed: 1 },
        { is: "own", needed: 2 },
        { is: "approved-already" },
        { is: "perhaps-one", me: anna, other: { ...ben, platform: "slack" } },
      ).map(notAnotherWords),
    ).toMatchInlineSnapshot(`
      [
        "You asked for it, and 1 other person must approve it",
        "You asked for it, and 2 other people must approve it",
        "You have approved it already",
        "The bot cannot tell whether you and Ben are two people: the policy must name, under people, the accounts that one of you has on slack and terminal",
      ]
    `);
  });
});

it("why an order was not sent", () => {
  const change = { is: "plan-edited" } as const;
  expect(
    all<NotSent>(
      { is: "plan-gone" },
      { is: "more-approvals" },
      { is: "no-longer-allowed", who: anna },
      { is: "no-longer-allowed", who: anna, change },
      { is: "task-ended" },
      {
        is: "blocked",
        by: [
          { is: "no-vms", plan: "Plan" },
          { is: "order-with-em", plan: "Plan" },
        ],
      },
      { is: "too-late" },
      { is: "too-late", waited: "Cannot reach Enterprise Manager" },
      { is: "changed", change },
      { is: "refused", says: "EM refuses it" },
      { is: "told", text: "As an older bot said" },
    ).map(notSentWords),
  ).toMatchInlineSnapshot(`
    [
      "EM no longer has this plan. Nothing was sent",
      "The policy asks for more approvals now than when this was asked. Nothing was sent",
      "Anna is no longer allowed to do this. Nothing was sent",
      "The plan was changed in EM after it was shown. Anna is no longer allowed to do this. Nothing was sent",
      "EM's task has ended meanwhile, so there is nothing to stop. Nothing was sent",
      "Plan "Plan" has no VMs. An order to plan "Plan" is with EM, its session is not known yet, and EM does one failover at a time for a tenant. Nothing was sent",
      "It could not be sent within two minutes of being approved. Nothing was sent",
      "It could not be sent within two minutes of being approved. Cannot reach Enterprise Manager. Nothing was sent",
      "The plan was changed in EM after it was shown. Nothing was sent",
      "EM refuses it",
      "As an older bot said",
    ]
  `);
  expect(changeWords({ is: "points-changed", vms: ["a", "b"] })).toMatchInlineSnapshot(
    `"The restore points or states of these VMs have changed since they were shown: a, b"`,
  );
});

it("what is said of a run besides how it ended", () => {
  expect(
    all<Remark>(
      { is: "em-says", text: "Host is gone." },
      { is: "em-says", vm: "a", text: "No power." },
      { is: "vm-warning", vm: "a" },
      { is: "vm-unclear", vm: "a" },
      { is: "vm-unexplained", vm: "a", mark: "failed" },
      { is: "vm-unexplained", vm: "a", mark: "warning" },
      { is: "vm-cut-off", vm: "a" },
      { is: "vm-left-out", vm: "a" },
      { is: "unnamed-warning" },
      { is: "session-unclear" },
      { is: "wants", what: "confirmation" },
      { is: "wants", what: "credentials" },
      { is: "told", text: "As an older bot said" },
    ).map(remarkWords),
  ).toMatchInlineSnapshot(`
    [
      "Host is gone.",
      "a: No power.",
      "a: warning",
      "a: no clear result",
      "a: failed, without a reason",
      "a: warning, without a reason",
      "a: EM's session ended before this VM's part of it did",
      "a: EM's session does not name it",
      "EM reports a warning and names no VM",
      "EM's session ended without a clear result",
      "it wants a confirmation, which its API cannot give: look in the Veeam console",
      "it wants credentials, which its API cannot give: look in the Veeam console",
      "As an older bot said",
    ]
  `);
});

it("why it is not known how a run ended", () => {
  expect(
    all<SightLost>(
      { is: "time-limit", limitMs: 30 * minute },
      { is: "ordinary-task-lost" },
      { is: "no-session-appeared" },
      { is: "session-gone" },
      { is: "told", text: "as an older bot said" },
    ).map((why) => sightLostWords(why, "failover session")),
  ).toMatchInlineSnapshot(`
    [
      "the time limit for watching, 30 min, is over",
      "EM no longer tells about the order's task, and its API shows no sessions of ordinary plans: the order may or may not have been carried out",
      "no session of this plan has appeared since the order",
      "EM no longer shows the failover session",
      "as an older bot said",
    ]
  `);
  expect(sightLostWords({ is: "session-gone" }, "session")).toBe("EM no longer shows the session");
});
