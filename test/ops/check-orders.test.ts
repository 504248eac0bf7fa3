/** What the doctor says of who could order and approve which plan, and where. */
import { describe, expect, it } from "vitest";
import type { FailoverPlan } from "../../src/em/types.ts";
import { orderChecks, type Served } from "../../src/ops/check-orders.ts";
import type { Policy, Rule } from "../../src/policy/policy.ts";

const planCalled = (name: string, kind: FailoverPlan["kind"] = "cloud"): FailoverPlan => ({
  ...{ id: name, name, kind, description: "", vms: [] },
  ...(kind === "cloud" ? { tenant: { id: "t", name: "ABC" } } : {}),
});
const [plan, other, site] = [
  planCalled("Plan A"),
  planCalled("Plan B"),
  planCalled("Site", "ordinary"),
];

const people: Policy["people"] = {
  anna: { slack: "U1", discord: "11", terminal: "anna" },
  ben: { slack: "U2" },
};
const slack = { botToken: "xoxb", channels: ["C1"], mode: { appToken: "xapp" } };
const discord = { token: "t", channels: ["91"] };

/** Lines like `note: All 2 plans: …`. */
async function told(
  rules: readonly Rule[],
  plans: readonly FailoverPlan[] = [plan],
  served: Served = { slack },
) {
  const policy = { people, rules };
  const read = { plans, unread: [], cloud: true };
  const checks = await orderChecks(policy, read, served, async () => undefined);
  return checks.map(({ verdict, says }) => `${verdict}: ${says}`);
}

const order = (who: string[], more: Partial<Rule> = {}): Rule => ({
  allow: ["order"],
  who,
  ...more,
});
const two = { confirm: { by: "type", approvals: 1 } } as const;

describe("who could order and approve", async () => {
  it("is told of each plan, with the rooms; plans of which the same is to be said share a line", async () => {
    expect(await told([order(["anna", "ben"], { where: ["slack:C1"] })], [plan, other])).toEqual([
      "note: All 2 plans: start, test and undo: anna and ben (slack:C1); confirmed by the same",
    ]);
    const rules = [
      order(["anna"], { plans: ["Plan A"], where: ["slack:C1"] }),
      order(["ben"], { plans: ["Plan B"], where: ["slack:C9"] }),
    ];
    expect(await told(rules, [plan, other])).toEqual([
      'note: "Plan A": start, test and undo: anna (slack:C1); confirmed by the same',
      'note: "Plan B": start, test and undo: ben (slack:C9); confirmed by the same',
    ]);
  });

  it("is nobody where no rule lets anybody, and the plan is named", async () => {
    expect(await told([order(["anna"], { plans: ["Plan A"] })], [plan, other])).toEqual([
      'note: "Plan A": start, test and undo: anna (anywhere in Slack); confirmed by the same',
      'warning: "Plan B": start, test and undo: nobody',
    ]);
    expect(await told([])).toEqual(["warning: The only plan: start, test and undo: nobody"]);
  });

  it("tells plans of one name apart by their tenants", async () => {
    const twin = { ...plan, id: "2", tenant: { id: "u", name: "Tech" } };
    const rules = [order(["anna"], { plans: ["* @ Tech"], where: ["slack:C1"] })];
    expect(await told(rules, [plan, twin])).toEqual([
      'warning: "Plan A @ ABC": start, test and undo: nobody',
      'note: "Plan A @ Tech": start, test and undo: anna (slack:C1); confirmed by the same',
    ]);
  });

  it("is nobody where a denial takes it from all who are named", async () => {
    const denied = { deny: ["start"], who: ["slack:U1"] };
    expect(await told([order(["anna"]), denied])).toEqual([
      expect.stringMatching(/^warning: The only plan: start: nobody\. test and undo: anna \(/),
    ]);
    expect(await told([order(["anna"]), { deny: ["all"], who: ["everyone"] }])).toEqual([
      "warning: The only plan: start, test and undo: nobody",
    ]);
  });

  it("is nobody where the others who must approve are too few, however many accounts one has", async () => {
    const [few] = await told([order(["anna", "slack:U1"], two)]);
    expect(few).toMatch(
      /^warning: .*; approved by 1 other of the same: too few, so that nobody could approve it$/,
    );
    expect((await told([order(["anna", "ben"], two)]))[0]).toMatch(
      /^note: .*approved by 1 other of the same$/,
    );
    expect((await told([order(["slack-group:S1"], two)]))[0]).toMatch(
      /^note: .*approved by 1 other of the same$/,
    );
    const three = { confirm: { by: "type", approvals: 2 } } as const;
    expect((await told([order(["anna", "ben"], three)]))[0]).toMatch(
      /^warning: .*2 others of the same: too few/,
    );
  });

  it("is nobody where some may start and none may confirm", async () => {
    expect(await told([{ allow: ["start", "undo"], who: ["anna"] }])).toEqual([
      expect.stringMatching(
        /^warning: .*: start and undo: anna \(.*\); but nobody could confirm it\. test: nobody$/,
      ),
    ]);
  });

  it("takes a test for no need, and asks for none of ordinary plans", async () => {
    const rules = [{ allow: ["start", "undo", "confirm"], who: ["anna"], where: ["slack:C1"] }];
    expect(await told(rules, [plan, site])).toEqual([
      'note: "Plan A": start and undo: anna (slack:C1); confirmed by the same. test: nobody',
      'note: "Site": start and undo: anna (slack:C1); confirmed by the same',
    ]);
  });

  it("is told of classes, groups and strangers as the policy writes them", async () => {
    const who = ["everyone", "guests", "external", "slack:T9", "slack:T9/U5", "slack-group:S1"];
    expect(await told([order(who, { where: ["slack:C1"] })])).toEqual([
      "note: The only plan: start, test and undo: everyone, external, guests, slack-group:S1, slack:T9 and slack:T9/U5 (slack:C1); confirmed by the same",
    ]);
  });

  it("counts only rooms that the bot hears: nobody of Slack where only Discord is served", async () => {
    const rules = [order(["ben", "discord-role:5"], { where: ["slack:C1", "discord:91"] })];
    expect(await told(rules, [plan], { discord })).toEqual([
      "note: The only plan: start, test and undo: discord-role:5 (discord:91); confirmed by the same",
    ]);
    expect(await told([order(["ben"])], [plan], { discord })).toEqual([
      "warning: The only plan: start, test and undo: nobody",
    ]);
    expect(await told([order(["everyone"], { where: ["terminal"] })])).toEqual([
      "warning: The only plan: start, test and undo: nobody",
    ]);
    expect(await told([order(["anna", "guests"])], [plan], {})).toEqual([
      "note: The only plan: start, test and undo: anna (terminal); confirmed by the same",
    ]);
  });
});
