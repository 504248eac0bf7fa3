import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { confirmationFor, confirms } from "../../src/orders/order.ts";
import { planOf } from "../typed/plans.ts";

const orderOf = (name: string) => ({ plan: planOf(name), confirmation: confirmationFor(name) });

describe("an order is confirmed by the plan's name", () => {
  it.each([
    "ABC Company Failover Plan",
    "Größe & Söhne (2), Kiel",
    "O'Neill's \"old\" plan",
    "x".repeat(40),
    "Acme Inc.",
  ])("where a phone can type it: %s", (name) => {
    expect(confirmationFor(name)).toEqual({ by: "name", code: expect.any(String) });
    expect(confirms(orderOf(name), name)).toBe(true);
  });

  it.each([
    "abc company failover plan",
    "\u201cABC  Company Failover Plan\u201d",
    "*ABC Company Failover Plan*.",
  ])("however it is typed: %s", (typed) => {
    expect(confirms(orderOf("ABC Company Failover Plan"), typed)).toBe(true);
  });

  it.each(["", "yes", "ABC Company", "ABC Company Failover Plan 2", "ABC Company Failover Pla"])(
    "and by nothing else: %j",
    (typed) => {
      expect(confirms(orderOf("ABC Company Failover Plan"), typed)).toBe(false);
    },
  );
});

describe("an order is confirmed by a code", () => {
  it.each([
    ["a long name", "x".repeat(41)],
    ["signs that no phone has", "Plan ∞"],
    ["another script", "План"],
    ["what turns into a mention", "@everyone plan"],
    ["what turns into a channel", "Plan #general"],
    ["a dash that keyboards do not have", "Plan – Kiel"],
    ["an invisible character", "Plan\u200b A"],
    ["nothing that would be compared", "..."],
  ])("where the name cannot well be typed: %s", (_, name) => {
    const order = orderOf(name);
    expect(order.confirmation).toEqual({
      by: "code",
      code: expect.stringMatching(/^[B-DF-HJ-NP-TV-XZ]{4}$/),
    });
    expect(confirms(order, name)).toBe(false);
  });

  it("in any case, with the dots and quotes that people put", () => {
    const order = { ...orderOf("План"), confirmation: { by: "code", code: "BCDF" } } as const;
    for (const typed of ["BCDF", "bcdf", '"BCDF".', " Bcdf "])
      expect(confirms(order, typed)).toBe(true);
    for (const typed of ["", "BCD", "BCDFG", "B C D F"]) expect(confirms(order, typed)).toBe(false);
  });
});

it("whatever a plan is called, its own confirmation confirms it, and an empty line never does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const order = orderOf(name);
      const typed = order.confirmation.by === "code" ? order.confirmation.code : name;
      expect(confirms(order, typed)).toBe(true);
      expect(confirms(order, "")).toBe(false);
    }),
  );
});
