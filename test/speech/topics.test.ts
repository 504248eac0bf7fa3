/** How topics and lines are written, and where they are found again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Card, Place } from "../../src/chat/port.ts";
import type { Topic } from "../../src/records/topic.ts";
import { endsWithoutPlace, untold } from "../../src/speech/last-words.ts";
import { topicAt } from "../../src/speech/locate.ts";
import {
  copyLine,
  putTopic,
  queueFile,
  queueLine,
  replaceTopic,
  topicId,
} from "../../src/speech/topics.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";

const ops: Place = { platform: "terminal", channel: "ops" };
const thread: Place = { ...ops, thread: "m1" };
const second: Place = { ...ops, channel: "second" };
const card = (title: string): Card => ({ tone: "plain", title, lines: [] });
const topicOf = (id: string, own: Partial<Topic> = {}): Topic => ({
  ...{ version: 1, id, place: ops, title: "Plan", card: card("Runs") },
  ...{ updatedAt: 0, closed: false },
  ...own,
});

function storeOf() {
  const folder = mkdtempSync(join(tmpdir(), "topics-"));
  const store = openSqliteStore(join(folder, "state.db"), () => 0);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return store;
}

it("a topic is known by its owner and its place, its thread too where it stands in one", () => {
  expect([ops, thread].map((place) => topicId("run-1", place))).toEqual([
    "run-1:terminal:ops",
    "run-1:terminal:ops:m1",
  ]);
});

it("a topic is found by its place, or by the thread under its card", async () => {
  const store = storeOf();
  const own = { version: 1, thread } as const;
  await store.commit([putTopic(topicOf("a")), { put: "posted", key: "a", value: own }]);
  const at = (place: Place) => topicAt(store, ["gone", "a"], place);
  expect([await at(ops), await at(thread)]).toEqual(["a", "a"]);
  const others = [second, { ...thread, thread: "m2" }, { ...thread, channel: "second" }];
  for (const place of [...others, { ...ops, platform: "slack" } as const, second])
    expect(await at(place)).toBeUndefined();
});

it("a topic of which nothing is posted yet is where it was asked for, and nowhere else", async () => {
  const store = storeOf();
  await store.commit([putTopic(topicOf("a", { place: thread })), putTopic(topicOf("b"))]);
  const at = (place: Place) => topicAt(store, ["a", "b"], place);
  expect([await at(thread), await at(ops)]).toEqual(["a", "b"]);
  expect(await topicAt(store, ["a"], ops)).toBeUndefined();
  expect(await topicAt(store, ["b"], thread)).toBeUndefined();
});

it("a topic that was moved is where it was moved to, and no longer where it was", async () => {
  const store = storeOf();
  const moved = { to: second, from: ops, why: "Archived", tried: 1 };
  const posted = { put: "posted", key: "a", value: { version: 1, moved } } as const;
  await store.commit([putTopic(topicOf("a")), posted]);
  expect(await topicAt(store, ["a"], second)).toBe("a");
  expect(await topicAt(store, ["a"], ops)).toBeUndefined();
});

it("a card is replaced only where it is still the one that was read", async () => {
  const store = storeOf();
  const was = topicOf("a");
  await store.commit([putTopic(topicOf("a", { title: "Another" }))]);
  await store.commit([replaceTopic(was, topicOf("a", { title: "Stale" }))]);
  expect((await store.get("topics", "a"))?.title).toBe("Another");
  await store.commit([replaceTopic(topicOf("a", { title: "Another" }), topicOf("a"))]);
  expect((await store.get("topics", "a"))?.title).toBe("Plan");
});

it("a file is no urgent line, and says what it is where it cannot be shown", () => {
  const bytes = Buffer.from("# Well");
  const file = { name: "report.md", mediaType: "text/markdown", bytes, text: "All is well" };
  const [, line] = queueFile("run", file, 7);
  expect(line).toMatchObject({
    value: {
      ...{ topic: "run", urgent: false, at: 7 },
      card: { title: "report.md", lines: ["All is well"] },
    },
  });
});

it("what its channel shows later is the line as it was said, and tells of which it is", () => {
  const value = { version: 1, topic: "run", card: card("the end"), urgent: true, at: 7 } as const;
  expect(copyLine({ key: "3", value }, "run/3")).toEqual({
    append: "lines",
    value: { ...value, copyOf: "run/3" },
  });
});

it("nobody is told directly of what is not urgent, stands in its thread, or was told", () => {
  const line = (key: string, own = {}) => {
    const value = { version: 1, topic: "run", card: card("x"), urgent: true, at: 0 } as const;
    return { key, value: { ...value, ...own } };
  };
  const lines = [line("1"), line("2", { urgent: false }), line("3", { copyOf: "run/1" })];
  const keys = (posted = {}) => untold(lines, { version: 1, ...posted }).map(({ key }) => key);
  expect([keys(), keys({ direct: ["1"] }), keys({ direct: ["2"] })]).toEqual([["1"], [], ["1"]]);
});

it("ends that no place takes are those that wait though their people were told directly", async () => {
  const store = storeOf();
  const say = (topic: string) => queueLine(topic, card("the end"), true, 0);
  await store.commit([say("told"), say("waits"), say("new"), say("untold")]);
  const [first, , , last] = (await store.all("lines")).map(({ key }) => key);
  const posted = (key: string, direct: readonly (string | undefined)[]) =>
    ({
      put: "posted",
      key,
      value: { version: 1, direct: direct.filter((one) => one !== undefined) },
    }) as const;
  await store.commit([
    ...["told", "waits", "new", "untold"].map((id) => putTopic(topicOf(id))),
    posted("told", [first]),
    posted("waits", [last]),
    { put: "posted", key: "untold", value: { version: 1 } },
  ]);
  expect((await endsWithoutPlace(store)).map(({ id }) => id)).toEqual(["told"]);
});
