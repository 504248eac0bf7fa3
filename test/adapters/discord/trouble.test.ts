/** What is not Discord's answer, and what its own packets and servers do. */
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { ChatError } from "../../../src/chat/port.ts";
import type { Fault } from "../../fakes/discord/rest.ts";
import { cardTitled, type Rig, type RigOptions, startRig, until } from "./rig.ts";

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function started(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
}

const failureOf = (attempt: Promise<unknown>): Promise<ChatError> =>
  attempt.then(
    () => expect.fail("it should have failed"),
    (error: unknown) =>
      error instanceof ChatError ? error : expect.fail(`not a ChatError: ${error}`),
  );

const posts = ({ discord }: Rig) => discord.callsPerRoute()["POST /channels/:id/messages"] ?? 0;
const say = (rig: Rig, key = "key") => rig.port.post(rig.channel, cardTitled("Hello"), key);

describe("an answer that is not Discord's", () => {
  const pages: readonly (readonly [string, Fault])[] = [
    ["a 403 with a page", { kind: "page", status: 403 }],
    ["a 404 with a page", { kind: "page", status: 404 }],
    ["a 502 with a page", { kind: "page", status: 502 }],
    ["a 200 with a page", { kind: "page", status: 200 }],
    ["a 200 with a word", { kind: "no thing" }],
  ];

  it.each(pages)("is no refusal and no success: %s", async (_, fault) => {
    const rig = await started();
    rig.discord.rest.breakNext(fault, "POST", /messages$/);
    const error = await failureOf(say(rig));
    expect(error.failure).toEqual({ kind: "moment", perhapsDone: true });
    expect(error.message).toMatch(/^Cannot tell whether Discord did it/);
    expect(error.message).not.toMatch(/NaN|No Description|<|Cloudflare/);
    await rig.port.post(rig.channel, cardTitled("Hello"), "key", true);
    expect(rig.newest().content).toContain("Hello");
  });

  it.each(pages)("is no delivered edit either: %s", async (_, fault) => {
    const rig = await started();
    const ref = await say(rig);
    rig.discord.rest.breakNext(fault, "PATCH");
    await failureOf(rig.port.edit(ref, cardTitled("Edited")));
  });

  it("opens no thread", async () => {
    const rig = await started();
    const ref = await say(rig);
    rig.discord.rest.breakNext({ kind: "no thing" }, "POST", /threads$/);
    const { failure } = await failureOf(rig.port.threadUnder(ref, "Run"));
    expect(failure).toEqual({ kind: "moment", perhapsDone: true });
  });
});

describe("a 429 that does not say for how long", () => {
  it("stops all calls, ever longer, and not fifty times a second", async () => {
    const rig = await started();
    await until(() => rig.discord.commands.length > 0);
    const waits: unknown[] = [];
    for (let tries = 0; tries < 3; tries++) {
      rig.discord.rest.breakNext({ kind: "bare limit" }, "POST", /messages$/);
      const { failure } = await failureOf(say(rig));
      waits.push(failure);
      await failureOf(say(rig, "another"));
      rig.clock.advance(failure.kind === "moment" ? (failure.afterMs ?? 0) : 0);
    }
    expect(waits).toEqual([5000, 10_000, 20_000].map((afterMs) => ({ kind: "moment", afterMs })));
    expect(posts(rig)).toBe(3);
    await say(rig);
    rig.discord.rest.breakNext({ kind: "bare limit" }, "POST", /messages$/);
    expect((await failureOf(say(rig, "later"))).failure).toEqual({ kind: "moment", afterMs: 5000 });
  });
});

describe("a 429 whose time stands in its body alone", () => {
  it("is waited for as long as it says", async () => {
    const rig = await started();
    rig.discord.rest.breakNext({ kind: "limit in the body", retryAfterS: 7 }, "POST", /messages$/);
    const { failure } = await failureOf(say(rig));
    expect(failure).toMatchObject({ kind: "moment" });
    expect(failure.kind === "moment" && failure.afterMs).toBeGreaterThanOrEqual(7000);
  });
});

describe("a clock that is set back while Discord's limit is used up", () => {
  it("makes nobody wait for longer than Discord has asked", async () => {
    const rig = await started();
    rig.discord.rest.limitMessages({ limit: 2, windowMs: 4000 });
    for (const key of ["first", "second"]) await say(rig, key);
    const setBack = vi.spyOn(Date, "now").mockImplementation(() => performance.now());
    onTestFinished(() => setBack.mockRestore());
    const { failure } = await failureOf(say(rig, "another"));
    expect(failure).toMatchObject({ kind: "moment" });
    expect(failure.kind === "moment" && failure.afterMs).toBeLessThanOrEqual(4000);
    rig.discord.rest.limitMessages(undefined);
    await say(rig, "another");
    expect(posts(rig)).toBe(3);
  });
});

describe("a token that Discord refuses once", () => {
  it("is sent again with the next call, and the health says both", async () => {
    const rig = await started();
    const refusal = {
      kind: "refusal",
      status: 401,
      code: 0,
      message: "401: Unauthorized",
    } as const;
    rig.discord.rest.breakNext(refusal, "POST", /messages$/);
    expect((await failureOf(say(rig))).failure).toEqual({ kind: "bot" });
    expect(rig.port.health()).toEqual({
      ok: false,
      state: expect.stringContaining("refuses the bot's token"),
      silent: true,
    });
    await say(rig);
    expect(rig.newest().content).toContain("Hello");
    expect(rig.port.health().ok).toBe(true);
  });
});

describe("the slash command", () => {
  it("is registered a while later where Discord failed at first", async () => {
    const fault = { kind: "failure", status: 500 } as const;
    const rig = await started({
      prepare: ({ rest }) => {
        rest.breakNext(fault, "GET", /commands$/);
        rest.breakNext(fault, "PUT", /commands$/);
      },
    });
    const warnings = () => rig.logged.filter(({ message }) => message.includes("mentions work"));
    for (const [count, pauseMs] of [
      [1, 5000],
      [2, 15_000],
    ] as const) {
      await until(() => warnings().length === count);
      expect(rig.discord.commands).toHaveLength(0);
      await until(() => {
        rig.clock.advance(pauseMs);
        return warnings().length > count || rig.discord.commands.length > 0;
      });
    }
    await until(() => rig.discord.commands.length > 0);
  });
});

describe("an old message whose card goes on in a newer one", () => {
  it("leads there as soon as Discord lets it, by what the reference keeps", async () => {
    const rig = await started();
    const buttons = [{ label: "Stop", token: "stop-1", style: "plain" }] as const;
    const card = cardTitled("Failover of ABC", { buttons });
    const root = await rig.port.post(rig.channel, card, "root");
    rig.clock.advance(56 * 60_000);
    const old = () => rig.discord.world.message(root.place.channel, root.id);
    rig.discord.rest.breakNext({ kind: "failure", status: 500 }, "PATCH");
    const renewed = await rig.port.edit(root, card);
    expect(old().components).not.toEqual([]);
    rig.discord.rest.breakNext({ kind: "failure", status: 500 }, "PATCH", new RegExp(root.id));
    const stored = JSON.parse(JSON.stringify(renewed));
    const still = await rig.port.edit(stored, card);
    expect(still).toEqual(renewed);
    const done = await rig.port.edit(still, card);
    expect(done.unfinished).toBeUndefined();
    expect(old().components).toEqual([]);
    expect(old().content).toContain(renewed.link);
  });
});

describe("what discord.js does not survive", () => {
  it("a message that was forwarded and says from nowhere: it is logged, and the bot goes on", async () => {
    const rig = await started();
    const { discord } = rig;
    discord.gateway.dispatch("MESSAGE_CREATE", {
      id: discord.world.snowflake(),
      channel_id: discord.channel.id,
      guild_id: discord.world.guild.id,
      author: { ...discord.ann.user, discriminator: "0", avatar: null },
      content: "",
      timestamp: new Date(rig.clock.now()).toISOString(),
      ...{ mentions: [], mention_roles: [], embeds: [], attachments: [], type: 0 },
      message_snapshots: [{ message: { content: "forwarded", embeds: [], attachments: [] } }],
    });
    await until(() =>
      rig.logged.some(({ message }) => message.includes("discord.js does not understand")),
    );
    discord.people.say(discord.ann, rig.channel.channel, "@bot status");
    await until(() => rig.arrived.length === 1);
    expect(rig.port.health().ok).toBe(true);
  });
});

describe("a server that Discord itself cannot reach", () => {
  it("is not well, until it is back", async () => {
    const rig = await started();
    const { gateway, world } = rig.discord;
    gateway.dispatch("GUILD_DELETE", { id: world.guild.id, unavailable: true });
    await until(() => !rig.port.health().ok);
    expect(rig.port.health()).toEqual({
      ok: false,
      state: "Discord has an outage in its server Example Hosting",
      silent: true,
    });
    gateway.back();
    await until(() => rig.port.health().ok);
  });
});
