/** When the outbox speaks, in which turn, and what it does about a message that is refused. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  type Card,
  ChatError,
  type ChatFailure,
  type ChatPort,
  type Person,
  type Place,
} from "../../src/chat/port.ts";
import { createLog } from "../../src/log.ts";
import type { Topic } from "../../src/records/topic.ts";
import { endsWithoutPlace, lookedFor } from "../../src/speech/last-words.ts";
import { createOutbox, type Outbox } from "../../src/speech/outbox.ts";
import { putTopic, queueLine } from "../../src/speech/topics.ts";
import { localLocks } from "../../src/store/locks.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { localWakeups } from "../../src/store/wakeups.ts";
import { type FakeChat, fakeChat } from "../fakes/chat.ts";
import { type FakeClock, fakeClock } from "../fakes/clock.ts";
import { bareFiles } from "../fakes/files.ts";

const card = (title: string, ...lines: string[]): Card => ({ tone: "plain", title, lines });
const channel = (name: string): Place => ({ platform: "terminal", channel: name });
const anna: Person = { platform: "terminal", id: "anna", name: "Anna" };
const ben: Person = { platform: "discord", id: "ben", name: "Ben" };
const busy = (afterMs: number): { failure: ChatFailure } => ({
  failure: { kind: "moment", afterMs },
});
const refused: { failure: ChatFailure } = { failure: { kind: "message" } };

interface Room {
  readonly chat: FakeChat;
  readonly discord: FakeChat;
  readonly clock: FakeClock;
  readonly store: Store;
  readonly outbox: Outbox;
  /** Cards as they were tried, whether they arrived or not. */
  readonly tried: Card[];
  /** How often the state was read, and how many sleep now. */
  readonly count: { reads: number; asleep: number; listening: number };
  wake(): void;
  /** Happens while the outbox reads its state the next time. */
  duringLook(act: () => Promise<void>): void;
  show(id: string, title: string, own?: Partial<Topic>): Promise<void>;
  say(id: string, card: Card, urgent?: boolean): Promise<void>;
  /** Time passes, and all is sent that can be. */
  pass(ms: number): Promise<void>;
  /** Speaks by itself from now on. */
  run(): Promise<AbortController>;
}

/** Lets everything happen that waits for nothing but its turn. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await setImmediate();
}

function room(wrap: (port: ChatPort) => ChatPort = (port) => port): Room {
  const clock = fakeClock();
  const [chat, discord] = [fakeChat(clock), fakeChat(clock, "discord")];
  const folder = mkdtempSync(join(tmpdir(), "loop-"));
  const file = openSqliteStore(join(folder, "state.db"), clock.now);
  onTestFinished(async () => {
    await file.close();
    rmSync(folder, { recursive: true });
  });
  const during: (() => Promise<void>)[] = [];
  const count = { reads: 0, asleep: 0, listening: 0 };
  const store: Store = {
    ...file,
    all: (namespace) => {
      if (namespace === "topics") count.reads += 1;
      const first = during.shift();
      return first ? first().then(() => file.all(namespace)) : file.all(namespace);
    },
  };
  const tried: Card[] = [];
  const port = wrap(chat);
  const noted: ChatPort = {
    ...port,
    post: (to, shown, key, again) => {
      tried.push(shown);
      return port.post(to, shown, key, again);
    },
    edit: (ref, shown) => {
      tried.push(shown);
      return port.edit(ref, shown);
    },
  };
  const wakeups = localWakeups();
  const outbox = createOutbox({
    ...{ store, ports: [noted, discord], locks: localLocks(), fileMaker: bareFiles },
    log: createLog({ secrets: [], level: "silent" }),
    clock: {
      ...clock,
      sleep: (ms, signal) => {
        count.asleep += 1;
        return clock.sleep(ms, signal).finally(() => {
          count.asleep -= 1;
        });
      },
    },
    wakeups: {
      ...wakeups,
      on: (topic, listener) => {
        count.listening += 1;
        const listening = wakeups.on(topic, listener);
        return {
          end: () => {
            count.listening -= 1;
            listening.end();
          },
        };
      },
    },
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await outbox.flush();
  };
  return {
    ...{ chat, discord, clock, store, outbox, tried, count, pass },
    wake: () => wakeups.wake("speech"),
    duringLook: (act) => void during.push(act),
    show: async (id, title, own = {}) => {
      const topic = { version: 1, id, place: channel("ops"), title: "Plan" } as const;
      const shown = { card: card(title), updatedAt: clock.now(), closed: false };
      await store.commit([putTopic({ ...topic, ...shown, ...own })]);
    },
    say: async (id, line, urgent = false) =>
      void (await store.commit([queueLine(id, line, urgent, clock.now())])),
    run: async () => {
      const stop = new AbortController();
      const running = outbox.run(stop.signal);
      onTestFinished(async () => {
        stop.abort();
        await running;
      });
      await settled();
      return stop;
    },
  };
}

const titles = ({ chat }: Room) => chat.messages.map((message) => message.versions.at(-1)?.title);
const triedTitles = ({ tried }: Room) => tried.map(({ title }) => title);

describe("the outbox by itself", () => {
  it("speaks as soon as there is word of something", async () => {
    const here = room();
    await here.run();
    await here.show("a", "Runs");
    await settled();
    expect(titles(here)).toEqual([]);
    here.wake();
    await settled();
    expect(titles(here)).toEqual(["Runs"]);
  });

  it("looks once a minute, should a word be lost", async () => {
    const here = room();
    await here.run();
    await here.show("a", "Runs");
    here.clock.advance(59_999);
    await settled();
    expect(titles(here)).toEqual([]);
    here.clock.advance(1);
    await settled();
    expect(titles(here)).toEqual(["Runs"]);
  });

  it("speaks when the shortest time is over that it was asked to wait, and not before", async () => {
    const here = room();
    here.chat.faults.push(busy(20_000), busy(5000));
    await here.show("a", "A", { place: channel("a") });
    await here.show("b", "B", { place: channel("b") });
    await here.run();
    const reads = here.count.reads;
    here.clock.advance(4999);
    await settled();
    expect(here.count.reads).toBe(reads);
    here.clock.advance(1);
    await settled();
    expect(here.chat.messages).toHaveLength(1);
    here.clock.advance(15_000);
    await settled();
    expect(here.chat.messages).toHaveLength(2);
  });

  it("is flushed of what follows a message that arrives while it looks", async () => {
    const arrived = Promise.withResolvers<void>();
    const here = room((port) => ({
      ...port,
      post: async (...given) => {
        const ref = await port.post(...given);
        if (given[1].title === "one") await arrived.promise;
        return ref;
      },
    }));
    await here.run();
    await here.show("a", "Runs");
    for (const line of ["one", "two"]) await here.say("a", card(line));
    here.wake();
    await settled();
    here.duringLook(() => {
      arrived.resolve();
      return settled();
    });
    await here.outbox.flush();
    expect(titles(here)).toEqual(["Runs", "one", "two"]);
  });

  it("does not look again and again while a message is on its way", async () => {
    const answered = Promise.withResolvers<void>();
    const here = room((port) => ({
      ...port,
      post: async (...message) => {
        await answered.promise;
        return port.post(...message);
      },
    }));
    await here.show("a", "A");
    await here.run();
    const reads = here.count.reads;
    here.clock.advance(1000);
    await settled();
    expect(here.count.reads).toBe(reads);
    expect(here.count.asleep).toBe(1);
    answered.resolve();
    await settled();
    expect(titles(here)).toEqual(["A"]);
  });

  it("sends nothing twice that is on its way, and nothing beside it in its channel", async () => {
    const answered = Promise.withResolvers<void>();
    const here = room((port) => ({
      ...port,
      post: async (...message) => {
        await answered.promise;
        return port.post(...message);
      },
    }));
    await here.show("a", "A");
    await here.run();
    await here.show("b", "B");
    for (let words = 0; words < 3; words++) {
      here.wake();
      await settled();
    }
    expect(triedTitles(here)).toEqual(["A"]);
    expect(here.count.asleep).toBe(1);
    answered.resolve();
    await settled();
    expect(triedTitles(here)).toEqual(["A", "B"]);
  });

  it("sleeps and listens no more once it is stopped", async () => {
    const here = room();
    const stop = await here.run();
    expect(here.count).toMatchObject({ asleep: 1, listening: 1 });
    stop.abort();
    await settled();
    expect(here.count).toMatchObject({ asleep: 0, listening: 0 });
  });
});

describe("the pace", () => {
  const one = { burst: 1, everyMs: 1000, of: "channel" } as const;
  const paced = () =>
    room((port) => ({ ...port, pace: { posts: one, edits: one, lateEditMs: 0 } }));

  it("of a platform is kept, and what waits for it is sent without a further word", async () => {
    const here = paced();
    for (const id of ["a", "b", "c"]) await here.show(id, id);
    await here.run();
    const sent = [here.chat.messages.length];
    for (const ms of [999, 1, 1000]) {
      here.clock.advance(ms);
      await settled();
      sent.push(here.chat.messages.length);
    }
    expect(sent).toEqual([1, 1, 2, 3]);
  });

  it("lets the card go first that was shown the longest ago, by its edits too", async () => {
    const here = paced();
    for (const id of ["c", "a", "b"]) {
      await here.show(id, `${id}`);
      await here.pass(1000);
    }
    await here.say("c", card("a line of c"));
    await here.pass(1000);
    const edits = async (text: string) => {
      here.tried.length = 0;
      for (const id of ["a", "b", "c"]) await here.show(id, id, { card: card(id, text) });
      for (let seconds = 0; seconds < 4; seconds++) await here.pass(1000);
      return triedTitles(here);
    };
    expect(await edits("first")).toEqual(["c", "a", "b"]);
    await here.show("c", "c", { card: card("c", "between") });
    await here.pass(1000);
    expect(await edits("second")).toEqual(["a", "b", "c"]);
  });
});

describe("of several platforms", () => {
  it("each topic is said on its own", async () => {
    const here = room();
    await here.show("a", "A");
    await here.show("d", "D", { place: { platform: "discord", channel: "ops" } });
    await here.show("s", "S", { place: { platform: "slack", channel: "C1" } });
    await here.outbox.flush();
    expect(titles(here)).toEqual(["A"]);
    expect(here.discord.messages).toHaveLength(1);
    expect(await here.store.get("posted", "s")).toBeUndefined();
  });

  it("those whom a line calls are told directly on theirs, where it is served, and once", async () => {
    const here = room();
    await here.show("a", "A");
    await here.outbox.flush();
    here.chat.refuse({ channel: "ops", failure: { kind: "place" } });
    const slack: Person = { platform: "slack", id: "cara", name: "Cara" };
    await here.say("a", { ...card("the end"), notify: [anna, ben, slack] }, true);
    for (let tries = 0; tries < 20; tries++) await here.pass(600_000);
    const direct = [here.chat, here.discord].map(
      ({ messages }) => messages.filter(({ place }) => /^direct/.test(place.channel)).length,
    );
    expect(direct).toEqual([1, 1]);
    const tried = here.tried.filter((one) => JSON.stringify(one).includes("directly"));
    expect(tried).toHaveLength(1);
    expect((await endsWithoutPlace(here.store)).map(({ id }) => id)).toEqual(["a"]);
    const left = (await here.store.all("topics")).map(({ key }) => key);
    expect(left).toEqual(["a"]);
  });

  it("one who is slow to be told directly holds up no other", async () => {
    const here = room();
    const carl = { ...anna, id: "carl", name: "Carl" };
    await here.show("a", "A");
    await here.outbox.flush();
    here.chat.refuse({ channel: "ops", failure: { kind: "place" } });
    here.chat.refuse({ channel: "direct to anna", failure: { kind: "moment", afterMs: 9e8 } });
    await here.say("a", { ...card("the end"), notify: [anna, carl] }, true);
    for (let tries = 0; tries < 20; tries++) await here.pass(60_000);
    expect(here.chat.messages.at(-1)?.place.channel).toBe("direct to carl");
  });
});

describe("after refusals", () => {
  it("one that was got over is forgotten: the next waits as the first did", async () => {
    const here = room();
    const silent = { failure: { kind: "moment", perhapsDone: true } } as const;
    here.chat.faults.push(silent, silent, silent);
    await here.show("a", "A");
    for (const ms of [0, 1000, 2000, 4000]) await here.pass(ms);
    expect(titles(here)).toEqual(["A"]);
    here.chat.faults.push(silent);
    await here.show("b", "B");
    await here.outbox.flush();
    await here.pass(1000);
    expect(titles(here)).toEqual(["A", "B"]);
  });

  it("without a reason it is sent once more as it is, and plainly after the second", async () => {
    const here = room();
    const no = { failure: { kind: "moment" } } as const;
    here.chat.faults.push(no, no);
    await here.show("a", "A");
    for (const ms of [0, 1000, 2000, 4000]) await here.pass(ms);
    expect(here.tried.map(({ plainly = false }) => plainly)).toEqual([false, false, true]);
  });

  it("a moment's trouble makes no message plain, though it was refused before", async () => {
    const here = room();
    here.chat.faults.push(refused, busy(5000), busy(5000));
    await here.show("a", "A");
    for (const ms of [0, 1000, 5000, 5000]) await here.pass(ms);
    expect(here.tried.map(({ lines }) => lines.length)).toEqual([0, 0, 0, 0]);
  });

  it("a line alone is said as mere text, and then as its title", async () => {
    const here = room();
    await here.show("a", "A");
    await here.outbox.flush();
    here.tried.length = 0;
    here.chat.faults.push(refused, refused);
    await here.say("a", card("line", "more"));
    for (const ms of [0, 1000, 2000, 4000]) await here.pass(ms);
    expect(here.tried.map(({ lines }) => lines[0])).toEqual([
      "more",
      "more",
      "The platform refused the rest of this message.",
    ]);
  });

  it("an edit that surely was not made is not made again where nothing is left to change", async () => {
    const here = room();
    await here.show("a", "A");
    await here.outbox.flush();
    here.chat.faults.push(busy(5000));
    await here.show("a", "B");
    await here.outbox.flush();
    await here.show("a", "A");
    await here.pass(5000);
    expect(triedTitles(here)).toEqual(["A", "B"]);
  });

  it("for a moment, a line is shown in the channel after all", async () => {
    let trouble: ChatFailure | undefined = { kind: "moment", afterMs: 5000 };
    const here = room((port) => ({
      ...port,
      post: async (to, shown, key, again) => {
        const failure = key.endsWith("in the channel") ? trouble : undefined;
        trouble = failure ? undefined : trouble;
        if (failure) throw new ChatError(failure, "Slowly");
        const { unfinished: _, ...ref } = await port.post(to, shown, key, again);
        return shown.alsoInChannel ? { ...ref, unfinished: ["copy"] } : ref;
      },
    }));
    await here.show("a", "A");
    await here.say("a", { ...card("the end"), alsoInChannel: true }, true);
    for (const ms of [0, 1000, 5000]) await here.pass(ms);
    expect(titles(here)).toEqual(["A", "the end", "the end"]);
  });
});

describe("a card that is looked for, as its answer was lost", () => {
  it("is left as it is where it is the one that is known by now", async () => {
    const here = room();
    await here.show("a", "A");
    await here.outbox.flush();
    const topic = (await here.store.get("topics", "a")) ?? expect.fail();
    const { key = "" } = here.chat.messages[0] ?? expect.fail();
    await here.store.commit(lookedFor(topic, { of: "a", card: topic.card, key }));
    for (let tries = 0; tries < 3; tries++) await here.pass(60_000);
    expect(titles(here)).toEqual(["A"]);
  });
});

describe("whoever asked where the bot may not speak", () => {
  const told = (here: Room, topic = "a") => {
    const words: string[] = [];
    const listening = here.outbox.onRefusal(topic, async (why) => void words.push(why));
    return { words, listening };
  };

  it.each<ChatFailure>([{ kind: "place" }, { kind: "bot" }])(
    "is told so once: %o",
    async (failure) => {
      const here = room();
      const { words } = told(here);
      here.chat.faults.push({ failure }, { failure });
      await here.show("a", "A");
      for (let tries = 0; tries < 3; tries++) await here.pass(60_000);
      expect(words).toHaveLength(1);
      expect(titles(here)).toEqual(["A"]);
    },
  );

  it("is not told what befalls the card after it was posted", async () => {
    const here = room();
    const { words } = told(here);
    await here.show("a", "A");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "place" } });
    await here.show("a", "B");
    for (let tries = 0; tries < 3; tries++) await here.pass(60_000);
    expect(words).toEqual([]);
  });

  it("is not told who wants to hear of it no longer", async () => {
    const here = room();
    const { words, listening } = told(here);
    listening.end();
    here.chat.faults.push({ failure: { kind: "place" } });
    await here.show("a", "A");
    await here.pass(60_000);
    expect(words).toEqual([]);
  });
});
