/** What people say while no socket to Slack is open. */
import { afterEach, describe, expect, it } from "vitest";
import type { LastHeard } from "../../../src/chat/port.ts";
import { type RigOptions, type SlackRig, slackRig } from "./rig.ts";
import { until } from "./until.ts";

const rigs: SlackRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

const hourMs = 3_600_000;
const room = { platform: "slack", channel: "C0WAR" } as const;

interface Away {
  readonly rig: SlackRig;
  readonly marks: number[];
}

/** `before` happens before the bot is there; it heard last two hours ago. */
async function started(
  before: (rig: SlackRig) => Promise<unknown>,
  { threads = [], ...options }: RigOptions & Partial<LastHeard> = {},
  heardAgoMs: number | "never" = 2 * hourMs,
): Promise<Away> {
  const marks: number[] = [];
  const last = (): LastHeard =>
    heardAgoMs === "never" ? { threads } : { at: rig.clock.now() - heardAgoMs, threads };
  const rig = await slackRig({
    channels: ["C0WAR"],
    ...options,
    hearing: {
      lastHeard: async () => last(),
      allHeard: async (_, at) => void marks.push(at),
    },
  });
  rigs.push(rig);
  await before(rig);
  await rig.start();
  await until(() => marks.length > 0);
  return { rig, marks };
}

const texts = ({ arrived }: SlackRig) => arrived.map((one) => one.kind === "typed" && one.text);

describe("what was said while no socket to Slack was open", () => {
  it("is handed over as missed, from the last moment that was heard on, oldest first", async () => {
    const { rig } = await started(async ({ slack, clock }) => {
      await slack.mention("plans", { at: clock.now() - 3 * hourMs });
      await slack.mention("status", { at: clock.now() - hourMs });
      await slack.mention("hey @failover start ABC", { at: clock.now() - 1000 });
      slack.world.said.push({ channel: "C0WAR", ts: "1795240799.1", user: "U0BOB", text: "hm" });
    });
    expect(texts(rig)).toEqual(["status", "hey start ABC"]);
    expect(rig.arrived).toMatchObject([
      { missed: true, at: rig.clock.now() - hourMs, place: room, from: { name: "alice" } },
      { missed: true },
    ]);
  });

  it("is found in threads that were answered since, and in those of what is in hand", async () => {
    const old = { ...room, thread: "1795000000.000001" };
    const { rig } = await started(
      async ({ slack, clock }) => {
        const root = await slack.mention("status", { at: clock.now() - hourMs });
        const thread = (root.envelope.payload.event as { ts: string }).ts;
        await slack.mention("plans", { thread });
        await slack.mention("confirm ABC", { thread: old.thread });
      },
      { threads: [old] },
    );
    expect(texts(rig)).toEqual(["status", "plans", "confirm ABC"]);
    expect(rig.arrived.at(-1)?.place).toEqual(old);
  });

  it("is read to its end where it is more than Slack gives at once", async () => {
    const { rig } = await started(async ({ slack, clock }) => {
      await slack.mention("status", { at: clock.now() - hourMs });
      for (let count = 0; count < 250; count++)
        slack.world.said.push({
          ...{ channel: "C0WAR", user: "U0BOB", text: "talk" },
          ts: `${Math.floor(clock.now() / 1000) - 60}.${String(count).padStart(6, "0")}`,
        });
    });
    expect(texts(rig)).toEqual(["status"]);
    expect(rig.slack.callCounts()["conversations.history"]).toBe(2);
  });

  it("is an edit where it was edited since", async () => {
    const { rig } = await started(async ({ slack }) => {
      await slack.edit(await slack.mention("thanks"), "confirm ABC");
    });
    expect(rig.arrived).toMatchObject([{ text: "confirm ABC", edited: true, missed: true }]);
  });

  it("is not looked for where the bot has never heard anything", async () => {
    const { rig } = await started(({ slack }) => slack.mention("status"), {}, "never");
    expect(rig.arrived).toEqual([]);
    expect(rig.slack.callCounts()["conversations.history"]).toBeUndefined();
  });

  it("is logged as not known where Slack does not let the bot look", async () => {
    const { rig } = await started(async ({ slack }) => {
      await slack.mention("status");
      slack.world.scopes.delete("channels:history");
    });
    expect(rig.arrived).toEqual([]);
    expect(rig.said.map(({ sentence }) => sentence)).toContainEqual(
      expect.stringContaining(
        "What was said in Slack channel C0WAR while the bot was away is not known",
      ),
    );
  });

  it("is read once sockets are open again, and what was heard before does not come twice", async () => {
    const { rig, marks } = await started(async () => undefined);
    await Promise.all([rig.next(), rig.slack.mention("plans")]);
    rig.slack.faults.next({ error: "internal_error" }, "apps.connections.open");
    rig.slack.faults.next({ error: "internal_error" }, "apps.connections.open");
    rig.slack.sockets.cut();
    rig.slack.sockets.cut();
    await until(() => !rig.port.health().ok);
    expect((await rig.slack.mention("status")).outcome.acknowledged).toBe(false);
    rig.clock.advance(30_000);
    await until(() => {
      rig.clock.advance(1000);
      return rig.slack.sockets.count() === 2;
    });
    const before = marks.length;
    rig.clock.advance(30_000);
    await until(() => marks.length > before);
    expect(texts(rig)).toEqual(["plans", "status"]);
  });
});
