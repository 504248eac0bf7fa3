/** How a question is saved, and who holds the plan meanwhile. */
import { describe, expect, it } from "vitest";
import type { Conditional } from "../../src/store/store.ts";
import { meddling } from "../fakes/meddled-store.ts";
import { EM_KEY, OPS, person, planOf, startQuickBot } from "../fakes/quick-bot.ts";

const holding = (change: Conditional) => "insert" in change && change.insert === "holds";

describe("a question", () => {
  it("is there with its card, its hold and its audit entry", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A because of fire");
    const { id, topic } = await bot.order();
    expect(await bot.store.get("holds", `${EM_KEY} cloud plan-1`)).toEqual({
      version: 1,
      order: id,
    });
    expect(await bot.store.all("asks")).toEqual([{ key: id, value: { version: 1 } }]);
    expect(await bot.store.get("topics", topic)).toMatchObject({ title: "Plan A", closed: false });
    expect(await bot.audit()).toMatchObject([
      { deed: "asked", who: person("Anna"), where: OPS, run: id, why: "of fire" },
    ]);
    expect(bot.root()).toContain("[question]");
  });

  it("is one, though two people ask at the same moment", async () => {
    const bot = await startQuickBot();
    await Promise.all([bot.say("start Plan A"), bot.say("start Plan A", { from: person("Ben") })]);
    const { by } = await bot.order();
    expect(await bot.store.all("holds")).toHaveLength(1);
    const texts = bot.chat.messages.map(bot.chat.text).join("\n");
    expect(texts).toContain("Asked for already, waits for approval: ");
    expect(texts).toContain(`Asked by ${by.name}`);
    expect((await bot.deeds()).sort()).toEqual(["asked", "refused"]);
  });

  it("is not asked where another process has taken the plan meanwhile", async () => {
    const meddler = meddling();
    const bot = await startQuickBot({ wrap: meddler.wrap });
    const key = `${EM_KEY} cloud plan-1`;
    meddler.before(holding, (store) =>
      store.commit([{ put: "holds", key, value: { version: 1, order: "run-theirs" } }]),
    );
    await bot.say("start Plan A");
    expect(meddler.done).toBe(1);
    expect(bot.last()).toContain("Held by another run: Plan A");
    expect(await bot.store.all("orders")).toEqual([]);
    expect(await bot.store.all("asks")).toEqual([]);
    expect((await bot.audit()).map(({ deed, what }) => [deed, what])).toEqual([
      ["refused", expect.stringContaining("start Plan A")],
    ]);
  });

  it("about another plan of the same name wants a code, asked at the same moment or later", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [
      planOf(),
      planOf({ id: "plan-2", tenant: { id: "t2", name: "Other" }, vms: [] }),
      planOf({ id: "plan-3", tenant: { id: "t3", name: "Third" } }),
    ];
    await Promise.all([bot.say("start Plan A @ ABC"), bot.say("start Plan A @ Third")]);
    const ways = (await bot.store.all("orders")).map(({ value }) => value.confirmation.by);
    expect(ways.sort()).toEqual(["code", "name"]);
  });

  it("keeps the code that it was made with, where its plan's name cannot be typed", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [planOf({ name: "计划" })];
    await bot.say("start 计划");
    const { confirmation } = await bot.order();
    expect(confirmation.by).toBe("code");
    await bot.say(`confirm ${confirmation.code}`);
    expect((await bot.order()).phase.is).toBe("approved");
  });

  it("is known by its name for as long as it stands and ten minutes more", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    bot.clock.advance(899_999);
    expect(await bot.store.get("questions", "plan a")).toBeDefined();
    bot.clock.advance(1);
    expect(await bot.store.get("questions", "plan a")).toBeUndefined();
  });

  it("stands in one plan's way alone", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [planOf(), planOf({ id: "plan-2", name: "Plan B" })];
    await bot.say("start Plan A");
    await bot.say("start Plan B");
    expect(await bot.store.all("orders")).toHaveLength(2);
    expect(await bot.store.all("holds")).toHaveLength(2);
  });
});
