import { describe, expect, it } from "vitest";
import { confirmLine } from "../../src/messages/question.ts";
import { confirms, withoutItsVerb } from "../../src/orders/order.ts";
import type { Order } from "../../src/records/order.ts";
import { orderOf, plan } from "../messages/orders.ts";

const says = (order: Order, typed: string) => confirms(order, withoutItsVerb(order, typed));

describe("the line that confirms", () => {
  it.each(["test", "undo", "stop"] as const)("says of a %s what it does", (action) => {
    const order = orderOf({ action });
    expect(confirmLine(order)).toBe(`confirm ${action} Plan A`);
    expect(says(order, `${action} Plan A`)).toBe(true);
    expect(says(order, `${action.toUpperCase()}  "plan a"`)).toBe(true);
    expect(says(order, "Plan A")).toBe(true);
  });

  it("of another order confirms nothing: an undo is not meant for a start", () => {
    expect(says(orderOf({ action: "start" }), "undo Plan A")).toBe(false);
    expect(says(orderOf({ action: "undo" }), "test Plan A")).toBe(false);
    expect(says(orderOf({ action: "undo" }), "undo")).toBe(false);
  });

  it("takes a plan that is called like an order by its name", () => {
    const odd = orderOf({ action: "start", plan: { ...plan, name: "undo all" } });
    expect(says(odd, "undo all")).toBe(true);
    expect(says(odd, "all")).toBe(false);
  });

  it("has the verb before a code too", () => {
    const order = orderOf({ action: "undo", confirmation: { by: "code", code: "KXWZ" } });
    expect(confirmLine(order)).toBe("confirm undo KXWZ");
    expect(says(order, "undo kxwz")).toBe(true);
    expect(says(order, "undo Plan A")).toBe(false);
  });
});
