/** Ids of runs and watches, where chance gives one that there is already. */
import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { drawFrom } from "../../src/chance.ts";
import { openFailovers } from "../../src/store/in-hand.ts";
import { unusedId } from "../../src/watch/unused-id.ts";
import { EM_KEY, person, planOf, sessionOf, startQuickBot } from "../fakes/quick-bot.ts";

afterEach(() => drawFrom());

const ID_LENGTH = 6;

/** The letters of ids are drawn in this order, each id of one letter; the last again and again. */
function drawIds(...letters: number[]): void {
  const bytes = (count: number) =>
    count === ID_LENGTH
      ? new Uint8Array(count).fill((letters.length > 1 ? letters.shift() : letters[0]) ?? 0)
      : randomBytes(count);
  drawFrom({ fraction: () => 0.5, bytes });
}

describe("an id that is taken is drawn anew", () => {
  it("for a question, while another waits, and it is never written over", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [planOf(), planOf({ id: "plan-b", name: "Plan B" })];
    drawIds(0, 0, 0, 1);
    await bot.say("start Plan A");
    await bot.say("start Plan B");
    const orders = await bot.store.all("orders");
    expect(orders.map(({ key, value }) => [key, value.plan.name])).toEqual([
      ["run-222222", "Plan A"],
      ["run-333333", "Plan B"],
    ]);
  });

  it("also where its run is over", async () => {
    const bot = await startQuickBot();
    drawIds(0, 0, 1);
    await bot.say("start Plan A");
    await bot.say("cancel", { from: person("Anna") });
    await bot.say("start Plan A");
    expect((await bot.store.all("past-orders")).map(({ key }) => key)).toEqual(["run-222222"]);
    expect((await bot.store.all("orders")).map(({ key }) => key)).toEqual(["run-333333"]);
  });

  it("for runs that were begun elsewhere, at the next look where two drew it at once", async () => {
    const bot = await startQuickBot();
    drawIds(0, 0, 1);
    bot.em.sessions = [sessionOf({ id: "one" }), sessionOf({ id: "two", name: "Plan B" })];
    await bot.look();
    expect(await openFailovers(bot.store, EM_KEY)).toHaveLength(1);
    await bot.look();
    const watches = await openFailovers(bot.store, EM_KEY);
    expect(watches.map(({ id }) => id)).toEqual(["watch-222222", "watch-333333"]);
  });

  it("as often as it takes", async () => {
    const bot = await startQuickBot();
    drawIds(0);
    await bot.say("start Plan A");
    drawIds(0, 0, 0, 0, 7);
    expect(await unusedId("run", bot.store)).toBe("run-999999");
    drawIds(0);
    expect(await unusedId("watch", bot.store)).toBe("watch-222222");
  });
});
