/** Whatever comes between a reading and the writing that follows from it, nothing of it is lost. */
import { describe, expect, it } from "vitest";
import { newId } from "../../src/ids.ts";
import { sweep } from "../../src/ops/retention.ts";
import { takeDecision } from "../../src/orders/approval.ts";
import type { AnyWatch } from "../../src/records/any-watch.ts";
import type { Order } from "../../src/records/order.ts";
import type { Topic } from "../../src/records/topic.ts";
import { putTopic, queueLine } from "../../src/speech/topics.ts";
import { localLocks } from "../../src/store/locks.ts";
import type { Conditional, Store } from "../../src/store/store.ts";
import { beginWatch, unwatchHere, watchHere } from "../../src/watch/places.ts";
import { newWatch } from "../../src/watch/records.ts";
import { sayGoodbye } from "../../src/watch/shutdown-notice.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";
import { everybodyMayOrder } from "../fakes/grant.ts";
import { changing, type Meddling, meddling } from "../fakes/meddled-store.ts";

const PLAN = "ABC Company Failover Plan";
const ELSEWHERE = { platform: "terminal", channel: "elsewhere" } as const;
const OPS = { platform: "terminal", channel: "ops" } as const;
const person = (name: string) => ({ platform: "terminal", id: name.toLowerCase(), name }) as const;
const actor = (name: string) => ({
  person: person(name),
  place: OPS,
  groups: [],
  membership: { is: "member" } as const,
});
const card = (title: string) => ({ tone: "plain", title, lines: [] }) as const;

interface Scene {
  readonly bot: TestBot;
  readonly meddler: Meddling;
}

async function scene(...lines: string[]): Promise<Scene> {
  const meddler = meddling();
  const bot = await startBot({ wrap: meddler.wrap });
  for (const line of lines) await bot.say(line);
  return { bot, meddler };
}

const startConfirmed = [`start "${PLAN}"`, `confirm ${PLAN}`];

async function running(): Promise<Scene> {
  const here = await scene(...startConfirmed);
  await here.bot.look();
  await here.bot.pass(30_000);
  return here;
}

const acting = ({ store, parts }: TestBot) => ({
  store,
  outbox: parts.outbox,
  locks: localLocks(),
  emKey: "sandbox",
  clock: parts.clock,
  permissions: everybodyMayOrder,
  onCall: [],
});

async function theWatch({ store }: Pick<TestBot, "store">): Promise<AnyWatch> {
  const [first] = await store.all("watches");
  return first?.value ?? expect.fail("nothing is watched");
}

async function theOrder({ store }: Pick<TestBot, "store">): Promise<Order> {
  const [first] = await store.all("orders");
  return first?.value ?? expect.fail("nothing is ordered");
}

const starts = (bot: TestBot) =>
  bot.sandbox.requests.filter(({ path }) => path.includes("action=start")).length;

/** Somebody else changes the watch. */
const watchChanged = (change: (watch: AnyWatch) => AnyWatch) => async (store: Store) => {
  const watch = await theWatch({ store });
  await store.commit([{ put: "watches", key: watch.id, value: change(watch) }]);
};
const called = (watch: AnyWatch): AnyWatch => ({ ...watch, notify: [person("Ben")] });

/** Somebody else has taken the order away. */
const orderGone = async (store: Store) => {
  const order = await theOrder({ store });
  const value: Order = { ...order, phase: { is: "closed", at: 0, how: { is: "expired" } } };
  await store.commit([
    { remove: "orders", key: order.id },
    { put: "past-orders", key: order.id, value },
  ]);
};

const ordersIn = (phase: string) => (change: Conditional) =>
  "put" in change && change.put === "orders" && change.value.phase.is === phase;
const past = (change: Conditional) => "put" in change && change.put === "past-orders";

describe("a watch that the watcher moves on", () => {
  /** Until a VM has begun or ended, so that the watch itself is saved. */
  async function untilSaved({ bot, meddler }: Awaited<ReturnType<typeof running>>): Promise<void> {
    for (let looks = 0; looks < 20 && meddler.done === 0; looks++) await bot.pass(5000);
  }

  it("keeps what somebody changed of it meanwhile", async () => {
    const { bot, meddler } = await running();
    meddler.before(changing("watches"), watchChanged(called));
    await untilSaved({ bot, meddler });
    const watch = await theWatch(bot);
    expect(meddler.done).toBe(1);
    expect(watch.notify).toEqual([person("Ben")]);
    expect(watch.seenAt).toBe(bot.clock.now());
  });

  it("is not brought back where it has ended meanwhile", async () => {
    const { bot, meddler } = await running();
    const { id } = await theWatch(bot);
    meddler.before(changing("watches"), (store) => store.commit([{ remove: "watches", key: id }]));
    await untilSaved({ bot, meddler });
    expect(meddler.done).toBe(1);
    expect(await bot.store.get("watches", id)).toBeUndefined();
  });
});

describe("a run that ends", () => {
  it("tells its end also where somebody watches it since just before", async () => {
    const { bot, meddler } = await running();
    const ending = (change: Conditional) => "remove" in change && change.remove === "watches";
    meddler.before(ending, async (store) => {
      await watchHere(await theWatch({ store }), ELSEWHERE, { ...acting(bot), store });
    });
    await bot.untilQuiet();
    expect(meddler.done).toBe(1);
    const there = bot.chat.messages.filter(({ place }) => place.channel === "elsewhere");
    expect(there.map(bot.chat.text).join("\n")).toContain("Failed over, confirmed");
  });
});

describe("somebody who watches a run in one more place", () => {
  it("takes nothing away from what came meanwhile", async () => {
    const { bot, meddler } = await running();
    meddler.before(changing("watches"), watchChanged(called));
    await watchHere(await theWatch(bot), ELSEWHERE, acting(bot));
    const watch = await theWatch(bot);
    expect(watch.notify).toEqual([person("Ben")]);
    expect(watch.topics).toHaveLength(2);
  });

  it("or no longer, is told where it has ended meanwhile", async () => {
    const here = async (watch: AnyWatch, bot: TestBot) =>
      (await watchHere(watch, ELSEWHERE, acting(bot)))?.card;
    const noLonger = (watch: AnyWatch, bot: TestBot) =>
      unwatchHere(watch, OPS, person("Anna"), acting(bot));
    for (const deed of [here, noLonger]) {
      const { bot, meddler } = await running();
      const watch = await theWatch(bot);
      meddler.before(changing("watches"), (store) =>
        store.commit([{ remove: "watches", key: watch.id }]),
      );
      expect((await deed(watch, bot))?.title).toBe("That run has ended already");
      expect(await bot.store.all("watches")).toEqual([]);
    }
  });

  it("or no longer, leaves what came meanwhile", async () => {
    const { bot, meddler } = await running();
    meddler.before(changing("watches"), watchChanged(called));
    await unwatchHere(await theWatch(bot), OPS, person("Anna"), acting(bot));
    const watch = await theWatch(bot);
    expect(watch.notify).toEqual([person("Ben")]);
    expect(watch.topics).toHaveLength(1);
    expect(watch).toMatchObject({ quiet: watch.topics });
  });
});

describe("a run started elsewhere", () => {
  it("has one watch, though two people begin to watch it at once", async () => {
    const { bot, meddler } = await scene();
    bot.sandbox.control.order(bot.sandbox.estate.plans()[0]?.id ?? "", "start");
    bot.clock.advance(20_000);
    const [session] = await bot.em.sessions({ open: true });
    if (!session) return expect.fail("nothing runs");
    const begin = () => newWatch(newId("watch"), session, [], "sandbox", bot.clock.now());
    const first = begin();
    meddler.before(changing("watches"), (store) =>
      beginWatch(first, ELSEWHERE, { ...acting(bot), store }),
    );
    const other = await beginWatch(begin(), OPS, acting(bot));
    expect(other?.id).toBe(first.id);
    expect(await bot.store.all("watches")).toHaveLength(1);
  });

  it("has one watch, though somebody begins to watch it while it is announced", async () => {
    const { bot, meddler } = await scene();
    bot.sandbox.control.order(bot.sandbox.estate.plans()[0]?.id ?? "", "start");
    bot.clock.advance(20_000);
    const [session] = await bot.em.sessions({ open: true });
    const own = newWatch(newId("watch"), session ?? expect.fail(), [], "sandbox", bot.clock.now());
    const announcing = (change: Conditional) =>
      "insert" in change && change.insert === "seen-sessions";
    meddler.before(announcing, (store) => beginWatch(own, ELSEWHERE, { ...acting(bot), store }));
    await bot.look();
    expect(meddler.done).toBe(1);
    expect((await bot.store.all("watches")).map(({ key }) => key)).toEqual([own.id]);
  });

  it("has one watch, though it is announced while somebody begins to watch it", async () => {
    const { bot, meddler } = await scene();
    bot.sandbox.control.order(bot.sandbox.estate.plans()[0]?.id ?? "", "start");
    bot.clock.advance(20_000);
    meddler.before(changing("watches"), () => bot.parts.watcher.tick());
    await bot.say(`watch ${bot.sandbox.estate.plans()[0]?.name}`);
    expect(meddler.done).toBe(1);
    expect(await bot.store.all("watches")).toHaveLength(1);
  });
});

describe("a decision", () => {
  const asked = async (approvals: number): Promise<Scene & { order: Order }> => {
    const here = await scene(`start "${PLAN}"`);
    const order = await theOrder(here.bot);
    const value = { ...order, needs: { ...order.needs, approvals } };
    await here.bot.store.commit([{ put: "orders", key: order.id, value }]);
    return { ...here, order: value };
  };
  const decide = (
    order: Order,
    decision: "confirm" | "cancel",
    who: string,
    { bot, store }: { bot: TestBot; store?: Store },
  ) => takeDecision(order, decision, actor(who), { ...acting(bot), ...(store ? { store } : {}) });

  it("of two who approve at once, both count", async () => {
    const { bot, meddler, order } = await asked(2);
    meddler.before(changing("orders"), (store) => decide(order, "confirm", "Ben", { bot, store }));
    const taken = await decide(order, "confirm", "Cara", { bot });
    expect(taken.is).toBe("granted");
    const { approvals } = await theOrder(bot);
    expect(approvals.map((one) => one.person.name)).toEqual(["Ben", "Cara"]);
  });

  it("to cancel drops what was approved meanwhile, and its record has the approval", async () => {
    const { bot, meddler, order } = await asked(2);
    meddler.before(changing("orders"), (store) => decide(order, "confirm", "Ben", { bot, store }));
    expect((await decide(order, "cancel", "Anna", { bot })).is).toBe("cancelled");
    const dropped = await bot.store.get("past-orders", order.id);
    expect(dropped?.approvals.map((one) => one.person.name)).toEqual(["Ben"]);
  });

  it("comes too late where it was cancelled meanwhile", async () => {
    const { bot, meddler, order } = await asked(0);
    meddler.before(changing("orders"), (store) => decide(order, "cancel", "Ben", { bot, store }));
    expect((await decide(order, "confirm", "Anna", { bot })).is).toBe("already-decided");
    await bot.look();
    expect(starts(bot)).toBe(0);
  });

  it("to cancel wins against a confirmation that came meanwhile, as long as nothing is sent", async () => {
    const { bot, meddler, order } = await asked(0);
    meddler.before(changing("orders"), (store) => decide(order, "confirm", "Ben", { bot, store }));
    expect((await decide(order, "cancel", "Anna", { bot })).is).toBe("cancelled");
    await bot.look();
    expect(starts(bot)).toBe(0);
  });

  it("to cancel comes too late where it is being sent meanwhile", async () => {
    const { bot, meddler, order } = await asked(0);
    await decide(order, "confirm", "Ben", { bot });
    meddler.before(changing("orders"), async () => bot.look());
    expect((await decide(order, "cancel", "Anna", { bot })).is).toBe("already-decided");
    await bot.look();
    expect(starts(bot)).toBe(1);
  });

  it("that nobody has taken in time keeps an approval that came meanwhile", async () => {
    const { bot, meddler, order } = await asked(2);
    const approved = { ...order, approvals: [actor("Ben")] };
    bot.clock.advance(300_000);
    meddler.before(changing("orders"), (store) =>
      store.commit([{ put: "orders", key: order.id, value: approved }]),
    );
    await bot.look();
    await bot.look();
    expect(await bot.store.get("past-orders", order.id)).toMatchObject({
      approvals: approved.approvals,
      phase: { how: { is: "expired" } },
    });
  });
});

describe("an approved order", () => {
  const theirs: AnyWatch = {
    ...{ version: 2, of: "failover", id: "", em: "another" },
    subject: { name: PLAN, kind: "cloud", shared: false, vms: [] },
    ...{ notify: [], topics: [], since: 0, seenAt: 0, vms: [] },
    phase: { is: "looking", since: 0, silentMs: 0, why: "answer-lost" },
  };

  it("is not sent where it was closed just before", async () => {
    const { bot, meddler } = await scene(...startConfirmed);
    meddler.before(ordersIn("sending"), orderGone);
    await bot.look();
    expect(meddler.done).toBe(1);
    expect(starts(bot)).toBe(0);
    expect(await bot.store.all("orders")).toEqual([]);
  });

  it("does not wait on where it was closed just before", async () => {
    const { bot, meddler } = await scene(...startConfirmed);
    await bot.sandbox.close();
    meddler.before(ordersIn("approved"), orderGone);
    await bot.look();
    expect(meddler.done).toBe(1);
    expect(await bot.store.all("orders")).toEqual([]);
  });

  it("is not closed a second time, nor asked anew, where it was closed just before", async () => {
    for (const change of [{ vms: [] }, { name: "Renamed" }]) {
      const { bot, meddler } = await scene(...startConfirmed);
      const order = await theOrder(bot);
      const value = { ...order, plan: { ...order.plan, ...change } };
      await bot.store.commit([{ put: "orders", key: order.id, value }]);
      meddler.before(past, orderGone);
      await bot.look();
      expect(meddler.done).toBe(1);
      expect(await bot.store.all("orders")).toEqual([]);
      expect(await bot.store.get("past-orders", order.id)).toMatchObject({
        phase: { how: { is: "expired" } },
      });
    }
  });

  it("that is dropped is not dropped where it was closed just before", async () => {
    const { bot, meddler } = await scene(...startConfirmed);
    bot.clock.advance(121_000);
    meddler.before(past, orderGone);
    await bot.look();
    const [one] = await bot.store.all("past-orders");
    expect(meddler.done).toBe(1);
    expect(one?.value.phase).toMatchObject({ how: { is: "expired" } });
  });

  it("whose answer comes when another has begun to look for it leaves that one's watch", async () => {
    const { bot, meddler } = await scene(...startConfirmed);
    meddler.before(past, async (store) => {
      await orderGone(store);
      const order = (await store.all("past-orders"))[0]?.value ?? expect.fail();
      await store.commit([{ put: "watches", key: order.id, value: { ...theirs, id: order.id } }]);
    });
    await bot.parts.watcher.tick();
    expect(meddler.done).toBe(1);
    expect(starts(bot)).toBe(1);
    expect((await theWatch(bot)).em).toBe("another");
  });
});

describe("a stop", () => {
  const stopping = async (): Promise<Scene> => {
    const here = await scene(...startConfirmed);
    await here.bot.look();
    await here.bot.say(`stop "${PLAN}"`);
    await here.bot.confirm();
    return here;
  };

  it("is told in a place where the run is watched since just before", async () => {
    const { bot, meddler } = await stopping();
    meddler.before(past, async (store) => {
      await watchHere(await theWatch({ store }), ELSEWHERE, { ...acting(bot), store });
    });
    await bot.look();
    expect(meddler.done).toBe(1);
    const said = bot.chat.messages.filter(({ place }) => place.channel === "elsewhere");
    expect(said.map(bot.chat.text).join("\n")).toContain("deleted");
  });

  it("is closed once", async () => {
    const { bot, meddler } = await stopping();
    meddler.before(past, orderGone);
    await bot.look();
    expect(meddler.done).toBe(1);
    const closed = (await bot.store.all("past-orders")).map(({ value }) => value.phase);
    expect(closed).toContainEqual({ is: "closed", at: 0, how: { is: "expired" } });
  });
});

describe("refusals that are counted", () => {
  it("are all counted, also those that come while one is", async () => {
    const { bot, meddler } = await scene("no such verb", "no such verb", "no such verb");
    meddler.before(changing("refusals"), async (store) => {
      const [counted] = await store.all("refusals");
      const { key, value } = counted ?? expect.fail("nothing is counted");
      const more = { count: 5, since: bot.clock.now(), where: OPS, what: "theirs" };
      await store.commit([{ put: "refusals", key, value: { ...value, more } }]);
    });
    await bot.say("no such verb");
    expect(meddler.done).toBe(1);
    const [counted] = await bot.store.all("refusals");
    expect(counted?.value.more?.count).toBe(6);
  });
});

describe("a topic", () => {
  const topic = (own: Partial<Topic> = {}): Topic => ({
    ...{ version: 1, id: "t", place: ELSEWHERE, title: "t", card: card("then") },
    ...{ updatedAt: 0, closed: true },
    ...own,
  });
  const again = (store: Store) =>
    store.commit([putTopic(topic({ closed: false, card: card("now") }))]);
  const forgetting = (change: Conditional) => "remove" in change && change.remove === "topics";

  it("is not forgotten where it was opened again just before", async () => {
    const { bot, meddler } = await scene();
    await bot.store.commit([putTopic(topic())]);
    meddler.before(forgetting, again);
    await bot.parts.outbox.flush();
    await bot.parts.outbox.flush();
    expect(meddler.done).toBe(1);
    expect((await bot.store.get("topics", "t"))?.card.title).toBe("now");
    expect(bot.chat.transcript()).toContain("now");
  });

  it("keeps what was saved of its messages while another message was on its way", async () => {
    const { bot, meddler } = await scene();
    await bot.store.commit([putTopic(topic({ closed: false }))]);
    const posted = { version: 1, renewed: 2 } as const;
    meddler.before(
      (change) => "put" in change && change.put === "posted" && change.value.ref !== undefined,
      async (store) => {
        const before = await store.get("posted", "t");
        await store.commit([{ put: "posted", key: "t", value: { ...before, ...posted } }]);
      },
    );
    await bot.parts.outbox.flush();
    expect(meddler.done).toBe(1);
    expect(await bot.store.get("posted", "t")).toMatchObject({
      renewed: 2,
      ref: { place: ELSEWHERE },
    });
  });

  it("that is forgotten leaves what was saved of its messages just before", async () => {
    const { bot, meddler } = await scene();
    await bot.store.commit([putTopic(topic())]);
    const saved = (store: Store) =>
      store.commit([{ put: "posted", key: "t", value: { version: 1, renewed: 2 } }]);
    meddler.before(forgetting, async (store) => {
      const before = await store.get("posted", "t");
      if (before?.ref) await saved(store);
    });
    await bot.parts.outbox.flush();
    await bot.parts.outbox.flush();
    expect(meddler.done).toBe(1);
    expect(await bot.store.get("posted", "t")).toMatchObject({ renewed: 2 });
  });

  it("that waits for a platform nobody serves is kept, with its lines, where it was opened again just before", async () => {
    const { bot, meddler } = await scene();
    const place = { platform: "slack", channel: "C0OLD" } as const;
    await bot.store.commit([
      putTopic(topic({ place, updatedAt: 0 })),
      queueLine("t", card("line"), true, 0),
    ]);
    meddler.before(forgetting, again);
    const { store, clock } = bot;
    await sweep({ store, emKey: "sandbox", clock, reportDays: 400 });
    expect(meddler.done).toBe(1);
    expect(await store.get("topics", "t")).toBeDefined();
    expect(await store.all("lines")).toHaveLength(1);
  });

  it("that somebody closes just as the bot stops stays closed", async () => {
    const { bot, meddler } = await running();
    const [id = ""] = (await theWatch(bot)).topics;
    meddler.before(changing("topics"), async (store) => {
      const open = (await store.get("topics", id)) ?? expect.fail();
      await store.commit([putTopic({ ...open, closed: true, card: card("no longer watched") })]);
    });
    await sayGoodbye(bot.store, "sandbox", bot.clock.now());
    expect(await bot.store.get("topics", id)).toMatchObject({
      closed: true,
      card: card("no longer watched"),
    });
  });
});
