import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  type Attachment,
  type Card,
  ChatError,
  type ChatFailure,
  type ChatPort,
  type MessageRef,
  type Person,
  type Place,
} from "../../src/chat/port.ts";
import { createLog } from "../../src/log.ts";
import type { Posted, ReportPart, Topic } from "../../src/records/topic.ts";
import type { FileMaker } from "../../src/speech/file-maker.ts";
import { createOutbox, type Outbox } from "../../src/speech/outbox.ts";
import { putTopic, queueFile, queueLine, queueReport } from "../../src/speech/topics.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { StoreError } from "../../src/store/store.ts";
import { failedRun } from "../attachments/facts.ts";
import { besideStore } from "../fakes/beside-store.ts";
import { type FakeChat, fakeChat } from "../fakes/chat.ts";
import { type FakeClock, fakeClock } from "../fakes/clock.ts";
import { type FailingStore, failingStore } from "../fakes/failing-store.ts";
import { bareFiles } from "../fakes/files.ts";

const card = (title: string, ...lines: string[]): Card => ({ tone: "plain", title, lines });
const report = (own: Partial<Attachment> = {}): Attachment => ({
  name: "report.md",
  mediaType: "text/markdown",
  bytes: Buffer.from("# All is well"),
  text: "All is well",
  ...own,
});
const confirm = { label: "Confirm", token: "confirm:1", style: "primary" } as const;
const ops: Place = { platform: "terminal", channel: "ops" };

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "failover-bot-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

interface Room {
  readonly chat: FakeChat;
  readonly clock: FakeClock;
  readonly store: FailingStore;
  readonly outbox: Outbox;
  /**
   * What the platform was asked to do, in order: `post run/1`, and `again` where it may have
   * arrived before.
   */
  readonly asked: string[];
  show(title: string, own?: Partial<Topic>): Promise<void>;
  say(text: string, own?: { topic?: string; urgent?: boolean } & Partial<Card>): Promise<void>;
  attach(own?: Partial<Attachment>, topic?: string): Promise<void>;
  /** The files of a run's report, which are made when they are sent. */
  report(): Promise<void>;
  /** Another process takes over, with the same state and the same people. */
  restart(): void;
  /** Time passes, and all is sent that can be. */
  pass(ms: number): Promise<void>;
  /** What stands in the thread under a root, but that it was said late, which has its own tests. */
  thread(of?: number): string[];
  root(of?: number): string;
  posted(topic?: string): Promise<Posted | undefined>;
  /** Names of the files that people have, and what is in each, oldest first. */
  files(): string[];
  /** How many lines wait, and how many bytes of files are kept for them. */
  kept(): Promise<{ lines: number; contents: number }>;
}

/**
 * A run's card in `ops`, its thread, and who speaks in it. `wrap` puts something before the
 * platform.
 */
function room(
  wrap: (port: ChatPort) => ChatPort = (port) => port,
  fallback: readonly Place[] = [],
  {
    fileMaker = bareFiles,
    logged = [],
  }: { readonly fileMaker?: FileMaker; readonly logged?: string[] } = {},
): Room {
  const clock = fakeClock();
  const chat = fakeChat(clock);
  const store = failingStore(openSqliteStore(join(folder(), "state.db"), clock.now));
  onTestFinished(() => store.close());
  const asked: string[] = [];
  const port = wrap(chat);
  const noted: ChatPort = {
    ...port,
    post: (to, shown, key, again) => {
      asked.push(`post ${key}${again ? " again" : ""}`);
      return port.post(to, shown, key, again);
    },
    edit: (ref, shown) => {
      asked.push(`edit ${shown.title}`);
      return port.edit(ref, shown);
    },
    attach: (to, file, key, again) => {
      asked.push(`attach ${key}${again ? " again" : ""}`);
      return port.attach(to, file, key, again);
    },
  };
  const destination = { write: (line: string) => void logged.push(line) };
  const log = createLog({ secrets: [], level: "warn", destination });
  const begin = () =>
    createOutbox({
      store,
      ports: [noted],
      ...besideStore(),
      fileMaker,
      clock,
      log,
      fallback,
    });
  let outbox = begin();
  const topicOf = (title: string, own: Partial<Topic>): Topic => ({
    version: 1,
    id: "run",
    place: ops,
    title: "Plan",
    card: card(title),
    updatedAt: clock.now(),
    closed: false,
    ...own,
  });
  const roots = () => chat.messages.filter(({ place }) => place.thread === undefined);
  const rootOf = (of: number) => roots()[of] ?? expect.fail("no such card");
  return {
    chat,
    clock,
    store,
    get outbox() {
      return outbox;
    },
    restart: () => {
      outbox = begin();
    },
    asked,
    show: async (title, own = {}) => void (await store.commit([putTopic(topicOf(title, own))])),
    say: async (text, { topic = "run", urgent = false, ...own } = {}) =>
      void (await store.commit([queueLine(topic, { ...card(text), ...own }, urgent, clock.now())])),
    attach: async (own = {}, topic = "run") =>
      void (await store.commit(queueFile(topic, report(own), clock.now()))),
    report: async () => void (await store.commit(queueReport("run", failedRun, clock.now()))),
    files: () =>
      chat.messages.flatMap(({ file }) =>
        file ? [`${file.name}: ${Buffer.from(file.bytes).toString()}`] : [],
      ),
    kept: async () => ({
      lines: (await store.all("lines")).length,
      contents: (await store.all("contents")).length,
    }),
    pass: async (ms) => {
      clock.advance(ms);
      await outbox.flush();
    },
    thread: (of = 0) =>
      chat.messages
        .filter(({ place }) => place.thread === rootOf(of).id)
        .map((message) => chat.text(message).replace(/\nSaid late: .*/, "")),
    root: (of = 0) => chat.text(rootOf(of)),
    posted: (topic = "run") => store.get("posted", topic),
  };
}

describe("what is said", () => {
  it("is a card in its place, and lines in the thread under it, in their order", async () => {
    const here = room();
    await here.show("Begins");
    for (const text of ["one", "two", "three"]) await here.say(text);
    await here.outbox.flush();
    expect(here.root()).toBe("Begins");
    expect(here.thread()).toEqual(["one", "two", "three"]);
    expect(await here.store.all("lines")).toEqual([]);
  });

  it("is read once of where its card stands, however often one looks", async () => {
    const here = room();
    await here.show("Begins");
    await here.outbox.flush();
    here.restart();
    const get = vi.spyOn(here.store, "get");
    for (let look = 0; look < 3; look++) await here.pass(1000);
    expect(get.mock.calls).toEqual([["posted", "run"]]);
  });

  it("is not shown again where it was saved, though nobody could say so", async () => {
    const here = room();
    await here.show("0 of 6");
    await here.outbox.flush();
    await here.show("1 of 6");
    here.store.faults.push("written");
    await here.outbox.flush();
    for (let look = 0; look < 3; look++) await here.pass(60_000);
    expect(here.asked).toEqual(["post run", "edit 1 of 6"]);
  });

  it("is said also where its topic was about to be forgotten", async () => {
    const here = room();
    await here.show("Begins");
    await here.outbox.flush();
    const { get } = here.store;
    let readings = 0;
    /** The first is for saving that the last edit was made. */
    const late: typeof get = async (namespace, key) => {
      if (namespace === "posted" && ++readings === 2) await here.say("one more");
      return get(namespace, key);
    };
    Object.assign(here.store, { get: late });
    await here.show("Ends", { closed: true });
    await here.outbox.flush();
    await here.pass(1000);
    expect(here.thread()).toEqual(["one more"]);
    expect(await here.store.all("topics")).toEqual([]);
  });

  it("stays in the thread that it was asked for in", async () => {
    const here = room();
    await here.show("Begins", { place: { ...ops, thread: "m0" } });
    await here.say("one");
    await here.outbox.flush();
    expect(here.chat.messages.map(({ place }) => place.thread)).toEqual(["m0", "m0"]);
  });

  it("can be found by its link", async () => {
    const here = room();
    expect(await here.outbox.refOf("run")).toBeUndefined();
    await here.show("Begins");
    await here.outbox.flush();
    expect(await here.outbox.refOf("run")).toMatchObject({ link: "https://chat.example/m1" });
  });

  it("is forgotten when it is closed and all has arrived, but for where it stands", async () => {
    const here = room();
    await here.show("Begins");
    await here.outbox.flush();
    await here.show("Ended", { closed: true });
    await here.say("the end", { urgent: true });
    await here.outbox.flush();
    expect(await here.store.all("topics")).toEqual([]);
    expect(await here.outbox.refOf("run")).toMatchObject({ id: "m1" });
    expect([here.root(), here.thread()]).toEqual(["Ended", ["the end"]]);
  });

  it("a closed card that is opened again is shown again, where it stands", async () => {
    const here = room();
    await here.show("Stopped", { closed: true });
    await here.outbox.flush();
    await here.show("Watched again");
    await here.outbox.flush();
    expect(here.root()).toBe("Watched again");
    expect(await here.store.all("topics")).toHaveLength(1);
  });
});

describe("edits", () => {
  it("coalesce to the newest, however many there were", async () => {
    const here = room();
    await here.show("0 %");
    await here.outbox.flush();
    for (let percent = 1; percent <= 50; percent++) await here.show(`${percent} %`);
    await here.outbox.flush();
    expect(here.asked).toEqual(["post run", "edit 50 %"]);
  });

  it("that would change nothing are not sent", async () => {
    const here = room();
    await here.show("0 %");
    await here.outbox.flush();
    await here.show("0 %", { updatedAt: here.clock.now() + 1 });
    await here.outbox.flush();
    expect(here.asked).toEqual(["post run"]);
  });

  it("are not held up by lines that wait", async () => {
    const here = room();
    await here.show("0 %");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: 60_000 } });
    await here.say("one");
    await here.outbox.flush();
    await here.show("50 %");
    await here.outbox.flush();
    expect([here.root(), here.thread()]).toEqual(["50 %", []]);
  });

  it("of a card that people deleted post it anew, and its thread begins anew under it", async () => {
    const here = room();
    await here.show("0 %");
    await here.say("one");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "message", gone: true } });
    await here.show("50 %");
    await here.pass(1000);
    await here.say("two");
    await here.pass(1000);
    expect([here.root(1), here.thread(1)]).toEqual(["50 %", ["two"]]);
    expect(here.asked).toEqual(["post run", "post run/1", "edit 50 %", "post run#1", "post run/2"]);
  });

  it("of a card that is deleted again and again end there, and the thread goes on", async () => {
    const here = room();
    await here.show("0 %");
    await here.outbox.flush();
    for (const percent of [20, 30, 40, 50]) {
      here.chat.faults.push({ failure: { kind: "message", gone: true } });
      await here.show(`${percent} %`);
      await here.pass(60_000);
    }
    expect(await here.posted()).toMatchObject({ frozen: true });
    await here.show("60 %");
    await here.say("one");
    await here.pass(60_000);
    expect(here.asked.at(-2)).toBe("edit 50 %");
    expect(here.thread(3)).toEqual(["one"]);
  });

  it("that were perhaps made are made again", async () => {
    const here = room();
    await here.show("0 %");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "moment", perhapsDone: true }, carriedOut: true });
    await here.show("50 %");
    await here.outbox.flush();
    await here.pass(1000);
    expect(here.asked).toEqual(["post run", "edit 50 %", "edit 50 %"]);
  });
});

describe("what is urgent", () => {
  const waiting = async (lateMs: number) => {
    const here = room();
    await here.show("Runs");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: lateMs } });
    await here.say("one");
    await here.outbox.flush();
    await here.say("two");
    await here.say("failed", { urgent: true });
    await here.say("three");
    await here.say("failed again", { urgent: true });
    await here.pass(lateMs);
    return here;
  };

  it("keeps its place while the thread is not late", async () => {
    expect((await waiting(29_000)).thread()).toEqual([
      "one",
      "two",
      "failed",
      "three",
      "failed again",
    ]);
  });

  it("overtakes the rest where the thread is late, and nothing is lost", async () => {
    expect((await waiting(30_000)).thread()).toEqual([
      "failed",
      "failed again",
      "one",
      "two",
      "three",
    ]);
  });

  it("lets its own thread go before the others of the channel", async () => {
    const here = room();
    await here.show("First", { id: "first" });
    await here.show("Second", { id: "second" });
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: 5000 } });
    await here.say("one", { topic: "first" });
    await here.outbox.flush();
    await here.say("two", { topic: "first" });
    await here.say("bad", { topic: "second", urgent: true });
    here.asked.length = 0;
    await here.pass(5000);
    expect(here.asked).toEqual(["post second/3", "post first/1", "post first/2"]);
  });

  it("brings its own card with it", async () => {
    const here = room();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: 5000 } });
    await here.show("First", { id: "first" });
    await here.outbox.flush();
    here.clock.advance(1000);
    await here.show("Second", { id: "second" });
    await here.say("bad", { topic: "second", urgent: true });
    here.asked.length = 0;
    await here.pass(5000);
    expect(here.asked).toEqual(["post second", "post second/1", "post first"]);
  });
});

describe("a platform that asks to wait", () => {
  it("is obeyed to the millisecond, and the message is then sent as if for the first time", async () => {
    const here = room();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: 7300 } });
    await here.show("Begins");
    await here.outbox.flush();
    await here.pass(7299);
    expect(here.asked).toEqual(["post run"]);
    await here.pass(1);
    expect(here.asked).toEqual(["post run", "post run"]);
  });

  it("and does not say how long is asked again after a second", async () => {
    const here = room();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: -1 } });
    await here.show("Begins");
    await here.outbox.flush();
    await here.pass(999);
    expect(here.asked).toHaveLength(1);
    await here.pass(1);
    expect(here.asked).toHaveLength(2);
  });

  it("is not asked about the edits of the same channel", async () => {
    const here = room();
    await here.show("0 %");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: 60_000 } });
    await here.show("1 %");
    await here.outbox.flush();
    await here.say("one");
    await here.outbox.flush();
    expect([here.root(), here.thread()]).toEqual(["0 %", ["one"]]);
  });
});

describe("an answer that never came", () => {
  it("has the message sent again, with the same key and the remark that it may have arrived", async () => {
    const here = room();
    here.chat.faults.push({ failure: { kind: "moment", perhapsDone: true }, carriedOut: true });
    await here.show("Begins");
    await here.outbox.flush();
    await here.pass(1000);
    expect(here.asked).toEqual(["post run", "post run again"]);
    expect(here.chat.messages).toHaveLength(1);
  });

  it("leaves no card behind that shows what was so when it was first sent", async () => {
    const here = room();
    await here.show("Start?");
    here.chat.faults.push({ failure: { kind: "moment", perhapsDone: true }, carriedOut: true });
    await here.outbox.flush();
    await here.show("Cancelled", { closed: true });
    await here.pass(1_000);
    expect(here.asked).toEqual(["post run", "post run again", "edit Cancelled"]);
    expect(here.root()).toBe("Cancelled");
  });

  it("is waited for longer each time, up to a minute", async () => {
    const here = room();
    for (let i = 0; i < 10; i++)
      here.chat.faults.push({ failure: { kind: "moment", perhapsDone: true } });
    await here.show("Begins");
    const waits: number[] = [];
    let since = here.clock.now();
    await here.outbox.flush();
    for (let tries = 1; here.chat.messages.length === 0; ) {
      await here.pass(1000);
      if (here.asked.length === tries) continue;
      tries = here.asked.length;
      waits.push((here.clock.now() - since) / 1000);
      since = here.clock.now();
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  });

  it("is remembered though the platform then asks to wait, and though another line went before", async () => {
    const here = room();
    await here.show("Begins");
    await here.outbox.flush();
    here.chat.faults.push(
      { failure: { kind: "moment", perhapsDone: true } },
      { failure: { kind: "moment", afterMs: 40_000 } },
    );
    await here.say("one");
    await here.outbox.flush();
    await here.pass(1000);
    await here.say("bad", { urgent: true });
    here.asked.length = 0;
    await here.pass(40_000);
    expect(here.asked.filter((one) => one.startsWith("post"))).toEqual([
      "post run/2",
      "post run/1 again",
    ]);
  });

  it("is remembered by the next process", async () => {
    const here = room();
    here.chat.faults.push({ failure: { kind: "moment", perhapsDone: true }, carriedOut: true });
    await here.show("Begins");
    await here.outbox.flush();
    const log = createLog({ secrets: [], level: "silent" });
    const agains: (boolean | undefined)[] = [];
    const port: ChatPort = {
      ...here.chat,
      post: (to, shown, key, again) => {
        agains.push(again);
        return here.chat.post(to, shown, key, again);
      },
    };
    const { store, clock } = here;
    await createOutbox({
      store,
      ports: [port],
      ...besideStore(),
      fileMaker: bareFiles,
      clock,
      log,
    }).flush();
    expect(agains).toEqual([true]);
    expect(here.chat.messages).toHaveLength(1);
  });
});

describe("a place that is gone", () => {
  it("is tried again for days, and no other place waits for it", async () => {
    const here = room();
    here.chat.refuse({ channel: "ops", failure: { kind: "place", gone: true } });
    await here.show("Begins");
    await here.say("one");
    await here.outbox.flush();
    await here.show("Other", { id: "other", place: { ...ops, channel: "other" } });
    await here.pass(1000);
    expect(here.asked).toEqual(["post run", "post other", "post run"]);
    for (let day = 0; day < 3; day++) await here.pass(86_400_000);
    here.chat.refuse(undefined);
    await here.pass(600_000);
    expect(here.chat.transcript()).toMatch(/^Other\n\nBegins\n[\s\S]*\| .*one/);
  });

  it("and closed is forgotten once all was said there after all", async () => {
    const here = room();
    here.chat.refuse({ channel: "ops", failure: { kind: "place", gone: true } });
    await here.show("Begins", { closed: true });
    await here.say("one");
    await here.pass(1000);
    expect(await here.store.all("topics")).toHaveLength(1);
    here.chat.refuse(undefined);
    await here.pass(60_000);
    expect([await here.store.all("topics"), await here.store.all("lines")]).toEqual([[], []]);
    expect(here.thread()).toEqual(["one"]);
  });

  it("only with its thread is a new card with a new thread", async () => {
    const here = room();
    await here.show("Begins");
    await here.say("one");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "message", gone: true } });
    await here.say("the end", { urgent: true });
    await here.outbox.flush();
    await here.show("Ended", { closed: true });
    await here.pass(60_000);
    expect([here.root(1), here.thread(1)]).toEqual(["Ended", ["the end"]]);
    expect(await here.store.all("topics")).toEqual([]);
  });

  it("with every thread that is begun goes on in the channel, so that no result is lost", async () => {
    const here = room((port) => ({
      ...port,
      threadUnder: async () => {
        throw new ChatError({ kind: "message", gone: true }, "The card was deleted");
      },
    }));
    await here.show("Begins");
    await here.say("the end", { urgent: true });
    for (let i = 0; i < 5; i++) await here.pass(60_000);
    await here.show("Ended", { closed: true });
    await here.pass(60_000);
    expect(here.chat.transcript()).toContain("the end");
    expect(await here.store.all("topics")).toEqual([]);
  });
});

const anna: Person = { platform: "terminal", id: "anna", name: "Anna" };
const ben: Person = { platform: "terminal", id: "ben", name: "Ben" };
const second: Place = { ...ops, channel: "second" };
const archived: ChatFailure = { kind: "place" };

/** Resolves by hand what a call waits for, once it has begun. */
function held() {
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  return { begun, go };
}

describe("a place that cannot be written for a while", () => {
  const end = { urgent: true, notify: [anna, ben, anna] };
  const theEnd = "the end\nFor the attention of Anna, Ben";
  const direct = (here: Room) =>
    here.chat.messages
      .filter(({ place }) => place.channel.startsWith("direct to"))
      .map((message) => [message.place.channel, here.chat.text(message)]);
  const running = async (fallback: readonly Place[] = []) => {
    const here = room(undefined, fallback);
    await here.show("1 of 6", { title: "ABC" });
    await here.say("one");
    await here.outbox.flush();
    return here;
  };

  it("loses nothing: the lines and the end come when it is back, in their thread", async () => {
    const here = await running();
    here.chat.refuse({ channel: "ops", failure: archived });
    await here.say("two");
    await here.show("Ended", { title: "ABC", closed: true });
    await here.say("the end", end);
    for (let i = 0; i < 16; i++) await here.pass(1000);
    here.restart();
    here.chat.refuse(undefined);
    for (let i = 0; i < 3; i++) await here.pass(1000);
    expect([here.root(), here.thread()]).toEqual(["Ended", ["one", "two", theEnd]]);
    expect(await here.store.all("topics")).toEqual([]);
    expect(direct(here)).toEqual([]);
  });

  it("for more than a minute: those whom a line calls are told directly, once each, with why", async () => {
    const here = await running();
    here.chat.refuse({ channel: "ops", failure: archived });
    await here.say("the end", end);
    for (let i = 0; i < 10; i++) await here.pass(60_000);
    const told =
      "ABC: the end\nYou get this directly, as the terminal's channel ops cannot be written: The channel is place.";
    expect(direct(here).sort()).toEqual([
      ["direct to anna", told],
      ["direct to ben", told],
    ]);
    here.restart();
    for (let i = 0; i < 3; i++) await here.pass(60_000);
    expect(direct(here)).toHaveLength(2);
    here.chat.refuse(undefined);
    for (let i = 0; i < 3; i++) await here.pass(60_000);
    expect(here.thread()).toEqual(["one", theEnd]);
    expect(direct(here)).toHaveLength(2);
  });

  it("tells nobody directly of what is not urgent", async () => {
    const here = await running();
    here.chat.refuse({ channel: "ops", failure: archived });
    await here.say("two", { notify: [anna] });
    for (let i = 0; i < 10; i++) await here.pass(60_000);
    expect(direct(here)).toEqual([]);
  });

  it("who takes no direct messages is asked again for days, and holds up nobody", async () => {
    const here = await running();
    here.chat.refuse({ channel: "ops", failure: archived });
    here.chat.refuse({ channel: "direct to anna", failure: archived });
    await here.say("the end", end);
    for (let i = 0; i < 5; i++) await here.pass(60_000);
    expect(direct(here).map(([to]) => to)).toEqual(["direct to ben"]);
    here.chat.refuse(undefined);
    await here.pass(86_400_000);
    expect(direct(here).map(([to]) => to)).toEqual(["direct to ben", "direct to anna"]);
  });

  it("is left for the next place, and its card leads there once it can be edited", async () => {
    const here = await running([second]);
    here.chat.refuse({ channel: "ops", failure: archived });
    await here.show("2 of 6", { title: "ABC" });
    await here.say("the end", end);
    for (let i = 0; i < 3; i++) await here.pass(60_000);
    expect([here.root(0), here.thread(1)]).toEqual(["1 of 6", [theEnd]]);
    here.chat.refuse(undefined);
    await here.pass(60_000);
    expect(here.root(0)).toMatch(/^ABC goes on elsewhere\nWhat is said of it stands in /);
    expect(direct(here)).toEqual([]);
  });

  it("is come back to where the others cannot be written either, with the card that stands there", async () => {
    const here = await running([second]);
    for (const channel of ["ops", "second"]) here.chat.refuse({ channel, failure: archived });
    await here.say("two");
    await here.say("the end", end);
    for (let i = 0; i < 5; i++) await here.pass(60_000);
    expect(direct(here)).toHaveLength(2);
    here.chat.refuse(undefined);
    here.chat.refuse({ channel: "second", failure: archived });
    await here.show("Ended", { title: "ABC", closed: true });
    for (let i = 0; i < 5; i++) await here.pass(60_000);
    expect(here.root()).toBe("Ended");
    expect(here.thread()[1]).toBe(theEnd);
    expect(here.chat.messages.filter(({ place }) => place.channel === "second")).toEqual([]);
    expect(await here.store.all("topics")).toEqual([]);
  });

  it("leads from a card there that no answer ever told of, as soon as it can be looked for", async () => {
    const here = room(undefined, [second]);
    await here.show("Start?", { card: { ...card("Start?"), buttons: [confirm] } });
    here.chat.faults.push({ failure: { kind: "moment", perhapsDone: true }, carriedOut: true });
    await here.outbox.flush();
    here.chat.refuse({ channel: "ops", failure: { kind: "place" } });
    await here.pass(1_000);
    await here.pass(1_000);
    expect(here.root(0)).toContain("Start?");
    await here.show("Tested", { closed: true });
    here.chat.refuse(undefined);
    await here.pass(60_000);
    await here.pass(60_000);
    expect(here.root(0)).toMatch(/^Plan goes on elsewhere\nWhat is said of it stands in /);
    expect(here.root(1)).toContain("Tested");
    expect(await here.store.all("topics")).toEqual([]);
  });

  it("for threads alone: the lines stand in the channel, each with what it is about", async () => {
    const here = await running([second]);
    here.chat.refuse({ channel: "ops", failure: archived, threads: true });
    await here.say("two");
    await here.say("The end of ABC", end);
    await here.attach();
    await here.outbox.flush();
    expect([1, 2, 3].map((of) => here.root(of))).toEqual([
      "ABC: two",
      "The end of ABC\nFor the attention of Anna, Ben",
      "report.md\nABC: All is well",
    ]);
    expect((await here.posted())?.moved).toBeUndefined();
  });

  it("whose card and line are refused at the same time has one card in the next place", async () => {
    const line = held();
    const here = room(
      (port) => ({
        ...port,
        post: async (to, shown, key, again) => {
          if (key === "run/2") {
            line.begun.resolve();
            await line.go.promise;
          }
          return port.post(to, shown, key, again);
        },
      }),
      [second],
    );
    await here.show("97 %");
    await here.say("one");
    await here.outbox.flush();
    here.chat.refuse({ channel: "ops", failure: { kind: "place", gone: true } });
    await here.say("two");
    await here.show("98 %");
    const flushing = here.outbox.flush();
    await line.begun.promise;
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    line.go.resolve();
    await flushing;
    await here.pass(60_000);
    await here.show("Ended", { closed: true });
    await here.pass(60_000);
    expect([here.root(1), here.thread(1)]).toEqual([expect.stringMatching(/^Ended/), ["two"]]);
    expect(here.chat.messages.filter(({ place }) => place.channel === "second")).toHaveLength(2);
    expect((await here.store.all("topics")).map(({ key }) => key)).toEqual(["run@left/m1"]);
  });

  it("a line that is still on its way there is not sent to the next place as well", async () => {
    const line = held();
    const here = room(
      (port) => ({
        ...port,
        post: async (to, shown, key, again) => {
          const ref = await port.post(to, shown, key, again);
          if (key === "run/1") {
            line.begun.resolve();
            await line.go.promise;
          }
          return ref;
        },
      }),
      [second],
    );
    await here.show("97 %");
    await here.outbox.flush();
    await here.say("one");
    await here.show("98 %");
    const flushing = here.outbox.flush();
    await line.begun.promise;
    here.chat.refuse({ channel: "ops", failure: archived });
    await here.show("99 %");
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    line.go.resolve();
    await flushing;
    for (let i = 0; i < 3; i++) await here.pass(60_000);
    expect(here.asked.filter((one) => one.startsWith("post run/1"))).toHaveLength(1);
  });
});

describe("what is on its way", () => {
  it("is waited for before its topic is settled: the finished card says nothing of a delay", async () => {
    const edit = held();
    const here = room((port) => ({
      ...port,
      edit: async (ref, shown) => {
        if (shown.lines.length > 0) {
          edit.begun.resolve();
          await edit.go.promise;
        }
        return port.edit(ref, shown);
      },
    }));
    await here.show("Ended");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: 30_000 } });
    await here.show("Ended", { closed: true });
    await here.say("the end", { urgent: true });
    await here.outbox.flush();
    here.clock.advance(30_000);
    const flushing = here.outbox.flush();
    await edit.begun.promise;
    while (here.thread().length === 0) await new Promise((resolve) => setImmediate(resolve));
    const other = here.outbox.flush();
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    edit.go.resolve();
    await Promise.all([flushing, other]);
    await here.outbox.flush();
    expect([here.root(), here.thread()]).toEqual(["Ended", ["the end"]]);
    expect(await here.store.all("topics")).toEqual([]);
    here.clock.advance(31 * 86_400_000);
    expect(await here.posted()).toBeUndefined();
  });

  it("and may have been shown is shown anew, where the card is again as it was before", async () => {
    const here = room();
    await here.show("EM answers");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "moment", perhapsDone: true }, carriedOut: true });
    await here.show("EM is silent");
    await here.outbox.flush();
    await here.show("EM answers", { closed: true });
    await here.pass(1000);
    expect(here.root()).toBe("EM answers");
  });
});

describe("a line that its channel shows too", () => {
  const theEnd = "the end\nFor the attention of Anna";
  let refusal: ChatFailure | undefined;
  const copied = async () => {
    const here = room((port) => ({
      ...port,
      post: async (to, shown, key, again) => {
        if (refusal && key.endsWith("in the channel")) throw new ChatError(refusal, "Not here");
        const { unfinished: _, ...ref } = await port.post(to, shown, key, again);
        return shown.alsoInChannel ? { ...ref, unfinished: ["copy"] } : ref;
      },
    }));
    await here.show("Runs");
    await here.outbox.flush();
    await here.show("Ended", { closed: true });
    await here.say("the end", { urgent: true, notify: [anna], alsoInChannel: true });
    return here;
  };

  it("is posted once, and what its adapter could not show in the channel is a message of its own", async () => {
    const here = await copied();
    await here.outbox.flush();
    expect([here.thread(), here.root(1)]).toEqual([[theEnd], "the end"]);
    expect(here.asked.slice(-2)).toEqual(["post run/1", "post run/1 in the channel"]);
    expect(here.chat.messages.at(-1)?.versions[0]?.notify).toBeUndefined();
    expect(await here.store.all("topics")).toEqual([]);
  });

  it.each<ChatFailure>([{ kind: "place" }, { kind: "message" }])(
    "is not shown there where the channel does not take it: %o",
    async (failure) => {
      const here = await copied();
      refusal = failure;
      for (let i = 0; i < 3; i++) await here.pass(60_000);
      expect(here.thread()).toEqual([theEnd]);
      expect(here.asked.filter((one) => one.startsWith("post run/1"))).toHaveLength(2);
      expect(await here.store.all("topics")).toEqual([]);
    },
  );

  it("is shown there later, where the platform does not take the bot for a while", async () => {
    const here = await copied();
    refusal = { kind: "bot" };
    await here.pass(1000);
    refusal = undefined;
    await here.pass(10_000);
    expect([here.thread(), here.root(1)]).toEqual([[theEnd], "the end"]);
    expect(await here.store.all("topics")).toEqual([]);
  });
});

describe("what is not allowed", () => {
  it("is tried again once a minute, in case somebody allows it", async () => {
    const here = room();
    for (let i = 0; i < 3; i++) here.chat.faults.push({ failure: { kind: "place" } });
    await here.show("Begins");
    await here.outbox.flush();
    for (let i = 0; i < 18; i++) await here.pass(10_000);
    expect(here.asked).toHaveLength(4);
    expect(here.root()).toBe("Begins");
  });

  it("a platform that is no longer configured is such a thing", async () => {
    const here = room();
    await here.show("Begins", { place: { platform: "slack", channel: "C1" } });
    await here.pass(60_000);
    expect(here.asked).toEqual([]);
    expect(await here.store.all("topics")).toHaveLength(1);
  });
});

describe("an edit that left something undone", () => {
  it("is made again once a minute until all is done, across a restart too, and holds up no other", async () => {
    let undone = 3;
    const here = room((port) => ({
      ...port,
      edit: async (ref, shown) => {
        const { unfinished: _, ...message } = await port.edit(ref, shown);
        undone -= 1;
        return undone > 0 ? { ...message, unfinished: ["m0"] } : message;
      },
    }));
    await here.show("0 of 6");
    await here.outbox.flush();
    await here.show("1 of 6", { closed: true });
    await here.outbox.flush();
    expect(await here.posted()).toMatchObject({ ref: { unfinished: ["m0"] } });
    const edits = () => here.asked.filter((one) => one.startsWith("edit")).length;
    await here.pass(59_999);
    expect(edits()).toBe(1);
    await here.pass(1);
    expect(edits()).toBe(2);
    here.restart();
    await here.outbox.flush();
    expect(edits()).toBe(3);
    expect(await here.store.all("topics")).toEqual([]);
    expect((await here.posted())?.ref?.unfinished).toBeUndefined();
  });
});

describe("a message that is refused", () => {
  const refusal = { failure: { kind: "message" } } as const;
  const boxed: Card = {
    ...card("Begins", "EM says hello"),
    rows: [{ mark: "running", name: "srv01", detail: "at 10 %" }],
    buttons: [{ label: "Cancel", token: "t", style: "plain" }],
    footer: "Seen just now",
  };
  const newest = (here: Room) => here.chat.messages[0]?.versions.at(-1);

  it("is sent as mere text, with all that it says but its buttons", async () => {
    const here = room();
    here.chat.faults.push(refusal);
    await here.show("Begins", { card: boxed });
    await here.outbox.flush();
    await here.pass(1000);
    expect(newest(here)).toMatchObject({ plainly: true, rows: boxed.rows, footer: boxed.footer });
    expect(newest(here)?.buttons).toBeUndefined();
    expect(here.root()).toContain("There are no buttons here");
  });

  it("a second time is sent as its title, and then waited with ever longer", async () => {
    const here = room();
    here.chat.faults.push(refusal, refusal, refusal, refusal);
    await here.show("Begins", { card: { ...boxed, notify: [] } });
    await here.outbox.flush();
    for (const ms of [1000, 2000, 4000]) await here.pass(ms);
    expect(here.asked).toHaveLength(4);
    await here.pass(7999);
    expect(here.asked).toHaveLength(4);
    await here.pass(1);
    expect(here.root()).toBe("Begins\nThe platform refused the rest of this message.");
  });

  it("holds up no other card in its room, nor their lines and edits", async () => {
    const here = room((port) => ({
      ...port,
      post: async (to, shown, key, again) => {
        if (key.startsWith("bad")) throw new ChatError({ kind: "message" }, "Not this one");
        return port.post(to, shown, key, again);
      },
    }));
    await here.show("Bad", { id: "bad" });
    await here.say("waits", { topic: "bad" });
    await here.show("Runs");
    await here.say("one");
    await here.outbox.flush();
    await here.show("Runs on");
    await here.outbox.flush();
    expect([here.root(), here.thread()]).toEqual(["Runs on", ["one"]]);
    expect(here.chat.messages).toHaveLength(2);
  });

  it("for a reason that nobody has listed holds up the others for a second, and goes plainly", async () => {
    const here = room((port) => ({
      ...port,
      post: async (to, shown, key, again) => {
        if (key === "bad" && !shown.plainly)
          throw new ChatError({ kind: "moment" }, "Slack refuses chat.postMessage: dlp_blocked");
        return port.post(to, shown, key, again);
      },
    }));
    await here.show("Bad", { id: "bad" });
    await here.outbox.flush();
    await here.show("Runs");
    await here.pass(1000);
    expect(here.root()).toBe("Runs");
    await here.pass(1000);
    await here.pass(2000);
    expect(here.root(1)).toBe("Bad");
  });

  it("as an edit is shown plainly from then on, and as it is again after ten minutes", async () => {
    const here = room();
    await here.show("0 of 6");
    await here.outbox.flush();
    here.chat.faults.push(refusal);
    await here.show("1 of 6");
    await here.outbox.flush();
    await here.pass(1000);
    await here.show("2 of 6");
    await here.outbox.flush();
    expect(newest(here)).toMatchObject({ title: "2 of 6", plainly: true });
    await here.show("3 of 6");
    await here.pass(600_000);
    expect(newest(here)).toEqual(card("3 of 6"));
  });

  it("is told to whoever asked only where nothing plainer is taken either", async () => {
    const here = room();
    const told: string[] = [];
    here.chat.faults.push(refusal, refusal, refusal);
    here.outbox.onRefusal("run", async (why) => void told.push(why));
    await here.show("Start?");
    await here.outbox.flush();
    await here.pass(1000);
    expect(told).toEqual([]);
    await here.pass(2000);
    expect(told).toEqual(["The chat said refused"]);
  });
});

describe("a bot whose token is refused", () => {
  const other: Place = { ...ops, channel: "other" };
  const revoked = { failure: { kind: "bot" } } as const;

  it("moves nothing to another place, and all of the platform waits for one try", async () => {
    const here = room(undefined, [other]);
    await here.show("Runs");
    await here.outbox.flush();
    here.chat.faults.push(revoked, revoked);
    await here.say("one");
    await here.outbox.flush();
    await here.show("Elsewhere", { id: "elsewhere", place: other });
    await here.show("Runs on");
    await here.outbox.flush();
    expect(here.asked).toEqual(["post run", "post run/1"]);
    await here.pass(1000);
    await here.pass(2000);
    expect([here.root(), here.thread(), here.root(1)]).toEqual(["Runs on", ["one"], "Elsewhere"]);
    expect((await here.posted())?.moved).toBeUndefined();
  });
});

describe("a delay", () => {
  it("is said on the card, grows with it, and is taken back", async () => {
    const here = room();
    await here.show("Runs");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: 100_000 } });
    await here.say("one");
    await here.pass(29_000);
    expect(here.root()).toBe("Runs");
    await here.pass(1000);
    expect(here.root()).toBe("Runs\nMessages here are delayed by 30 s; this card is the present.");
    await here.pass(65_000);
    expect(here.root()).toContain("delayed by 1 min 30 s;");
    await here.pass(40_000);
    expect(here.thread()).toEqual(["one"]);
    expect(here.root()).toBe("Runs");
  });
});

describe("one slow channel", () => {
  it("does not hold another, and neither does it keep the rest of itself from being edited", async () => {
    const stuck = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const here = room((port) => ({
      ...port,
      post: async (to, shown, key, again) => {
        if ("channel" in to && to.channel === "slow") await stuck.promise;
        const ref = await port.post(to, shown, key, again);
        if (shown.title === "two") arrived.resolve();
        return ref;
      },
    }));
    await here.show("Slow", { id: "slow", place: { ...ops, channel: "slow" } });
    await here.show("Fast");
    await here.say("one");
    await here.say("two");
    const flushing = here.outbox.flush();
    const stop = new AbortController();
    const running = here.outbox.run(stop.signal);
    await arrived.promise;
    expect(here.chat.messages.map(({ place }) => place.channel)).not.toContain("slow");
    stuck.resolve();
    await flushing;
    stop.abort();
    await running;
    expect(here.chat.messages.map(({ place }) => place.channel)).toContain("slow");
  });
});

describe("stopping", () => {
  it("waits for the message in hand, and begins no other", async () => {
    const begun = Promise.withResolvers<void>();
    const stuck = Promise.withResolvers<void>();
    const here = room((port) => ({
      ...port,
      post: async (to, shown, key, again) => {
        begun.resolve();
        await stuck.promise;
        return port.post(to, shown, key, again);
      },
    }));
    await here.show("Begins");
    await here.say("one");
    const stop = new AbortController();
    let stopped = false;
    const running = here.outbox.run(stop.signal).then(() => {
      stopped = true;
    });
    await begun.promise;
    stop.abort();
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    stuck.resolve();
    await running;
    expect(here.asked).toEqual(["post run"]);
    expect(await here.posted()).toMatchObject({ ref: { id: "m1" } });
  });
});

describe("a store that fails for a while", () => {
  it("keeps the outbox running, and all arrives when it is back", async () => {
    const here = room();
    await here.show("Begins");
    await here.say("one");
    here.store.down = true;
    const stop = new AbortController();
    const running = here.outbox.run(stop.signal);
    for (let i = 0; i < 3; i++) await turn(here.clock);
    expect(here.asked).toEqual([]);
    here.store.down = false;
    while (here.chat.messages.length < 2) await turn(here.clock);
    stop.abort();
    await running;
    expect([here.root(), here.thread()]).toEqual(["Begins", ["one"]]);
  });

  const turn = async (clock: FakeClock) => {
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  };
});

/** The lines that a message in the thread tells. */
const unbundled = (text: string) =>
  text.startsWith("Said late")
    ? text
        .split("\n")
        .slice(1)
        .map((line) => line.replace(/^.* UTC: /, ""))
    : [text];

describe("a thread that was silent for long", () => {
  it("gets what was missed in one message, but for what is urgent", async () => {
    const here = room();
    await here.show("Runs");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: 300_000 } });
    await here.say("one");
    await here.outbox.flush();
    await here.say("two");
    await here.say("bad", { urgent: true });
    await here.pass(300_000);
    expect(here.thread().map(unbundled)).toEqual([["bad"], ["one", "two"]]);
  });

  it("gets it line by line where it is refused as mere text too", async () => {
    const refused: string[] = [];
    const here = room((port) => ({
      ...port,
      post: (to, shown, key, again) => {
        if (!shown.title.startsWith("Said late")) return port.post(to, shown, key, again);
        refused.push(`${shown.lines.length} lines${shown.plainly ? ", plainly" : ""}`);
        return Promise.reject(new ChatError({ kind: "message" }, "invalid_blocks"));
      },
    }));
    await here.show("Begins");
    await here.outbox.flush();
    for (const text of ["one", "two", "three", "four"]) await here.say(text);
    here.clock.advance(400_000);
    await here.outbox.flush();
    for (let tries = 0; tries < 5; tries++) await here.pass(5_000);
    expect(refused).toEqual(["4 lines", "4 lines, plainly"]);
    expect(here.thread()).toEqual(["one", "two", "three", "four"]);
  });

  it("gets it again as it was, where it is not known whether it has arrived", async () => {
    const here = room();
    await here.show("Runs");
    await here.outbox.flush();
    here.chat.faults.push(
      { failure: { kind: "moment", afterMs: 300_000 } },
      { failure: { kind: "moment", perhapsDone: true }, carriedOut: true },
    );
    await here.say("one");
    await here.outbox.flush();
    await here.say("two");
    here.clock.advance(300_000);
    await here.show("Runs on");
    await here.outbox.flush();
    await here.say("three");
    here.asked.length = 0;
    await here.pass(2000);
    expect(here.thread().flatMap(unbundled)).toEqual(["one", "two", "three"]);
  });
});

const nothing = { lines: 0, contents: 0 };
const shownFile = "report.md\nAll is well";

/** A room whose topic has been shown, with nothing asked since. */
async function begun(...given: Parameters<typeof room>) {
  const here = room(...given);
  await here.show("Begins");
  await here.outbox.flush();
  here.asked.length = 0;
  return here;
}

describe("a file", () => {
  it("keeps its place among the lines of its thread, and leaves nothing behind", async () => {
    const here = await begun();
    await here.say("one");
    await here.attach();
    await here.say("two");
    await here.outbox.flush();
    expect(here.thread()).toEqual(["one", shownFile, "two"]);
    expect(here.files()).toEqual(["report.md: # All is well"]);
    expect(here.asked).toEqual(["post run/1", "attach run/2/file", "post run/3"]);
    expect(await here.kept()).toEqual(nothing);
    expect(await here.posted()).toMatchObject({ attempting: [] });
  });

  it("arrives as it was, whatever is in it", async () => {
    const here = await begun();
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await here.attach({ bytes });
    await here.outbox.flush();
    expect([...(here.chat.messages.at(-1)?.file?.bytes ?? [])]).toEqual([...bytes]);
  });

  it("is in no message with others where the thread was silent for long, and is overtaken by what is urgent", async () => {
    const here = await begun();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: 300_000 } });
    for (const text of ["one", "two"]) await here.say(text);
    await here.attach();
    for (const text of ["three", "four"]) await here.say(text);
    await here.say("bad", { urgent: true });
    await here.outbox.flush();
    await here.pass(300_000);
    expect(here.thread().map(unbundled)).toEqual([
      ["bad"],
      ["one", "two"],
      [shownFile],
      ["three", "four"],
    ]);
  });

  it("that had no answer is sent again with the same key, and the remark that it may have arrived", async () => {
    const here = await begun();
    here.chat.faults.push({ failure: { kind: "moment", perhapsDone: true }, carriedOut: true });
    await here.attach();
    await here.say("one");
    await here.outbox.flush();
    here.restart();
    await here.pass(1000);
    expect(here.asked).toEqual(["attach run/1/file", "attach run/1/file again", "post run/2"]);
    expect(here.files()).toHaveLength(1);
  });

  it("that the platform asked to wait with is sent as if for the first time", async () => {
    const here = await begun();
    here.chat.faults.push({ failure: { kind: "moment", afterMs: 7000 } });
    await here.attach();
    await here.outbox.flush();
    await here.pass(7000);
    expect(here.asked).toEqual(["attach run/1/file", "attach run/1/file"]);
  });

  /** As where a proxy lets through to the platform, and not to where it keeps files. */
  const blocked = () =>
    begun((port) => ({
      ...port,
      attach: () => Promise.reject(new ChatError({ kind: "moment", afterMs: 5000 }, "No way")),
    }));

  it("that cannot be left anywhere holds up no other card of its channel", async () => {
    const here = await blocked();
    await here.attach();
    for (let i = 0; i < 3; i++) await here.pass(5000);
    await here.show("Other", { id: "other" });
    await here.say("goes on", { topic: "other" });
    await here.outbox.flush();
    for (let i = 0; i < 3; i++) await here.pass(1000);
    expect([here.root(1), here.thread(1)]).toEqual(["Other", ["goes on"]]);
  });

  it("that cannot be left anywhere for a day is told in words, and the thread goes on", async () => {
    const here = await blocked();
    await here.attach();
    await here.say("one");
    await here.outbox.flush();
    for (let i = 0; i < 23; i++) await here.pass(3_600_000);
    expect(here.thread()).toEqual([]);
    for (let i = 0; i < 3; i++) await here.pass(3_600_000);
    const said = here.thread().join("\n");
    expect(said).toContain(`The file "report.md" is not here\nNo way\nAll is well`);
    expect(said).toMatch(/one$/);
    expect(await here.kept()).toEqual(nothing);
  });

  it("is not lost where its thread is: it goes with the lines to a new one", async () => {
    const here = await begun();
    await here.say("one");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "message", gone: true } });
    await here.attach();
    await here.pass(1000);
    await here.pass(1000);
    expect([here.root(1), here.thread(1)]).toEqual(["Begins", [shownFile]]);
    expect(await here.kept()).toEqual(nothing);
  });

  it("goes along where its place may not be written any more", async () => {
    const here = await begun(undefined, [{ ...ops, channel: "second" }]);
    await here.attach();
    await here.say("one");
    here.chat.refuse({ channel: "ops", failure: { kind: "place" } });
    await here.outbox.flush();
    await here.pass(60_000);
    expect(here.thread(1)).toEqual([shownFile, "one"]);
    expect(here.files()).toEqual(["report.md: # All is well"]);
    expect(await here.kept()).toEqual(nothing);
  });

  it("is forgotten with all that was to be said in a place that is gone", async () => {
    const here = room();
    here.chat.faults.push({ failure: { kind: "message", gone: true } });
    await here.show("Begins", { closed: true });
    await here.attach();
    await here.outbox.flush();
    await here.pass(1000);
    expect(await here.kept()).toEqual(nothing);
  });
});

describe("a file that the platform does not take", () => {
  const refused = async (...given: Parameters<typeof room>) => {
    const here = room(...given);
    await here.show("Begins");
    await here.say("one");
    await here.outbox.flush();
    here.chat.faults.push({ failure: { kind: "message" } });
    await here.attach();
    await here.say("two");
    await here.outbox.flush();
    return here;
  };
  const instead = 'The file "report.md" is not here\nThe chat said refused';

  it("has its text said in its place, with why, and holds up nothing", async () => {
    const here = await refused();
    await here.pass(1000);
    expect(here.thread()).toEqual(["one", `[warning] ${instead}\nAll is well`, "two"]);
    expect(await here.kept()).toEqual(nothing);
    expect(here.files()).toEqual([]);
  });

  it("is not asked for again by the next process", async () => {
    const here = await refused();
    here.restart();
    here.asked.length = 0;
    await here.pass(1000);
    expect(here.asked).toEqual(["post run/2", "post run/3"]);
  });

  it("is perhaps there all the same where an earlier attempt had no answer", async () => {
    const here = room();
    await here.show("Begins");
    await here.outbox.flush();
    here.chat.faults.push(
      { failure: { kind: "moment", perhapsDone: true } },
      { failure: { kind: "message" } },
    );
    await here.attach();
    await here.outbox.flush();
    for (let i = 0; i < 3; i++) await here.pass(2000);
    expect(here.thread()).toEqual([
      `[warning] ${instead}\nPerhaps it is: an earlier attempt to attach it had no answer\nAll is well`,
    ]);
  });

  it("is tried anew where it moves with its thread", async () => {
    const here = await refused(undefined, [{ ...ops, channel: "second" }]);
    here.chat.refuse({ channel: "ops", failure: { kind: "place" } });
    await here.pass(1000);
    await here.pass(60_000);
    expect(here.thread(1)).toEqual([shownFile, "two"]);
    expect(await here.kept()).toEqual(nothing);
  });

  it("is told of in its place too, where the bot has lost what was in it", async () => {
    const here = room();
    await here.show("Begins");
    await here.outbox.flush();
    await here.attach();
    const [content] = await here.store.all("contents");
    await here.store.commit([{ remove: "contents", key: content?.key ?? "" }]);
    await here.outbox.flush();
    await here.pass(1000);
    expect(here.thread()).toEqual([
      '[warning] The file "report.md" is not here\nThe bot has lost what was in it\nAll is well',
    ]);
  });
});

describe("files that are made when they are sent", () => {
  const name = "Berlin Plan 2026-11-21 0600 UTC";
  const made = ["png", "md", "csv"].map((as) => `${name}.${as}: ${as} of k3`);

  it("stand in their thread, and nothing of them is kept before or behind", async () => {
    const here = await begun();
    await here.say("one");
    await here.report();
    expect(await here.kept()).toEqual({ lines: 4, contents: 0 });
    await here.outbox.flush();
    expect(here.thread()[0]).toBe("one");
    expect(here.files()).toEqual(made);
    expect(await here.kept()).toEqual(nothing);
  });

  it("have their words said in their place where they cannot be made, and the log says why", async () => {
    const logged: string[] = [];
    const make = (part: ReportPart) =>
      part.as === "png" ? Promise.reject(new Error("no such font")) : bareFiles.make(part);
    const here = await begun(undefined, [], { fileMaker: { make }, logged });
    await here.report();
    await here.outbox.flush();
    await here.pass(1000);
    expect(here.thread()[0]).toMatch(
      /^\[warning\] The file "Berlin Plan 2026-11-21 0600 UTC\.png" is not here\nThe bot could not make it\nfilesrv01 failed\. Failover of Berlin Plan/,
    );
    expect(here.files()).toEqual(made.slice(1));
    expect(here.asked.filter((one) => one.startsWith("attach"))).toHaveLength(2);
    expect(logged.join()).toContain("no such font");
  });

  it("wait where the state cannot be read", async () => {
    let fails = true;
    const make = (part: ReportPart) =>
      fails ? Promise.reject(new StoreError("Busy")) : bareFiles.make(part);
    const here = await begun(undefined, [], { fileMaker: { make } });
    await here.report();
    await here.outbox.flush();
    expect(here.files()).toEqual([]);
    fails = false;
    await here.pass(1000);
    expect(here.files()).toEqual(made);
  });

  it("of a record that stays damaged are told in words after a day, and the thread goes on", async () => {
    const make = () => Promise.reject(new StoreError("record reports/k3 is damaged"));
    const here = await begun(undefined, [], { fileMaker: { make } });
    await here.report();
    await here.outbox.flush();
    for (let hour = 0; hour < 26; hour++) await here.pass(3_600_000);
    expect(here.thread().join("\n")).toContain("The bot could not make it");
    expect(await here.kept()).toEqual(nothing);
  });

  it("are made once more where no answer came, and told to be perhaps there", async () => {
    const here = await begun();
    here.chat.faults.push({ failure: { kind: "moment", perhapsDone: true }, carriedOut: true });
    await here.report();
    await here.outbox.flush();
    here.restart();
    await here.pass(1000);
    expect(here.asked.slice(0, 2)).toEqual(["attach run/1/file", "attach run/1/file again"]);
    expect(here.files()).toEqual(made);
  });

  it("go along where their place may not be written any more", async () => {
    const here = await begun(undefined, [{ ...ops, channel: "second" }]);
    await here.report();
    here.chat.refuse({ channel: "ops", failure: { kind: "place" } });
    await here.outbox.flush();
    await here.pass(60_000);
    expect(here.files()).toEqual(made);
    expect(await here.kept()).toEqual(nothing);
  });
});

describe("what comes late from a place that the run has left meanwhile", () => {
  const second: Place = { ...ops, channel: "second" };
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  /** An edit in the first place hangs while a line is refused there, and all goes on in the second. */
  const left = async (late: (edit: () => Promise<MessageRef>, ref: MessageRef) => unknown) => {
    const released = Promise.withResolvers<void>();
    const here = room(
      (port) => ({
        ...port,
        edit: async (ref, shown) => {
          if (ref.place.channel !== "ops") return port.edit(ref, shown);
          await released.promise;
          await late(() => port.edit(ref, shown), ref);
          return ref;
        },
      }),
      [second],
    );
    await here.show("Begins");
    await here.outbox.flush();
    await here.show("Goes on");
    await here.say("one");
    here.chat.refuse({ channel: "ops", failure: { kind: "place" } });
    const hanging = here.outbox.flush();
    await settled();
    const moving: Promise<void>[] = [];
    for (let rounds = 0; rounds < 2; rounds++) {
      moving.push(here.outbox.flush());
      await settled();
    }
    expect((await here.posted())?.ref?.place).toEqual(second);
    released.resolve();
    await Promise.all([hanging, ...moving]);
    await here.show("Ends");
    await here.outbox.flush();
    await here.pass(60_000);
    return here;
  };
  const cards = ({ chat }: Room) =>
    chat.messages
      .filter(({ place }) => place.thread === undefined)
      .map(({ place, versions }) => `${place.channel}: ${versions.at(-1)?.title}`);

  it("does not have the card posted twice where it is a refusal", async () => {
    const here = await left((edit) => edit());
    expect(here.asked.filter((what) => what.startsWith("post run@1"))).toEqual(["post run@1"]);
    expect(cards(here)).toEqual(["ops: Begins", "second: Ends"]);
  });

  it("does not let the card stand still where it was edited", async () => {
    const here = await left(() => undefined);
    expect(cards(here)).toEqual(["ops: Begins", "second: Ends"]);
  });
});

describe("a process that dies at any commit", () => {
  /** Of the card, its thread, and two each of the three lines. */
  const commits = 9;
  const deaths = Array.from({ length: commits }, (_, at) => at).flatMap((at) =>
    (["unwritten", "written"] as const).map((fate) => ({ at, fate })),
  );
  const dying = async (at: number, fate: "unwritten" | "written", refuse: boolean) => {
    const attach: ChatPort["attach"] = async () => {
      throw new ChatError({ kind: "message" }, "Too large");
    };
    const here = room((port) => (refuse ? { ...port, attach } : port));
    await here.show("Begins");
    await here.say("one");
    await here.attach();
    await here.say("two");
    here.store.faults.push(...Array<"none">(at).fill("none"), fate);
    await here.outbox.flush().catch(() => undefined);
    here.restart();
    for (let i = 0; i < 4; i++) await here.pass(2000);
    expect(here.store.faults).toEqual([]);
    return here;
  };

  it.each(deaths)("gives the file once and in its place: commit $at is $fate", async (death) => {
    const here = await dying(death.at, death.fate, false);
    expect(here.thread()).toEqual(["one", shownFile, "two"]);
    expect(await here.kept()).toEqual(nothing);
  });

  it.each(deaths)("says once why it is not there: commit $at is $fate", async (death) => {
    const here = await dying(death.at, death.fate, true);
    const lines = here.thread();
    expect([lines[0], lines[2], lines.length]).toEqual(["one", "two", 3]);
    expect(lines[1]).toMatch(/^\[warning\] The file "report.md" is not here\nToo large\n/);
    expect(await here.kept()).toEqual(nothing);
  });
});

describe("whatever fails, and however often", () => {
  const storeFault = fc.constantFrom(
    "none" as const,
    "none" as const,
    "unwritten" as const,
    "written" as const,
  );
  const chatFault = fc.record({
    failure: fc.constantFrom<ChatFailure>(
      { kind: "moment", afterMs: 1000 },
      { kind: "place" },
      { kind: "bot" },
      { kind: "message" },
      { kind: "moment" },
      { kind: "moment", perhapsDone: true },
    ),
    carriedOut: fc.boolean(),
  });
  /** Only a lost answer leaves it open whether something was done. */
  const honest = ({ failure, carriedOut }: { failure: ChatFailure; carriedOut: boolean }) => ({
    failure,
    carriedOut: carriedOut && failure.kind === "moment" && failure.perhapsDone === true,
  });

  /** What was said late comes as one message, a line each. */
  const unbundled = (text: string) =>
    text.startsWith("Said late")
      ? text
          .split("\n")
          .slice(1)
          .map((line) => line.replace(/^.*? UTC: /, ""))
      : [text];

  it("every line and file arrives once, in its order, urgent ones before others at most, and the card is the newest", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(storeFault, { maxLength: 12 }),
        fc.array(chatFault, { maxLength: 8 }),
        fc.array(fc.constantFrom("line" as const, "urgent" as const, "file" as const), {
          minLength: 1,
          maxLength: 5,
        }),
        async (storeFaults, chatFaults, kinds) => {
          const here = room();
          await here.show("Begins");
          for (const [i, kind] of kinds.entries())
            if (kind === "file") await here.attach({ name: `file ${i}`, text: "" });
            else await here.say(`${kind} ${i}`, { urgent: kind === "urgent" });
          here.store.faults.push(...storeFaults);
          here.chat.faults.push(...chatFaults.map(honest));
          for (let i = 0; i < 25; i++) await here.pass(60_000).catch(() => undefined);
          here.store.faults.length = 0;
          await here.show("Ended", { closed: true });
          for (let i = 0; i < 3; i++) await here.pass(60_000);
          const lines = here.thread().flatMap(unbundled);
          const said = kinds.map((kind, i) => `${kind} ${i}`);
          expect([...lines].sort()).toEqual([...said].sort());
          const isUrgent = (line: string) => line.startsWith("urgent");
          expect(lines.filter(isUrgent)).toEqual(said.filter(isUrgent));
          const inTurn = (line: string) => !isUrgent(line);
          expect(lines.filter(inTurn)).toEqual(said.filter(inTurn));
          expect(await here.kept()).toEqual(nothing);
          expect(here.root()).toBe("Ended");
          expect(await here.store.all("topics")).toEqual([]);
          expect(here.chat.messages).toHaveLength(1 + here.thread().length);
        },
      ),
      { numRuns: 40 },
    );
  });

  const outage = fc.record({
    channel: fc.constantFrom("ops", "second", "direct to anna"),
    threads: fc.boolean(),
    gone: fc.boolean(),
  });
  const placeFault = fc.constantFrom<ChatFailure>(
    { kind: "moment", afterMs: 1000 },
    { kind: "moment", perhapsDone: true },
    { kind: "bot" },
    { kind: "place" },
  );
  const step = fc.record({
    does: fc.constantFrom("line", "urgent", "edit", "restart", "nothing"),
    outages: fc.array(outage, { maxLength: 2 }),
    minutes: fc.integer({ min: 0, max: 8 }),
    faults: fc.array(placeFault, { maxLength: 2 }),
  });

  /** What stands in a channel and its threads, but for cards. */
  const linesIn = (here: Room, channel: string) =>
    here.chat.messages
      .filter(({ place, key = "" }) => place.channel === channel && /^run\/\d/.test(key))
      .flatMap((message) => unbundled(here.chat.text(message).replace(/^ABC: /, "")))
      .map((text) => text.split("\n")[0] ?? "");

  it("after the last refusal every line has arrived once in a room, and no card there says that it runs", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (steps, hasFallback) => {
          const here = room(undefined, hasFallback ? [second] : []);
          await here.show("running", { title: "ABC" });
          await here.outbox.flush();
          const said: string[] = [];
          for (const [i, { does, outages, minutes, faults }] of steps.entries()) {
            here.chat.refuse(undefined);
            for (const { channel, threads, gone } of outages)
              here.chat.refuse({
                channel,
                failure: gone ? { kind: "place", gone: true } : archived,
                ...(threads ? { threads } : {}),
              });
            here.chat.faults.push(...faults.map((failure) => ({ failure })));
            if (does === "restart") here.restart();
            if (does === "edit") await here.show(`running ${i}`, { title: "ABC" });
            if (does === "line" || does === "urgent") {
              said.push(`${does} ${i}`);
              await here.say(`${does} ${i}`, { urgent: does === "urgent", notify: [anna] });
            }
            for (let minute = 0; minute <= minutes; minute++) await here.pass(60_000);
          }
          here.chat.refuse(undefined);
          here.chat.faults.length = 0;
          await here.show("Ended", { title: "ABC", closed: true });
          for (let i = 0; i < 6; i++) await here.pass(600_000);
          const lines = [...linesIn(here, "ops"), ...linesIn(here, "second")];
          expect(lines.sort()).toEqual(said.sort());
          const cards = here.chat.messages.filter(({ key = "" }) => /^run(@|#|$)/.test(key));
          for (const one of cards)
            expect(here.chat.text(one)).toMatch(/^(Ended|ABC goes on elsewhere)/);
          const direct = here.chat.messages.filter(({ place }) =>
            place.channel.startsWith("direct"),
          );
          const told = direct.map((one) => here.chat.text(one).split("\n")[0]);
          expect(new Set(told).size).toBe(told.length);
          expect(told.join("\n")).not.toContain("line");
          expect(await here.store.all("topics")).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
