/** What people say while the bot is not connected to Discord. */
import { afterEach, describe, expect, it } from "vitest";
import type { LastHeard } from "../../../src/chat/port.ts";
import { cardTitled, type Rig, type RigOptions, startRig, until } from "./rig.ts";

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

const hourMs = 3_600_000;

/** `heard`: until when; what was said to be heard since stands in `marks`. */
async function started(
  heard: (rig: Pick<Rig, "clock" | "channel">) => Partial<LastHeard>,
  options: RigOptions = {},
) {
  const marks: number[] = [];
  const known: Partial<Rig> = {};
  const rig = await startRig({
    ...options,
    prepare: (discord, clock) => {
      Object.assign(known, {
        clock,
        channel: { platform: "discord", channel: discord.channel.id },
      });
      options.prepare?.(discord, clock);
    },
    hearing: {
      lastHeard: async () => ({ threads: [], ...heard(known as Rig) }),
      allHeard: async (_, at) => void marks.push(at),
    },
  });
  rigs.push(rig);
  await until(() => marks.length > 0);
  return { rig, marks };
}

const texts = ({ arrived }: Rig) => arrived.map((one) => one.kind === "typed" && one.text);

/** Before the bot is there. */
const saidBefore =
  (...said: readonly (readonly [text: string, agoMs: number])[]): RigOptions["prepare"] =>
  ({ people, ann, channel }, clock) => {
    for (const [text, agoMs] of said)
      people.say(ann, channel.id, text, { at: clock.now() - agoMs });
  };

describe("what was said while the bot was away from Discord", () => {
  it("is handed over as missed, from the last moment that was heard on, oldest first", async () => {
    const prepare = saidBefore(
      ["@bot plans", 3 * hourMs],
      ["@bot status", hourMs],
      ["not for the bot", hourMs / 2],
      ["hey @bot start ABC", 1000],
    );
    const { rig, marks } = await started(({ clock }) => ({ at: clock.now() - 2 * hourMs }), {
      prepare,
    });
    expect(texts(rig)).toEqual(["status", "hey start ABC"]);
    expect(rig.arrived).toMatchObject([
      { missed: true, at: rig.clock.now() - hourMs, place: rig.channel },
      { missed: true, at: rig.clock.now() - 1000 },
    ]);
    expect(marks).toEqual([rig.clock.now()]);
  });

  it("is not looked for where the bot has never heard anything", async () => {
    const { rig } = await started(() => ({}), { prepare: saidBefore(["@bot status", hourMs]) });
    expect(rig.arrived).toEqual([]);
    expect(Object.keys(rig.discord.callsPerRoute())).not.toContain("GET /channels/:id/messages");
  });

  it("is not asked for where Discord tells that nothing was said", async () => {
    const { rig } = await started(({ clock }) => ({ at: clock.now() - hourMs }), {
      prepare: saidBefore(["@bot status", 2 * hourMs]),
    });
    expect(Object.keys(rig.discord.callsPerRoute())).not.toContain("GET /channels/:id/messages");
  });

  it("comes with its writer's roles and membership, which are asked for then", async () => {
    const { rig } = await started(({ clock }) => ({ at: clock.now() - hourMs }), {
      prepare: saidBefore(["@bot status", 1000]),
    });
    const { world, ann } = rig.discord;
    const [arrived] = rig.arrived;
    world.people.set(ann.user.id, { ...ann, roles: ["5100009"] });
    expect(await arrived?.groups()).toEqual(["5100009"]);
    expect(await arrived?.membership()).toEqual({ is: "member" });
    world.people.delete(ann.user.id);
    expect(await arrived?.membership()).toEqual({ is: "nobody" });
  });

  it("is read to its end where it is more than Discord gives at once", async () => {
    const many = Array.from({ length: 150 }, (_, i) => ["talk", hourMs - i] as const);
    const { rig } = await started(({ clock }) => ({ at: clock.now() - 2 * hourMs }), {
      prepare: saidBefore(...many, ["@bot status", 1000]),
    });
    expect(texts(rig)).toEqual(["status"]);
  });

  it("is read after a session that could not be resumed, in threads too, and nothing comes twice", async () => {
    const { rig, marks } = await started(({ clock }) => ({ at: clock.now() - 1000 }));
    const { gateway, people, ann } = rig.discord;
    const root = await rig.port.post(rig.channel, cardTitled("Root"), "key-1");
    const { thread = "" } = await rig.port.threadUnder(root, "ABC");
    people.say(ann, rig.channel.channel, "@bot plans");
    await until(() => rig.arrived.length === 1);
    gateway.forgetSessions();
    gateway.drop();
    await until(() => !rig.port.health().ok);
    people.say(ann, rig.channel.channel, "@bot status");
    people.say(ann, thread, "@bot confirm ABC");
    rig.clock.advance(5000);
    await until(() => marks.length === 2);
    expect(texts(rig)).toEqual(["plans", "status", "confirm ABC"]);
    expect(rig.arrived.map((one) => one.kind === "typed" && one.missed)).toEqual([
      undefined,
      true,
      true,
    ]);
  });

  it("is not looked for after a resumed session, which Discord brings up to date", async () => {
    const { rig, marks } = await started(() => ({}));
    const { gateway, people, ann } = rig.discord;
    const back = gateway.nextUp();
    gateway.drop();
    await until(() => !rig.port.health().ok);
    people.say(ann, rig.channel.channel, "@bot status");
    await back;
    await until(() => rig.arrived.length === 1);
    expect(rig.arrived[0]).not.toHaveProperty("missed");
    expect(marks).toHaveLength(1);
  });

  it("is logged as not known where the channel cannot be read", async () => {
    const { rig } = await started(({ clock }) => ({ at: clock.now() - hourMs }), {
      prepare: (discord, clock) => {
        saidBefore(["@bot status", 1000])?.(discord, clock);
        discord.channel.denied.add("Read Message History");
      },
    });
    expect(rig.arrived).toEqual([]);
    expect(rig.logged.map(({ message }) => message)).toContainEqual(
      expect.stringContaining("What was said there while the bot was away is not known"),
    );
  });

  it("has a mark, moved on while the bot hears", async () => {
    const { rig, marks } = await started(() => ({}));
    rig.clock.advance(30_000);
    await until(() => marks.length === 2);
    expect(marks[1]).toBe(rig.clock.now());
  });
});
