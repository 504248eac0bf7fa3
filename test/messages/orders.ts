/** Orders as messages need them. */
import type { Person, Place } from "../../src/chat/port.ts";
import type { Actor } from "../../src/records/asker.ts";
import type { ChosenPoint, Order } from "../../src/records/order.ts";
import { planOf } from "../typed/plans.ts";
import { anna, begun, minute } from "../watch/things.ts";

const ops: Place = { platform: "terminal", channel: "ops" };
const hour = 60 * minute;

export const pointOf = (
  vm: string,
  hoursOld: number,
  own: Partial<ChosenPoint> = {},
): ChosenPoint => ({
  vm,
  name: vm,
  createdAt: begun - hoursOld * hour,
  state: "Ready",
  continuous: false,
  ambiguous: false,
  ...own,
});

export const plan = {
  ...planOf("Plan A", "ABC Company", ["a", "b"]),
  id: "6d2d7e0c-8f5b-4c5c-9d38-5d9b6b6f0a01",
};

export const askerOf = (person: Person): Actor => ({
  person,
  place: ops,
  groups: [],
  membership: { is: "member" },
});

/** Anna has asked to start plan A, whose restore points are two and three hours old. */
export const orderOf = (own: Partial<Order> = {}): Order => ({
  version: 2,
  id: "run-abc234",
  em: "sandbox",
  action: "start",
  plan,
  shared: false,
  from: { points: "latest" },
  points: [pointOf("a", 2), pointOf("b", 3)],
  notes: [],
  by: anna,
  place: ops,
  askedAt: begun,
  expiresAt: begun + 5 * minute,
  confirmation: { by: "name" },
  asker: askerOf(anna),
  needs: { approvals: 0, by: "type" },
  approvals: [],
  topic: "topic-1",
  known: [],
  phase: { is: "asked" },
  ...own,
});

export const withPoints = (...points: Partial<ChosenPoint>[]) => ({
  points: points.map((own, i) => pointOf(i === 0 ? "a" : "b", 2, own)),
});
