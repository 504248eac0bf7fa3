import { afterEach, describe, expect, it } from "vitest";
import type { Card, Incoming } from "../../../src/chat/port.ts";
import { asRead, textOf } from "../../fakes/discord/world.ts";
import { cardTitled, plans, type Rig, type RigOptions, startRig, until } from "./rig.ts";

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function started(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
}

const minuteMs = 60_000;
const reply =
  (card: Card, audience?: "everyone" | "sender") =>
  (incoming: Incoming): Promise<void> =>
    incoming.reply(card, audience);

const question = (more: Partial<Card> = {}): Card =>
  cardTitled("Start ABC?", {
    tone: "question",
    buttons: [
      {
        label: "Confirm…",
        token: "yes",
        style: "danger",
        asks: { title: "Start", label: "Name of the plan", hint: "ABC", submit: "Start" },
      },
      { label: "Cancel", token: "no", style: "plain" },
    ],
    ...more,
  });

/** A handler that waits for a hand to let it go on. */
function held() {
  const gate = Promise.withResolvers<void>();
  return { wait: () => gate.promise, release: gate.resolve };
}

const ephemeralLine = (rig: Rig) => asRead(rig.discord.world, rig.newest()).join("\n");

describe("a slash command in Discord", () => {
  it("becomes the line that somebody would have typed", async () => {
    const rig = await started();
    const { people, ann, channel } = rig.discord;
    await people.command(ann, channel.id, "start", { reason: "fire", plan: 'ABC "West" Plan' });
    await until(() => rig.arrived.length === 1);
    expect(rig.arrived[0]).toMatchObject({
      kind: "typed",
      text: `start "ABC 'West' Plan" because fire`,
      from: { id: ann.user.id, name: "Ann" },
      place: rig.channel,
    });
  });

  it("is not acknowledged before it is saved", async () => {
    const story: string[] = [];
    const saving = held();
    const rig = await started({
      arriving: async (one) => {
        story.push(one.kind === "typed" ? one.text : one.token);
        await saving.wait();
      },
    });
    const { people, ann, channel } = rig.discord;
    await rig.port.post(rig.channel, question(), "key-1");
    const doing = [
      people.command(ann, channel.id, "start", { plan: "ABC" }),
      people.press(ann, rig.newest(), "Cancel"),
    ];
    let acknowledged = 0;
    for (const one of doing) void one.then(() => (acknowledged += 1));
    await until(() => story.length === 2);
    expect(acknowledged).toBe(0);
    expect(story.sort()).toEqual(["no", 'start "ABC"']);
    saving.release();
    await Promise.all(doing);
    expect(acknowledged).toBe(2);
  });

  it("is acknowledged before its handler has done anything", async () => {
    const { wait, release } = held();
    const rig = await started({ incoming: wait });
    const { people, ann, channel } = rig.discord;
    const { answer } = await people.command(ann, channel.id, "status");
    expect(answer).toEqual({ kind: "thinking", hidden: false });
    release();
  });

  it("shows its first answer where the bot was thinking, and the next ones under it", async () => {
    const rig = await started({
      incoming: async (incoming) => {
        await incoming.reply(cardTitled("EM is there", { tone: "good" }));
        await incoming.reply(cardTitled("2 plans", { tone: "plain" }));
      },
    });
    const { people, ann, channel, world } = rig.discord;
    await people.command(ann, channel.id, "status");
    await until(() => world.messages.length === 2);
    expect(world.messages.map((message) => message.content)).toEqual(["✅ EM is there", "2 plans"]);
  });

  it("is answered to its sender alone where the core says so", async () => {
    const rig = await started({ incoming: reply(cardTitled("Not for you"), "sender") });
    const { people, ann, channel, world } = rig.discord;
    await people.command(ann, channel.id, "status");
    await until(() => world.messages.some(({ onlyFor }) => onlyFor === ann.user.id));
    expect(ephemeralLine(rig)).toBe("failover-bot (only Ann sees this): 🔄 Not for you");
    expect(world.messages).toHaveLength(1);
  });

  it("leaves nothing behind where its handler says nothing", async () => {
    const rig = await started();
    const { people, ann, channel, world } = rig.discord;
    await people.command(ann, channel.id, "status");
    await until(() => world.messages.length === 0);
  });

  it("is answered to its sender alone also after its handler has ended", async () => {
    const rig = await started();
    const { people, ann, channel, world } = rig.discord;
    await people.command(ann, channel.id, "status");
    await until(() => rig.arrived.length === 1 && world.messages.length === 0);
    await rig.arrived[0]?.reply(cardTitled("I cannot write here"), "sender");
    expect(rig.newest()).toMatchObject({ content: "🔄 I cannot write here", onlyFor: ann.user.id });
  });

  it("is answered by an ordinary message once its token is dead", async () => {
    const { wait, release } = held();
    const rig = await started({
      incoming: async (incoming) => {
        await wait();
        await incoming.reply(cardTitled("At last"));
      },
    });
    const { people, ann, channel, world } = rig.discord;
    await people.command(ann, channel.id, "status");
    rig.clock.advance(20 * minuteMs);
    release();
    await until(() => world.messages.some((message) => textOf(message).includes("At last")));
    expect(rig.discord.callsPerRoute()["POST /channels/:id/messages"]).toBe(1);
  });

  it("is answered by an ordinary message where its token died early", async () => {
    const { wait, release } = held();
    const rig = await started({
      incoming: async (incoming) => {
        await wait();
        await incoming.reply(cardTitled("At last"));
      },
    });
    const { people, ann, channel } = rig.discord;
    const { interaction } = await people.command(ann, channel.id, "status");
    rig.discord.forgetInteraction(interaction.token);
    release();
    await rig.discord.rest.next("POST", /^\/channels\/\d+\/messages$/);
    expect(textOf(rig.newest())).toContain("At last");
  });

  it("does nothing where Discord took the acknowledgement as too late", async () => {
    const rig = await started();
    const { people, ann, channel, rest } = rig.discord;
    rest.breakNext(
      { kind: "refusal", status: 404, code: 10062, message: "Unknown interaction" },
      "POST",
      /callback$/,
    );
    void people.command(ann, channel.id, "start", { plan: "ABC" });
    await until(() => rig.logged.some(({ message }) => message.includes("10062")));
    expect(rig.arrived).toEqual([]);
  });

  it("leaves the interaction to another process that was faster", async () => {
    const rig = await started();
    const { people, ann, channel, rest } = rig.discord;
    rest.breakNext(
      { kind: "refusal", status: 400, code: 40060, message: "Already" },
      "POST",
      /callback$/,
    );
    void people.command(ann, channel.id, "status");
    await until(() => rig.logged.some(({ message }) => message.includes("40060")));
    expect(rig.arrived).toEqual([]);
    expect(rig.port.health().beside).toMatch(/^Another process has answered/);
    rig.clock.advance(3_600_000);
    expect(rig.port.health().beside).toBeUndefined();
  });

  it("is acknowledged and served once where the answer of Discord was lost on the way", async () => {
    const rig = await started();
    const { people, ann, channel, rest } = rig.discord;
    rest.breakNext({ kind: "lost answer" }, "POST", /callback$/);
    await people.command(ann, channel.id, "status");
    await until(() => rig.arrived.length > 0);
    expect(rig.port.health().beside).toBeUndefined();
    expect(rig.arrived).toHaveLength(1);
    expect(rest.received.filter(({ path }) => path.endsWith("/callback"))).toHaveLength(2);
  });

  it("is not served twice when Discord delivers it twice", async () => {
    const rig = await started();
    const { people, ann, channel, gateway } = rig.discord;
    await people.command(ann, channel.id, "status");
    gateway.repeatLast();
    await people.command(ann, channel.id, "start", { plan: "ABC" });
    await until(() => rig.arrived.length === 2);
    expect(new Set(rig.arrived.map(({ delivery }) => delivery)).size).toBe(2);
  });

  it("is refused, to its sender alone, in a channel that the settings do not name", async () => {
    const rig = await started({ prepare: ({ world }) => world.addChannel("random") });
    const { people, ann, world } = rig.discord;
    const random = [...world.channels.values()].find(({ name }) => name === "random");
    const { answer } = await people.command(ann, random?.id ?? "", "status");
    expect(answer.kind).toBe("message");
    expect(ephemeralLine(rig)).toMatch(/only Ann sees this\): ⚠️ I am not set up for this place/);
    expect(ephemeralLine(rig)).toContain(random?.id);
    expect(rig.arrived).toEqual([]);
  });

  it("suggests plans while somebody types", async () => {
    const rig = await started();
    const { people, ann, channel } = rig.discord;
    expect(await people.complete(ann, channel.id, "start", "plan", "xyz")).toEqual([
      "XYZ Failover Plan",
    ]);
    expect(await people.complete(ann, channel.id, "start", "plan", "")).toEqual(plans);
  });

  it("suggests nothing in a channel that the settings do not name", async () => {
    const rig = await started({ prepare: ({ world }) => world.addChannel("random") });
    const { people, ann, world } = rig.discord;
    const random = [...world.channels.values()].find(({ name }) => name === "random");
    expect(await people.complete(ann, random?.id ?? "", "start", "plan", "")).toEqual([]);
  });

  it("is acknowledged in a thread as well, and knows its channel", async () => {
    const rig = await started();
    const root = await rig.port.post(rig.channel, cardTitled("Root"), "key-1");
    const thread = await rig.port.threadUnder(root, "Failover of ABC");
    await rig.discord.people.command(rig.discord.ann, thread.thread ?? "", "status");
    await until(() => rig.arrived.length === 1);
    expect(rig.arrived[0]?.place).toEqual(thread);
  });
});

describe("buttons, forms and lists in Discord", () => {
  it("come back as what was pressed, acknowledged at once", async () => {
    const { wait, release } = held();
    const rig = await started({ incoming: wait });
    await rig.port.post(rig.channel, question(), "key-1");
    const { answer } = await rig.discord.people.press(rig.discord.ann, rig.newest(), "Cancel");
    expect(answer.kind).toBe("deferred");
    await until(() => rig.arrived.length === 1);
    expect(rig.arrived[0]).toMatchObject({ kind: "pressed", token: "no", place: rig.channel });
    release();
  });

  it("ask for the text at once, and hand it over when it is sent", async () => {
    const rig = await started({ incoming: reply(cardTitled("Thank you"), "sender") });
    const { people, ann, world } = rig.discord;
    await rig.port.post(rig.channel, question(), "key-1");
    const message = rig.newest();
    const { answer } = await people.press(ann, message, "Confirm…");
    expect(answer).toMatchObject({
      kind: "form",
      form: { title: "Start", components: [{ label: "Name of the plan", description: "ABC" }] },
    });
    if (answer.kind === "form") await people.submit(ann, message, answer.form, "ABC");
    await until(() => world.messages.some(({ onlyFor }) => onlyFor === ann.user.id));
    expect(rig.arrived).toMatchObject([{ kind: "pressed", token: "yes", text: "ABC" }]);
  });

  it("ask for the text even where the card was posted before a restart", async () => {
    const before = await started();
    await before.port.post(before.channel, question(), "key-1");
    const after = await started();
    const posted = { ...before.newest(), channel: after.channel.channel };
    after.discord.world.messages.push(posted);
    const { answer } = await after.discord.people.press(after.discord.ann, posted, "Confirm…");
    expect(answer).toMatchObject({
      kind: "form",
      form: { title: "Confirm…", custom_id: "ask:yes" },
    });
  });

  it("let somebody choose a plan from a list", async () => {
    const rig = await started();
    const picker = { label: "Which plan?", token: "pick" };
    await rig.port.post(rig.channel, cardTitled("Which plan?", { picker }), "key-1");
    await rig.discord.people.choose(rig.discord.ann, rig.newest(), "XYZ Failover Plan");
    await until(() => rig.arrived.length === 1);
    expect(rig.arrived[0]).toMatchObject({
      kind: "pressed",
      token: "pick",
      text: "XYZ Failover Plan",
    });
  });

  it("leave the message under which they stand as it is when they are answered", async () => {
    const rig = await started({ incoming: reply(cardTitled("Cancelled", { tone: "good" })) });
    await rig.port.post(rig.channel, question(), "key-1");
    await rig.discord.people.press(rig.discord.ann, rig.newest(), "Cancel");
    await until(() => rig.discord.world.messages.length === 2);
    expect(rig.discord.world.transcript()).toMatchInlineSnapshot(`
      "#war-room
      failover-bot: ❓ Start ABC?
          [Confirm…] [Cancel]
      failover-bot: ✅ Cancelled"
    `);
  });
});
