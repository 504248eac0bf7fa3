/**
 * Edits that arrive late, over newer ones: of a process that was killed or replaced while one was on
 * its way, and of one that gave up waiting. With the adapters, on their platforms' test servers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createDiscordPort } from "../../adapters/discord/discord.ts";
import { createSlackPort } from "../../adapters/slack/slack.ts";
import type { ChatFailure, ChatPort, Place } from "../../src/chat/port.ts";
import { unpaced } from "../../src/chat/unpaced.ts";
import { createLog } from "../../src/log.ts";
import { ledPort } from "../../src/program/led-port.ts";
import { createOutbox } from "../../src/speech/outbox.ts";
import { putTopic } from "../../src/speech/topics.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { type Store, StoreError } from "../../src/store/store.ts";
import { besideStore } from "../fakes/beside-store.ts";
import { type FakeChat, fakeChat } from "../fakes/chat.ts";
import { type FakeClock, fakeClock } from "../fakes/clock.ts";
import { startDiscord } from "../fakes/discord/discord.ts";
import { asRead } from "../fakes/discord/world.ts";
import { bareFiles } from "../fakes/files.ts";
import { appScopes } from "../fakes/slack/app-scopes.ts";
import { createFakeSlack } from "../fakes/slack/fake-slack.ts";
import type { Held } from "../fakes/slack/faults.ts";
import { readable } from "../fakes/slack/reading.ts";
import type { SpokenRecord } from "../fakes/spoken.ts";

const LATE_MS = 30_000;
const log = createLog({ secrets: [], level: "silent" });

interface Platform {
  /** Of one process. */
  port(): ChatPort;
  readonly place: Place;
  /** The title of the only message. */
  shown(): string | undefined;
  /** The next edit is carried out late: once `land` is called, which resolves when that is done. */
  holdBack(): { readonly arrived: Promise<void>; land(): Promise<void> };
}

function landing(
  { arrived, release }: Held,
  { spoken }: { readonly spoken: Pick<SpokenRecord<object>, "more"> },
) {
  const land = () => {
    const landed = spoken.more(1);
    release();
    return landed;
  };
  return { arrived, land };
}

const titleIn = (text = "") => /Runs|Half|Ended/.exec(text)?.[0];

async function slack(clock: FakeClock): Promise<Platform> {
  const {
    world,
    faults,
    url: apiUrl,
    botToken,
    appToken,
    close,
  } = await createFakeSlack({ clock, scopes: appScopes });
  onTestFinished(close);
  const channels = ["C0WAR"];
  return {
    port: () => createSlackPort({ apiUrl, botToken, appToken, channels, clock, log }),
    place: { platform: "slack", channel: "C0WAR" },
    shown: () => titleIn(world.messages.map((message) => readable(world, message)).join()),
    holdBack: () => landing(faults.holdBack("chat.update"), world),
  };
}

async function discord(clock: FakeClock): Promise<Platform> {
  const { world, rest, apiUrl, token, channel, close } = await startDiscord(clock);
  onTestFinished(close);
  const channels = [channel.id];
  return {
    port: () => createDiscordPort({ token, apiUrl, channels, clock, log }),
    place: { platform: "discord", channel: channel.id },
    shown: () => titleIn(world.messages.flatMap((message) => asRead(world, message)).join()),
    holdBack: () => landing(rest.holdBackNext("PATCH", /messages/), world),
  };
}

function storeOf(clock: FakeClock): Store {
  const folder = mkdtempSync(join(tmpdir(), "late-edits-"));
  const store = openSqliteStore(join(folder, "state.db"), clock.now);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return store;
}

const processOn = (store: Store, port: ChatPort, clock: FakeClock) =>
  createOutbox({ ...besideStore(), fileMaker: bareFiles, store, ports: [port], clock, log });

async function show(store: Store, place: Place, title: string, closed = false): Promise<void> {
  const card = { tone: "running", title, lines: [] } as const;
  const topic = {
    version: 1,
    id: "run",
    place,
    title: "Plan",
    card,
    updatedAt: 0,
    closed,
  } as const;
  await store.commit([putTopic(topic)]);
}

const open = async (store: Store) => (await store.all("topics")).length;

describe.each([
  ["Slack", slack],
  ["Discord", discord],
])("an edit on %s that was on its way when its process was replaced", (_, platform) => {
  it("shows an old card over the end, and the end is drawn once more", async () => {
    const clock = fakeClock();
    const store = storeOf(clock);
    const { port, place, shown, holdBack } = await platform(clock);
    const old = processOn(store, port(), clock);
    await show(store, place, "Runs");
    await old.flush();
    const { arrived, land } = holdBack();
    await show(store, place, "Half");
    void old.flush();
    await arrived;

    const successor = processOn(store, port(), clock);
    await show(store, place, "Ended", true);
    await successor.flush();
    expect(shown()).toBe("Ended");
    await land();
    expect(shown()).toBe("Half");

    clock.advance(LATE_MS - 1);
    await successor.flush();
    expect([shown(), await open(store)]).toEqual(["Half", 1]);
    clock.advance(1);
    await successor.flush();
    expect([shown(), await open(store)]).toEqual(["Ended", 0]);
  });
});

/** A process that speaks in a chat in memory, where edits may come late. */
async function rig() {
  const clock = fakeClock();
  const file = storeOf(clock);
  const refused: { why?: Error } = {};
  const store: Store = {
    ...file,
    commit: (changes) => (refused.why ? Promise.reject(refused.why) : file.commit(changes)),
  };
  const chat: FakeChat = { ...fakeChat(clock), pace: { ...unpaced, lateEditMs: LATE_MS } };
  const place: Place = { platform: "terminal", channel: "ops" };
  const titles = () => chat.messages.map(({ versions }) => versions.map(({ title }) => title));
  const led = ledPort(chat, () => store.commit([]));
  const next = () => processOn(store, led, clock);
  const outbox = next();
  await show(store, place, "Runs");
  await outbox.flush();
  return { clock, store, chat, place, outbox, titles, next, refused };
}

const failed = (failure: ChatFailure, carriedOut = false) => ({ failure, carriedOut });

describe("a card", () => {
  it("whose edit had no answer is drawn once more when that can no longer arrive", async () => {
    const { clock, store, chat, place, outbox, titles } = await rig();
    chat.faults.push(failed({ kind: "moment", perhapsDone: true }));
    await show(store, place, "Ended", true);
    await outbox.flush();
    clock.advance(1000);
    await outbox.flush();
    expect([titles(), await open(store)]).toEqual([[["Runs", "Ended"]], 1]);
    clock.advance(LATE_MS);
    await outbox.flush();
    expect([titles(), await open(store)]).toEqual([[["Runs", "Ended", "Ended"]], 0]);
  });

  it("is drawn once more after a start, by itself and in time, and then no more", async () => {
    const { clock, titles, next } = await rig();
    const stop = new AbortController();
    const running = next().run(stop.signal);
    for (const ms of [LATE_MS - 1, 1, LATE_MS, LATE_MS]) {
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      clock.advance(ms);
    }
    await new Promise(setImmediate);
    stop.abort();
    await running;
    expect(titles()).toEqual([["Runs", "Runs"]]);
  });

  it.each([
    ["was deleted meanwhile", { kind: "message", gone: true }],
    ["stands where nothing can be written any more", { kind: "place" }],
  ] as const)("that %s is left alone then", async (_, failure) => {
    const { clock, store, chat, place, titles, next } = await rig();
    const successor = next();
    await show(store, place, "Ended", true);
    await successor.flush();
    chat.faults.push(failed(failure));
    clock.advance(LATE_MS);
    await successor.flush();
    await successor.flush();
    expect([titles(), await open(store)]).toEqual([[["Runs", "Ended"]], 0]);
  });

  it("is not edited by whoever may no longer write the state", async () => {
    const { store, place, outbox, titles, refused } = await rig();
    await show(store, place, "Ended", true);
    refused.why = new StoreError("another process leads since then");
    await outbox.flush();
    expect(titles()).toEqual([["Runs"]]);
  });

  it("that perhaps is there is not posted again by whoever may no longer write the state", async () => {
    const { clock, store, chat, place, outbox, refused } = await rig();
    const second = { tone: "running", title: "Other", lines: [] } as const;
    await store.commit([
      putTopic({
        ...{ version: 1, id: "other", place, title: "Plan", card: second, updatedAt: 0 },
        closed: false,
      }),
    ]);
    chat.faults.push(failed({ kind: "moment", perhapsDone: true }));
    await outbox.flush();
    refused.why = new StoreError("another process leads since then");
    clock.advance(60_000);
    await outbox.flush();
    expect(chat.messages.map(({ versions }) => versions.length)).toEqual([1]);
  });
});
