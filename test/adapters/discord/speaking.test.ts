import { createRequire } from "node:module";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { createDiscordPort } from "../../../adapters/discord/discord.ts";
import {
  type Attachment,
  type Card,
  ChatError,
  type MessageRef,
  type Place,
} from "../../../src/chat/port.ts";
import type { Channel } from "../../fakes/discord/world.ts";
import { cardTitled, type Rig, type RigOptions, startRig } from "./rig.ts";

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

/** A root card with a thread that has a line in it. */
async function withThread(options: RigOptions = {}) {
  const rig = await started(options);
  const root = await rig.port.post(rig.channel, cardTitled("Failover of ABC"), "root");
  const place = await rig.port.threadUnder(root, "Failover of ABC");
  await rig.port.post(place, cardTitled("srv01 is running", { tone: "good" }), "line-1");
  return { rig, root, place, thread: rig.discord.world.channel(place.thread ?? "") };
}

const report = (own: Partial<Attachment> = {}): Attachment => ({
  name: "report.md",
  mediaType: "text/markdown",
  bytes: Buffer.from("# All is well"),
  text: "All is well",
  ...own,
});

const failure = (attempt: Promise<unknown>): Promise<ChatError> =>
  attempt.then(
    () => expect.fail("it should have failed"),
    (error: unknown) =>
      error instanceof ChatError ? error : expect.fail(`not a ChatError: ${error}`),
  );

const contents = (rig: Rig, channel = rig.channel.channel) =>
  rig.discord.world.messages
    .filter((message) => message.channel === channel)
    .map(({ content }) => content);

describe("what the bot says in Discord", () => {
  it("can be opened by its link", async () => {
    const { rig, root } = await withThread();
    const { guild } = rig.discord.world;
    expect(root.link).toBe(
      `https://discord.com/channels/${guild.id}/${rig.channel.channel}/${root.id}`,
    );
  });

  it("calls those whom the card names, and nobody of whom EM's text speaks", async () => {
    const rig = await started();
    const { ann } = rig.discord;
    const notify = [{ platform: "discord" as const, id: ann.user.id, name: "Ann" }];
    await rig.port.post(rig.channel, cardTitled("@everyone <@12345678>", { notify }), "key-1");
    expect(rig.newest().notified).toEqual([ann.user.id]);
  });

  it("says the end in the thread and in the channel, calling people once", async () => {
    const { rig, place } = await withThread();
    const { ann } = rig.discord;
    const notify = [{ platform: "discord" as const, id: ann.user.id, name: "Ann" }];
    const end = cardTitled("Failover of ABC is complete", {
      tone: "good",
      notify,
      alsoInChannel: true,
    });
    const ref = await rig.port.post(place, end, "end");
    await rig.port.post(place, end, "end");
    expect(ref.place).toEqual(place);
    expect(rig.discord.world.messages.flatMap(({ notified }) => notified)).toEqual([ann.user.id]);
    expect(rig.discord.world.transcript()).toMatchInlineSnapshot(`
      "#war-room
      failover-bot: 🔄 Failover of ABC
        ┌ thread “Failover of ABC”
        │ failover-bot: ✅ srv01 is running
        │ failover-bot: ✅ Failover of ABC is complete
        │     @Ann
      failover-bot ↩ failover-bot: ✅ Failover of ABC is complete"
    `);
  });

  it("is not said again where an earlier attempt arrived long ago", async () => {
    const rig = await started();
    const buttons: Card["buttons"] = [
      { label: "Cancel", token: "token-of-this-run", style: "plain" },
    ];
    await rig.port.post(rig.channel, cardTitled("Failover of ABC", { buttons }), "root");
    rig.clock.advance(20 * minuteMs);
    const found = await rig.port.post(
      rig.channel,
      cardTitled("Failover of ABC: 2 of 3", { buttons }),
      "root",
      true,
    );
    expect(contents(rig)).toEqual(["🔄 Failover of ABC: 2 of 3"]);
    expect(found.id).toBe(rig.newest().id);
  });

  it("says the end in the channel too where an earlier attempt got as far as the thread", async () => {
    const { rig, root, place } = await withThread();
    const end = cardTitled("ABC: failed over", {
      tone: "good",
      footer: "Audit log",
      alsoInChannel: true,
    });
    await rig.port.edit(root, cardTitled("ABC: failed over", { tone: "good", percent: 100 }));
    await rig.port.post(place, { ...end, alsoInChannel: false }, "end");
    await rig.port.post(place, end, "end", true);
    expect(rig.discord.world.transcript()).toMatchInlineSnapshot(`
      "#war-room
      failover-bot: ✅ ABC: failed over
          │ 100 % ▰▰▰▰▰▰▰▰▰▰
        ┌ thread “Failover of ABC”
        │ failover-bot: ✅ srv01 is running
        │ failover-bot: ✅ ABC: failed over
        │     │ Audit log
      failover-bot ↩ failover-bot: ✅ ABC: failed over
          (Perhaps posted twice)
          │ Audit log"
    `);
  });

  it("looks for an earlier attempt also before the gateway is up", async () => {
    const { rig, root } = await withThread();
    rig.clock.advance(20 * minuteMs);
    const { discord, clock } = rig;
    const again = createDiscordPort({
      token: discord.token,
      channels: [discord.channel.id],
      apiUrl: discord.apiUrl,
      clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    expect(await again.post(root.place, cardTitled("Failover of ABC"), "root", true)).toEqual(root);
    await again.stop();
  });

  it("is said with a remark where nobody can tell whether an earlier attempt arrived", async () => {
    const rig = await started();
    await rig.port.post(rig.channel, cardTitled("Failover of ABC"), "root", true);
    expect(contents(rig)).toEqual(["🔄 Failover of ABC\n-# (Perhaps posted twice)"]);
  });
});

describe("a root message that grows old", () => {
  it("is carried on by a new one that replies to it, before Discord rations its edits", async () => {
    const { rig, root } = await withThread();
    rig.clock.advance(56 * minuteMs);
    const renewed = await rig.port.edit(root, cardTitled("Failover of ABC", { percent: 60 }));
    expect(renewed).not.toEqual(root);
    rig.clock.advance(minuteMs);
    expect(await rig.port.edit(renewed, cardTitled("Failover of ABC", { percent: 70 }))).toEqual(
      renewed,
    );
    const newest = rig.newest();
    expect(newest.replyTo).toBe(root.id);
    expect(rig.discord.world.message(root.place.channel, root.id).content).toContain(renewed.link);
    expect(rig.discord.world.transcript()).toMatchInlineSnapshot(`
      "#war-room
      failover-bot: ⤵️ Failover of ABC goes on in a newer message
        ┌ thread “Failover of ABC”
        │ failover-bot: ✅ srv01 is running
      failover-bot ↩ failover-bot: 🔄 Failover of ABC
          │ 70 % ▰▰▰▰▰▰▰▱▱▱"
    `);
  });

  it("is carried on while it can be pressed, however bad it looks", async () => {
    const rig = await started();
    const bad = cardTitled("Failover of ABC", {
      tone: "warning",
      buttons: [{ label: "Stop watching", token: "unwatch:1", style: "plain" }],
    });
    const root = await rig.port.post(rig.channel, bad, "root-1");
    rig.clock.advance(56 * minuteMs);
    expect((await rig.port.edit(root, bad)).id).not.toBe(root.id);
  });

  it("is carried on once, however often that is tried", async () => {
    const { rig, root } = await withThread();
    rig.clock.advance(56 * minuteMs);
    const first = await rig.port.edit(root, cardTitled("Failover of ABC", { percent: 60 }));
    expect(await rig.port.edit(root, cardTitled("Failover of ABC", { percent: 60 }))).toEqual(
      first,
    );
  });

  it("is still edited in place where its end has come, if Discord lets it", async () => {
    const { rig, root } = await withThread();
    rig.clock.advance(180 * minuteMs);
    expect(await rig.port.edit(root, cardTitled("Done", { tone: "good" }))).toEqual(root);
  });

  it("is carried on by a new one where Discord does not let it be edited", async () => {
    const { rig, root } = await withThread();
    rig.clock.advance(180 * minuteMs);
    rig.discord.oldEdits.left = 0;
    const renewed = await rig.port.edit(root, cardTitled("Done", { tone: "good" }));
    expect(renewed.id).not.toBe(root.id);
    expect(rig.newest().content).toBe("✅ Done");
  });
});

describe("a thread that people have closed", () => {
  const close: Record<string, (thread: Channel, rig: Rig) => void> = {
    locked: (thread) => {
      thread.locked = true;
    },
    deleted: (thread, rig) => {
      rig.discord.world.channels.delete(thread.id);
    },
    "archived and locked": (thread) => {
      thread.archived = true;
      thread.locked = true;
    },
  };

  it.each(Object.entries(close))("is left for the channel where it is %s", async (_, shut) => {
    const { rig, root, place, thread } = await withThread();
    shut(thread, rig);
    const ref = await rig.port.post(
      place,
      cardTitled("srv02 failed", { tone: "bad", alsoInChannel: true }),
      "line-2",
    );
    expect(ref.place).toEqual({ platform: "discord", channel: rig.channel.channel });
    expect(contents(rig)).toEqual(["🔄 Failover of ABC", "❌ srv02 failed"]);
    expect(rig.newest().replyTo).toBe(root.id);
  });

  it("is opened again by a post where it is archived", async () => {
    const { rig, place, thread } = await withThread();
    thread.archived = true;
    await rig.port.post(place, cardTitled("srv02 is running"), "line-2");
    expect(thread.archived).toBe(false);
  });

  it("is opened again before a line in it is edited", async () => {
    const { rig, place, thread } = await withThread();
    const line = await rig.port.post(place, cardTitled("srv02 is starting"), "line-2");
    thread.archived = true;
    await rig.port.edit(line, cardTitled("srv02 is running", { tone: "good" }));
    expect(thread.archived).toBe(false);
    expect(contents(rig, thread.id).at(-1)).toBe("✅ srv02 is running");
  });

  it("gets no thread of its own within it", async () => {
    const { rig, place } = await withThread();
    const line = await rig.port.post(place, cardTitled("Start XYZ?"), "question");
    expect(await rig.port.threadUnder(line, "XYZ")).toEqual(place);
  });
});

describe("a process that serves Slack as well", () => {
  it("attaches files in Discord though Bolt's undici has put its own dispatcher in place", async () => {
    const place = Symbol.for("undici.globalDispatcher.1");
    const before = Reflect.get(globalThis, place);
    onTestFinished(() => void Reflect.set(globalThis, place, before));
    const bolt = createRequire(createRequire(import.meta.url).resolve("@slack/bolt"));
    const { Agent } = createRequire(bolt.resolve("@slack/socket-mode"))("undici");
    Reflect.set(globalThis, place, new Agent());
    const rig = await started();
    await rig.port.attach(rig.channel, report({ name: "vms.md" }), "key-1");
    expect(rig.discord.rest.received.at(-1)?.files).toEqual([
      { name: "vms.md", mediaType: "text/markdown", bytes: Buffer.from("# All is well") },
    ]);
  });
});

describe("a file for Discord", () => {
  const lose = (rig: Rig) =>
    rig.discord.rest.breakNext({ kind: "lost answer" }, "POST", /messages$/);
  const attach = (rig: Rig, place: Place, again = false) =>
    rig.port.attach(place, report(), "key-1", again);
  const filesIn = ({ discord }: Rig) =>
    discord.world.messages.flatMap(({ files }) => files.map(({ name }) => name));

  it("stands in its thread under its name, with its text and media type", async () => {
    const { rig, place, thread } = await withThread();
    await attach(rig, place);
    expect(rig.newest()).toMatchObject({
      channel: thread.id,
      content: "**report.md**\nAll is well",
      files: [{ name: "report.md", mediaType: "text/markdown" }],
    });
  });

  it("goes to the channel where its thread is locked", async () => {
    const { rig, root, place, thread } = await withThread();
    thread.locked = true;
    await attach(rig, place);
    expect(rig.newest()).toMatchObject({ channel: rig.channel.channel, replyTo: root.id });
    expect(filesIn(rig)).toEqual(["report.md"]);
  });

  it("is sent once where the answer was lost: Discord keeps one for a key", async () => {
    const rig = await started();
    rig.discord.deny(rig.discord.channel, "Read Message History");
    lose(rig);
    expect(await failure(attach(rig, rig.channel))).toMatchObject({
      failure: { kind: "moment", perhapsDone: true },
    });
    await attach(rig, rig.channel, true);
    expect(filesIn(rig)).toEqual(["report.md"]);
  });

  it("is found when Discord has forgotten its key", async () => {
    const rig = await started();
    lose(rig);
    await failure(attach(rig, rig.channel));
    rig.clock.advance(20 * 60_000);
    await attach(rig, rig.channel, true);
    expect(filesIn(rig)).toEqual(["report.md"]);
  });

  it("is not taken for another of the same name", async () => {
    const rig = await started();
    await rig.port.attach(rig.channel, report({ bytes: Buffer.from("other") }), "key-0");
    await attach(rig, rig.channel, true);
    expect(filesIn(rig)).toEqual(["report.md", "report.md"]);
  });

  it("says that it is perhaps there twice where it cannot be looked for", async () => {
    const rig = await started();
    lose(rig);
    await failure(attach(rig, rig.channel));
    rig.clock.advance(20 * 60_000);
    rig.discord.deny(rig.discord.channel, "Read Message History");
    await attach(rig, rig.channel, true);
    expect(filesIn(rig)).toHaveLength(2);
    expect(rig.newest().content).toMatch(/perhaps posted twice/i);
  });

  it.each([
    [20009, "Explicit content cannot be sent to the desired recipient(s)"],
    [50035, "Invalid Form Body"],
    [200000, "Message was blocked by automatic moderation"],
  ])("is refused with Discord's code %i, and its place is not", async (code, message) => {
    const rig = await started();
    rig.discord.rest.breakNext(
      { kind: "refusal", status: 400, code, message },
      "POST",
      /messages$/,
    );
    expect(await failure(attach(rig, rig.channel))).toMatchObject({
      failure: { kind: "message" },
      message: expect.stringContaining(message),
    });
  });
});

describe("what Discord refuses", () => {
  const attempts: Record<string, (rig: Rig, root: MessageRef, place: Place) => Promise<unknown>> = {
    "Send Messages": (rig) => rig.port.post(rig.channel, cardTitled("Hello"), "hello"),
    "Send Messages in Threads": (rig, _, place) =>
      rig.port.post(place, cardTitled("Hello"), "hello"),
    "Attach Files": (rig) => rig.port.attach(rig.channel, report(), "file"),
    "Create Public Threads": async (rig) => {
      const root = await rig.port.post(rig.channel, cardTitled("Hello"), "hello");
      await rig.port.threadUnder(root, "Hello");
    },
  };

  it.each(Object.entries(attempts))("names what is missing: %s", async (permission, attempt) => {
    const { rig, root, place } = await withThread();
    rig.discord.deny(rig.discord.channel, permission);
    const error = await failure(attempt(rig, root, place));
    expect(error.failure.kind).toBe(permission === "Attach Files" ? "message" : "place");
    expect(error.message).toMatch(new RegExp(`lacks .*${permission}$|lacks .*${permission},`));
  });

  it("is a file alone, where the bot lacks more than that in the place", async () => {
    const { rig, place } = await withThread();
    rig.discord.deny(rig.discord.channel, "Embed Links");
    rig.discord.deny(rig.discord.channel, "Attach Files");
    const error = await failure(rig.port.attach(place, report(), "file"));
    expect(error).toMatchObject({
      failure: { kind: "message" },
      message: expect.stringMatching(/lacks Attach Files$/),
    });
    await rig.port.post(place, cardTitled("Said in its place"), "words");
  });

  it("is said with how long to wait where the rate limit is used up", async () => {
    const rig = await started();
    rig.discord.rest.limitMessages({ limit: 2, windowMs: 20_000 });
    await rig.port.post(rig.channel, cardTitled("One"), "1");
    await rig.port.post(rig.channel, cardTitled("Two"), "2");
    const error = await failure(rig.port.post(rig.channel, cardTitled("Three"), "3"));
    const { failure: trouble } = error;
    expect(trouble.kind === "moment" && trouble.afterMs).toBeGreaterThan(10_000);
  });

  it("waits itself where Discord's limit is over in a moment", async () => {
    const rig = await started();
    rig.discord.rest.breakNext({ kind: "rate limit", retryAfterS: 0.01 }, "POST", /messages$/);
    await rig.port.post(rig.channel, cardTitled("One"), "1");
    expect(contents(rig)).toEqual(["🔄 One"]);
  });

  it("is perhaps sent where the answer was lost, and then not said twice", async () => {
    const rig = await started();
    rig.discord.rest.breakNext({ kind: "lost answer" }, "POST", /messages$/);
    const error = await failure(rig.port.post(rig.channel, cardTitled("One"), "1"));
    expect(error.failure).toEqual({ kind: "moment", perhapsDone: true });
    await rig.port.post(rig.channel, cardTitled("One"), "1", true);
    expect(contents(rig)).toEqual(["🔄 One"]);
  });

  it("is tried once, since what may be repeated is for the outbox to decide", async () => {
    const rig = await started();
    rig.discord.rest.breakNext({ kind: "failure", status: 502 }, "POST", /messages$/);
    await failure(rig.port.post(rig.channel, cardTitled("One"), "1"));
    expect(rig.discord.callsPerRoute()["POST /channels/:id/messages"]).toBe(1);
  });

  it("is gone where the channel was deleted", async () => {
    const rig = await started();
    rig.discord.world.channels.clear();
    const error = await failure(rig.port.post(rig.channel, cardTitled("One"), "1"));
    expect(error.failure).toEqual({ kind: "place", gone: true });
    expect(error.message).toMatch(
      /Cannot post in Discord's channel \d+ as the channel or thread is no more/,
    );
  });

  it("is a file over ten MiB, before it is sent", async () => {
    const rig = await started();
    const bytes = new Uint8Array(11 * 1024 * 1024);
    const error = await failure(
      rig.port.attach(rig.channel, report({ name: "log.txt", bytes }), "key-1"),
    );
    expect(error).toMatchObject({
      failure: { kind: "message" },
      message: 'Cannot attach "log.txt" as Discord takes 10 MiB at most: 11 MiB',
    });
    expect(rig.discord.callsPerRoute()["POST /channels/:id/messages"]).toBeUndefined();
  });

  it("never holds the token in what it says", async () => {
    const rig = await started();
    const faults = [
      { kind: "failure" as const, status: 500 },
      { kind: "refusal" as const, status: 401, code: 0, message: "401: Unauthorized" },
      { kind: "lost answer" as const },
    ];
    for (const fault of faults) {
      rig.discord.rest.breakNext(fault, "POST", /messages$/);
      const error = await failure(rig.port.post(rig.channel, cardTitled("One"), "1"));
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(
        rig.discord.token,
      );
    }
  });
});
