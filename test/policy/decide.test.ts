import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Person, Place } from "../../src/chat/port.ts";
import { denialWords } from "../../src/messages/denials.ts";
import {
  areTwo,
  asksGroups,
  decide,
  defaultPolicy,
  identityOf,
  whoMay,
} from "../../src/policy/decide.ts";
import { DEFAULT_CONFIRMING, type Policy, type Rule } from "../../src/policy/policy.ts";
import type { Actor, Allowed, Deed } from "../../src/records/asker.ts";

const people: Policy["people"] = {
  anna: { slack: "U1", discord: "11", terminal: "anna" },
  ben: { slack: "U2", discord: "12" },
};
const slackAnna: Person = { platform: "slack", id: "U1", name: "Anna" };
const discordAnna: Person = { platform: "discord", id: "11", name: "Anna" };
const slackBen: Person = { platform: "slack", id: "U2", name: "Ben" };
const warRoom: Place = { platform: "slack", channel: "C1" };
const lounge: Place = { platform: "slack", channel: "C2" };

const by = (person: Person, own: Partial<Actor> = {}): Actor => ({
  person,
  place: warRoom,
  groups: [],
  membership: { is: "member" },
  ...own,
});
const start = (name?: string, tenant?: string): Deed => ({
  verb: "start",
  group: "order",
  ...(name === undefined
    ? {}
    : { plan: { name, ...(tenant ? { tenant: { id: "t", name: tenant } } : {}) } }),
});
const rules = (...all: Rule[]): Policy => ({ people, rules: all });
const why = (allowed: Allowed) => (allowed.ok ? "allowed" : denialWords(allowed.why));

const ids = fc.constantFrom("U1", "U2", "11", "12", "anna", "zoe");
const platform = fc.constantFrom("slack", "discord", "terminal");
const person = fc.record({
  platform,
  id: ids,
  name: fc.constant("Somebody"),
}) as fc.Arbitrary<Person>;
const place = fc.oneof(
  fc.record({ platform, channel: fc.constantFrom("C1", "C2") }),
  fc.record({
    platform,
    channel: fc.constantFrom("C1", "C2"),
    thread: fc.constantFrom("t1", "t2"),
  }),
) as fc.Arbitrary<Place>;
const groups = fc.oneof(
  fc.subarray(["S1", "S2", "R1"]),
  fc.constant({ unreadable: "Slack has user groups on paid plans only" }),
);
const membership = fc.constantFrom<Actor["membership"]>(
  { is: "member" },
  { is: "guest" },
  { is: "bot" },
  { is: "nobody" },
  { is: "external" },
  { is: "external", team: "T9" },
  { is: "unreadable", unreadable: "Slack is down" },
);
const asker = fc.record({ person, place, groups, membership }) as fc.Arbitrary<Actor>;
const deed = fc.record(
  {
    verb: fc.constantFrom("start", "test", "status", "audit", "confirm"),
    group: fc.constantFrom("read", "order", "audit"),
    plan: fc.record({
      name: fc.constantFrom("Prod A", "Test A", "Prod A @ Nordwind"),
      tenant: fc.constantFrom({ id: "1", name: "ABC" }, { id: "2", name: "Nordwind" }),
    }),
  },
  { requiredKeys: ["verb", "group"] },
) as fc.Arbitrary<Deed>;

const verbs = fc.subarray(["start", "test", "status", "read", "order", "audit", "all"], {
  minLength: 1,
});
const who = fc.subarray(
  ["everyone", "anna", "ben", "slack:U1", "discord:12", "slack-group:S1", "discord-role:R1"],
  { minLength: 1 },
);
const reach = {
  who,
  where: fc.subarray(["anywhere", "terminal", "slack:C1", "discord:C1"], { minLength: 1 }),
  plans: fc.subarray(["*", "Prod*", "* @ ABC", "Test A"], { minLength: 1 }),
};
const confirm = fc.record({ by: fc.constantFrom("press", "type"), approvals: fc.nat({ max: 3 }) });
const allow = fc.record(
  { allow: verbs, ...reach, confirm },
  { requiredKeys: ["allow", "who"] },
) as fc.Arbitrary<Rule>;
const deny = fc.record(
  { deny: verbs, ...reach },
  { requiredKeys: ["deny", "who"] },
) as fc.Arbitrary<Rule>;
const policy = fc.array(fc.oneof(allow, deny), { maxLength: 6 }).map((all) => rules(...all));

describe("whatever the policy says", () => {
  it("a denial wins over any number of permissions", () => {
    fc.assert(
      fc.property(policy, asker, deed, ({ rules: all }, asking, asked) => {
        const forbidden: Rule = { deny: ["all"], who: ["everyone"] };
        expect(decide(rules(...all, forbidden), asking, asked).ok).toBe(false);
      }),
    );
  });

  it("the order of its rules makes no difference", () => {
    const shuffled = policy.chain((one) =>
      fc.tuple(
        fc.constant(one),
        fc.shuffledSubarray([...one.rules], { minLength: one.rules.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, asker, deed, ([one, other], asking, asked) => {
        expect(decide(one, asking, asked)).toEqual(decide(rules(...other), asking, asked));
      }),
    );
  });

  it("without a rule that allows, the answer is no", () => {
    fc.assert(
      fc.property(fc.array(deny), asker, deed, (all, asking, asked) => {
        expect(decide(rules(...all), asking, asked).ok).toBe(false);
      }),
    );
  });

  it("one more permission never takes anything away, but may make confirming stricter", () => {
    fc.assert(
      fc.property(policy, allow, asker, deed, ({ rules: all }, more, asking, asked) => {
        const before = decide(rules(...all), asking, asked);
        const after = decide(rules(...all, more), asking, asked);
        if (!before.ok) return;
        expect(after.ok).toBe(true);
        if (!after.ok) return;
        expect(after.confirming.approvals).toBeGreaterThanOrEqual(before.confirming.approvals);
        if (before.confirming.by === "type") expect(after.confirming.by).toBe("type");
      }),
    );
  });

  it("one more denial never gives anything, and changes nothing of how the rest is confirmed", () => {
    fc.assert(
      fc.property(policy, deny, asker, deed, ({ rules: all }, more, asking, asked) => {
        const before = decide(rules(...all), asking, asked);
        const after = decide(rules(...all, more), asking, asked);
        if (after.ok) expect(after).toEqual(before);
        if (!before.ok) expect(after.ok).toBe(false);
      }),
    );
  });

  it("a thread belongs to its channel", () => {
    fc.assert(
      fc.property(policy, asker, deed, (one, asking, asked) => {
        const { thread: _, ...channel } = asking.place;
        expect(decide(one, asking, asked)).toEqual(
          decide(one, { ...asking, place: channel }, asked),
        );
      }),
    );
  });

  it("groups that cannot be read never open what any groups would leave closed", () => {
    fc.assert(
      fc.property(
        policy,
        asker,
        fc.subarray(["S1", "S2", "R1"]),
        deed,
        (one, asking, some, asked) => {
          const blind = decide(one, { ...asking, groups: { unreadable: "Slack is down" } }, asked);
          if (blind.ok) expect(decide(one, { ...asking, groups: some }, asked).ok).toBe(true);
        },
      ),
    );
  });

  it("groups are asked for only where they may matter", () => {
    fc.assert(
      fc.property(policy, asker, groups, deed, (one, asking, others, asked) => {
        fc.pre(!asksGroups(one, asking.person));
        const [mine, theirs] = [asking.groups, others].map((known) =>
          decide(one, { ...asking, groups: known } as Actor, asked),
        );
        expect(mine?.ok).toBe(theirs?.ok);
      }),
    );
  });

  it("a plan that is named is closed to whoever has nothing to do with any plan", () => {
    fc.assert(
      fc.property(policy, asker, deed, (one, asking, asked) => {
        const { plan, ...unnamed } = asked;
        if (plan && decide(one, asking, asked).ok)
          expect(decide(one, asking, unnamed).ok).toBe(true);
      }),
    );
  });

  it("help and whoami are everybody's, everywhere", () => {
    fc.assert(
      fc.property(policy, asker, (one, asking) => {
        expect(decide(one, asking, { verb: "help", group: "anyone" }).ok).toBe(true);
      }),
    );
  });
});

describe("several accounts of one person on one platform", () => {
  const policy: Policy = {
    people: { anna: { slack: ["U1", "U9"] }, ben: { slack: "U2" } },
    rules: [{ allow: ["order"], who: ["anna"] }],
  };
  const second: Person = { platform: "slack", id: "U9", name: "Anna (admin)" };

  it("are one person, who does not approve an own request", () => {
    expect(identityOf(policy, second)).toBe("anna");
    expect(areTwo(policy, slackAnna, second)).toBe(false);
    expect(areTwo(policy, second, slackBen)).toBe(true);
    expect(decide(policy, by(second), start()).ok).toBe(true);
  });
});

describe("a plan's name that can be typed as another's", () => {
  it.each([
    ["Plan A", "Plan\u200b A"],
    ["Plan A", "Plan  A"],
    ["Plan A", " Plan A."],
    ["Plan A", "\u201cPlan A\u201d"],
    ["Plan - A", "Plan \u2013 A"],
    ["Plan A", "*Plan A*"],
    ["Plan A", "_Plan_ A"],
    ["Plan\u00ad A", "plan a"],
    ["Plan  A", "Plan A"],
    ["Plan*", "Pl\u200ban  A"],
    ["* @ Nordwind", "Plan A", "Nord\u200bwind"],
  ])("is denied as that other is: %j, %j", (pattern, name, tenant = "ABC") => {
    const policy = rules(
      { allow: ["order"], who: ["everyone"] },
      { deny: ["order"], who: ["everyone"], plans: [pattern] },
    );
    expect(decide(policy, by(slackAnna), start(name, tenant)).ok).toBe(false);
  });

  it("is allowed as that other is, and no other", () => {
    const policy = rules({ allow: ["order"], who: ["everyone"], plans: ["Plan A @ ABC"] });
    const ok = (name: string, tenant: string) =>
      decide(policy, by(slackAnna), start(name, tenant)).ok;
    expect(ok("Plan  A", "ABC")).toBe(true);
    expect(ok("Plan B", "ABC")).toBe(false);
    expect(ok("Plan A", "Nordwind")).toBe(false);
    expect(ok("Plan A @ ABC", "Nordwind")).toBe(false);
  });
});

describe("who belongs", () => {
  const member = { is: "member" } as const;
  const guest = { is: "guest" } as const;
  const nordwind = { is: "external", team: "T9" } as const;
  const stranger: Person = { platform: "slack", id: "T9/U1", name: "Anna" };
  const may = (who: string, person: Person, membership: Actor["membership"]) =>
    decide(rules({ allow: ["order"], who: [who] }), by(person, { membership }), start());

  it.each<[string, Person, Actor["membership"], boolean]>([
    ["everyone", slackAnna, member, true],
    ["everyone", slackAnna, guest, false],
    ["everyone", stranger, nordwind, false],
    ["everyone", slackAnna, { is: "bot" }, false],
    ["everyone", slackAnna, { is: "nobody" }, false],
    ["members", slackAnna, member, true],
    ["members", slackAnna, guest, false],
    ["guests", slackAnna, guest, true],
    ["guests", slackAnna, member, false],
    ["external", stranger, nordwind, true],
    ["external", slackAnna, member, false],
    ["slack:T9", stranger, nordwind, true],
    ["slack:T8", stranger, nordwind, false],
    ["slack:T9/U1", stranger, nordwind, true],
    ["slack:T9/U2", stranger, nordwind, false],
    ["slack:U1", stranger, nordwind, false],
    ["anna", stranger, nordwind, false],
    ["slack:U1", slackAnna, guest, true],
    ["slack:U1", slackAnna, nordwind, false],
    ["slack:U1", slackAnna, { is: "nobody" }, false],
    ["anna", slackAnna, { is: "nobody" }, false],
  ])("%s is %j as %j: %s", (who, person, membership, ok) => {
    expect(may(who, person, membership).ok).toBe(ok);
  });

  it("and says why not", () => {
    expect(why(may("everyone", slackAnna, guest))).toBe(
      "Full members may do it, and you are a guest here",
    );
    expect(why(may("members", stranger, nordwind))).toBe(
      "Full members may do it, and you are of another workspace or server",
    );
    const unread = { is: "unreadable", unreadable: "Slack is down" } as const;
    expect(why(may("everyone", slackAnna, unread))).toBe(
      "Whether you are a member here cannot be read: Slack is down",
    );
  });

  it.each<[string, Person, Actor["membership"]]>([
    ["everyone", slackAnna, guest],
    ["everyone", stranger, nordwind],
    ["slack:U1", stranger, nordwind],
    ["anna", slackAnna, { is: "nobody" }],
    ["guests", slackAnna, { is: "unreadable", unreadable: "Slack is down" }],
  ])("a denial denies however it may be read: %s, %j as %j", (who, person, membership) => {
    const allowing = ["members", "guests", "external", "slack:U1"];
    const policy = rules({ allow: ["all"], who: allowing }, { deny: ["order"], who: [who] });
    expect(decide(policy, by(person, { membership }), start()).ok).toBe(false);
  });
});

describe("whom a rule means", () => {
  const named = (...who: string[]) => rules({ allow: ["order"], who });

  it.each<[string, Person, readonly string[], boolean]>([
    ["everyone", { ...slackBen, id: "U9" }, [], true],
    ["slack:U1", slackAnna, [], true],
    ["slack:U1", discordAnna, [], false],
    ["discord:U1", slackAnna, [], false],
    ["anna", slackAnna, [], true],
    ["anna", discordAnna, [], true],
    ["anna", { platform: "terminal", id: "anna", name: "Anna" }, [], true],
    ["anna", slackBen, [], false],
    ["anna", { platform: "slack", id: "anna", name: "anna" }, [], false],
    ["slack-group:S1", slackBen, ["S1"], true],
    ["slack-group:S1", slackBen, ["S2"], false],
    ["discord-role:S1", slackBen, ["S1"], false],
    ["slack-group:S1", discordAnna, ["S1"], false],
    ["discord-role:R1", discordAnna, ["R1"], true],
    ["constructor", slackAnna, [], false],
  ])("%s and %j in %j: %s", (who, person, groups, ok) => {
    expect(decide(named(who), by(person, { groups }), start()).ok).toBe(ok);
  });
});

describe("which plans a rule means", () => {
  const forPlans = (...plans: string[]) => rules({ allow: ["order"], who: ["everyone"], plans });
  const mayStart = (policy: Policy, name: string, tenant?: string) =>
    decide(policy, by(slackAnna), start(name, tenant)).ok;

  it("by the plan's name, or the plan's and the tenant's", () => {
    expect(mayStart(forPlans("abc*"), "ABC Company Failover Plan", "ABC Company")).toBe(true);
    expect(mayStart(forPlans("* @ ABC Company"), "Anything", "ABC Company")).toBe(true);
    expect(mayStart(forPlans("* @ ABC*"), "Anything", "Nordwind")).toBe(false);
    expect(mayStart(forPlans("Head* @ *"), "Headquarters", "Nordwind")).toBe(true);
    expect(mayStart(forPlans("SQL* @ *"), "SQL Failover Plan")).toBe(true);
    expect(mayStart(forPlans("* @ ABC"), "SQL Failover Plan")).toBe(false);
  });

  it("a name that looks like another tenant's plan opens nothing", () => {
    expect(mayStart(forPlans("* @ ABC"), "Harmless @ ABC", "Nordwind")).toBe(false);
    expect(mayStart(forPlans("Harmless @ ABC"), "Harmless @ ABC", "Nordwind")).toBe(false);
  });

  it("a denial is read in every way that it can be read", () => {
    const denying = (pattern: string) =>
      rules(
        { allow: ["order"], who: ["everyone"] },
        { deny: ["order"], who: ["everyone"], plans: [pattern] },
      );
    expect(mayStart(denying("Plan A @ ABC"), "Plan A", "ABC")).toBe(false);
    expect(mayStart(denying("Plan A @ ABC"), "Plan A @ ABC", "Nordwind")).toBe(false);
    expect(mayStart(denying("*ABC"), "Plan A", "ABC")).toBe(false);
    expect(mayStart(denying("Plan A @ ABC"), "Plan A", "Nordwind")).toBe(true);
  });

  it("and as long as no plan is named, a verb is open that is open for one", () => {
    const some = rules(
      { allow: ["order"], who: ["everyone"], plans: ["Test*"] },
      { deny: ["order"], who: ["everyone"], plans: ["Prod*"] },
    );
    expect(decide(some, by(slackAnna), start()).ok).toBe(true);
    expect(mayStart(some, "Prod A")).toBe(false);
  });
});

describe("how an order is confirmed", () => {
  const confirming = (...all: Rule[]) => {
    const allowed = decide(rules(...all), by(slackAnna), start("A"));
    return allowed.ok ? allowed.confirming : expect.fail(denialWords(allowed.why));
  };

  it("by typing, by anybody who may, where the rule says nothing", () => {
    expect(confirming({ allow: ["start"], who: ["everyone"] })).toEqual(DEFAULT_CONFIRMING);
  });

  it("in the strictest way of all rules that allow it", () => {
    const press = {
      allow: ["start"],
      who: ["anna"],
      confirm: { by: "press", approvals: 2 },
    } as const;
    expect(confirming(press as unknown as Rule)).toEqual({ by: "press", approvals: 2 });
    expect(confirming(press as unknown as Rule, { allow: ["order"], who: ["everyone"] })).toEqual({
      by: "type",
      approvals: 2,
    });
  });

  it("by no rule that does not apply here", () => {
    const strict: Rule = { allow: ["start"], who: ["ben"], confirm: { by: "type", approvals: 5 } };
    const press: Rule = { allow: ["start"], who: ["anna"], confirm: { by: "press", approvals: 0 } };
    expect(confirming(press, strict)).toEqual({ by: "press", approvals: 0 });
  });
});

describe("the reason of a no", () => {
  const orderers: Rule = { allow: ["order"], who: ["slack-group:S1", "anna"], where: ["slack:C1"] };
  const unreadable = { unreadable: "Slack has user groups on paid plans only" };

  it.each<[string, Policy, Actor, string]>([
    [
      "denied",
      rules(orderers, { deny: ["start"], who: ["anna"] }),
      by(slackAnna),
      "A rule of the policy forbids it to you here",
    ],
    [
      "denied, as a group is",
      rules(orderers, { deny: ["start"], who: ["slack-group:S9"] }),
      by(slackAnna, { groups: unreadable }),
      "A rule forbids it to a group, and your groups cannot be read: Slack has user groups on paid plans only",
    ],
    [
      "in another channel",
      rules(orderers),
      by(slackAnna, { place: lounge }),
      "You may do it only in Slack's channel C1, not in this channel",
    ],
    ["not in the group", rules(orderers), by(slackBen), "You are not in a group that may do it"],
    [
      "groups cannot be read",
      rules(orderers),
      by(slackBen, { groups: unreadable }),
      "Your groups cannot be read: Slack has user groups on paid plans only",
    ],
    [
      "not named",
      rules({ allow: ["order"], who: ["anna"] }),
      by(slackBen),
      "You are not among those who may do it",
    ],
    [
      "neither, nor",
      rules({ allow: ["order"], who: ["anna"], where: ["slack:C1"] }),
      by(slackBen, { place: lounge }),
      "It is open neither to you nor in this channel",
    ],
    [
      "in another channel, where there are many",
      rules({
        allow: ["order"],
        who: ["anna"],
        where: ["terminal", ...["1", "2", "3", "4"].map((id) => `discord:${id}`)],
      }),
      by(slackAnna, { place: lounge }),
      "You may do it only in Discord's channel 1 or in Discord's channel 2 or in Discord's channel 3 or in Discord's channel 4 or elsewhere, not in this channel",
    ],
    ["nobody may", rules(), by(slackAnna), "No rule opens it to anybody for this plan"],
  ])("%s", (_, policy, asking, reason) => {
    expect(why(decide(policy, asking, start("A")))).toBe(reason);
  });
});

describe("who may", () => {
  const policy = rules(
    { allow: ["order"], who: ["anna", "slack-group:S1"], where: ["slack:C1"] },
    { allow: ["confirm"], who: ["ben", "slack:U7"], plans: ["A*"] },
    { allow: ["read"], who: ["everyone"] },
    { deny: ["confirm"], who: ["ben"], plans: ["AX"] },
  );
  const confirming = (name: string): Deed => ({ ...start(name), verb: "confirm" });

  it("are those whom the rules name there for that plan", () => {
    expect(whoMay(policy, confirming("A"), warRoom)).toEqual([
      "anna",
      "ben",
      "slack-group:S1",
      "slack:U7",
    ]);
    expect(whoMay(policy, confirming("B"), warRoom)).toEqual(["anna", "slack-group:S1"]);
    expect(whoMay(policy, confirming("A"), lounge)).toEqual(["ben", "slack:U7"]);
  });

  it("are not those to whom a rule forbids it", () => {
    expect(whoMay(policy, confirming("AX"), lounge)).toEqual(["slack:U7"]);
    const closed = rules(
      { allow: ["order"], who: ["anna"] },
      { deny: ["confirm"], who: ["everyone"] },
    );
    expect(whoMay(closed, confirming("A"), warRoom)).toEqual([]);
  });

  it("are told to whoever may not", () => {
    const allowed = decide(policy, by({ platform: "slack", id: "U99", name: "Zoe" }), start("A"));
    expect(allowed).toMatchObject({ ok: false, why: { may: ["anna", "slack-group:S1"] } });
  });
});

describe("one person's accounts", () => {
  const one: Policy = rules();

  it("bear one name, and an account of nobody's its own", () => {
    expect([slackAnna, discordAnna, slackBen].map((person) => identityOf(one, person))).toEqual([
      "anna",
      "anna",
      "ben",
    ]);
    expect(identityOf(one, { platform: "slack", id: "U9", name: "Zoe" })).toBe("slack:U9");
    expect(identityOf(one, { platform: "discord", id: "U1", name: "Anna" })).toBe("discord:U1");
  });

  it.each<[string, Person, Person, boolean]>([
    ["one account", slackAnna, slackAnna, false],
    ["two accounts of one person", slackAnna, discordAnna, false],
    ["two people on one platform", slackAnna, slackBen, true],
    ["two people on two platforms", slackBen, discordAnna, true],
    [
      "somebody unknown beside somebody known on both",
      slackAnna,
      { platform: "discord", id: "99", name: "Zoe" },
      true,
    ],
    [
      "somebody unknown beside somebody known here alone",
      { platform: "slack", id: "U2", name: "Ben" },
      { platform: "terminal", id: "ben", name: "ben" },
      false,
    ],
    [
      "two unknown accounts of two platforms",
      { platform: "slack", id: "U9", name: "Zoe" },
      { platform: "discord", id: "99", name: "Zoe" },
      false,
    ],
    [
      "two unknown accounts of one platform",
      { platform: "slack", id: "U8", name: "Zoe" },
      { platform: "slack", id: "U9", name: "Zoe" },
      true,
    ],
  ])("%s: surely two people: %s", (_, first, second, two) => {
    expect(areTwo(one, first, second)).toBe(two);
    expect(areTwo(one, second, first)).toBe(two);
  });
});

describe("without a policy file", () => {
  const none = defaultPolicy(["slack:C1", "discord:5"]);
  const may = (place: Place, group: Deed["group"]) =>
    decide(none, by({ platform: place.platform, id: "x", name: "X" }, { place }), {
      verb: "verb",
      group,
    }).ok;

  it("the channels of the settings may be read in, and nothing else; the terminal may do everything", () => {
    const open = (place: Place) =>
      (["anyone", "read", "order", "audit"] as const).filter((group) => may(place, group));
    expect(open(warRoom)).toEqual(["anyone", "read"]);
    expect(open({ ...warRoom, thread: "1.2" })).toEqual(["anyone", "read"]);
    expect(open({ platform: "discord", channel: "5" })).toEqual(["anyone", "read"]);
    expect(open(lounge)).toEqual(["anyone"]);
    expect(open({ platform: "slack", channel: "D1" })).toEqual(["anyone"]);
    expect(open({ platform: "terminal", channel: "terminal" })).toEqual([
      "anyone",
      "read",
      "order",
      "audit",
    ]);
    expect(defaultPolicy([]).rules).toHaveLength(1);
  });
});
