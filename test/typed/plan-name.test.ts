import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findPlan, planWords } from "../../src/typed/plan-name.ts";
import { planOf } from "./plans.ts";

const abc = planOf("ABC Company Failover Plan", "ABC Company");
const cloud1 = planOf("Cloud failover plan 1", "Tech Dynamics");
const standardAbc = planOf("Standard Failover Plan", "ABC Company");
const standardTech = planOf("Standard Failover Plan", "Tech Dynamics");
const hq = planOf("Headquarters Failover", "Nordwind Trading");
const all = [abc, cloud1, standardAbc, standardTech, hq];
const listed = all.map(({ id }) => id);

const found = (typed: string, list: readonly string[] = []) => {
  const result = findPlan(typed, all, list);
  return result.is === "one" ? result.plan : result.is;
};

describe("a plan is meant by", () => {
  it.each([
    ["its name", "ABC Company Failover Plan", abc],
    ["its name in quotes", '"ABC Company Failover Plan"', abc],
    ["its name as phones type it", "\u201cabc\u00a0company failover PLAN\u201d.", abc],
    ["a part that fits one alone", "headq", hq],
    ["its id", hq.id, hq],
    [
      "its id in capitals, as an address of EM's has it",
      `urn:veeam:CloudFailoverPlan:${hq.id.toUpperCase()}`,
      hq,
    ],
    ["its name and tenant", "Standard Failover Plan @ Tech Dynamics", standardTech],
    ["its name and tenant, in quotes", '"standard failover plan @ abc company"', standardAbc],
  ])("%s", (_, typed, plan) => {
    expect(found(typed)).toBe(plan);
  });

  it.each([
    ["1", abc],
    ["#4", standardTech],
    ["5", hq],
  ])("its number in the list last shown: %s", (typed, plan) => {
    expect(found(typed, listed)).toBe(plan);
  });

  it("its name before its number, and its number before a part of another's name", () => {
    const three = planOf("3");
    const plans = [...all, three];
    expect(findPlan("3", plans, listed)).toEqual({ is: "one", plan: three });
    expect(found("1", listed)).toBe(abc);
  });
});

describe("nothing is guessed", () => {
  it("a name that several plans have stays several", () => {
    expect(findPlan("Standard Failover Plan", all)).toEqual({
      is: "several",
      plans: [standardAbc, standardTech],
    });
  });

  it("a part that fits several is several", () => {
    expect(findPlan("failover plan", all)).toEqual({
      is: "several",
      plans: [abc, cloud1, standardAbc, standardTech],
    });
  });

  it("names that differ only in case are several", () => {
    const twins = [planOf("Plan A"), planOf("PLAN a")];
    expect(findPlan("Plan A", twins)).toEqual({ is: "several", plans: twins });
  });

  it.each(["1", "#1", "6", "0", "#"])("the number %s means nothing without its list", (typed) => {
    expect(["none", "several"]).toContain(found(typed));
    expect(found(typed)).not.toBe(cloud1);
  });

  it("a number whose plan is no more means nothing", () => {
    expect(found("1", ["00000000-0000-4000-8000-999999999999"])).toBe("none");
  });

  it("a number after the end of the list means nothing", () => {
    expect(found("6", listed)).toBe("none");
  });

  it.each(["", '""', "...", " "])("%j names no plan", (typed) => {
    expect(found(typed, listed)).toBe("none");
  });
});

describe("what is unknown gets the nearest names", () => {
  it("the nearest first, at most three", () => {
    const result = findPlan("ABC Compny Failover Plan", all);
    expect(result.is === "none" && result.nearest.map(({ name }) => name)).toEqual([
      "ABC Company Failover Plan",
      "Cloud failover plan 1",
      "Standard Failover Plan",
    ]);
  });

  it("and none where there are none", () => {
    expect(findPlan("anything", [])).toEqual({ is: "none", nearest: [] });
  });
});

describe("what is shown to be typed means that plan", () => {
  it("its name where that is its alone, else with its tenant, else its id", () => {
    const twin = planOf("Standard Failover Plan", "ABC Company");
    const tenantless = planOf("Standard Failover Plan");
    expect(planWords(abc, all)).toBe('"ABC Company Failover Plan"');
    expect(planWords(standardTech, all)).toBe('"Standard Failover Plan @ Tech Dynamics"');
    expect(planWords(twin, [...all, twin])).toBe(twin.id);
    expect(planWords(tenantless, [...all, tenantless])).toBe(tenantless.id);
  });

  it("whatever plans there are", () => {
    const name = fc.oneof(
      fc.constantFrom(
        "Plan",
        "plan",
        "PLAN.",
        "Plan A",
        "Plan \u201cA\u201d",
        "*Plan*",
        "A @ B",
        "...",
        "3",
      ),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 10 }),
    );
    const tenant = fc.option(fc.constantFrom("A", "B", "b", "Plan"), { nil: undefined });
    const plan = fc.tuple(name, tenant).map(([one, owner]) => planOf(one, owner));
    fc.assert(
      fc.property(fc.array(plan, { minLength: 1, maxLength: 6 }), (plans) => {
        for (const one of plans)
          expect(findPlan(planWords(one, plans), plans)).toEqual({ is: "one", plan: one });
      }),
      { numRuns: 500 },
    );
  });
});
