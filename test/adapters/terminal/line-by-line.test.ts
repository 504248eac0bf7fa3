import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { faceFor } from "../../../adapters/terminal/face.ts";
import { type Card, ChatError } from "../../../src/chat/port.ts";
import { channel, settled, terminalRig } from "./rig.ts";

const card = (tone: Card["tone"], title: string, more: Partial<Card> = {}): Card => ({
  tone,
  title,
  lines: [],
  ...more,
});

describe("the plain terminal", () => {
  it("writes a transcript without any control code", async () => {
    const rig = terminalRig("plain");
    await rig.start((incoming) =>
      incoming.reply(card("good", "EM is there", { lines: ["Answered in 12 ms"] })),
    );
    rig.input.end("status\n");
    await rig.terminal.ended;
    expect(rig.screen.raw()).toBe("> status\n[ok] EM is there\nAnswered in 12 ms\n\n");
  });

  it("hands over the next line only when the last one is done", async () => {
    const story: string[] = [];
    const rig = terminalRig("plain");
    await rig.start(async (incoming) => {
      const text = incoming.kind === "typed" ? incoming.text : "";
      story.push(`${text} begins`);
      await settled();
      story.push(`${text} ends`);
    });
    rig.input.end("status\nplans\n");
    await rig.terminal.ended;
    expect(story).toEqual(["status begins", "status ends", "plans begins", "plans ends"]);
  });

  it("goes on with the next line even if a handler fails", async () => {
    const rig = terminalRig("plain");
    await rig.start(async () => {
      throw new Error("must never happen");
    });
    rig.input.end("status\nplans\n");
    await rig.terminal.ended;
    expect(rig.heard).toHaveLength(2);
  });

  it("prints an edit only where the tone changes, as at the end", async () => {
    const rig = terminalRig("plain");
    await rig.start();
    const ref = await rig.terminal.post(channel, card("running", "Mail", { percent: 0 }), "root");
    await rig.terminal.edit(ref, card("running", "Mail", { percent: 50 }));
    await rig.terminal.edit(ref, card("good", "Mail has ended"));
    expect(rig.screen.raw()).toBe(
      "[running] Mail\n[--------------------] 0 %\n\n[ok] Mail has ended\n",
    );
  });

  it("prints a message of an earlier process when it is edited", async () => {
    const rig = terminalRig("plain");
    await rig.start();
    await rig.terminal.edit({ place: channel, id: "of-yesterday" }, card("running", "Mail"));
    expect(rig.screen.raw()).toBe("[running] Mail\n");
  });

  it("says that a line may stand there twice which an earlier process had begun to write", async () => {
    const rig = terminalRig("plain");
    await rig.start();
    await rig.terminal.post(channel, card("plain", "srv01 is starting"), "line", true);
    expect(rig.screen.raw()).toBe("srv01 is starting\n(Perhaps posted twice)\n\n");
  });

  it("hands over the last line although it has no end", async () => {
    const rig = terminalRig("plain");
    await rig.start();
    rig.input.end("status\r\nplans");
    await rig.terminal.ended;
    expect(rig.heard).toMatchObject([{ text: "status" }, { text: "plans" }]);
  });

  it("passes over empty lines", async () => {
    const rig = terminalRig("plain");
    await rig.start();
    rig.input.end("\n  \n");
    await rig.terminal.ended;
    expect(rig.heard).toEqual([]);
    expect(rig.screen.raw()).toBe("");
  });

  it("tells of a file that it is given, line by line, and where it is", async () => {
    const rig = terminalRig("plain");
    await rig.start();
    const bytes = Buffer.from("# Report");
    const text = "one\ntwo\u001b[2J";
    await rig.terminal.attach(
      channel,
      { name: "report.md", mediaType: "text/markdown", bytes, text },
      "key-1",
    );
    const path = join(rig.files, "report.md");
    expect(rig.screen.raw()).toBe(`File report.md: ${path}\none\ntwo\n\n`);
    expect(readFileSync(path, "utf8")).toBe("# Report");
  });

  it("takes no line that still waited for its turn when it is stopped", async () => {
    const rig = terminalRig("plain");
    await rig.start(settled);
    rig.input.write("status\nplans\n");
    await new Promise(setImmediate);
    await rig.terminal.stop();
    expect(rig.heard).toMatchObject([{ text: "status" }]);
  });
});

describe("the JSON terminal", () => {
  const linesOf = (raw: string) =>
    raw
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

  it("writes one line for everything said, with the id that edits refer to", async () => {
    const rig = terminalRig("json");
    await rig.start((incoming) => incoming.reply(card("plain", "Answer")));
    rig.input.end("status\n");
    await rig.terminal.ended;
    const ref = await rig.terminal.post(channel, card("running", "Mail"), "root");
    const thread = await rig.terminal.threadUnder(ref, "Mail");
    await rig.terminal.post(thread, card("plain", "srv01"), "line");
    await rig.terminal.edit(ref, card("good", "Mail"));
    expect(linesOf(rig.screen.raw())).toEqual([
      { kind: "reply", id: expect.any(String), place: channel, card: card("plain", "Answer") },
      { kind: "post", key: "root", id: ref.id, place: channel, card: card("running", "Mail") },
      {
        kind: "thread",
        key: "line",
        id: expect.any(String),
        place: thread,
        card: card("plain", "srv01"),
      },
      { kind: "edit", id: ref.id, place: channel, card: card("good", "Mail") },
    ]);
  });

  it("keeps every character of a name without letting a terminal obey one", async () => {
    const title = "\u001b[31m \u009b1m \u202e \u2028 漢字";
    const rig = terminalRig("json");
    await rig.start();
    await rig.terminal.post(channel, card("plain", title), "root");
    expect(rig.screen.raw().slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    expect(linesOf(rig.screen.raw())).toMatchObject([{ card: { title } }]);
  });

  it("tells of buttons and their tokens, which the other faces leave out", async () => {
    const buttons = [{ label: "Cancel", token: "t1", style: "plain" }] as const;
    const rig = terminalRig("json");
    await rig.start();
    await rig.terminal.post(channel, card("question", "Start?", { buttons }), "root");
    expect(linesOf(rig.screen.raw())).toMatchObject([{ card: { buttons } }]);
  });
});

describe("a terminal that is not there", () => {
  it("refuses to write before it is opened", async () => {
    const { terminal } = terminalRig("plain");
    const failure = terminal.post(channel, card("plain", "Hello"), "root");
    await expect(failure).rejects.toThrow("Cannot write to the terminal before it is opened");
    expect(terminal.health()).toEqual({ ok: false, state: "The terminal has not been opened" });
  });

  it("ends, and keeps what is said later, when nobody reads its output any more", async () => {
    const output = new Writable({
      write: (_chunk, _encoding, done) => done(new Error("write EPIPE")),
    });
    const { terminal, start } = terminalRig("plain", { output, input: new PassThrough() });
    await start();
    await terminal.post(channel, card("plain", "Hello"), "root");
    await terminal.ended;
    const failure = await terminal
      .post(channel, card("plain", "Hello"), "other")
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ChatError);
    expect(failure).toMatchObject({ failure: { kind: "bot" } });
    expect(terminal.health().ok).toBe(false);
  });

  it("ends when it is stopped although it never began", async () => {
    const { terminal } = terminalRig("plain");
    await terminal.stop();
    await expect(terminal.ended).resolves.toBeUndefined();
  });
});

describe("the face of a terminal", () => {
  const tty = { isTTY: true };

  it("is interactive only where a person sits at both ends", () => {
    expect(faceFor({ json: false }, tty, tty)).toBe("interactive");
    expect(faceFor({ json: false }, {}, tty)).toBe("plain");
    expect(faceFor({ json: false }, tty, {})).toBe("plain");
    expect(faceFor({ json: false, dumb: true }, tty, tty)).toBe("plain");
  });

  it("is JSON wherever that is asked for", () => {
    expect(faceFor({ json: true }, tty, tty)).toBe("json");
  });
});
