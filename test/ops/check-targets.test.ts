import { expect, it } from "vitest";
import { EmError } from "../../src/em/errors.ts";
import { targetChecks } from "../../src/ops/check-targets.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { planOf } from "../fakes/quick-bot.ts";

const plan = planOf({ name: "ABC Plan", tenant: { id: "t", name: "ABC Company" } });
const checked = (...plans: string[]) => {
  const policy: Policy = { people: {}, rules: [], targets: [{ plans, recovery: 60_000 }] };
  return targetChecks(policy, { plans: [plan], unread: [], cloud: true });
};

it("is well where each pattern fits a plan", () => {
  expect(checked("ABC*", "* @ ABC Company")).toMatchObject([{ verdict: "well" }]);
});

it("warns of patterns that fit no plan, and names them", () => {
  expect(checked("ABC*", "Headquaters*", "ABC* @ Other")).toMatchObject([
    { verdict: "warning", says: expect.stringMatching(/"Headquaters\*" and "ABC\* @ Other"/) },
  ]);
});

it("says nothing without targets, nor where plans could not be read", () => {
  const none: Policy = { people: {}, rules: [] };
  expect(targetChecks(none, { plans: [plan], unread: [], cloud: true })).toEqual([]);
  const some: Policy = { ...none, targets: [{ plans: ["Other"], recovery: 60_000 }] };
  const unread = [{ kind: "ordinary", why: new EmError("forbidden", "No right") } as const];
  expect(targetChecks(some, { plans: [plan], unread, cloud: true })).toEqual([]);
});
