import { afterEach, describe, expect, it } from "vitest";
import type { Card, Handlers, Incoming } from "../../../src/chat/port.ts";
import { readable } from "../../fakes/slack/reading.ts";
import { type RigOptions, type SlackRig, slackRig } from "./rig.ts";
import { until } from "./until.ts";

const rigs: SlackRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function started(options: RigOptions = {}): Promise<SlackRig> {
  const rig = await slackRig(options);
  rigs.push(rig);
  await rig.start();
  return rig;
}

const room = { platform: "slack", channel: "C0WAR" } as const;
const note = (title: string): Card => ({ tone: "plain", title, lines: [] });
const press = { label: "Cancel", token: "cancel-1", style: "plain" } as const;
const form = {
  title: "Start the failover of ABC",
  label: "Name of the plan",
  hint: "ABC",
  submit: "Start",
};
const ask = { label: "Confirm…", token: "confirm-1", style: "danger", asks: form } as const;
const question: Card = { tone: "question", title: "Start ABC?", lines: [], buttons: [ask, press] };
const lastText = ({ slack }: SlackRig) => {
  const message = slack.world.messages.at(-1);
  return message ? readable(slack.world, message) : "";
};

describe.each(["sockets", "http"] as const)("Slack over %s", (mode) => {
  it("hands over a slash command: who typed what, where and when", async () => {
    const rig = await started({ mode });
    const [incoming] = await Promise.all([rig.next(), rig.slack.command("start R&amp;D “now”")]);
    expect(incoming).toMatchObject({
      kind: "typed",
      text: "start R&D “now”",
      from: { platform: "slack", id: "U0ALICE", name: "alice" },
      place: room,
      at: rig.clock.now(),
    });
  });

  it("hands over a mention within a thread, with the thread and Slack's time of it", async () => {
    const rig = await started({ mode });
    const at = rig.clock.now() - 90_000;
    const [incoming] = await Promise.all([
      rig.next(),
      rig.slack.mention("status", { thread: "1.000001", at }),
    ]);
    expect(incoming).toMatchObject({ text: "status", place: { ...room, thread: "1.000001" }, at });
    expect(incoming.from).toEqual({ platform: "slack", id: "U0ALICE", name: "alice" });
  });

  it.each(["thread_broadcast", "file_share", "me_message"])(
    "hands over a mention, and a direct message, of the kind %s",
    async (subtype) => {
      const rig = await started({ mode });
      const thread = "1.000001";
      const [mentioned] = await Promise.all([
        rig.next(),
        rig.slack.mention("status", { thread, subtype }),
      ]);
      expect(mentioned).toMatchObject({ text: "status", place: { ...room, thread } });
      const [direct] = await Promise.all([rig.next(), rig.slack.direct("help", { subtype })]);
      expect(direct).toMatchObject({ text: "help", place: { channel: "D0ALICE" } });
    },
  );

  it("hands over what a message was edited into as an edit, once, and not before it", async () => {
    const rig = await started({ mode });
    for (const say of [() => rig.slack.mention("thanks"), () => rig.slack.direct("hi")]) {
      const [, said] = await Promise.all([rig.next(), say()]);
      const [edited] = await Promise.all([rig.next(), rig.slack.edit(said, "confirm ABC")]);
      expect(edited).toMatchObject({ text: "confirm ABC", edited: true });
    }
    expect(rig.arrived.map((one) => one.kind === "typed" && one.edited)).toEqual([
      undefined,
      true,
      undefined,
      true,
    ]);
  });

  it("takes the same message for one, whatever its event is called", async () => {
    const rig = await started({ mode });
    const [, said] = await Promise.all([rig.next(), rig.slack.mention("status")]);
    await rig.slack.event(said.envelope.payload.event as Record<string, unknown>);
    await Promise.all([rig.next(), rig.slack.mention("plans")]);
    expect(rig.arrived).toHaveLength(2);
  });

  it("hands over names, and never an id, for whom and what a message names", async () => {
    const rig = await started({ mode });
    const said = "start ABC because <@U0BOB> and <@U0NOBODY> say so in <#C0OPS>";
    const [incoming] = await Promise.all([rig.next(), rig.slack.mention(said)]);
    expect(incoming).toMatchObject({
      text: "start ABC because @bob and @somebody say so in #ops",
    });
  });

  it("hands over a direct message", async () => {
    const rig = await started({ mode });
    const [incoming] = await Promise.all([rig.next(), rig.slack.direct("help")]);
    expect(incoming).toMatchObject({ text: "help", place: { channel: "D0ALICE" } });
  });

  it("hands over what is typed into a form, and where its button stood", async () => {
    const rig = await started({ mode });
    const root = await rig.port.post(room, note("Root"), "key-0");
    const thread = await rig.port.threadUnder(root, "ABC");
    await rig.port.post(thread, question, "key-1");
    const [incoming] = await Promise.all([
      rig.next(),
      rig.slack.press("confirm-1", "ABC Plan", { user: "U0BOB" }),
    ]);
    expect(incoming).toMatchObject({
      kind: "pressed",
      token: "confirm-1",
      text: "ABC Plan",
      place: thread,
    });
    expect(incoming.from).toEqual({ platform: "slack", id: "U0BOB", name: "bob" });
    expect(rig.slack.world.forms[0]?.view.title.text).toBe("Start the failover of A…");
  });

  it("hands over a press on a card whose thread has answers as one in the channel", async () => {
    const rig = await started({ mode });
    const root = await rig.port.post(room, question, "key-0");
    await rig.port.post(await rig.port.threadUnder(root, "ABC"), note("Line"), "key-1");
    const [incoming] = await Promise.all([rig.next(), rig.slack.press("cancel-1")]);
    expect(incoming.place).toEqual(room);
  });

  it("fills a picker while somebody types, and hands over the whole name that was chosen", async () => {
    const long = `Failover of ${"a very long name ".repeat(8)}<&>`;
    const plans = [long, "ABC", ...Array.from({ length: 150 }, (_, index) => `Plan ${index}`)];
    const complete = (typed: string, most: number) =>
      plans.filter((plan) => plan.includes(typed)).slice(0, most);
    const rig = await started({ mode, complete });
    await rig.port.post(
      room,
      { ...note("Which?"), picker: { label: "Plan", token: "pick-1" } },
      "key-1",
    );
    expect(await rig.slack.suggest("pick-1", "")).toHaveLength(100);
    const [option] = await rig.slack.suggest("pick-1", "very long");
    const [incoming] = await Promise.all([
      rig.next(),
      rig.slack.pick("pick-1", option?.value ?? ""),
    ]);
    expect(incoming).toMatchObject({ kind: "pressed", token: "pick-1", text: long });
  });

  it("acknowledges everything before its handler has ended", async () => {
    const held = Promise.withResolvers<void>();
    const rig = await started({ mode, answer: () => held.promise });
    await rig.port.post(room, question, "key-1");
    const deliveries = [
      await rig.slack.command("status"),
      await rig.slack.mention("status"),
      await rig.slack.direct("help"),
      await rig.slack.press("cancel-1"),
      await rig.slack.press("confirm-1", "ABC"),
    ];
    expect(deliveries.map(({ outcome }) => outcome.acknowledged)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    held.resolve();
  });

  it("tells of a channel that has another id from now on, and acknowledges it once it is saved", async () => {
    const moves: unknown[] = [];
    let refused = 0;
    const moved: Handlers["moved"] = async (from, to) => {
      if (refused++ === 0) throw new Error("The disk is full");
      moves.push([from, to]);
    };
    const lettingGo = new AbortController();
    const rig = await started({ mode, moved, letGo: lettingGo.signal });
    let isLostAcknowledged = false;
    const noteIt = () => {
      isLostAcknowledged = true;
    };
    const lost = rig.slack.changeChannelId("C0WAR", "C0NEW");
    lost.then(({ outcome }) => outcome.acknowledged && noteIt()).catch(() => undefined);
    await until(() => refused === 1);
    const ids = { old_channel_id: "C0WAR", new_channel_id: "C0NEW" };
    const told = await rig.slack.event({ type: "channel_id_changed", ...ids });
    expect([isLostAcknowledged, told.outcome.acknowledged]).toEqual([false, true]);
    expect(moves).toEqual([
      [
        { platform: "slack", channel: "C0WAR" },
        { platform: "slack", channel: "C0NEW" },
      ],
    ]);
    expect(rig.said.filter(({ level }) => level === "error")).toEqual([
      { level: "error", sentence: expect.stringContaining("could not be saved") },
    ]);
    expect(rig.arrived).toEqual([]);
    lettingGo.abort();
  });

  it("acknowledges nothing before it is saved, whoever typed, pressed or chose it", async () => {
    const story: string[] = [];
    const saving = Promise.withResolvers<void>();
    const arriving: Handlers["arriving"] = async (one) => {
      story.push(one.kind === "typed" ? one.text : `${one.token} ${one.text ?? ""}`.trim());
      await saving.promise;
    };
    const rig = await started({ mode, arriving });
    await rig.port.post(room, question, "key-1");
    const doing = [
      rig.slack.command("start A"),
      rig.slack.mention("confirm A"),
      rig.slack.direct("cancel"),
      rig.slack.press("cancel-1"),
    ];
    let acknowledged = 0;
    for (const one of doing) void one.then(() => (acknowledged += 1));
    await until(() => story.length === doing.length);
    expect(acknowledged).toBe(0);
    expect(story.sort()).toEqual(["cancel", "cancel-1", "confirm A", "start A"]);
    saving.resolve();
    const outcomes = (await Promise.all(doing)).map(({ outcome }) => outcome.acknowledged);
    expect(outcomes).toEqual([true, true, true, true]);
    const form = await rig.slack.press("confirm-1", "A");
    expect(form.outcome.acknowledged).toBe(true);
    expect(story.at(-1)).toBe("confirm-1 A");
  });

  it("acknowledges what it cannot understand, and stays well", async () => {
    const rig = await started({ mode });
    const { outcome } = await rig.slack.event({ type: "app_mention", nonsense: true });
    expect(outcome.acknowledged).toBe(true);
    await until(() => rig.said.some(({ level }) => level === "error"));
    expect(rig.port.health().ok).toBe(true);
  });

  it("does nothing twice when Slack sends it again", async () => {
    const rig = await started({ mode });
    await rig.port.post(room, question, "key-1");
    for (const once of [
      await rig.slack.command("status"),
      await rig.slack.mention("status"),
      await rig.slack.press("cancel-1"),
      await rig.slack.press("confirm-1", "ABC"),
    ])
      await rig.slack.again(once);
    await until(() => rig.arrived.length >= 4);
    await rig.port.stop();
    expect(rig.arrived).toHaveLength(4);
  });

  it("takes two presses of one button for two presses, with an id each", async () => {
    const rig = await started({ mode });
    await rig.port.post(room, question, "key-1");
    await Promise.all([
      rig.slack.press("cancel-1"),
      rig.slack.press("cancel-1", undefined, { user: "U0BOB" }),
    ]);
    await until(() => rig.arrived.length === 2);
    expect(new Set(rig.arrived.map(({ delivery }) => delivery)).size).toBe(2);
  });
});

describe("a bot that was renamed in Slack", () => {
  const help: Card = { ...note("Help"), next: [{ type: "status" }, " looks"] };
  const renamed = async (options: RigOptions = {}) => {
    const rig = await slackRig({ ...options, commands: [status] });
    rigs.push(rig);
    rig.slack.world.people.set(rig.slack.world.botUser, "dr-bot");
    await rig.start();
    return rig;
  };
  const status = { name: "status", usage: "", summary: "what EM does", options: [] };

  it("calls itself so in threads, and its slash command as the setting says", async () => {
    const rig = await renamed({ command: "/dr" });
    const root = await rig.port.post(room, help, "key-1");
    expect(lastText(rig)).toContain("/dr status looks");
    await rig.port.post(await rig.port.threadUnder(root, "ABC"), help, "key-2");
    expect(lastText(rig)).toContain("@dr-bot status looks");
  });

  it("hears its slash command whatever its name is, and calls it so from then on", async () => {
    const rig = await renamed();
    await Promise.all([rig.next(), rig.slack.command("plans", { as: "/desaster" })]);
    await rig.port.post(room, help, "key-1");
    expect(lastText(rig)).toContain("/desaster status looks");
  });
});

describe("Slack's other voices", () => {
  it.each([
    [
      "a bot's mention",
      { type: "app_mention", bot_id: "B1", user: "U1", channel: "C0WAR", ts: "1.1", text: "x" },
    ],
    [
      "the bot's own message",
      { type: "message", channel_type: "im", user: "U0FAILOVER", channel: "D0ALICE", ts: "1.1" },
    ],
    [
      "an edit",
      {
        type: "message",
        channel_type: "im",
        subtype: "message_changed",
        channel: "D0ALICE",
        ts: "1.1",
      },
    ],
    [
      "talk in a channel",
      {
        type: "message",
        channel_type: "channel",
        user: "U1",
        channel: "C0WAR",
        ts: "1.1",
        text: "x",
      },
    ],
  ])("leave the bot alone: %s", async (_, event) => {
    const rig = await started();
    expect((await rig.slack.event(event)).outcome.acknowledged).toBe(true);
    await rig.port.stop();
    expect(rig.arrived).toEqual([]);
  });
});

describe("answers in Slack", () => {
  const answering = (audience?: "sender" | "everyone") => ({
    answer: (incoming: Incoming) => incoming.reply(note("EM is there"), audience),
  });

  it("are seen by the one who typed the command alone, where they are meant so", async () => {
    const rig = await started(answering("sender"));
    await Promise.all([rig.next(), rig.slack.command("status")]);
    expect(rig.slack.world.messages).toMatchObject([{ channel: "C0WAR", onlyFor: "U0ALICE" }]);
  });

  it("reach a channel where the bot is no member", async () => {
    const rig = await started(answering());
    await Promise.all([rig.next(), rig.slack.command("status", { channel: "C0OTHER" })]);
    expect(rig.slack.transcript("C0OTHER")).toContain("EM is there");
  });

  it("stay in the thread where the bot was mentioned", async () => {
    const rig = await started(answering("sender"));
    const root = await rig.port.post(room, note("Root"), "key-1");
    await Promise.all([rig.next(), rig.slack.mention("status", { thread: root.id })]);
    expect(rig.slack.world.messages.at(-1)).toMatchObject({ thread: root.id, onlyFor: "U0ALICE" });
  });

  it("are messages in a direct conversation, where nothing is for one's eyes alone", async () => {
    const rig = await started(answering("sender"));
    await Promise.all([rig.next(), rig.slack.direct("help")]);
    const message = rig.slack.world.messages.at(-1);
    expect([message?.channel, message?.onlyFor]).toEqual(["D0ALICE", undefined]);
  });

  it("go on as the bot's own messages after the five that Slack takes for one command", async () => {
    const rig = await started({
      answer: async ({ reply }) => {
        for (let count = 1; count <= 6; count++) await reply(note(`Answer ${count}`), "everyone");
      },
    });
    await Promise.all([rig.next(), rig.slack.command("status")]);
    expect(rig.slack.world.messages).toHaveLength(6);
    expect(rig.slack.callCounts()["chat.postMessage"]).toBe(1);
  });

  it("fail in a sentence where they cannot be given", async () => {
    const failures: unknown[] = [];
    const rig = await started({
      answer: ({ reply }) =>
        reply(note("EM is there")).catch((error: unknown) => void failures.push(error)),
    });
    rig.slack.world.isTokenRevoked = true;
    await Promise.all([rig.next(), rig.slack.mention("status")]);
    expect(failures).toMatchObject([
      { failure: { kind: "bot" }, message: expect.stringContaining("SLACK_BOT_TOKEN") },
    ]);
  });
});

describe("forms in Slack", () => {
  it("say so to the person when they were opened too late", async () => {
    const rig = await started();
    await rig.port.post(room, question, "key-1");
    rig.slack.faults.next({ error: "expired_trigger_id" }, "views.open");
    await rig.slack.press("confirm-1");
    await until(() => rig.slack.world.messages.length === 2);
    expect(lastText(rig)).toContain("press the button again");
    expect(rig.slack.world.messages.at(-1)?.onlyFor).toBe("U0ALICE");
    expect(rig.arrived).toEqual([]);
  });

  it("open before anything else is asked of Slack", async () => {
    const rig = await started();
    await rig.port.post(room, question, "key-1");
    const before = rig.slack.calls.length;
    await rig.slack.press("confirm-1", "ABC");
    expect(rig.slack.calls.slice(before).map(({ method }) => method)).toEqual(["views.open"]);
  });
});

describe("user groups in Slack", () => {
  async function groupsOf(rig: SlackRig): Promise<readonly string[]> {
    const [incoming] = await Promise.all([rig.next(), rig.slack.command("status")]);
    return incoming.groups();
  }

  it("are those that the person is in, asked for once a minute at most", async () => {
    const rig = await started();
    expect(await groupsOf(rig)).toEqual(["S0ONCALL"]);
    rig.slack.world.groups.set("S0OTHERS", ["U0ALICE"]);
    expect(await groupsOf(rig)).toEqual(["S0ONCALL"]);
    rig.clock.advance(60_000);
    expect(await groupsOf(rig)).toEqual(["S0ONCALL", "S0OTHERS"]);
    expect(rig.slack.callCounts()["usergroups.list"]).toBe(2);
  });

  it("are asked for again where somebody decides, once for all who are asked about", async () => {
    const rig = await started();
    const now = (id: string) =>
      rig.port.belongs({ platform: "slack", id, name: id }, room).groups();
    expect(await groupsOf(rig)).toEqual(["S0ONCALL"]);
    rig.slack.world.groups.set("S0ONCALL", []);
    rig.clock.advance(3000);
    expect(await Promise.all([now("U0ALICE"), now("U0BOB")])).toEqual([[], ["S0OTHERS"]]);
    expect(rig.slack.callCounts()["usergroups.list"]).toBe(2);
  });

  it("cannot be read on a free plan or without the scope, and the reason is said", async () => {
    const rig = await started();
    rig.slack.world.isFreePlan = true;
    await expect(groupsOf(rig)).rejects.toThrow("paid plans");
    rig.slack.world.isFreePlan = false;
    rig.slack.world.scopes.delete("usergroups:read");
    await expect(groupsOf(rig)).rejects.toThrow("usergroups:read");
    rig.slack.world.scopes.add("usergroups:read");
    expect(await groupsOf(rig)).toEqual(["S0ONCALL"]);
  });
});

describe("names in Slack", () => {
  it("are the ids of those whose name Slack does not tell", async () => {
    const rig = await started();
    rig.slack.world.scopes.delete("users:read");
    const [incoming] = await Promise.all([rig.next(), rig.slack.mention("status")]);
    expect(incoming.from.name).toBe("U0ALICE");
  });

  it("keep nobody waiting", async () => {
    const rig = await started();
    const asked = () => rig.slack.callCounts()["users.info"];
    const before = asked();
    rig.slack.faults.next("silent", "users.info");
    const arriving = Promise.all([rig.next(), rig.slack.mention("status")]);
    await until(() => asked() !== before);
    rig.clock.advance(1000);
    const [incoming] = await arriving;
    expect(incoming.from.name).toBe("U0ALICE");
  });
});

describe("one name for one person in Slack", () => {
  it("is the display name, by mention and by command", async () => {
    const rig = await started();
    rig.slack.world.accounts.set("U0ALICE", { profile: { display_name: "Alice of Ops" } });
    for (const say of [rig.slack.mention, rig.slack.command]) {
      const [incoming] = await Promise.all([rig.next(), say("status")]);
      expect(incoming.from.name).toBe("Alice of Ops");
    }
  });
});

describe("who somebody in Slack is to the workspace", () => {
  async function who(rig: SlackRig, said: Promise<unknown>): Promise<Incoming> {
    const [incoming] = await Promise.all([rig.next(), said]);
    return incoming;
  }

  it.each([
    ["a member", {}, { is: "member" }],
    ["a guest of several channels", { is_restricted: true }, { is: "guest" }],
    ["a guest of one channel", { is_restricted: true, is_ultra_restricted: true }, { is: "guest" }],
    ["a bot", { is_bot: true }, { is: "bot" }],
    ["somebody whose account was switched off", { deleted: true }, { is: "nobody" }],
    ["of another workspace", { team_id: "T9" }, { is: "external", team: "T9" }],
    ["a stranger", { is_stranger: true }, { is: "external", team: "T0ABC" }],
  ])("is %s", async (_, account, expected) => {
    const rig = await started();
    rig.slack.world.accounts.set("U0ALICE", account);
    expect(await (await who(rig, rig.slack.command("status"))).membership()).toEqual(expected);
  });

  it.each<[string, (rig: SlackRig) => Promise<unknown>]>([
    ["a mention", ({ slack }) => slack.mention("status", { team: "T9" })],
    ["a command", ({ slack }) => slack.command("status", { team: "T9" })],
    [
      "a mention by way of its own installation",
      ({ slack }) => slack.mention("status", { installed: "T9" }),
    ],
  ])("is a stranger by %s, whose id is never that of a member", async (_, say) => {
    const rig = await started();
    const incoming = await who(rig, say(rig));
    expect(incoming.from.id).toBe("T9/U0ALICE");
    expect(await incoming.membership()).toEqual({ is: "external", team: "T9" });
    expect(await incoming.groups()).toEqual([]);
  });

  it("is a stranger also by a press and a form", async () => {
    const rig = await started();
    await rig.port.post(room, question, "key-1");
    const pressed = await who(rig, rig.slack.press("confirm-1", "ABC", { team: "T9" }));
    expect(pressed).toMatchObject({ kind: "pressed", from: { id: "T9/U0ALICE" } });
  });

  it("cannot be read without the scope, and the reason is said", async () => {
    const rig = await started();
    rig.slack.world.scopes.delete("users:read");
    const incoming = await who(rig, rig.slack.command("status"));
    await expect(incoming.membership()).rejects.toThrow("users:read");
  });

  it("is mentioned as Slack calls people", async () => {
    const rig = await started();
    const notify = [{ platform: "slack", id: "T9/U0ALICE", name: "Al" } as const];
    await rig.port.post(room, { ...question, notify }, "key-1");
    expect(JSON.stringify(rig.slack.world.messages.at(-1))).toContain("<@U0ALICE>");
  });
});
