import { describe, expect, it } from "vitest";
import { holderOf, holdersOf } from "../../src/orders/holds.ts";
import { EM_KEY, OPS, planOf, startQuickBot } from "../fakes/quick-bot.ts";

const KEY = `${EM_KEY} cloud plan-1`;

describe("who holds a plan", () => {
  it("is nobody where it is free", async () => {
    const { store } = await startQuickBot();
    expect(await holderOf(store, KEY)).toBeUndefined();
  });

  it("is an order, with the place of its card once that stands there", async () => {
    const { chat, store, say, order } = await startQuickBot();
    chat.faults.push({ failure: { kind: "moment", afterMs: 60_000 } });
    await say("start Plan A");
    expect(await holderOf(store, KEY)).toEqual({ order: await order() });
  });

  it("is shown with the way to its card", async () => {
    const { store, say, order } = await startQuickBot();
    await say("start Plan A");
    expect(await holderOf(store, KEY)).toMatchObject({
      order: await order(),
      ref: { place: OPS },
    });
  });

  it("is still an order of the past while its run goes on", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    await bot.confirm();
    await bot.look();
    expect((await holderOf(bot.store, KEY))?.order?.phase.is).toBe("sent");
  });

  it("is not known where the order was forgotten", async () => {
    const { store } = await startQuickBot();
    await store.commit([{ put: "holds", key: KEY, value: { version: 1, order: "run-old" } }]);
    expect(await holderOf(store, KEY)).toEqual({});
    expect(await holdersOf(store, EM_KEY)).toEqual([]);
  });

  it("are those of this EM, in the order of asking", async () => {
    const bot = await startQuickBot();
    const names = ["Plan C", "Plan B", "Plan D"];
    bot.em.plans = names.map((name, i) => planOf({ id: `plan-${9 - i}`, name }));
    for (const name of names) {
      bot.clock.advance(1000);
      await bot.say(`start ${name}`);
    }
    const theirs = (await bot.store.all("orders")).find(
      ({ value }) => value.plan.name === "Plan D",
    );
    const { key, value } = theirs ?? expect.fail();
    await bot.store.commit([{ put: "orders", key, value: { ...value, em: "another" } }]);
    const held = await holdersOf(bot.store, EM_KEY);
    expect(held.map(({ order, ref }) => [order.plan.name, ref?.place])).toEqual([
      ["Plan C", OPS],
      ["Plan B", OPS],
    ]);
  });
});
