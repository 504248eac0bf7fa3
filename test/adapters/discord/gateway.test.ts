import { afterEach, describe, expect, it } from "vitest";
import { ChatError } from "../../../src/chat/port.ts";
import { hearsAll } from "../../fakes/hears-all.ts";
import { cardTitled, makeRig, type Rig, type RigOptions, startRig, until } from "./rig.ts";

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function started(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
}

const handlers = {
  commands: [],
  arriving: async () => undefined,
  moved: async () => undefined,
  ...hearsAll,
  complete: () => [],
  incoming: async () => undefined,
};

/** Starting it fails, with this sentence. */
async function refusedStart(options: RigOptions): Promise<{ rig: Rig; message: string }> {
  const rig = await makeRig(options);
  rigs.push(rig);
  const error: unknown = await rig.port.start(handlers).catch((reason: unknown) => reason);
  if (!(error instanceof ChatError)) return expect.fail(`not a ChatError: ${error}`);
  expect(error.failure).toEqual({ kind: "bot" });
  return { rig, message: error.message };
}

/** Whether the bot still hears what people say. */
async function stillHears(rig: Rig, text: string): Promise<void> {
  rig.discord.people.say(rig.discord.ann, rig.channel.channel, `@bot ${text}`);
  await until(() =>
    rig.arrived.some((incoming) => incoming.kind === "typed" && incoming.text === text),
  );
}

describe("the connection to Discord", () => {
  it("asks for no privileged intent", async () => {
    const rig = await started();
    const members = 1 << 1;
    const presences = 1 << 8;
    const content = 1 << 15;
    const intents = Number(rig.discord.gateway.lastIdentify()?.intents);
    expect(intents & (members | presences | content)).toBe(0);
    const [servers, messagesThere, messagesToUs] = [1 << 0, 1 << 9, 1 << 12];
    expect(intents).toBe(servers | messagesThere | messagesToUs);
  });

  it("is resumed after it was dropped, and what was said meanwhile is heard", async () => {
    const rig = await started();
    const { gateway, people, ann } = rig.discord;
    const back = gateway.nextUp();
    gateway.drop();
    await until(() => !rig.port.health().ok);
    people.say(ann, rig.channel.channel, "@bot while you were away");
    await back;
    await until(() => rig.arrived.length === 1);
    expect(gateway.counts).toEqual({ identified: 1, resumed: 1 });
    await until(() => rig.port.health().ok);
    await stillHears(rig, "status");
  });

  it("is opened anew where Discord has forgotten the session", async () => {
    const rig = await started();
    const { gateway } = rig.discord;
    rig.clock.advance(60_000);
    const back = gateway.nextUp();
    gateway.forgetSessions();
    gateway.drop();
    await back;
    expect(gateway.counts).toEqual({ identified: 2, resumed: 0 });
    await until(() => rig.port.health().ok);
    await stillHears(rig, "status");
  });

  it("survives a session that is invalid as soon as it was resumed", async () => {
    const rig = await started();
    const { gateway } = rig.discord;
    rig.clock.advance(60_000);
    const back = gateway.nextUp();
    gateway.invalidateAfterResume();
    gateway.drop();
    await back;
    expect(gateway.counts).toEqual({ identified: 2, resumed: 1 });
    await until(() => rig.port.health().ok);
    await stillHears(rig, "status");
  });

  it("ends with a clear sentence where the token was reset, and the process goes on", async () => {
    const rig = await started();
    rig.discord.resetToken();
    const said = () => rig.port.health();
    await until(() => said().state.includes("token") && said().silent === undefined);
    expect(rig.port.health()).toEqual({
      ok: false,
      state:
        "Discord refuses the bot's token; it was reset or mistyped. Set DISCORD_TOKEN to the present one and restart",
    });
    const error = await rig.port
      .post(rig.channel, cardTitled("Hello"), "key")
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ failure: { kind: "bot" }, message: rig.port.health().state });
    const next = await rig.port
      .post(rig.channel, cardTitled("Hello"), "key")
      .catch((reason: unknown) => reason);
    expect(next).toMatchObject({ failure: { kind: "bot" }, message: rig.port.health().state });
  });

  it("is refused at the start where the token is wrong", async () => {
    const { rig, message } = await refusedStart({ token: "wrong.token.at-all" });
    expect(message).toMatch(/refuses the bot's token.*DISCORD_TOKEN/);
    expect(rig.port.health()).toEqual({ ok: false, state: message });
  });

  it("is refused at the start where Discord does not allow the intents", async () => {
    const { message } = await refusedStart({ prepare: ({ gateway }) => gateway.refuseWith(4014) });
    expect(message).toMatch(/refuses the intents/);
  });

  it("is tried again where Discord fails at the start, without holding up the program", async () => {
    const rig = await started({
      prepare: ({ rest }) => {
        for (let time = 0; time < 3; time++)
          rest.breakNext({ kind: "failure", status: 503 }, "GET", /gateway/);
      },
    });
    expect(rig.port.health()).toEqual({ ok: false, state: "Connecting to Discord" });
    expect(rig.logged.map(({ message }) => message).join()).toMatch(
      /it answered 503; trying again/,
    );
    await until(() => {
      rig.clock.advance(5000);
      return rig.port.health().ok;
    });
    const tries = rig.logged.filter(({ message }) => message.includes("trying again"));
    expect(tries).toHaveLength(1);
    await stillHears(rig, "status");
  });

  it.each([
    ["a 429 that does not say for how long", { kind: "bare limit" }],
    ["a page with status 200", { kind: "page", status: 200 }],
    ["a page with status 403", { kind: "page", status: 403 }],
  ] as const)("is tried again, in peace, where %s comes at the start", async (_, fault) => {
    const rig = await started({ prepare: ({ rest }) => rest.breakNext(fault, "GET", /gateway/) });
    expect(rig.port.health()).toEqual({ ok: false, state: "Connecting to Discord" });
    expect(rig.discord.callsPerRoute()["GET /gateway/bot"]).toBe(1);
    rig.clock.advance(5000);
    await until(() => rig.port.health().ok);
    await stillHears(rig, "status");
  });

  it("can be given up while it is still being tried", async () => {
    const rig = await started({
      prepare: ({ rest }) => rest.breakNext({ kind: "failure", status: 503 }, "GET", /gateway/),
    });
    await rig.port.stop();
    expect(rig.port.health()).toEqual({ ok: false, state: "Not connected to Discord" });
  });
});
