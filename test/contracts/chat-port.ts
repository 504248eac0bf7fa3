/**
 * What every ChatPort promises, whatever the platform. An adapter passes this suite against its
 * fake platform:
 *
 *     chatPortContract("Slack", makeSlackRig, { onePerKey: true, breaks: ["place"] });
 *
 * rig: a port that has not been started, and the other side of it: what people see, and what they
 * do.
 */

import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { Attachment, Handlers, Incoming, MessageRef, Place } from "../../src/chat/port.ts";
import { type Card, ChatError, type ChatFailure, type ChatPort } from "../../src/chat/port.ts";
import { hearsAll } from "../fakes/hears-all.ts";

/** One message as a person reads it now. */
export interface Shown {
  readonly place: Place;
  /** All that can be read of it, in any order, without the platform's escapes. */
  readonly text: string;
  /**
   * Ids of those whom the platform notifies of it; "everyone" for what notifies a whole channel.
   */
  readonly mentions: readonly string[];
}

/** A file as a person has it who opens it. */
export interface ShownFile {
  readonly place: Place;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Whose trouble it is; `moment`: the platform asks to wait; `lost`: no answer comes. */
export type Trouble = ChatFailure["kind"] | "lost";

const isOf = (failure: ChatFailure, trouble: Trouble): boolean => {
  if (trouble === "lost") return failure.kind === "moment" && failure.perhapsDone === true;
  if (trouble !== "moment") return failure.kind === trouble;
  return failure.kind === "moment" && (failure.afterMs ?? 0) > 0;
};

export interface ChatRig {
  readonly port: ChatPort;
  /** A channel where the bot may speak, and where `type` and `press` happen. */
  readonly channel: Place;
  /**
   * Every message, oldest first, threads included; also replies that only their reader sees, and
   * files by their name and text.
   */
  shown(): Promise<readonly Shown[]>;
  /** Every file, oldest first. */
  files(): Promise<readonly ShownFile[]>;
  /**
   * Somebody says this to the bot. Resolves once the platform has its acknowledgement, or finds
   * nobody listening.
   */
  type(text: string): Promise<void>;
  /**
   * Somebody presses the newest button with this token, and fills in its form with `text`. Resolves
   * like `type`.
   */
  press(token: string, text?: string): Promise<void>;
  /** The message is deleted behind the bot's back. */
  lose(message: MessageRef): Promise<void>;
  /** The next call to the platform that shows a message, or one that shows a file, ends so. */
  breakNext(trouble: Trouble, of: "message" | "file"): Promise<void>;
  /** Ends the fake platform; the port has been stopped before. */
  close(): Promise<void>;
}

/** What this platform can do. What it cannot is not asked of it. */
export interface Abilities {
  /** The same key never makes two messages. */
  readonly onePerKey?: boolean;
  /**
   * An edit takes the place of what stood there; elsewhere (a plain terminal) it is shown as well.
   * Default true.
   */
  readonly replaces?: boolean;
  /** Messages can be deleted behind the bot's back. Default true. */
  readonly loses?: boolean;
  /** There are buttons. Default true. */
  readonly presses?: boolean;
  /** There is such a thing as a notification. Default true. */
  readonly mentions?: boolean;
  /** Failures that `breakNext` can bring about. Default none. */
  readonly breaks?: readonly Trouble[];
  /** `breakNext` can have a file refused. Default false. */
  readonly refusesFiles?: boolean;
}

/**
 * Names that somebody could give a plan or VM in order to be read as markup, as a mention, or to
 * forge lines.
 */
export const hostileTexts: Readonly<Record<string, string>> = {
  "words for everybody": "@everyone @here @channel",
  "Slack's words for everybody": "<!channel> <!here|here> <!everyone>",
  "ids of people and roles":
    "<@U012AB3CD> <@!123456789012345678> <@123456789012345678> <@&123456789012345678>",
  "groups, channels and commands":
    "<!subteam^S012AB3CD|ops> <#C012AB3CD> </start:123456789012345678>",
  "escaped markup": "&lt;!channel&gt; &amp;lt;!here&amp;gt;",
  "links under other words":
    "<https://evil.example|all is well> [all is well](https://evil.example)",
  markup: "``` ` *bold* _it_ ~gone~ **b** __u__ ||spoiler|| # head",
  "control codes and forged lines": "\u001b[2J\u001b[31mred\u0007 \u009b1m \r\n> forged line",
  "marks of direction": "\u202eesrever \u2066isolate \u200fmark",
  "markup in markup": "<<@U012AB3CD>> \\<@U012AB3CD> \\@everyone <\u200b!channel>",
};

/**
 * The words of a text, for looking it up wherever escapes and neutral marks may stand between them.
 */
const readableWords = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();

/**
 * Control characters and marks that turn the direction of text; line breaks are the platform's own.
 */
const invisible = (text: string): string[] =>
  text.match(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu)?.filter((mark) => mark !== "\n") ?? [];

const cardTitled = (title: string, more: Partial<Card> = {}): Card => ({
  tone: "running",
  title,
  lines: [],
  ...more,
});

/** With bytes that are no text. */
const report = (own: Partial<Attachment> = {}): Attachment => ({
  name: "report.md",
  mediaType: "text/markdown",
  bytes: Uint8Array.from([0xef, 0xbb, 0xbf, 0, 13, 10, 0xff, 0x80, 0x2d, 0x2d]),
  text: "All is well",
  ...own,
});

const hostileCard = (text: string): Card => ({
  tone: "running",
  title: `title ${text}`,
  percent: 40,
  lines: [`line ${text}`, [{ strong: text }, { type: text }, { at: 0, style: "ago" }]],
  rows: [{ mark: "failed", name: text, detail: `detail ${text}` }],
  next: `next ${text}`,
  footer: `footer ${text}`,
});

const handlersFor = (incoming: Handlers["incoming"]): Handlers => ({
  commands: [{ name: "status", usage: "", summary: "What EM is doing now", options: [] }],
  arriving: async () => undefined,
  moved: async () => undefined,
  ...hearsAll,
  incoming,
  complete: () => [],
});

/** A promise and the hand that resolves it. */
const gate = <Value = void>() => Promise.withResolvers<Value>();

/** Lets everything that is already on its way arrive. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
};

const textsOf = async (rig: ChatRig, holding: string) =>
  (await rig.shown()).filter((message) => message.text.includes(holding));

const failureOf = (attempt: Promise<unknown>): Promise<ChatError> =>
  attempt.then(
    () => expect.fail("the call should have failed"),
    (error: unknown) =>
      error instanceof ChatError ? error : expect.fail(`not a ChatError: ${error}`),
  );

export function chatPortContract(
  name: string,
  make: () => Promise<ChatRig>,
  abilities: Abilities = {},
): void {
  const {
    onePerKey = false,
    replaces = true,
    loses = true,
    presses = true,
    mentions = true,
    breaks = [],
    refusesFiles = false,
  } = abilities;
  const rigs: ChatRig[] = [];

  afterEach(async () => {
    for (const rig of rigs.splice(0)) {
      await rig.port.stop();
      await rig.close();
    }
  });

  async function started(incoming: Handlers["incoming"] = async () => {}): Promise<ChatRig> {
    const rig = await make();
    rigs.push(rig);
    await rig.port.start(handlersFor(incoming));
    return rig;
  }

  /** A started rig and the next thing that its handler is given, after the handler has ended. */
  async function listening(answer: (incoming: Incoming) => Promise<void> = async () => {}) {
    const arrived = gate<Incoming>();
    const rig = await started(async (incoming) => {
      await answer(incoming);
      arrived.resolve(incoming);
    });
    return { rig, arrived: arrived.promise };
  }

  describe(`${name} keeps the contract of a chat port: speaking`, () => {
    it("shows a posted card where it was sent, and gives a reference that survives JSON", async () => {
      const rig = await started();
      const ref = await rig.port.post(rig.channel, cardTitled("Failover of ABC"), "key-1");
      const [shown] = await textsOf(rig, "Failover of ABC");
      expect(shown?.place).toMatchObject(rig.channel);
      expect(JSON.parse(JSON.stringify(ref))).toEqual(ref);
      expect(ref.place.platform).toBe(rig.port.platform);
    });

    it("says the sign of a row in words", async () => {
      const rig = await started();
      const rows = [{ mark: "failed", name: "srv01", detail: "No space left" }] as const;
      await rig.port.post(rig.channel, cardTitled("Failover of ABC", { rows }), "key-1");
      const [shown] = await textsOf(rig, "Failover of ABC");
      expect(shown?.text.toLowerCase()).toMatch(/failed.*srv01|srv01.*failed/s);
      expect(shown?.text).toContain("No space left");
    });

    it("shows two cards with different keys as two messages", async () => {
      const rig = await started();
      await rig.port.post(rig.channel, cardTitled("Same words"), "key-1");
      await rig.port.post(rig.channel, cardTitled("Same words"), "key-2");
      expect(await textsOf(rig, "Same words")).toHaveLength(2);
    });

    if (onePerKey) {
      it("makes one message of a card posted twice with the same key", async () => {
        const rig = await started();
        await rig.port.post(rig.channel, cardTitled("Only once"), "key-1");
        await rig.port.post(rig.channel, cardTitled("Only once"), "key-1");
        expect(await textsOf(rig, "Only once")).toHaveLength(1);
      });
    }

    it("looks for an earlier attempt, or says that there may be two, when it posts again", async () => {
      const rig = await started();
      await rig.port.post(rig.channel, cardTitled("Only once"), "key-1");
      await rig.port.post(rig.channel, cardTitled("Only once"), "key-1", true);
      const [, second] = await textsOf(rig, "Only once");
      if (second) expect(second.text).toMatch(/perhaps posted twice/i);
    });

    if (presses)
      it("finds what an attempt to post a card has made, and nothing else of the bot", async () => {
        const rig = await started();
        const asking = (token: string) =>
          cardTitled(token, { buttons: [{ label: "Confirm", token, style: "primary" }] });
        const one = await rig.port.post(rig.channel, asking("confirm:1"), "key-1");
        await rig.port.post(rig.channel, asking("confirm:2"), "key-2");
        const found = await rig.port.find(rig.channel, asking("confirm:1"), "key-1");
        expect(found.map(({ place, id }) => ({ place, id }))).toEqual([
          { place: one.place, id: one.id },
        ]);
        expect(await rig.port.find(rig.channel, asking("confirm:3"), "key-3")).toEqual([]);
      });

    it("shows the new card after an edit, by a reference that was stored", async () => {
      const rig = await started();
      const ref = await rig.port.post(rig.channel, cardTitled("Before"), "key-1");
      const edited = await rig.port.edit(
        JSON.parse(JSON.stringify(ref)),
        cardTitled("Afterwards", { tone: "good" }),
      );
      expect(edited.place).toEqual(ref.place);
      expect(await textsOf(rig, "Afterwards")).toHaveLength(1);
      if (replaces) expect(await textsOf(rig, "Before")).toEqual([]);
    });

    it("shows a card that is drawn plainly: its words, and whom it calls", async () => {
      const { rig, arrived } = await listening();
      await rig.type("status");
      const { from } = await arrived;
      const rows = [{ mark: "failed", name: "srv01", detail: "No space left" }] as const;
      const card = cardTitled("Failover", { rows, percent: 40, notify: [from], plainly: true });
      const ref = await rig.port.post(rig.channel, card, "key-1");
      await rig.port.edit(ref, { ...card, footer: "Seen just now" });
      const shown = await textsOf(rig, "Failover");
      const text = shown.map((message) => message.text).join("\n");
      expect(text).toMatch(/srv01[\s\S]*No space left/);
      if (replaces) expect(text).toContain("Seen just now");
      if (mentions) expect(shown[0]?.mentions).toEqual([from.id]);
    });

    it("hangs a thread under a message and posts in it", async () => {
      const rig = await started();
      const root = await rig.port.post(rig.channel, cardTitled("Root"), "key-1");
      const thread = await rig.port.threadUnder(root, "Failover of ABC");
      await rig.port.post(thread, cardTitled("srv01 is running"), "key-2");
      const [shown] = await textsOf(rig, "srv01 is running");
      expect(thread.thread).toBeDefined();
      expect(shown?.place.thread).toBe(thread.thread);
    });

    it("says something to one person, where the reference says it stands, and edits it there", async () => {
      const { rig, arrived } = await listening();
      await rig.type("status");
      const { from } = await arrived;
      const ref = await rig.port.post(from, cardTitled("You alone"), "key-1");
      const [shown] = await textsOf(rig, "You alone");
      expect(shown?.place).toEqual(ref.place);
      await rig.port.edit(
        JSON.parse(JSON.stringify(ref)),
        cardTitled("You alone, edited", { tone: "good" }),
      );
      expect(await textsOf(rig, "You alone, edited")).toHaveLength(1);
    });

    it("gives the same thread when it is asked for twice", async () => {
      const rig = await started();
      const root = await rig.port.post(rig.channel, cardTitled("Root"), "key-1");
      const first = await rig.port.threadUnder(root, "Failover of ABC");
      expect(await rig.port.threadUnder(root, "Failover of ABC")).toEqual(first);
    });

    if (loses) {
      it("says that a lost message is gone when it is edited", async () => {
        const rig = await started();
        const ref = await rig.port.post(rig.channel, cardTitled("Root"), "key-1");
        await rig.lose(ref);
        const { failure } = await failureOf(rig.port.edit(ref, cardTitled("Edited")));
        expect(failure).toEqual({ kind: "message", gone: true });
      });
    }

    for (const trouble of breaks) {
      it(`tells its caller whose trouble it is: ${trouble}`, async () => {
        const rig = await started();
        await rig.breakNext(trouble, "message");
        const error = await failureOf(rig.port.post(rig.channel, cardTitled("Root"), "key-1"));
        expect(isOf(error.failure, trouble), JSON.stringify(error.failure)).toBe(true);
        expect(error.message).toMatch(/\w+ \w+/);
      });
    }
  });

  describe(`${name} keeps the contract of a chat port: files`, () => {
    it("attaches a file by its name, whole, with its text", async () => {
      const rig = await started();
      await rig.port.attach(rig.channel, report(), "key-1");
      const [shown, ...others] = await textsOf(rig, "report.md");
      expect(shown?.text).toContain("All is well");
      expect(others).toEqual([]);
      const files = await rig.files();
      expect(files.map(({ name: called, bytes }) => [called, [...bytes]])).toEqual([
        ["report.md", [...report().bytes]],
      ]);
      expect(files[0]?.place).toMatchObject(rig.channel);
    });

    it("attaches it in the thread that it was sent to", async () => {
      const rig = await started();
      const root = await rig.port.post(rig.channel, cardTitled("Root"), "key-1");
      const thread = await rig.port.threadUnder(root, "Failover of ABC");
      await rig.port.attach(thread, report(), "key-2");
      const [shown] = await textsOf(rig, "report.md");
      expect(shown?.place.thread).toBe(thread.thread);
    });

    it("attaches two files of one name and different keys, and loses neither", async () => {
      const rig = await started();
      await rig.port.attach(rig.channel, report(), "key-1");
      await rig.port.attach(rig.channel, report({ bytes: Buffer.from("other") }), "key-2");
      const contents = (await rig.files()).map(({ bytes }) => Buffer.from(bytes).toString("hex"));
      expect(contents).toEqual(
        [report().bytes, "other"].map((one) => Buffer.from(one).toString("hex")),
      );
    });

    if (onePerKey) {
      it("makes one message of a file attached twice with the same key", async () => {
        const rig = await started();
        await rig.port.attach(rig.channel, report(), "key-1");
        await rig.port.attach(rig.channel, report(), "key-1");
        expect(await textsOf(rig, "report.md")).toHaveLength(1);
      });
    }

    it("looks for an earlier attempt, or says that there may be two, when it attaches again", async () => {
      const rig = await started();
      await rig.port.attach(rig.channel, report(), "key-1");
      await rig.port.attach(rig.channel, report(), "key-1", true);
      const [, second] = await textsOf(rig, "report.md");
      if (second) expect(second.text).toMatch(/perhaps posted twice/i);
    });

    it.each(Object.entries(hostileTexts))(
      "mentions nobody where a file is called by %s",
      async (_, text) => {
        const rig = await started();
        await rig.port.attach(rig.channel, report({ name: `${text}.md`, text }), "key-1");
        const shown = await rig.shown();
        expect(shown.flatMap((message) => message.mentions)).toEqual([]);
        expect(shown.flatMap((message) => invisible(message.text))).toEqual([]);
        expect(await rig.files()).toHaveLength(1);
      },
    );

    for (const trouble of new Set([...breaks, ...(refusesFiles ? (["message"] as const) : [])])) {
      it(`tells its caller whose trouble it is: ${trouble}`, async () => {
        const rig = await started();
        await rig.breakNext(trouble, "file");
        const error = await failureOf(rig.port.attach(rig.channel, report(), "key-1"));
        expect(isOf(error.failure, trouble), JSON.stringify(error.failure)).toBe(true);
        expect(error.message).toMatch(/\w+ \w+/);
      });
    }

    if (refusesFiles) {
      it("takes messages where it has refused a file", async () => {
        const rig = await started();
        await rig.breakNext("message", "file");
        await failureOf(rig.port.attach(rig.channel, report(), "key-1"));
        await rig.port.post(rig.channel, cardTitled("All is well"), "key-2");
        expect(await textsOf(rig, "All is well")).toHaveLength(1);
      });
    }
  });

  describe(`${name} keeps the contract of a chat port: hostile text`, () => {
    it.each(Object.entries(hostileTexts))(
      "mentions nobody where a plan is called by %s",
      async (_, text) => {
        const rig = await started();
        const ref = await rig.port.post(rig.channel, hostileCard(text), "key-1");
        await rig.port.edit(ref, { ...hostileCard(text), tone: "bad" });
        const thread = await rig.port.threadUnder(ref, text);
        await rig.port.post(thread, hostileCard(text), "key-2");
        const shown = await rig.shown();
        expect(shown.flatMap((message) => message.mentions)).toEqual([]);
        expect(shown.flatMap((message) => invisible(message.text))).toEqual([]);
      },
    );

    it("keeps the words of a hostile name readable", async () => {
      const rig = await started();
      await rig.port.post(rig.channel, cardTitled("<!channel> & @everyone"), "key-1");
      const [shown] = await rig.shown();
      expect(readableWords(shown?.text ?? "")).toMatch(/channel everyone/);
    });

    if (mentions) {
      it("notifies those whom the card names, once each", async () => {
        const { rig, arrived } = await listening();
        await rig.type("status");
        const person = (await arrived).from;
        const notify = [person, person];
        await rig.port.post(rig.channel, cardTitled("Failed", { tone: "bad", notify }), "key-1");
        const [shown] = await textsOf(rig, "Failed");
        expect(shown?.mentions).toEqual([person.id]);
      });
    }
  });

  describe(`${name} keeps the contract of a chat port: listening`, () => {
    it("hands over what somebody typed, with who, where and when", async () => {
      const { rig, arrived } = await listening();
      await rig.type('start "ABC Company Failover Plan"');
      const incoming = await arrived;
      expect(incoming).toMatchObject({ kind: "typed", text: 'start "ABC Company Failover Plan"' });
      expect(incoming.from.platform).toBe(rig.port.platform);
      expect(incoming.from.id).not.toBe("");
      expect(incoming.delivery).not.toBe("");
      expect(incoming.place.channel).toBe(rig.channel.channel);
      expect(Number.isFinite(incoming.at)).toBe(true);
    });

    it("gives two lines two delivery ids", async () => {
      const both = gate();
      const deliveries: string[] = [];
      const rig = await started(async (incoming) => {
        if (deliveries.push(incoming.delivery) === 2) both.resolve();
      });
      await rig.type("status");
      await rig.type("status");
      await both.promise;
      expect(new Set(deliveries).size).toBe(2);
    });

    it("shows a reply to the one who asked", async () => {
      const { rig, arrived } = await listening((incoming) =>
        incoming.reply(cardTitled("EM is there")),
      );
      await rig.type("status");
      await arrived;
      expect(await textsOf(rig, "EM is there")).toHaveLength(1);
    });

    if (presses) {
      it("hands over a pressed button by its token", async () => {
        const { rig, arrived } = await listening();
        const buttons = [{ label: "Cancel", token: "token-1", style: "plain" }] as const;
        await rig.port.post(
          rig.channel,
          cardTitled("Start?", { tone: "question", buttons }),
          "key-1",
        );
        await rig.press("token-1");
        expect(await arrived).toMatchObject({ kind: "pressed", token: "token-1" });
      });

      it("asks for the text of a button's form and hands it over", async () => {
        const { rig, arrived } = await listening();
        const asks = { title: "Confirm", label: "Name of the plan", submit: "Start" };
        const buttons = [{ label: "Confirm…", token: "token-2", style: "danger", asks }] as const;
        await rig.port.post(
          rig.channel,
          cardTitled("Start?", { tone: "question", buttons }),
          "key-1",
        );
        await rig.press("token-2", "ABC Company Failover Plan");
        const pressed = { kind: "pressed", token: "token-2", text: "ABC Company Failover Plan" };
        expect(await arrived).toMatchObject(pressed);
      });
    }

    it("acknowledges to the platform without waiting for the handler", async () => {
      const hold = gate();
      const entered = gate();
      const rig = await started(async () => {
        entered.resolve();
        await hold.promise;
      });
      await rig.type("status");
      await entered.promise;
      hold.resolve();
    });

    it("waits for running handlers when it stops, and takes no more", async () => {
      const hold = gate();
      const entered = gate();
      const story: string[] = [];
      const rig = await started(async (incoming) => {
        entered.resolve();
        await hold.promise;
        story.push(incoming.kind === "typed" ? incoming.text : incoming.token);
      });
      await rig.type("status");
      await entered.promise;
      const stopped = rig.port.stop().then(() => story.push("stopped"));
      const late = rig.type("plans").catch(() => undefined);
      await settled();
      hold.resolve();
      await Promise.all([stopped, Promise.race([late, settled()])]);
      expect(story).toEqual(["status", "stopped"]);
    });

    it("can be stopped twice", async () => {
      const rig = await started();
      await rig.port.stop();
      await expect(rig.port.stop()).resolves.toBeUndefined();
    });

    it("is well while it listens, and says so in a sentence", async () => {
      const rig = await started();
      expect(rig.port.health()).toEqual({ ok: true, state: expect.stringMatching(/\w+ \w+/) });
      await rig.port.stop();
      expect(rig.port.health().ok).toBe(false);
    });
  });
}
