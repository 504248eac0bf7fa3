import { describe, expect, it } from "vitest";
import type { EmPlans } from "../../src/em/client.ts";
import { EmError, type EmFailure } from "../../src/em/errors.ts";
import { createPlanList } from "../../src/em/plan-list.ts";
import { fakeClock } from "../fakes/clock.ts";
import { planOf } from "../typed/plans.ts";

const plans = [
  planOf("Headquarters Failover", "Nordwind"),
  planOf("Standard Failover Plan", "ABC"),
  planOf("Standard Failover Plan", "Tech"),
  planOf("Failover of Head Office", "ABC"),
];

/**
 * An EM that shows these plans, and counts how often it is asked; `reach` decides whether it
 * answers.
 */
function anEm() {
  const em = { asked: 0, isThere: true, plans };
  const client: Pick<EmPlans, "plans"> = {
    plans: async (kind) => {
      if (kind === "cloud") em.asked += 1;
      if (!em.isThere) throw new Error("EM does not answer");
      return kind === "cloud" ? em.plans : [];
    },
  };
  const clock = fakeClock();
  return { em, clock, list: createPlanList(client, clock.now) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("the plans that completion offers", () => {
  it("are none before they were read, and are then read in the background", async () => {
    const { list } = anEm();
    expect(list.complete("", 25)).toEqual([]);
    await settled();
    expect(list.complete("", 25)).toHaveLength(4);
  });

  it("begin with what was typed, and after those hold it", async () => {
    const { list } = anEm();
    await list.ready();
    expect(list.complete("HEAD", 25)).toEqual(["Headquarters Failover", "Failover of Head Office"]);
    expect(list.complete("", 2)).toHaveLength(2);
  });

  it("are told apart by their tenants where they have one name", async () => {
    const { list } = anEm();
    await list.ready();
    expect(list.complete("standard", 25)).toEqual([
      "Standard Failover Plan @ ABC",
      "Standard Failover Plan @ Tech",
    ]);
  });

  it("are read anew when they are older than a minute, and not before", async () => {
    const { em, clock, list } = anEm();
    await list.ready();
    clock.advance(59_000);
    list.complete("", 25);
    expect(em.asked).toBe(1);
    clock.advance(1000);
    em.plans = plans.slice(0, 1);
    expect(list.complete("", 25)).toHaveLength(4);
    await settled();
    expect([em.asked, list.complete("", 25)]).toEqual([2, ["Headquarters Failover"]]);
  });

  it("stay as they were while EM does not answer", async () => {
    const { em, clock, list } = anEm();
    await list.ready();
    em.isThere = false;
    clock.advance(120_000);
    list.complete("", 25);
    await settled();
    expect(list.complete("", 25)).toHaveLength(4);
    await expect(list.read()).rejects.toThrow("EM does not answer");
  });
});

describe("the plans that are read", () => {
  const refusing = (failure: EmFailure): Pick<EmPlans, "plans"> => ({
    plans: async (kind) => {
      if (kind === "cloud") throw new EmError(failure, "No");
      return plans;
    },
  });

  it("say whether there is Cloud Connect, with which alone there are those of tenants", async () => {
    expect(await anEm().list.read()).toMatchObject({ cloud: true, unread: [] });
    const without = await createPlanList(refusing("not-found"), () => 0).read();
    expect(without).toEqual({ plans, unread: [], cloud: false });
    const forbidden = await createPlanList(refusing("forbidden"), () => 0).read();
    expect(forbidden).toMatchObject({ cloud: true, unread: [{ kind: "cloud" }] });
  });
});
