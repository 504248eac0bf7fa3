import { afterEach, describe, expect, it } from "vitest";
import { createSlackPort } from "../../../adapters/slack/slack.ts";
import type { Attachment, Card, ChatError, ChatPort } from "../../../src/chat/port.ts";
import type { Fault } from "../../fakes/slack/faults.ts";
import { readable } from "../../fakes/slack/reading.ts";
import { type RigOptions, type SlackRig, slackRig } from "./rig.ts";

const rigs: SlackRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

/** A port that speaks without listening. */
async function speaking(options: RigOptions = {}): Promise<SlackRig> {
  const rig = await slackRig(options);
  rigs.push(rig);
  return rig;
}

const room = { platform: "slack", channel: "C0WAR" } as const;
const card = (title: string, more: Partial<Card> = {}): Card => ({
  tone: "plain",
  title,
  lines: [],
  ...more,
});
const report = (own: Partial<Attachment> = {}): Attachment => ({
  name: "report.md",
  mediaType: "text/markdown",
  bytes: Buffer.from("# All is well"),
  text: "All is well",
  ...own,
});
const shown = ({ slack }: SlackRig) =>
  slack.world.messages.map((message) => readable(slack.world, message));

const failureOf = (attempt: Promise<unknown>): Promise<ChatError> =>
  attempt.then(
    () => expect.fail("it should have failed"),
    (error) => error,
  );

describe("a post to Slack", () => {
  it("gives a link to a message of the channel, and none to thread lines", async () => {
    const { port } = await speaking();
    const root = await port.post(room, card("Root"), "key-1");
    expect(root.link).toMatch(/^https:\/\/abc\.slack\.example\/archives\/C0WAR\/p\d+$/);
    const line = await port.post(await port.threadUnder(root, "ABC"), card("Line"), "key-2");
    expect(line.link).toBeUndefined();
  });

  it("is shown without a link where Slack tells none", async () => {
    const { port, slack } = await speaking();
    slack.faults.next({ status: 500 }, "chat.getPermalink");
    expect(await port.post(room, card("Root"), "key-1")).toEqual({
      place: room,
      id: expect.any(String),
      at: expect.any(Number),
    });
  });

  it("is shown in the channel too where a thread line says so", async () => {
    const { port, slack } = await speaking();
    const root = await port.post(room, card("Root"), "key-1");
    const thread = await port.threadUnder(root, "ABC");
    await port.post(thread, card("The end", { alsoInChannel: true }), "key-2");
    await port.post(room, card("No thread", { alsoInChannel: true }), "key-3");
    expect(slack.world.messages.map(({ isBroadcast }) => isBroadcast)).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("tells Slack to make no mentions or links of words, also when it is edited", async () => {
    const { port, slack } = await speaking();
    const root = await port.post(room, card("@channel look at #ops"), "key-1");
    await port.edit(root, card("@here look at https://evil.example"));
    expect(slack.world.messages).toMatchObject([{ makesMentions: false, edits: 1 }]);
    expect(slack.calls.find(({ method }) => method === "chat.postMessage")?.args).toMatchObject({
      unfurl_links: "false",
      unfurl_media: "false",
    });
  });

  it("carries its key hashed, as everybody in the workspace can read it", async () => {
    const { port, slack } = await speaking();
    await port.post(room, card("Root"), "run-7/secret plan");
    expect(slack.world.messages[0]?.metadata).toMatchObject({
      event_type: "failover_bot_message",
      event_payload: { key: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
  });

  it("is made once where two ask for the same key at once", async () => {
    const { port, slack } = await speaking();
    const [one, other] = await Promise.all(
      [1, 2].map(() => port.post(room, card("Root"), "key-1")),
    );
    expect(one).toEqual(other);
    expect(slack.world.messages).toHaveLength(1);
  });
});

describe("a post whose answer was lost", () => {
  it("is found again by its key, and not made twice", async () => {
    const rig = await speaking();
    rig.slack.faults.next("lost", "chat.postMessage");
    expect((await failureOf(rig.port.post(room, card("Root"), "key-1"))).failure).toEqual({
      kind: "moment",
      perhapsDone: true,
    });
    const ref = await rig.port.post(room, card("Root"), "key-1");
    expect(shown(rig)).toEqual(["Root"]);
    expect(ref.id).toBe(rig.slack.world.messages[0]?.ts);
  });

  it("is found again in its thread", async () => {
    const rig = await speaking();
    const thread = await rig.port.threadUnder(
      await rig.port.post(room, card("Root"), "key-1"),
      "ABC",
    );
    rig.slack.faults.next("lost", "chat.postMessage");
    await failureOf(rig.port.post(thread, card("Line"), "key-2"));
    await rig.port.post(thread, card("Line"), "key-2");
    expect(shown(rig)).toEqual(["Root", "Line"]);
  });

  it("is made where Slack never got it, with the remark that it may be there twice", async () => {
    const rig = await speaking();
    rig.slack.faults.next("dropped", "chat.postMessage");
    await failureOf(rig.port.post(room, card("Root"), "key-1"));
    await rig.port.post(room, card("Root"), "key-1");
    expect(shown(rig)).toEqual(["Root\n(Perhaps posted twice)"]);
  });

  it("may be carried out after the bot has looked: only one of the two reads as if new", async () => {
    const rig = await speaking();
    const { arrived, release } = rig.slack.faults.holdBack("chat.postMessage");
    const first = rig.port.post(room, card("Root"), "key-1");
    await arrived;
    await heirOf(rig).post(room, card("Root"), "key-1", true);
    release();
    await first;
    expect(shown(rig)).toEqual(["Root\n(Perhaps posted twice)", "Root"]);
  });

  it("is found again by another process, which was told that it is a repetition", async () => {
    const rig = await speaking();
    const ref = await rig.port.post(room, card("Root"), "key-1");
    const later = heirOf(rig);
    expect((await later.post(room, card("Root"), "key-1", true)).id).toBe(ref.id);
    expect(shown(rig)).toEqual(["Root"]);
  });

  it("says that it is perhaps there twice where the scopes do not let the bot look", async () => {
    const rig = await speaking();
    rig.slack.world.scopes.delete("channels:history");
    rig.slack.faults.next("lost", "chat.postMessage");
    await failureOf(rig.port.post(room, card("Root"), "key-1"));
    await rig.port.post(room, card("Root"), "key-1");
    expect(shown(rig)[1]).toContain("Perhaps posted twice");
  });

  it("waits where Slack cannot be asked now", async () => {
    const rig = await speaking();
    rig.slack.faults.next("lost", "chat.postMessage");
    await failureOf(rig.port.post(room, card("Root"), "key-1"));
    rig.slack.faults.next({ retryAfterS: 7 }, "conversations.history");
    expect(await failureOf(rig.port.post(room, card("Root"), "key-1"))).toMatchObject({
      failure: { kind: "moment", afterMs: 7000 },
    });
    await rig.port.post(room, card("Root"), "key-1");
    expect(shown(rig)).toEqual(["Root"]);
  });
});

/** Another port on the same Slack, as after a restart. */
function heirOf({ slack, clock }: SlackRig): ChatPort {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const { botToken, appToken, url: apiUrl } = slack;
  return createSlackPort({ botToken, appToken, apiUrl, channels: [], clock, log });
}

describe("what Slack refuses", () => {
  const cases: [string, Fault, ChatError["failure"], RegExp][] = [
    ["a rate limit", { retryAfterS: 12 }, { kind: "moment", afterMs: 12_000 }, /wait for 12 s/],
    [
      "a rate limit of the workspace",
      { error: "ratelimited" },
      { kind: "moment", afterMs: 30_000 },
      /wait/,
    ],
    ["an unknown channel", { error: "channel_not_found" }, { kind: "place" }, /C0WAR/],
    ["an archived channel", { error: "is_archived" }, { kind: "place" }, /archived/],
    [
      "a lost thread",
      { error: "thread_not_found" },
      { kind: "message", gone: true },
      /no longer there/,
    ],
    [
      "a channel without the bot",
      { error: "not_in_channel" },
      { kind: "place" },
      /add it there with \/invite and its name/,
    ],
    [
      "a missing scope",
      { error: "missing_scope", more: { needed: "chat:write" } },
      { kind: "bot" },
      /"chat:write"/,
    ],
    ["a revoked token", { error: "token_revoked" }, { kind: "bot" }, /SLACK_BOT_TOKEN/],
    ["rules of the workspace", { error: "restricted_action" }, { kind: "place" }, /administrator/],
    ["something unheard of", { error: "brand_new_error" }, { kind: "moment" }, /brand_new_error/],
    [
      "an error of Slack's own",
      { error: "internal_error" },
      { kind: "moment", perhapsDone: true },
      /perhaps/,
    ],
    ["a failing server", { status: 503 }, { kind: "moment", perhapsDone: true }, /503/],
    [
      "a page of a proxy with status 200",
      { status: 200, page: "<h1>Sign in</h1>" },
      { kind: "moment", perhapsDone: true },
      /^Cannot tell whether Slack did chat\.postMessage: something else than Slack answered$/,
    ],
    [
      "a page of a proxy with status 403",
      { status: 403, page: "<h1>Blocked</h1>" },
      { kind: "moment", perhapsDone: true },
      /403/,
    ],
    ["a broken connection", "dropped", { kind: "moment", perhapsDone: true }, /perhaps/],
  ];

  it.each(cases)("%s", async (_, fault, failure, sentence) => {
    const { port, slack } = await speaking();
    slack.faults.next(fault, "chat.postMessage");
    const error = await failureOf(port.post(room, card("Root"), "key-1"));
    expect(error).toMatchObject({
      name: "ChatError",
      failure,
      message: expect.stringMatching(sentence),
    });
    expect(slack.calls).toHaveLength(1);
  });

  it("a Slack that does not answer in time", async () => {
    const { port, slack } = await speaking({ timeoutMs: 20 });
    slack.faults.next("silent", "chat.postMessage");
    expect((await failureOf(port.post(room, card("Root"), "key-1"))).failure).toEqual({
      kind: "moment",
      perhapsDone: true,
    });
  });

  it("a Slack that is not there: nothing was sent, and there is nothing to look for", async () => {
    const { port, slack } = await speaking();
    await slack.close();
    expect(await failureOf(port.post(room, card("Root"), "key-1"))).toMatchObject({
      failure: { kind: "moment", afterMs: 5000 },
      message: expect.stringContaining("ECONNREFUSED"),
    });
    rigs.length = 0;
  });

  it("never says the token, whatever goes wrong", async () => {
    const { port, slack, said } = await speaking();
    for (const [, fault] of cases) {
      slack.faults.next(fault, "chat.postMessage");
      const error = await failureOf(port.post(room, card("Root"), "key-1"));
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(
        slack.botToken,
      );
    }
    expect(JSON.stringify(said)).not.toContain(slack.botToken);
  });

  it("more posts than one a second, with the time to wait", async () => {
    const { port, slack, clock } = await speaking();
    for (let count = 0; count < 5; count++) await port.post(room, card("Line"), `key-${count}`);
    const error = await failureOf(port.post(room, card("Line"), "key-5"));
    expect(error).toMatchObject({ failure: { kind: "moment", afterMs: 1000 } });
    clock.advance(1000);
    await port.post(room, card("Line"), "key-5");
    expect(slack.world.messages).toHaveLength(6);
  });
});

describe("a file for Slack", () => {
  const attach = ({ port }: SlackRig, again = false, own: Partial<Attachment> = {}) =>
    port.attach(room, report(own), "key-1", again);
  const filesIn = ({ slack }: SlackRig) =>
    slack.world.messages.flatMap(({ file }) => (file ? [file.title] : []));

  it("stands in its thread under its name, whole, with its text", async () => {
    const rig = await speaking();
    const { port, slack } = rig;
    const thread = await port.threadUnder(await port.post(room, card("Root"), "key-1"), "ABC");
    await port.attach(thread, report({ bytes: Buffer.from("Über alles") }), "key-2");
    expect(slack.world.messages[1]).toMatchObject({
      file: { title: "report.md", name: expect.stringMatching(/^report-[0-9a-f]{12}\.md$/) },
      thread: thread.thread,
    });
    expect(slack.world.messages[1]?.file?.bytes?.toString()).toBe("Über alles");
    expect(shown(rig)[1]).toBe("report.md\nAll is well\n📎 report.md");
  });

  it("is refused without the scope, in a sentence, and messages are not", async () => {
    const rig = await speaking();
    rig.slack.world.scopes.delete("files:write");
    const error = await failureOf(attach(rig));
    expect(error).toMatchObject({
      failure: { kind: "message" },
      message: expect.stringContaining("files:write"),
    });
    await rig.port.post(room, card("Root"), "key-2");
    expect(rig.slack.world.messages).toHaveLength(1);
  });

  it("is refused where it is too large or empty", async () => {
    const rig = await speaking();
    rig.slack.world.largestFile = 4;
    expect(await failureOf(attach(rig))).toMatchObject({
      failure: { kind: "message" },
      message: "Slack takes no file that large here",
    });
    expect(await failureOf(attach(rig, false, { bytes: Buffer.of() }))).toMatchObject({
      failure: { kind: "message" },
      message: "Slack takes no empty file",
    });
  });

  const beforeItIsShown: [string, Fault][] = ["files.getUploadURLExternal", "files.upload"].flatMap(
    (method) =>
      ["lost" as const, "dropped" as const, { status: 503 }].map((fault): [string, Fault] => [
        method,
        fault,
      ]),
  );
  it.each(beforeItIsShown)(
    "that failed in %s (%o) was surely not shown, and is sent anew to another address",
    async (method, fault) => {
      const rig = await speaking();
      rig.slack.faults.next(fault, method);
      const error = await failureOf(attach(rig));
      expect(error).toMatchObject({ failure: { kind: "moment", afterMs: 5000 } });
      expect(filesIn(rig)).toEqual([]);
      await attach(rig);
      expect(filesIn(rig)).toEqual(["report.md"]);
      expect(shown(rig)[0]).not.toMatch(/perhaps/i);
    },
  );

  it.each(["files.getUploadURLExternal", "files.completeUploadExternal"])(
    "that %s asked to wait with was not shown, and waits for so long",
    async (method) => {
      const rig = await speaking();
      rig.slack.faults.next({ retryAfterS: 7 }, method);
      expect(await failureOf(attach(rig))).toMatchObject({ failure: { kind: "moment" } });
      expect(filesIn(rig)).toEqual([]);
      await attach(rig);
      expect(filesIn(rig)).toEqual(["report.md"]);
      expect(shown(rig)[0]).not.toMatch(/perhaps/i);
    },
  );

  it("that is not taken for its size at its address is refused", async () => {
    const rig = await speaking();
    rig.slack.faults.next({ status: 413 }, "files.upload");
    expect(await failureOf(attach(rig))).toMatchObject({ failure: { kind: "message" } });
  });

  it("whose last answer was lost is found, and not shown twice", async () => {
    const rig = await speaking();
    rig.slack.faults.next("lost", "files.completeUploadExternal");
    expect(await failureOf(attach(rig))).toMatchObject({
      failure: { kind: "moment", perhapsDone: true },
    });
    await attach(rig, true);
    expect(filesIn(rig)).toEqual(["report.md"]);
    expect(rig.slack.callCounts()["files.getUploadURLExternal"]).toBe(1);
  });

  it("is found by the next process, and in its thread", async () => {
    const rig = await speaking();
    const root = await rig.port.post(room, card("Root"), "key-0");
    const thread = await rig.port.threadUnder(root, "ABC");
    rig.slack.faults.next("lost", "files.completeUploadExternal");
    await failureOf(rig.port.attach(thread, report(), "key-1"));
    const { slack, clock } = rig;
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const { botToken, appToken, url: apiUrl } = slack;
    const next = createSlackPort({ botToken, appToken, apiUrl, channels: [], clock, log });
    await next.attach(thread, report(), "key-1", true);
    expect(filesIn(rig)).toEqual(["report.md"]);
  });

  it("that was perhaps shown and is not found says so, since Slack may show it yet", async () => {
    const rig = await speaking();
    rig.slack.faults.next("dropped", "files.completeUploadExternal");
    await failureOf(attach(rig));
    await attach(rig);
    expect(filesIn(rig)).toEqual(["report.md"]);
    expect(shown(rig)[0]).toMatch(/perhaps posted twice/i);
  });

  it("says that it is perhaps there twice where the bot may not look", async () => {
    const rig = await speaking();
    rig.slack.faults.next("lost", "files.completeUploadExternal");
    await failureOf(attach(rig));
    rig.slack.world.scopes.delete("channels:history");
    await attach(rig, true);
    expect(filesIn(rig)).toHaveLength(2);
    expect(shown(rig)[1]).toMatch(/perhaps posted twice/i);
  });

  it("is not taken for another of the same name and size", async () => {
    const rig = await speaking();
    await rig.port.attach(room, report(), "key-0");
    await attach(rig, true);
    expect(filesIn(rig)).toEqual(["report.md", "report.md"]);
  });

  it("never tells its address in what it says", async () => {
    const rig = await speaking();
    rig.slack.faults.next("dropped", "files.upload");
    const error = await failureOf(attach(rig));
    expect(`${error.message} ${error.stack}`).not.toContain("/upload/");
  });
});
