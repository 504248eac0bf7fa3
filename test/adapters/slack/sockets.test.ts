import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { createSlackPort } from "../../../adapters/slack/slack.ts";
import { hearsAll } from "../../fakes/hears-all.ts";
import type { Delivery } from "../../fakes/slack/deliveries.ts";
import { type RigOptions, type SlackRig, slackRig } from "./rig.ts";
import { until } from "./until.ts";

const rigs: SlackRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function connected(options: RigOptions = {}): Promise<SlackRig> {
  const rig = await slackRig(options);
  rigs.push(rig);
  await rig.start();
  await rig.slack.sockets.reached(2);
  return rig;
}

/** Commands without a pause, so that something is always on its way. */
function typing({ slack }: SlackRig) {
  const sent: Promise<Delivery>[] = [];
  let isOver = false;
  const loop = (async () => {
    while (!isOver) {
      sent.push(slack.command(`status ${sent.length}`));
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    }
  })();
  const more = (count: number) => {
    const goal = sent.length + count;
    return until(() => sent.length >= goal);
  };
  const stop = async () => {
    isOver = true;
    await loop;
    return Promise.all(sent);
  };
  return { more, stop };
}

const lost = (deliveries: readonly Delivery[]) =>
  deliveries.filter(({ outcome }) => !outcome.acknowledged).length;

describe("sockets of the app that are not ours", () => {
  const RECOUNT_MS = 150_000;

  /** Another process with the same tokens. */
  async function beside({ slack, clock }: SlackRig) {
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const { botToken, appToken, url: apiUrl } = slack;
    const port = createSlackPort({ botToken, appToken, apiUrl, channels: [], clock, log });
    onTestFinished(() => port.stop());
    await port.start({
      commands: [],
      arriving: async () => undefined,
      moved: async () => undefined,
      incoming: async () => undefined,
      complete: () => [],
      ...hearsAll,
    });
    await slack.sockets.reached(4);
    return port;
  }

  it("are those of a second process, if they are still there after some minutes", async () => {
    const rig = await connected();
    const second = await beside(rig);
    expect(second.health().beside).toBeUndefined();
    rig.clock.advance(RECOUNT_MS);
    await until(() => second.health().beside !== undefined);
    expect(second.health()).toMatchObject({
      ok: true,
      beside: "Slack counts more sockets of this app than this bot has",
    });
    await rig.port.stop();
    await until(() => rig.slack.sockets.count() === 3);
    rig.clock.advance(RECOUNT_MS);
    await until(() => second.health().beside === undefined);
  });

  it("are no second process where it was killed before, and Slack misses them later", async () => {
    const rig = await connected();
    const second = await beside(rig);
    await rig.port.stop();
    await until(() => rig.slack.sockets.count() === 2);
    rig.clock.advance(RECOUNT_MS);
    await rig.slack.sockets.reached(3);
    expect(second.health().beside).toBeUndefined();
  });

  it("are not found where a bot is alone, be its sockets refreshed or lost", async () => {
    const rig = await connected();
    rig.slack.sockets.announce("refresh_requested");
    await rig.slack.sockets.reached(3);
    for (let times = 0; times < 2; times++) {
      rig.clock.advance(RECOUNT_MS);
      for (let turn = 0; turn < 20; turn++) await setImmediate();
    }
    expect(rig.port.health().beside).toBeUndefined();
  });
});

describe("an announced refresh of Slack's sockets", () => {
  it("loses no command and does none twice, one socket after the other", async () => {
    const rig = await connected();
    const { more, stop } = typing(rig);
    await more(20);
    for (const reason of ["warning", "refresh_requested"] as const) {
      const old = rig.slack.sockets.announce(reason);
      await rig.slack.sockets.reached(3);
      await more(20);
      old.close();
      await until(() => rig.slack.sockets.count() === 2);
      await more(20);
    }
    const deliveries = await stop();
    await rig.port.stop();
    expect(lost(deliveries)).toBe(0);
    expect(rig.arrived).toHaveLength(deliveries.length);
    expect(new Set(rig.arrived.map(({ delivery }) => delivery)).size).toBe(deliveries.length);
  });

  it("loses nothing where Slack closes the socket together with its notice", async () => {
    const rig = await connected();
    const { more, stop } = typing(rig);
    await more(20);
    rig.slack.sockets.announce("refresh_requested").close();
    await more(50);
    expect(lost(await stop())).toBe(0);
    await rig.slack.sockets.reached(2);
  });

  it("opens the new socket before the old one is closed, and closes the old one by itself at last", async () => {
    const rig = await connected();
    rig.slack.sockets.announce("warning");
    await until(() => rig.port.health().state === "Connected to Slack over 3 sockets");
    rig.clock.advance(30_000);
    await until(() => rig.port.health().state === "Connected to Slack over 2 sockets");
    expect(rig.slack.sockets.count()).toBe(2);
  });
});

describe("a lost socket", () => {
  it("leaves the other one, and is replaced at once", async () => {
    const rig = await connected();
    rig.slack.sockets.cut();
    await until(() => rig.slack.sockets.greeted() === 3);
    expect((await rig.slack.command("status")).outcome.acknowledged).toBe(true);
    expect(rig.said.map(({ sentence }) => sentence)).toContain(
      "A socket to Slack was lost; another one is being opened",
    );
  });

  it("is noticed also where nobody says so: no answer to a ping", async () => {
    const rig = await connected({ pingTimeoutMs: 30 });
    rig.slack.sockets.silence();
    await until(() => rig.slack.sockets.greeted() === 3);
    await until(() => rig.port.health().state === "Connected to Slack over 2 sockets");
  });

  it("brings events again that were not acknowledged, and they are done once", async () => {
    const rig = await connected();
    rig.slack.sockets.silence();
    const first = rig.slack.mention("status");
    const second = rig.slack.mention("plans");
    rig.slack.sockets.cut();
    const deliveries = await Promise.all([first, second]);
    expect(lost(deliveries)).toBe(1);
    await until(() => rig.slack.sockets.greeted() === 3);
    for (const delivery of deliveries) await rig.slack.again(delivery);
    await until(() => rig.arrived.length === 2);
    await rig.port.stop();
    expect(rig.arrived.map((one) => (one.kind === "typed" ? one.text : "")).toSorted()).toEqual([
      "plans",
      "status",
    ]);
  });

  it("is opened again ever more slowly while Slack closes every new one", async () => {
    const rig = await connected();
    const losses = () =>
      rig.said.filter(({ sentence }) => sentence.startsWith("A socket to Slack was lost")).length;
    for (const pauseMs of [0, 1000, 2000, 4000]) {
      const [greeted, lostBefore] = [rig.slack.sockets.greeted(), losses()];
      await until(() => rig.port.health().state.endsWith("over 2 sockets"));
      rig.slack.sockets.cut();
      rig.slack.sockets.cut();
      await until(() => losses() === lostBefore + 2);
      rig.clock.advance(Math.max(0, pauseMs - 1));
      for (let turn = 0; turn < 50; turn++) await setImmediate();
      if (pauseMs > 0) expect(rig.slack.sockets.greeted()).toBe(greeted);
      rig.clock.advance(1);
      await rig.slack.sockets.reached(2);
    }
  });

  it("is opened again when Slack's Retry-After is over, and not before", async () => {
    const rig = await connected();
    const asked = () =>
      rig.slack.calls.filter(({ method }) => method === "apps.connections.open").length;
    const before = asked();
    rig.slack.faults.next({ retryAfterS: 40 }, "apps.connections.open");
    rig.slack.sockets.cut();
    await until(() => rig.said.some(({ sentence }) => sentence.includes("wait for 40 s")));
    expect(asked()).toBe(before + 1);
    rig.clock.advance(39_999);
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    expect(asked()).toBe(before + 1);
    rig.clock.advance(1);
    await until(() => rig.slack.sockets.greeted() === 3);
  });

  it("is said by the health while none is left, and the bot goes on by itself", async () => {
    const rig = await connected();
    const back = rig.slack.faults.from({ status: 503 }, "apps.connections.open");
    rig.slack.sockets.cut();
    rig.slack.sockets.cut();
    await until(() => !rig.port.health().ok);
    expect(rig.port.health().state).toBe("Slack is not connected");
    await until(() => rig.said.some(({ sentence }) => sentence.startsWith("No socket to Slack: ")));
    back();
    await until(() => {
      rig.clock.advance(1000);
      return rig.slack.sockets.count() === 2;
    });
    expect(rig.port.health().ok).toBe(true);
  });
});

const isOfSockets = (sentence: string) => /socket|SDK/i.test(sentence);

describe("a start over sockets", () => {
  it("fails where Slack refuses the app-level token, and says which setting that is", async () => {
    const rig = await slackRig();
    rigs.push(rig);
    rig.slack.world.isAppTokenRevoked = true;
    await expect(rig.start()).rejects.toMatchObject({
      failure: { kind: "bot" },
      message: expect.stringContaining("SLACK_APP_TOKEN"),
    });
  });

  it("goes on trying where Slack is out of order", async () => {
    const rig = await slackRig();
    rigs.push(rig);
    const back = rig.slack.faults.from({ status: 503 });
    await rig.start();
    expect(rig.port.health().ok).toBe(false);
    const tries = () =>
      rig.slack.calls.filter(({ method }) => method === "apps.connections.open").length;
    await until(() => {
      rig.clock.advance(1000);
      return tries() > 5;
    });
    expect(rig.said.map(({ sentence }) => sentence).filter(isOfSockets)).toHaveLength(1);
    back();
    await until(() => {
      rig.clock.advance(1000);
      return rig.port.health().ok;
    });
    expect((await rig.slack.command("status")).outcome.acknowledged).toBe(true);
  });

  it("survives what Slack's SDK cannot read", async () => {
    const rig = await connected();
    await Promise.race([rig.slack.notice({ type: "app_rate_limited" }), setImmediate()]);
    await until(() => rig.said.some(({ sentence }) => sentence.includes("does not understand")));
    expect((await rig.slack.command("status")).outcome.acknowledged).toBe(true);
  });
});
