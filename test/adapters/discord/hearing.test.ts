import { afterEach, describe, expect, it } from "vitest";
import type { Incoming, Person } from "../../../src/chat/port.ts";
import { asRead } from "../../fakes/discord/world.ts";
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

/** What the bot was given after somebody wrote this. */
async function heard(
  rig: Rig,
  text: string,
  channel = rig.discord.channel.id,
): Promise<Incoming | undefined> {
  const before = rig.arrived.length;
  rig.discord.people.say(rig.discord.ann, channel, text);
  await until(() => rig.arrived.length > before);
  return rig.arrived.at(-1);
}

async function answerTo(rig: Rig, text: string, channel = rig.discord.channel.id): Promise<string> {
  const { world, people, ann } = rig.discord;
  const before = world.messages.filter(({ author }) => author.bot).length;
  people.say(ann, channel, text);
  await until(() => world.messages.filter(({ author }) => author.bot).length > before);
  return asRead(world, rig.newest()).join("\n");
}

describe("somebody who writes to the bot in Discord", () => {
  it.each([
    ["by a mention", "@bot status"],
    ["by a mention of its nickname", "@bot-nick status"],
    ["by a mention behind the words", "status @bot"],
    ["by a mention with a colon", "@bot: status"],
    ["by a mention with a comma", "@bot, status"],
    ["by a mention and the name of the command", "@bot /failover status"],
    ["by a mention of its role beside its own", "@bot-role @bot status"],
  ])("is heard %s", async (_, text) => {
    expect(await heard(await started(), text)).toMatchObject({ kind: "typed", text: "status" });
  });

  it("is saved before the bot shows that it types, and before it acts", async () => {
    const story: string[] = [];
    const saving = Promise.withResolvers<void>();
    const rig = await started({
      arriving: async (one) => {
        story.push(one.kind === "typed" ? one.text : one.token);
        await saving.promise;
      },
    });
    const { people, ann, channel, rest } = rig.discord;
    const typing = rest.next("POST", /typing$/).then(() => story.push("typing"));
    people.say(ann, channel.id, "@bot confirm ABC");
    await until(() => story.length === 1);
    expect([story, rig.arrived]).toEqual([["confirm ABC"], []]);
    saving.resolve();
    await typing;
    await until(() => rig.arrived.length === 1);
  });

  it("is heard in a reply to the bot, without a mention", async () => {
    const rig = await started();
    const question = await rig.port.post(rig.channel, cardTitled("Start ABC?"), "key-1");
    rig.discord.people.say(rig.discord.ann, rig.channel.channel, "ABC Company Failover Plan", {
      replyTo: question.id,
    });
    await until(() => rig.arrived.length === 1);
    expect(rig.arrived[0]).toMatchObject({ kind: "typed", text: "ABC Company Failover Plan" });
  });

  it("is told how to mention the bot where Discord withholds what was written", async () => {
    const rig = await started();
    expect(await answerTo(rig, "@bot-role status")).toMatch(
      /Write @failover-bot status .*\/failover status/,
    );
    expect(rig.arrived).toEqual([]);
  });

  it("is not overheard when talking to others", async () => {
    const rig = await started();
    rig.discord.people.say(rig.discord.ann, rig.channel.channel, "status");
    await heard(rig, "@bot plans");
    expect(rig.arrived.map((incoming) => incoming.kind === "typed" && incoming.text)).toEqual([
      "plans",
    ]);
  });

  it("is told so in a channel that the settings do not name", async () => {
    const rig = await started({ prepare: ({ world }) => world.addChannel("random") });
    const random = [...rig.discord.world.channels.values()].find(({ name }) => name === "random");
    expect(await answerTo(rig, "@bot status", random?.id)).toMatch(
      new RegExp(`not set up for this place[^]*The id of this one is .*${random?.id}`),
    );
    expect(rig.arrived).toEqual([]);
  });

  it("is known by name, roles, place and time", async () => {
    const rig = await started();
    const ann = { ...rig.discord.ann, nick: "Ann of Ops", roles: ["5100001", "5100002"] };
    const at = rig.clock.now() - 90_000;
    rig.discord.people.say(ann, rig.channel.channel, "@bot status", { at });
    await until(() => rig.arrived.length === 1);
    const [incoming] = rig.arrived;
    expect(incoming).toMatchObject({
      at,
      from: { platform: "discord", id: ann.user.id, name: "Ann of Ops" },
      place: rig.channel,
    });
    expect(await incoming?.groups()).toEqual(["5100001", "5100002"]);
  });

  it("has the roles that Discord knows now, whatever was told with a message; none after leaving", async () => {
    const rig = await started();
    const { world, ann } = rig.discord;
    const from: Person = { platform: "discord", id: ann.user.id, name: "Ann" };
    const rolesNow = () => rig.port.belongs(from, rig.channel).groups();
    world.people.set(ann.user.id, { ...ann, roles: ["5100009"] });
    expect(await rolesNow()).toEqual(["5100009"]);
    const direct = world.directWith(ann.user.id);
    const alone = rig.port.belongs(from, { platform: "discord", channel: direct.id });
    expect(await alone.groups()).toEqual(["5100009"]);
    expect(await alone.membership()).toEqual({ is: "member" });
    world.people.delete(ann.user.id);
    expect(await rolesNow()).toEqual([]);
    expect(await alone.membership()).toEqual({ is: "nobody" });
  });

  it("is heard in a thread, and answered there", async () => {
    const rig = await started({
      incoming: (incoming) => incoming.reply(cardTitled("EM is there")),
    });
    const root = await rig.port.post(rig.channel, cardTitled("Root"), "key-1");
    const thread = await rig.port.threadUnder(root, "Failover of ABC");
    const incoming = await heard(rig, "@bot status", thread.thread);
    expect(incoming?.place).toEqual(thread);
    await until(() => rig.newest().channel === thread.thread);
    expect(rig.discord.world.transcript()).toMatchInlineSnapshot(`
      "#war-room
      failover-bot: 🔄 Root
        ┌ thread “Failover of ABC”
        │ Ann: @bot status
        │ failover-bot ↩ Ann: 🔄 EM is there"
    `);
  });

  it("is heard when writing to the bot alone", async () => {
    const rig = await started();
    const { people, ann, world } = rig.discord;
    people.direct(ann, "status");
    await until(() => rig.arrived.length === 1);
    const place = { platform: "discord", channel: world.directWith(ann.user.id).id };
    expect(rig.arrived[0]).toMatchObject({ kind: "typed", text: "status", place });
  });

  it("is heard as an edit where a message was edited, once for each time", async () => {
    const rig = await started();
    const { people, ann } = rig.discord;
    const id = people.say(ann, rig.channel.channel, "@bot thanks");
    await until(() => rig.arrived.length === 1);
    people.touch(ann, id);
    rig.clock.advance(5000);
    people.edit(ann, id, "@bot confirm ABC");
    people.touch(ann, id);
    await until(() => rig.arrived.length === 2);
    rig.clock.advance(5000);
    people.edit(ann, id, "@bot confirm ABCD");
    await until(() => rig.arrived.length === 3);
    const [, edited, again] = rig.arrived;
    expect(edited).toMatchObject({ text: "confirm ABC", edited: true });
    expect(again).toMatchObject({ text: "confirm ABCD", edited: true });
    expect((again?.datedAt ?? 0) - (edited?.datedAt ?? 0)).toBe(5000);
  });

  it("sees at once that the bot is at work", async () => {
    const rig = await started();
    const typing = rig.discord.rest.next("POST", /typing$/);
    await heard(rig, "@bot status");
    await expect(typing).resolves.toBeDefined();
  });

  it("is not served twice when Discord says something twice", async () => {
    const rig = await started();
    await heard(rig, "@bot status");
    rig.discord.gateway.repeatLast();
    await heard(rig, "@bot plans");
    expect(rig.arrived).toHaveLength(2);
  });

  it("keeps the names of other people in what was written", async () => {
    const rig = await started();
    const text = `@bot start ABC because <@${rig.discord.ann.user.id}> asked`;
    expect(await heard(rig, text)).toMatchObject({ text: "start ABC because @Ann asked" });
  });

  it("is handed over with names, and never an id, for whom and what a message names", async () => {
    const rig = await started();
    const { channel, world } = rig.discord;
    const text = `@bot start ABC because <@&${world.botRole}1> and <@1> say so in <#${channel.id}> <:fire:12345> </failover status:1>`;
    expect(await heard(rig, text)).toMatchObject({
      text: "start ABC because @a role and @somebody say so in #war-room :fire: /failover status",
    });
  });

  it("is told with the bot's name on this server how to call it", async () => {
    const rig = await started({
      prepare: ({ world }) => Object.assign(world.bot, { nick: "dr-bot" }),
    });
    expect(await answerTo(rig, "@bot-role status")).toContain("Write @dr-bot status");
  });
});
