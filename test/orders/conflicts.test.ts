/** What of ours is in the way of an order, which EM's list of open sessions does not show. */
import { describe, expect, it } from "vitest";
import { goingOn } from "../../src/orders/conflicts.ts";
import type { Phase, Subject, Watch } from "../../src/records/watch.ts";
import { silence } from "../fakes/paper-em.ts";
import { EM_KEY, planOf, type QuickBot, sessionOf, startQuickBot } from "../fakes/quick-bot.ts";
import { phases, watchIn } from "../watch/things.ts";

const plan = planOf();
const subject: Subject = {
  ...{ name: "Plan A", kind: "cloud", planId: "plan-1", tenant: "ABC", shared: false },
  vms: ["a", "b"],
};

async function followed(...watches: Watch[]): Promise<QuickBot> {
  const bot = await startQuickBot();
  for (const watch of watches)
    await bot.store.commit([{ put: "watches", key: watch.id, value: watch }]);
  return bot;
}

const run = (phase: Phase, own: Partial<Watch> = {}) =>
  watchIn(phase, { em: EM_KEY, subject, ...own });
const found = ({ em, store }: QuickBot, of = plan) =>
  goingOn(of, { em: em.client, store, emKey: EM_KEY });

describe("a run of ours whose session is not known yet", () => {
  it.each([phases.ordered, phases.looking])("is in the way: $is", async (phase) => {
    const bot = await followed(run(phase));
    expect(await found(bot)).toEqual({
      blockers: [{ is: "order-with-em", plan: "Plan A" }],
      watch: "run-abc234",
    });
    expect(bot.em.asked).toEqual([]);
  });

  it.each([
    ["of another plan of the tenant", { ...subject, name: "Plan B", planId: "plan-2" }],
    ["of the plan, whose tenant is called otherwise", { ...subject, tenant: "Renamed" }],
  ])("is in the way: %s", async (_, other) => {
    const bot = await followed(run(phases.ordered, { subject: other }));
    expect((await found(bot)).blockers).toEqual([{ is: "order-with-em", plan: other.name }]);
  });

  const { tenant: _, ...withoutTenant } = subject;
  it.each<[string, Partial<Watch>]>([
    ["of another tenant", { subject: { ...subject, planId: "plan-2", tenant: "Other" } }],
    ["of an ordinary plan", { subject: { ...subject, kind: "ordinary" } }],
    ["of no tenant that is known", { subject: { ...withoutTenant, planId: "plan-2" } }],
    ["at another EM", { em: "another" }],
  ])("is not in the way: %s", async (__, own) => {
    expect(await found(await followed(run(phases.ordered, own)))).toEqual({ blockers: [] });
  });

  it("of one plan without a tenant is not in the way of another", async () => {
    const { tenant: __, ...own } = planOf({ id: "plan-9" });
    const bot = await followed(run(phases.ordered, { subject: withoutTenant }));
    expect(await found(bot, own)).toEqual({ blockers: [] });
  });
});

describe("a run of ours whose session is followed", () => {
  const phase = { is: "following", session: "session-1" } as const;

  it("is in the way while EM has it in a state that its list does not know", async () => {
    const bot = await followed(run(phase));
    bot.em.sessions = [sessionOf({ state: "unknown:Paused" })];
    expect(await found(bot)).toEqual({
      blockers: [{ is: "session-runs", plan: "Plan A", shared: false }],
      watch: "run-abc234",
    });
  });

  it("is not in the way where EM says that it has stopped, or knows it no more", async () => {
    const bot = await followed(run(phase));
    bot.em.sessions = [sessionOf({ state: "Stopped" })];
    expect(await found(bot)).toEqual({ blockers: [] });
    bot.em.sessions = [];
    expect(await found(bot)).toEqual({ blockers: [] });
  });

  it("is not in the way while its end is checked", async () => {
    const bot = await followed(run(phases.checking));
    expect(await found(bot)).toEqual({ blockers: [] });
  });

  it("keeps the order back where EM cannot be asked about it", async () => {
    const bot = await followed(run(phase));
    bot.em.fail("session", silence());
    await expect(found(bot)).rejects.toThrow("Cannot reach EM");
  });
});

it("the first run that is in the way is the one to look at", async () => {
  const bot = await followed(
    run(phases.checking, { id: "run-1" }),
    run(phases.ordered, { id: "run-2" }),
    run(phases.looking, { id: "run-3" }),
  );
  expect(await found(bot)).toMatchObject({ watch: "run-2", blockers: [{}, {}] });
});

it("somebody who asks for what is in the way is told which run that is", async () => {
  const bot = await followed(
    run(phases.looking, { subject: { ...subject, name: "Plan B", planId: "plan-2" } }),
  );
  await bot.say("start Plan A");
  expect(bot.last()).toContain('An order to plan "Plan B" is with EM');
  expect(bot.last()).toContain("watch run-abc234");
  expect(await bot.store.all("orders")).toEqual([]);
});
