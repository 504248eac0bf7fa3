/** What orders or decides is saved before it is acknowledged, until it is acted on. */
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { acting, tellUndone } from "../../src/bot/received.ts";
import type { Received } from "../../src/records/received.ts";
import type { Conditional, Store } from "../../src/store/store.ts";
import type { FakeChat } from "../fakes/chat.ts";
import { OPS, person, type QuickBot, startQuickBot } from "../fakes/quick-bot.ts";

const DELIVERY = "envelope-1";
const KEY = `terminal ${DELIVERY}`;

const receiving = (change: Conditional) => "put" in change && change.put === "received";
const settling = (change: Conditional) =>
  "remove" in change && change.remove === "received" && !("require" in change);

/** A store that tells of what is received, and fails or waits where it is told to. */
function watched() {
  const saved: Received[] = [];
  const faults = new Set<"receiving" | "settling">();
  let held: Promise<void> | undefined;
  let chat: FakeChat | undefined;
  const wrap = (store: Store): Store => ({
    ...store,
    commit: async (changes) => {
      const isReceiving = changes.some(receiving);
      if (isReceiving && held) await held;
      if (isReceiving && faults.has("receiving")) throw new Error("no room");
      if (changes.length === 1 && changes.some(settling) && faults.has("settling"))
        throw new Error("no room");
      const done = await store.commit(changes);
      const isAcknowledged = chat !== undefined && chat.acknowledged.length > 0;
      for (const change of changes)
        if (!isAcknowledged && "put" in change && change.put === "received")
          saved.push(change.value);
      return done;
    },
  });
  return {
    wrap,
    /** Before anything was acknowledged. */
    saved,
    start: async () => {
      const bot = await startQuickBot({ wrap });
      chat = bot.chat;
      return bot;
    },
    faults,
    hold: (until: Promise<void>) => {
      held = until;
    },
  };
}

const left = async ({ store }: QuickBot) => (await store.all("received")).map(({ key }) => key);

/** What was acknowledged, and never acted on since the bot was killed. */
async function killedOver(value: Omit<Received, "version" | "from" | "place">): Promise<QuickBot> {
  const bot = await startQuickBot();
  const received: Received = { version: 1, from: person("Ben"), place: OPS, ...value };
  await bot.store.commit([{ put: "received", key: KEY, value: received }]);
  const next = await bot.restart();
  await next.parts.outbox.flush();
  return next;
}

describe("what is saved before it is acknowledged", () => {
  it.each([
    ["an order", "start  Plan A", "start Plan A"],
    ["a decision", "confirm Plan A", "confirm Plan A"],
    ["a stop", "stop Plan A", "stop Plan A"],
  ])("is %s that is typed, with its writer and place", async (_, text, line) => {
    const { start, saved } = watched();
    const bot = await start();
    await bot.say(text, { from: person("Ben") });
    expect(saved).toEqual([
      { version: 1, from: person("Ben"), place: OPS, said: { is: "typed", line } },
    ]);
    expect(await left(bot)).toEqual([]);
  });

  it.each(["status", "plans", "help", "frobnicate", "", "collect", "watch Plan A"])(
    "is nothing of what only reads or keeps: %s",
    async (text) => {
      const { start, saved } = watched();
      const bot = await start();
      await bot.say(text);
      expect(saved).toEqual([]);
    },
  );

  it.each([
    ["confirm:run-1", undefined, { is: "pressed", decision: "confirm", order: "run-1" }],
    ["cancel:run-1", undefined, { is: "pressed", decision: "cancel", order: "run-1" }],
    ["cancel", undefined, { is: "pressed", decision: "cancel", order: "" }],
    ["pick:start", undefined, { is: "typed", line: 'start ""' }],
    ["pick:start", "Plan A", { is: "typed", line: 'start "Plan A"' }],
  ] as const)("is the press of %s", async (token, text, said) => {
    const { start, saved } = watched();
    const bot = await start();
    await bot.chat.press(token, text);
    expect(saved.map((one) => one.said)).toEqual([said]);
  });

  it.each(["unwatch:run-1", "vms:run-1", "start:run-1"])(
    "is no press of another button: %s",
    async (token) => {
      const { start, saved } = watched();
      const bot = await start();
      await bot.chat.press(token);
      expect(saved).toEqual([]);
    },
  );

  it.each(["unwatch", "vms"] as const)(
    "is the press of %s only from when the bot turns to it",
    async (button) => {
      const received: unknown[] = [];
      const bot = await startQuickBot({
        wrap: (store) => ({
          ...store,
          commit: async (changes) => {
            for (const change of changes.filter(receiving))
              if ("put" in change) received.push(change.value);
            return store.commit(changes);
          },
        }),
      });
      await bot.chat.press(`${button}:run-1`);
      expect(received).toMatchObject([{ said: { is: "pressed-on-run", button, watch: "run-1" } }]);
      expect(await left(bot)).toEqual([]);
    },
  );

  it("is no more than the first 200 letters", async () => {
    const { start, saved } = watched();
    const bot = await start();
    await bot.say(`start ${"😀".repeat(300)}`);
    const [one] = saved;
    expect(one?.said.is === "typed" && [...one.said.line].length).toBe(200);
    expect(one?.said.is === "typed" && one.said.line.endsWith("😀")).toBe(true);
  });

  it("does not stay saved where the platform brings it again after it was acted on", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A", { delivery: DELIVERY });
    await bot.say("start Plan A", { delivery: DELIVERY });
    expect(await left(bot)).toEqual([]);
    expect(await bot.deeds()).toEqual(["asked"]);
  });

  it("is saved once, though it comes twice at the same moment", async () => {
    const { start, saved } = watched();
    const bot = await start();
    const twice = [1, 2].map(() => bot.say("start Plan A", { delivery: DELIVERY }));
    await Promise.all(twice);
    expect(saved).toHaveLength(1);
    expect(await bot.store.all("orders")).toHaveLength(1);
  });

  it("is left again in the commit in which it is acted on", async () => {
    const bot = await startQuickBot();
    const commits: string[][] = [];
    const { store } = bot;
    const arriving = { delivery: DELIVERY, place: OPS } as const;
    const spied: Store = {
      ...store,
      commit: async (changes) => {
        commits.push(changes.flatMap((change) => ("remove" in change ? [change.key] : [])));
        return store.commit(changes);
      },
    };
    await acting(spied, { ...arriving, kind: "typed", text: "", from: person("Ben") }).commit([]);
    expect(commits).toEqual([[KEY]]);
  });
});

describe("a state that cannot be written", () => {
  it("keeps nobody from an acknowledgement, nor from the answer", async () => {
    const { wrap, faults } = watched();
    const bot = await startQuickBot({ wrap });
    faults.add("receiving");
    await bot.say("start Plan A", { delivery: DELIVERY });
    expect(bot.chat.acknowledged).toEqual([DELIVERY]);
    expect(await bot.store.all("orders")).toHaveLength(1);
    expect(bot.logged.join("\n")).toContain("could not be saved before it was acknowledged");
  });

  it("when it is settled is in the log alone", async () => {
    const { wrap, faults } = watched();
    const bot = await startQuickBot({ wrap });
    faults.add("settling");
    await bot.say("start Nobody Knows");
    expect(bot.logged.join("\n")).toContain("was answered could not be saved");
    expect(bot.last()).toContain("No failover plan");
  });

  it("for long lets the acknowledgement go after half a second", async () => {
    const { wrap, hold } = watched();
    const bot = await startQuickBot({ wrap });
    const disk = Promise.withResolvers<void>();
    hold(disk.promise);
    const typed = bot.chat.type("start Plan A", { delivery: DELIVERY });
    const settled = async () => {
      for (let turn = 0; turn < 10; turn++) await setImmediate();
    };
    bot.clock.advance(499);
    await settled();
    expect(bot.chat.acknowledged).toEqual([]);
    bot.clock.advance(1);
    await settled();
    expect(bot.chat.acknowledged).toEqual([DELIVERY]);
    expect(await bot.store.all("orders")).toEqual([]);
    disk.resolve();
    await typed;
    expect(await bot.store.all("orders")).toHaveLength(1);
  });
});

describe("what was acknowledged and not acted on before a restart", () => {
  it("is told in its place, is an entry of the audit log, and is not left", async () => {
    const bot = await killedOver({ said: { is: "typed", line: "start Plan A" } });
    expect(bot.last()).toContain("restarted before it acted");
    expect(bot.last()).toContain("start Plan A");
    expect(await bot.audit()).toMatchObject([
      {
        deed: "refused",
        who: person("Ben"),
        where: OPS,
        what: expect.stringContaining("start Plan A"),
      },
    ]);
    expect(await left(bot)).toEqual([]);
    expect(bot.logged.join("\n")).toContain("a restart has kept the bot from acting");
    expect(await bot.store.all("topics")).toEqual([]);
  });

  it("is told with all else that was left, each in a message of its own", async () => {
    const bot = await startQuickBot();
    for (const plan of ["A", "B"]) {
      const said = { is: "typed", line: `start Plan ${plan}` } as const;
      const value: Received = { version: 1, from: person("Ben"), place: OPS, said };
      await bot.store.commit([{ put: "received", key: `terminal ${plan}`, value }]);
    }
    const next = await bot.restart();
    await next.parts.outbox.flush();
    const told = next.chat.messages.map(next.chat.text);
    expect(told).toEqual([expect.stringContaining("Plan A"), expect.stringContaining("Plan B")]);
  });

  it("is not acted on either, should the platform bring it again", async () => {
    const bot = await killedOver({ said: { is: "typed", line: "start Plan A" } });
    await bot.say("start Plan A", { delivery: DELIVERY });
    expect(await bot.store.all("orders")).toEqual([]);
    const again = await bot.restart();
    await again.say("start Plan A", { delivery: DELIVERY });
    expect(await again.store.all("orders")).toEqual([]);
  });

  it("says of a press which question it was about", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    const { id } = await bot.order();
    const value: Received = {
      ...{ version: 1, from: person("Ben"), place: OPS },
      said: { is: "pressed", decision: "confirm", order: id },
    };
    await bot.store.commit([{ put: "received", key: KEY, value }]);
    const next = await bot.restart();
    await next.parts.outbox.flush();
    expect(next.last()).toContain('You pressed Confirm of the question about "Plan A".');
    expect((await next.order()).phase.is).toBe("asked");
  });

  it("wakes whoever speaks, and nobody where nothing is left", async () => {
    const bot = await startQuickBot();
    let woken = 0;
    bot.parts.wakeups.on("speech", () => void woken++);
    await tellUndone(bot.parts);
    expect(woken).toBe(0);
    const value: Received = {
      ...{ version: 1, from: person("Ben"), place: OPS },
      said: { is: "typed", line: "start Plan A" },
    };
    await bot.store.commit([{ put: "received", key: KEY, value }]);
    await tellUndone(bot.parts);
    expect(woken).toBe(1);
  });
});
