/**
 * How the bot is, as a machine asks: real HTTP, the real bot, and a clock that only moves when told
 * to.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ChatPort, Health as PortHealth } from "../../src/chat/port.ts";
import { connectEm } from "../../src/em/connect.ts";
import { createLog } from "../../src/log.ts";
import { createHealth, serveHealth } from "../../src/ops/health.ts";
import { countedPort, countedStore, gaugesOf } from "../../src/ops/instrumented.ts";
import { createPulse } from "../../src/ops/liveness.ts";
import { createFigures } from "../../src/ops/metrics.ts";
import type { Topic } from "../../src/records/topic.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { queueLine } from "../../src/speech/topics.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { botVersion } from "../../src/version.ts";
import { fakeChat } from "../fakes/chat.ts";
import { fakeClock } from "../fakes/clock.ts";
import { failingStore } from "../fakes/failing-store.ts";
import { orderOf } from "../messages/orders.ts";

const PASSWORD = "canary-Pa55word";

async function machineRoom() {
  const clock = fakeClock();
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-health-"));
  const sandbox = await startSandbox({ now: clock.now, password: PASSWORD });
  const file = openSqliteStore(join(folder, "state.db"), clock.now);
  const store = failingStore(file);
  const figures = createFigures();
  const pulse = createPulse(clock.now);
  const { url, username, password } = sandbox;
  const em = connectEm({
    url,
    username,
    password,
    clock: { ...clock, sleep: async () => undefined },
    limits: { totalMs: 2000 },
    onRequest: (info) => {
      figures.request(info);
      pulse.request(info);
    },
  });
  const socket: { health: PortHealth } = { health: { ok: true, state: "The chat is listening" } };
  const chat = fakeChat(clock);
  const port: ChatPort = { ...chat, health: () => socket.health };
  const log = createLog({ secrets: [], level: "silent" });
  gaugesOf(store, [port], clock.now, figures);
  const health = createHealth({ ports: [port], pulse, store, figures, log, em, clock });
  const server = await serveHealth(health, figures, { host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    await server.close();
    await sandbox.close();
    await file.close();
    rmSync(folder, { recursive: true });
  });
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
    return {
      status: response.status,
      text: await response.text(),
      type: response.headers.get("content-type"),
    };
  };
  return { clock, sandbox, store, figures, pulse, em, socket, chat, health, server, get };
}

describe("/healthz", () => {
  it("is well while loops go round and sockets are open, and says each in a sentence", async () => {
    const { get } = await machineRoom();
    const { status, text, type } = await get("/healthz");
    expect(status).toBe(200);
    expect(type).toBe("application/json");
    expect(JSON.parse(text)).toEqual({
      ok: true,
      parts: {
        watcher: { ok: true, state: "The watcher goes round" },
        outbox: { ok: true, state: "The outbox goes round" },
        terminal: { ok: true, state: "The chat is listening" },
      },
    });
  });

  it("fails once a socket has been dead for two minutes, not before, and is well when it is open again", async () => {
    const { get, socket, clock, health } = await machineRoom();
    socket.health = { ok: false, state: "Slack is not connected" };
    health.look();
    clock.advance(119_000);
    expect((await get("/healthz")).status).toBe(200);
    clock.advance(1000);
    const dead = await get("/healthz");
    expect(dead.status).toBe(503);
    expect(JSON.parse(dead.text).parts.terminal).toEqual({
      ok: false,
      state: "Slack is not connected (for 2 min)",
    });
    socket.health = { ok: true, state: "Connected to Slack over 2 sockets" };
    expect((await get("/healthz")).status).toBe(200);
  });

  it("minds no platform that is connected and lets the bot say nothing, unlike /readyz", async () => {
    const { get, socket, clock, health } = await machineRoom();
    const state = "Slack refuses the bot token; install the app again";
    socket.health = { ok: false, state, silent: true };
    health.look();
    clock.advance(600_000);
    expect(JSON.parse((await get("/healthz")).text).parts.terminal).toEqual({ ok: true, state });
    const ready = await get("/readyz");
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.text).parts.terminal).toEqual({ ok: false, state });
  });

  it("fails where a loop has not gone to sleep again for five minutes after it should have woken", async () => {
    const { get, clock, pulse } = await machineRoom();
    const asleep = (ms: number) => pulse.clockFor("watcher", clock).sleep(ms);
    void asleep(30_000);
    void pulse.clockFor("outbox", clock).sleep(3_600_000);
    clock.advance(329_000);
    expect((await get("/healthz")).status).toBe(200);
    clock.advance(1000);
    const stuck = await get("/healthz");
    expect(stuck.status).toBe(503);
    expect(JSON.parse(stuck.text).parts.watcher.state).toBe(
      "The watcher is stuck for 5 min; start the bot again",
    );
    void asleep(1000);
    expect((await get("/healthz")).status).toBe(200);
  });

  it("does not mind that EM is silent: another process would not hear it either", async () => {
    const { get, sandbox } = await machineRoom();
    await sandbox.close();
    expect((await get("/healthz")).status).toBe(200);
  });
});

describe("/readyz", () => {
  it("asks EM where nobody has asked it lately, and says what works", async () => {
    const { get } = await machineRoom();
    const { status, text } = await get("/readyz");
    expect(status).toBe(200);
    expect(JSON.parse(text).parts).toEqual({
      em: { ok: true, state: "EM answered 0 s ago" },
      store: { ok: true, state: "The state can be written" },
      ends: { ok: true, state: "No end of a run waits for a place" },
      terminal: { ok: true, state: "The chat is listening" },
    });
  });

  it("is not ready while an end waits for a place, and a figure counts it", async () => {
    const { get, store } = await machineRoom();
    const card = { tone: "good", title: "The end", lines: [] } as const;
    const place = { platform: "slack", channel: "C1" } as const;
    const topic: Topic = {
      version: 1,
      ...{ id: "run", place, title: "ABC", card, updatedAt: 0, closed: true },
    };
    await store.commit([
      { put: "topics", key: "run", value: topic },
      queueLine("run", card, true, 0),
    ]);
    expect((await get("/readyz")).status).toBe(200);
    const [line = expect.fail()] = await store.all("lines");
    await store.commit([{ put: "posted", key: "run", value: { version: 1, direct: [line.key] } }]);
    const { status, text } = await get("/readyz");
    expect(status).toBe(503);
    expect(JSON.parse(text).parts.ends).toEqual({
      ok: false,
      state: "1 failure or end waits for a place that can be written; the log names it",
    });
    expect((await get("/metrics")).text).toContain(
      'failover_bot_ends_without_place{platform="slack"} 1',
    );
  });

  it("is not ready while EM is silent, and says since when and why", async () => {
    const { get, em, sandbox, clock } = await machineRoom();
    await em.estate();
    await sandbox.close();
    clock.advance(90_000);
    const { status, text } = await get("/readyz");
    expect(status).toBe(503);
    expect(JSON.parse(text).parts.em).toEqual({
      ok: false,
      state: "EM answered 1 min 30 s ago; the last request ended so: unreachable",
    });
  });

  it("is not ready while the state cannot be written, and is again when it can", async () => {
    const { get, store, clock } = await machineRoom();
    store.down = true;
    const failed = await get("/readyz");
    expect(failed.status).toBe(503);
    expect(JSON.parse(failed.text).parts.store.ok).toBe(false);
    store.down = false;
    clock.advance(5000);
    expect((await get("/readyz")).status).toBe(200);
  });

  it("writes once for many who ask at once", async () => {
    const { get, store } = await machineRoom();
    let commits = 0;
    const { commit } = store;
    store.commit = (changes) => {
      commits += 1;
      return commit(changes);
    };
    await Promise.all(Array.from({ length: 20 }, () => get("/readyz")));
    expect(commits).toBe(1);
  });
});

describe("/metrics", () => {
  const figure = (text: string, name: string) =>
    text.split("\n").filter((line) => line.startsWith(`failover_bot_${name}`));

  it("tells requests to EM by route and outcome, and no secret", async () => {
    const { get, em } = await machineRoom();
    await em.plans("cloud");
    await em.session("00000000-0000-0000-0000-000000000000").catch(() => undefined);
    const { text, type } = await get("/metrics");
    expect(type).toContain("text/plain");
    expect(figure(text, 'em_request_seconds_count{route="logon",outcome="ok"}')).toEqual([
      expect.stringMatching(/ 1$/),
    ]);
    expect(
      figure(text, 'em_request_seconds_count{route="session",outcome="not-found"}'),
    ).toHaveLength(1);
    expect(text).not.toContain(PASSWORD);
  });

  it("tells what a platform does not take, by kind, and what becomes of orders", async () => {
    const { get, chat, figures, store, clock } = await machineRoom();
    const port = countedPort(chat, figures);
    const card = { tone: "plain", title: "Hello", lines: [] } as const;
    const place = { platform: "terminal", channel: "ops" } as const;
    const wait = { failure: { kind: "moment", afterMs: 1000 } } as const;
    chat.faults.push(wait, wait, { failure: { kind: "place", gone: true } });
    for (const key of ["a", "b", "c", "d"])
      await port.post(place, card, key).catch(() => undefined);
    const counted = countedStore(store, figures);
    const order = orderOf({ action: "test" });
    await counted.commit([{ put: "orders", key: "run-1", value: order }]);
    const ended = { ...order, phase: { is: "closed", at: 0, how: { is: "expired" } } } as const;
    await counted.commit([{ put: "past-orders", key: "run-1", value: ended }]);
    await counted.commit([
      { put: "past-orders", key: "run-2", value: ended },
      { remove: "orders", key: "run-2", require: true },
    ]);
    const topic: Topic = {
      version: 1,
      id: "t",
      place,
      title: "t",
      card,
      updatedAt: clock.now(),
      closed: false,
    };
    await counted.commit([{ put: "topics", key: "t", value: topic }]);
    clock.advance(40_000);
    const { text } = await get("/metrics");
    expect(figure(text, "chat_failures_total")).toEqual([
      'failover_bot_chat_failures_total{platform="terminal",kind="moment"} 2',
      'failover_bot_chat_failures_total{platform="terminal",kind="place"} 1',
    ]);
    expect(figure(text, "orders_total")).toEqual([
      'failover_bot_orders_total{action="test",outcome="asked"} 1',
      'failover_bot_orders_total{action="test",outcome="expired"} 1',
    ]);
    expect(figure(text, "outbox")).toEqual([
      'failover_bot_outbox_depth{platform="terminal"} 1',
      'failover_bot_outbox_oldest_seconds{platform="terminal"} 40',
    ]);
  });

  it("is answered while the state cannot be read, and says that", async () => {
    const { get, store } = await machineRoom();
    store.down = true;
    const { status, text } = await get("/metrics");
    expect(status).toBe(200);
    expect(figure(text, "store_up")).toEqual(['failover_bot_store_up{store="state"} 0']);
    expect(figure(text, "watches_open{")).toEqual([]);
  });

  it("tells which version this is", async () => {
    const { get } = await machineRoom();
    const { text } = await get("/metrics");
    const told = `failover_bot_build_info{version="${botVersion}"} 1`;
    expect(figure(text, "build_info")).toEqual([told]);
  });

  it("has labels of few words alone", async () => {
    const { get } = await machineRoom();
    const { text } = await get("/metrics");
    const labels = new Set([...text.matchAll(/(\w+)="/g)].map(([, name]) => name));
    expect(
      [...labels].filter(
        (name) =>
          !["of", "platform", "store", "version", "route", "outcome", "le"].includes(name ?? ""),
      ),
    ).toEqual([]);
  });
});

describe("the server", () => {
  it("knows nothing else, and takes no orders", async () => {
    const { get } = await machineRoom();
    expect((await get("/")).status).toBe(404);
    expect((await get("/../../etc/passwd")).status).toBe(404);
    expect((await get("/healthz", { method: "POST" })).status).toBe(405);
    expect((await get("/healthz?verbose=1")).status).toBe(200);
  });

  it("says in a sentence where it cannot listen, and names the setting", async () => {
    const { health, figures } = await machineRoom();
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    await expect(serveHealth(health, figures, { host: "127.0.0.1", port })).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port} (EADDRINUSE): set another HEALTH_PORT or HEALTH_HOST`,
    );
  });
});
