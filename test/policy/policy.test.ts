import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Place } from "../../src/chat/port.ts";
import { verbNames } from "../../src/commands/verb-names.ts";
import { decide } from "../../src/policy/decide.ts";
import { permissionsBy } from "../../src/policy/permissions.ts";
import { type Policy, readPolicy } from "../../src/policy/policy.ts";
import { readConfig } from "../../src/settings/config.ts";

const read = (...lines: string[]) => readPolicy(lines.join("\n"), verbNames);

function policyIn(...lines: string[]): Policy {
  const policy = read(...lines);
  return policy.ok ? policy.policy : expect.fail(policy.faults.map(({ says }) => says).join("\n"));
}

function faultsIn(...lines: string[]): readonly string[] {
  const policy = read(...lines);
  return policy.ok ? expect.fail("There is no fault") : policy.faults.map(({ says }) => says);
}

const ruleWith = (rule: string) => faultsIn("version: 1", "rules:", `  - ${rule}`);

describe("a policy", () => {
  it("may say no more than its version: then nobody may do anything", () => {
    expect(policyIn("version: 1")).toEqual({ people: {}, rules: [] });
  });

  it("is confirmed by typing, and by nobody else, unless it says so", () => {
    const [rule] = policyIn(
      "version: 1",
      "rules: [{ allow: [start], who: [everyone], confirm: {} }]",
    ).rules;
    expect(rule).toMatchObject({ confirm: { by: "type", approvals: 0 } });
  });

  it("is the same in YAML and in JSON", () => {
    const yaml = policyIn("version: 1", "rules:", "  - allow: [read]", "    who: [slack:U1]");
    expect(policyIn(JSON.stringify({ version: 1, rules: yaml.rules }))).toEqual(yaml);
  });
});

describe("the example on the page", () => {
  const text = readFileSync(join(import.meta.dirname, "../fixtures/policy.yaml"), "utf8");
  const policy = policyIn(text);
  const anna = { platform: "slack", id: "U0ANNA001", name: "Anna" } as const;
  const warRoom = { platform: "slack", channel: "C0WARROOM" } as const;
  const asked = (verb: string, name: string, tenant: string, place: Place = warRoom) =>
    decide(
      policy,
      { person: anna, place, groups: [], membership: { is: "member" } },
      { verb, group: "order", plan: { name, tenant: { id: "t", name: tenant } } },
    );

  it("is a policy without faults", () => {
    expect(policy.rules).toHaveLength(6);
    expect(Object.keys(policy.people)).toEqual(["anna", "ben", "night-shift"]);
  });

  it("lets Anna start a plan in the war-room, with the approval of one other", () => {
    expect(asked("start", "ABC Plan", "ABC Company")).toEqual({
      ok: true,
      confirming: { by: "type", approvals: 1 },
    });
  });

  it("lets her test it with a press, alone, but there and for these plans only", () => {
    expect(asked("test", "ABC Plan", "ABC Company")).toEqual({
      ok: true,
      confirming: { by: "press", approvals: 0 },
    });
    expect(asked("test", "Standard Failover Plan", "Nordwind Trading")).toEqual({
      ok: false,
      why: { is: "neither-you-nor-here", may: ["night-shift"] },
    });
    const elsewhere = { platform: "slack", channel: "C0LOUNGE" } as const;
    expect(asked("test", "ABC Plan", "ABC Company", elsewhere)).toEqual({
      ok: false,
      why: { is: "elsewhere", places: ["slack:C0WARROOM"] },
    });
  });

  it("promises recovery and data for these plans, in milliseconds", () => {
    expect(policy.targets).toEqual([
      { plans: ["Headquarters*", "* @ ABC Company"], recovery: 1_800_000, data: 3_600_000 },
    ]);
  });

  it("lets nobody touch the tenant under investigation", () => {
    expect(asked("start", "Standard Failover Plan", "Tech Dynamics")).toEqual({
      ok: false,
      why: { is: "forbidden" },
    });
  });
});

const sandbox = { scenarios: ["all-well"], dialects: ["12"] } as const;

describe("POLICY_FILE", () => {
  const configWith = (text: string) =>
    readConfig({ POLICY_FILE: "policy.yaml" }, [], () => text, sandbox);

  it("names the file in which the policy stands", () => {
    expect(configWith("version: 1\nrules: [{ allow: [read], who: [everyone] }]\n").policy).toEqual({
      people: {},
      rules: [{ allow: ["read"], who: ["everyone"] }],
    });
  });

  it("with faults in it stops the start, and all of them are told", () => {
    expect(() => configWith("version: 2\nrules: [{ allow: [fly], who: [karl] }]\n")).toThrow(
      /POLICY_FILE must name a policy without faults: line 1, column 1: version must be 1; line 2, column 19: rules\.1 names the verb "fly".*; line 2, column 31: rules\.1\.who names "karl", who is not under people: it is something of \d+ characters in "policy\.yaml"/,
    );
  });
});

describe("where a policy is wrong", () => {
  const faultsTold = (...lines: string[]) => {
    try {
      readConfig({ POLICY_FILE: "p.yaml" }, [], () => lines.join("\n"), sandbox);
    } catch (error) {
      const [, told = ""] = /without faults: (.*): it is/.exec(String(error)) ?? [];
      return told.split("; line ").map((fault) => fault.replace(/^line /, ""));
    }
    return expect.fail("There is no fault");
  };

  it("is told by line and column, from the top, all at once, with what was probably meant", () => {
    expect(
      faultsTold(
        "version: 1",
        "people:",
        '  anna: { slak: "U1", terminal: anna }',
        '  ben: { terminal: "anna" }',
        "rules:",
        "  - allow: [order]",
        "    who: [ana]",
        '    plan: ["ABC*"]',
        "  - alow: [order]",
        "    who: []",
      ),
    ).toEqual([
      '3, column 11: people.anna must not hold "slak", did you mean slack?',
      '7, column 11: rules.1.who names "ana", who is not under people, did you mean anna?',
      '8, column 5: rules.1 must not hold "plan", did you mean plans?',
      '9, column 5: rules.2 must hold either "allow" or "deny", did you mean allow?',
      "10, column 5: rules.2.who must name at least one",
    ]);
  });

  it("is found through an alias, and of what lacks in what would hold it", () => {
    expect(
      faultsTold(
        "version: 1",
        "rules:",
        "  - &one",
        "    allow: [read]",
        "  - *one",
        "  - deny: [read]",
      ),
    ).toEqual([
      "4, column 5: rules.1.who must be a list",
      "5, column 5: rules.2.who must be a list",
      "6, column 5: rules.3.who must be a list",
    ]);
  });

  it("is an alias of nothing", () => {
    expect(faultsTold("version: 1", "rules: [{ allow: [read], who: [*nobody] }]")).toEqual([
      expect.stringMatching(/^2, column 32: the file is no YAML: an alias names what is not there/),
    ]);
  });

  it("is the byte that is no UTF-8", () => {
    expect(faultsTold("version: 1", "# caf\ufffd")).toEqual([
      "2, column 6: the file must be UTF-8, and holds bytes that are not",
    ]);
  });
});

describe("what is wrong with a policy", () => {
  it("is told all at once, each with its place, rules counted from 1", () => {
    const faults = faultsIn(
      "version: 2",
      "groups: {}",
      "people:",
      '  anna: { slack: "U1", fax: "12" }',
      '  ben: { slack: "U1", discord: 123456789012345678 }',
      "  everyone: {}",
      "rules:",
      "  - nothing",
      "  - allow: [read]",
      "    deny: [read]",
      "  - allow: [fly, read]",
      '    who: [karl, "#ops"]',
      '    where: ["slack:#war-room"]',
      "    plans: []",
      "    confirm: { by: shout, approvals: 1.5 }",
      "  - deny: read",
      "    who: [constructor]",
      "    confirm: { by: press }",
    );
    expect(faults).toEqual([
      "version must be 1",
      'the file must not hold "groups"',
      'people.anna must not hold "fax"',
      "people.ben.discord must be an id in quotes, as the platform shows it",
      "people.everyone must be a name of letters, digits, dots and dashes, and not everyone, members, guests or external",
      'rules.1 must hold either "allow" or "deny"',
      'rules.2 must hold either "allow" or "deny"',
      'rules.3.who.2 must be everyone, members, guests, external, a name under people, or an id like "slack:U0123", "slack:T0123", "slack:T0123/U0123", "slack-group:S0123", "discord:123", "discord-role:123", "terminal:root"',
      'rules.3.where.1 must be anywhere, terminal, or a channel like "slack:C0123" or "discord:123"',
      "rules.3.plans must name at least one",
      'rules.3.confirm.by must be "press" or "type"',
      "rules.3.confirm.approvals must be a whole number",
      'rules.3.who names "karl", who is not under people',
      expect.stringMatching(
        /^rules\.3 names the verb "fly", which does not exist; there are read, order, /,
      ),
      "rules.4.deny must be a list",
      'rules.4 must not hold "confirm"',
      'rules.4.who names "constructor", who is not under people',
    ]);
  });

  it.each([
    ["{ allow: [], who: [everyone] }", "rules.1.allow must name at least one"],
    ["{ allow: [read], who: [] }", "rules.1.who must name at least one"],
    ["{ allow: [read] }", "rules.1.who must be a list"],
    [
      "{ allow: [start], who: [everyone], confirm: { approvals: -1 } }",
      "rules.1.confirm.approvals must not be negative",
    ],
    [
      "{ allow: [start], who: [everyone], confirm: { approvals: 11 } }",
      "rules.1.confirm.approvals must be 10 at most",
    ],
    [
      "{ allow: [start], who: [everyone], confirm: press }",
      'rules.1.confirm must hold "by" or "approvals"',
    ],
    ["{ allow: [start], who: [everyone], unless: [friday] }", 'rules.1 must not hold "unless"'],
  ])("in a rule like %s", (rule, fault) => {
    expect(ruleWith(rule)).toEqual([fault]);
  });

  it.each([
    "slack:anna",
    "slack:*",
    "slack:@anna",
    "slack:#ops",
    "slack:u0123",
    "Slack:U0123",
    "slack:C0123",
    "slack:T0123/anna",
    "slack-group:oncall",
    "slack-group:@oncall",
    "discord:anna",
    "discord:U0123",
    "discord-role:Admins",
    "discord-role:*",
    "terminal:*",
    "teams:U0123",
    "everybody:",
  ])("is a person, group or role that cannot exist, also where it is denied: %s", (who) => {
    for (const verb of ["allow", "deny"])
      expect(ruleWith(`{ ${verb}: [order], who: ["${who}"] }`)).toEqual([
        expect.stringMatching(/^rules\.1\.who\.1 must be everyone, members, guests, external, /),
      ]);
  });

  it.each(["Everyone", "EVERYONE", "Anna", "guest", "Members"])(
    "is a name in another case, or of nobody: %s",
    (who) => {
      expect(
        faultsIn(
          "version: 1",
          'people: { anna: { slack: "U1" } }',
          `rules: [{ deny: [order], who: [${who}] }]`,
        ),
      ).toEqual([`rules.1.who names "${who}", who is not under people`]);
    },
  );

  it.each([
    "slack:war-room",
    "slack:#war-room",
    "slack:c0123",
    "discord:war-room",
    "slack:*",
    "Terminal",
  ])("is a place that cannot exist, also where it is denied: %s", (where) => {
    expect(ruleWith(`{ deny: [order], who: [everyone], where: ["${where}"] }`)).toEqual([
      expect.stringMatching(/^rules\.1\.where\.1 must be anywhere, terminal, or a channel/),
    ]);
  });

  it.each(["confirm", "read", "audit", "collect"])(
    "is a way to confirm in a rule that allows nothing that is confirmed: %s",
    (verb) => {
      expect(ruleWith(`{ allow: [${verb}], who: [everyone], confirm: { approvals: 1 } }`)).toEqual([
        "rules.1.confirm must stand in a rule that allows start, test, undo, stop, order or all: they are what is confirmed",
      ]);
    },
  );

  it.each(["Start", "ORDER", "start "])("is a verb in another case: %j", (verb) => {
    expect(ruleWith(`{ deny: ["${verb}"], who: [everyone] }`)).toContainEqual(
      expect.stringMatching(/^rules\.1/),
    );
  });

  it.each(["Plan@Tenant", "Plan @Tenant", "Plan@ Tenant", "  "])(
    "is a plan that cannot be told: %j",
    (plan) => {
      expect(ruleWith(`{ deny: [order], who: [everyone], plans: ["${plan}"] }`)).toEqual([
        expect.stringMatching(/^rules\.1\.plans\.1 must be a pattern in quotes/),
      ]);
    },
  );

  it("is a plan that YAML cuts off at #", () => {
    const lines = ["version: 1", "rules:", "  - deny: [order]", "    who: [everyone]"];
    expect(faultsIn(...lines, "    plans:", "      - Plan #2")).toEqual([
      'plans: "Plan" is cut off at #, which begins a comment: put the pattern in quotes',
    ]);
    expect(read(...lines, "    plans:", '      - "Plan #2" # the second').ok).toBe(true);
  });

  it("is a file in Latin-1", () => {
    const text = Buffer.from("version: 1\n# caf\xe9\n", "latin1").toString("utf8");
    expect(faultsIn(text)).toEqual(["the file must be UTF-8, and holds bytes that are not"]);
  });

  it("is a person without accounts, or with a key that nobody knows", () => {
    expect(faultsIn("version: 1", "people: { anna: {} }")).toEqual([
      "people.anna must have an account",
    ]);
    expect(faultsIn("version: 1", "people: { anna: { slack: [] } }")).toEqual([
      "people.anna.slack must be an id in quotes, as the platform shows it",
    ]);
    expect(faultsIn("version: 1", 'people: { anna: { slack: "anna" } }')).toEqual([
      "people.anna.slack must be an id in quotes, as the platform shows it",
    ]);
  });

  it("is no account more of one person on a platform, nor a guest or stranger by id", () => {
    const policy = read(
      "version: 1",
      'people: { anna: { slack: ["U1", "T9/U2"], discord: ["11", "12"] } }',
      'rules: [{ allow: [read], who: [anna, guests, external, members, "slack:T9", "slack:T9/U3"] }]',
    );
    expect(policy.ok).toBe(true);
  });

  it("is one account that two people have, among several", () => {
    expect(
      faultsIn("version: 1", 'people: { anna: { slack: ["U1", "U2"] }, ben: { slack: "U2" } }'),
    ).toEqual(["people: the account slack:U2 must be one person's: it is given to anna and ben"]);
  });

  it("is an account that two people have", () => {
    const faults = faultsIn(
      "version: 1",
      'people: { anna: { slack: "U1" }, ben: { slack: "U1" }, cleo: { terminal: "U1" } }',
    );
    expect(faults).toEqual([
      "people: the account slack:U1 must be one person's: it is given to anna and ben",
    ]);
  });

  it.each([
    ["", ["version must be 1"]],
    ["no more than a word", ['the file must hold "version", "people" and "rules"']],
    [
      "version: 1\npeople: []\nrules: none",
      [
        "rules must be a list",
        'people must hold names with accounts, like anna: { slack: "U0123" }',
      ],
    ],
    [
      "version: 1\nversion: 1",
      ["the file is no YAML: Map keys must be unique at line 2, column 1"],
    ],
    [
      "version: 1\n---\nversion: 1",
      ["the file is no YAML: Source contains multiple documents at line 2, column 1"],
    ],
    [
      "version: 1\nrules: [{ allow: [read], who: [everyone], plans: [*abc] }]",
      [
        "the file is no YAML: an alias names what is not there, or too much; a pattern that begins with * must stand in quotes",
      ],
    ],
    [
      "version: 1\nrules: [{ allow: [read], who: [everyone], plans: [*] }]",
      [
        "the file is no YAML: Alias cannot be an empty string at line 2, column 51; a pattern that begins with * must stand in quotes",
      ],
    ],
  ])("is said of the file %j", (text, faults) => {
    expect(faultsIn(text)).toEqual(faults);
  });

  it("is every error of the YAML, with its line", () => {
    expect(faultsIn("rules: [", "people: {")).toEqual([
      expect.stringMatching(/^the file is no YAML: .* line \d+, column \d+$/),
      expect.stringMatching(/^the file is no YAML: .* line \d+, column \d+$/),
    ]);
  });

  it("never makes the reader throw", () => {
    const word = fc.constantFrom(
      "version",
      "people",
      "rules",
      "allow",
      "who",
      "1",
      "[",
      "]",
      "{",
      "}",
      ":",
      "*a",
      "&a",
      "-",
      "\n",
      " ",
      '"',
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const policy = read(words.join(""));
        return policy.ok || policy.faults.length > 0;
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const policy = read(JSON.stringify({ version: 1, people: value, rules: value }));
        return policy.ok || policy.faults.length > 0;
      }),
    );
  });
});

describe("what is promised for plans", () => {
  const promised = (...targets: string[]) =>
    permissionsBy(policyIn("version: 1", "targets:", ...targets.map((one) => `  - ${one}`)));
  const abc = { name: "ABC Plan", tenant: { name: "ABC Company" } };
  const faulty = (target: string) => faultsIn("version: 1", "targets:", `  - ${target}`);

  it("holds for plans of that name, or of that name and tenant", () => {
    const { targetsFor } = promised('{ plans: ["ABC* @ ABC Company"], recovery: 30 min }');
    expect(targetsFor(abc)).toEqual({ recoveryMs: 1_800_000 });
    expect(targetsFor({ ...abc, tenant: { name: "Other" } })).toBeUndefined();
    expect(targetsFor({ name: "ABC Plan" })).toBeUndefined();
  });

  it("is the shortest of all that name a plan, in whatever order they stand", () => {
    const all = [
      '{ plans: ["*"], recovery: 2 h, data: 1 day }',
      '{ plans: ["ABC*"], recovery: 45 min }',
      '{ plans: ["ABC Plan"], data: 4 h 30 min }',
    ];
    const shortest = { recoveryMs: 45 * 60_000, dataMs: 270 * 60_000 };
    expect(promised(...all).targetsFor(abc)).toEqual(shortest);
    expect(promised(...all.toReversed()).targetsFor(abc)).toEqual(shortest);
  });

  it.each([
    "30",
    '"30"',
    "half an hour",
    "0 min",
    "-5 min",
    "1.5 h",
    "31 days",
    "1:30",
    "[1 h]",
    '""',
  ])("is no duration: %s", (text) => {
    expect(faulty(`{ plans: ["*"], recovery: ${text} }`)).toEqual([
      "targets.1.recovery must be a duration of 30 days at most, like 30 min, 1 h, 1 h 30 min or 1 day, with its unit",
    ]);
  });

  it.each([
    ['{ plans: ["*"] }', 'targets.1 must hold "recovery" or "data"'],
    ["{ recovery: 1 h }", "targets.1.plans must be a list"],
    ["{ plans: [], data: 1 h }", "targets.1.plans must name at least one"],
    ['{ plans: ["*"], recovry: 1 h, data: 1 h }', 'targets.1 must not hold "recovry"'],
    ["30 min", 'targets.1 must hold "plans", and "recovery" or "data"'],
  ])("is wrong as %s", (target, fault) => {
    expect(faulty(target)).toEqual([fault]);
  });

  it("is no list", () => {
    expect(faultsIn("version: 1", "targets: 30 min")).toEqual(["targets must be a list"]);
  });
});

describe("the example on the policy's page", () => {
  it("is the policy that is tested here", () => {
    const page = readFileSync(join(import.meta.dirname, "../../src/policy/README.md"), "utf8");
    const example = readFileSync(join(import.meta.dirname, "../fixtures/policy.yaml"), "utf8");
    expect(/```yaml\n([\s\S]*?)```/.exec(page)?.[1]?.trim()).toBe(example.trim());
  });
});
