import { describe, expect, it } from "vitest";
import type { Card } from "../../../src/chat/port.ts";
import { channel, terminalRig } from "./rig.ts";

const card = (tone: Card["tone"], title: string, more: Partial<Card> = {}): Card => ({
  tone,
  title,
  lines: [],
  ...more,
});
const running = (percent: number): Card => card("running", "Failover of Mail", { percent });

async function opened(options: Parameters<typeof terminalRig>[1] = {}) {
  const rig = terminalRig("interactive", options);
  await rig.start();
  return { ...rig, text: rig.screen.text };
}

describe("the interactive terminal: cards that change", () => {
  it("opens with a prompt", async () => {
    const { text } = await opened();
    expect(text()).toBe(">");
  });

  it("draws a running card above the prompt and redraws it in place", async () => {
    const { terminal, text } = await opened();
    const ref = await terminal.post(channel, running(0), "root");
    await terminal.edit(ref, running(40));
    expect(text()).toBe("[running] Failover of Mail\n[########------------] 40 %\n>");
  });

  it("prints lines of a thread once, above the running card", async () => {
    const { terminal, text } = await opened();
    const ref = await terminal.post(channel, running(0), "root");
    const thread = await terminal.threadUnder(ref, "Mail");
    await terminal.post(thread, card("plain", "srv01 is starting"), "line-1");
    await terminal.edit(ref, running(50));
    await terminal.post(thread, card("plain", "srv02 is starting"), "line-2");
    expect(text().split("\n")).toEqual([
      "| srv01 is starting",
      "| srv02 is starting",
      "[running] Failover of Mail",
      "[##########----------] 50 %",
      ">",
    ]);
  });

  it("prints a card once and leaves it standing when its run has ended", async () => {
    const { terminal, text } = await opened();
    const ref = await terminal.post(channel, running(90), "root");
    await terminal.edit(ref, card("good", "Failover of Mail has ended"));
    await terminal.edit(ref, card("good", "Failover of Mail has ended"));
    await terminal.post(channel, card("running", "Another"), "other");
    expect(text()).toBe("[ok] Failover of Mail has ended\n[running] Another\n>");
  });

  it("keeps a question in the live area until it is answered", async () => {
    const { terminal, text } = await opened();
    const ref = await terminal.post(channel, card("question", "Start Mail?"), "question");
    expect(text()).toBe("[question] Start Mail?\n>");
    await terminal.edit(ref, card("plain", "Ada has confirmed it"));
    expect(text()).toBe("Ada has confirmed it\n>");
  });

  it("draws a message of an earlier process anew when it is edited", async () => {
    const { terminal, text } = await opened();
    await terminal.edit({ place: channel, id: "of-yesterday" }, running(70));
    expect(text()).toContain("[running] Failover of Mail\n[##############------] 70 %");
  });

  it("names the thread where lines of several come in turns", async () => {
    const { terminal, text } = await opened();
    for (const title of ["Mail", "Web"]) {
      const root = await terminal.post(channel, card("plain", `Root of ${title}`), title);
      const thread = await terminal.threadUnder(root, title);
      await terminal.post(thread, card("plain", "srv01 is starting"), `${title}-1`);
      await terminal.post(thread, card("plain", "srv02 is starting"), `${title}-2`);
    }
    expect(text()).toContain("Root of Web\n| Web\n| srv01 is starting\n| srv02 is starting");
    expect(text()).not.toContain("| Mail\n");
  });

  it("lets time go by on what is live", async () => {
    const { terminal, text, advance } = await opened();
    const at = Date.UTC(2026, 10, 21, 6, 0);
    await terminal.post(
      channel,
      card("running", "Mail", { footer: ["Checked ", { at, style: "ago" }] }),
      "root",
    );
    expect(text()).toContain("Checked just now");
    await advance(7000);
    expect(text()).toContain("Checked 7 s ago");
  });
});

describe("the interactive terminal: typing", () => {
  it("hands over a line and leaves it standing without a copy of the live card", async () => {
    const { terminal, text, keys, heard } = await opened();
    await terminal.post(channel, running(10), "root");
    await keys("status\r");
    expect(heard).toMatchObject([
      { kind: "typed", text: "status", from: { id: "ada", name: "Ada" } },
    ]);
    expect(text()).toBe("> status\n[running] Failover of Mail\n[##------------------] 10 %\n>");
  });

  it("keeps what is being typed, and the cursor in it, while cards are redrawn", async () => {
    const { terminal, text, keys, heard } = await opened();
    const ref = await terminal.post(channel, running(10), "root");
    await keys("statu plans");
    await keys("\u001b[D".repeat(6));
    await terminal.edit(ref, running(20));
    await terminal.post(channel, card("plain", "Another message"), "other");
    await keys("s");
    expect(text()).toMatch(/> status plans$/);
    await keys("\r");
    expect(heard).toMatchObject([{ text: "status plans" }]);
  });

  it("erases a typed line that took several rows with the card above it", async () => {
    const { terminal, text, keys } = await opened({ columns: 30 });
    await terminal.post(channel, card("running", "Mail"), "root");
    await keys(`start ${"x".repeat(60)}\r`);
    expect(text().match(/\[running\]/g)).toHaveLength(1);
    expect(text().replaceAll("\n", "")).toContain(`start ${"x".repeat(60)}`);
  });

  it("draws as in a window of the usual size while nobody has said how large it is", async () => {
    const { terminal, keys, screen } = await opened();
    await terminal.post(channel, running(10), "root");
    screen.resize(0, 0);
    await keys("status\r");
    expect(screen.raw()).not.toContain("Infinity");
  });

  it("does not hand over an empty line", async () => {
    const { text, keys, heard } = await opened();
    await keys("  \r");
    expect(heard).toEqual([]);
    expect(text()).toBe(">\n>");
  });

  it("answers a line while an earlier one is still waiting for its answer", async () => {
    const hold = Promise.withResolvers<void>();
    const rig = terminalRig("interactive");
    await rig.start((incoming) =>
      rig.heard.length === 1 ? hold.promise : incoming.reply(card("plain", "Quick")),
    );
    await rig.keys("status\rcancel\r");
    expect(rig.screen.text()).toBe("> status\n> cancel\nQuick\n>");
    hold.resolve();
    await rig.terminal.stop();
  });

  it("completes a verb with Tab", async () => {
    const { text, keys } = await opened();
    await keys("con\t");
    expect(text()).toBe("> confirm");
  });

  it("completes the name of a plan in quotes, from any part of it", async () => {
    const { text, keys } = await opened();
    await keys("start company\t");
    expect(text()).toBe('> start "ABC Company Failover Plan"');
  });

  it("completes a name to be confirmed as it is typed", async () => {
    const { text, keys } = await opened();
    await keys("confirm ABC");
    await keys("\t");
    await keys("\t");
    expect(text()).toContain("confirm ABC Company Failover Plan");
  });

  it("lists above the live card what cannot be completed further", async () => {
    const { terminal, text, keys } = await opened();
    await terminal.post(channel, card("running", "Mail"), "root");
    await keys("start Mail\t");
    expect(text()).toBe('  start Mail\n  start "Mailboxes of ABC"\n[running] Mail\n> start Mail');
  });

  it("completes nothing after a verb that takes nothing", async () => {
    const { text, keys } = await opened();
    await keys("cancel Ma\t");
    expect(text()).toBe("> cancel Ma");
  });

  it.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("ends with %s and leaves the live card standing", async (_, key) => {
    const { terminal, text, keys } = await opened();
    await terminal.post(channel, running(10), "root");
    await keys(key);
    await expect(terminal.ended).resolves.toBeUndefined();
    expect(text()).toBe("[running] Failover of Mail\n[##------------------] 10 %");
  });

  it.each(["quit", " Exit "])("ends with the word %j, which nobody answers", async (word) => {
    const { terminal, text, keys, heard } = await opened();
    await keys(`${word}\r`);
    await expect(terminal.ended).resolves.toBeUndefined();
    expect(heard).toEqual([]);
    expect(text()).toBe(`> ${word.trimEnd()}`);
  });

  it("takes a line as it is typed in Slack or Discord", async () => {
    const { keys, heard } = await opened();
    await keys('/failover start "Mail"\r@failover-bot status\r/failover\r');
    expect(heard).toMatchObject([{ text: 'start "Mail"' }, { text: "status" }, { text: "" }]);
  });

  it("still prints what is said after the end", async () => {
    const { terminal, text, keys } = await opened();
    await keys("\u0004");
    await terminal.post(channel, card("good", "Stopped watching"), "bye");
    expect(text()).toBe("[ok] Stopped watching");
  });
});

describe("the interactive terminal: the window", () => {
  it("breaks lines that are wider than the window, so that redrawing stays in place", async () => {
    const { terminal, text } = await opened({ columns: 40 });
    const long = card(
      "running",
      "Failover of a plan with a name that no window holds, 漢字漢字漢字漢字漢字漢字漢字漢字漢字",
    );
    const ref = await terminal.post(channel, long, "root");
    for (const percent of [1, 2, 3]) await terminal.edit(ref, { ...long, percent });
    expect(text().match(/\[running\]/g)).toHaveLength(1);
    for (const line of text().split("\n")) expect(line.length).toBeLessThan(40);
  });

  it("draws to the new width after the window was resized", async () => {
    const { terminal, text, screen } = await opened();
    const long = card("running", "A title that is rather long for a window of thirty columns");
    const ref = await terminal.post(channel, long, "root");
    screen.resize(30, 12);
    await terminal.edit(ref, { ...long, percent: 5 });
    expect(text().split("\n").at(-2)).toBe("[#-------------------] 5 %");
    expect(text()).toMatch(/>$/);
  });

  it("uses colour for signs only beside their words, and none where NO_COLOR asks for that", async () => {
    const plain = await opened();
    const bright = await opened({ colour: true });
    for (const { terminal } of [plain, bright]) {
      await terminal.post(
        channel,
        card("bad", "Mail", { rows: [{ mark: "failed", name: "srv01", detail: "" }] }),
        "k",
      );
    }
    const colours = /\p{Cc}\[\d+m/u;
    expect(plain.screen.raw()).not.toMatch(colours);
    expect(bright.screen.raw()).toMatch(colours);
    expect(bright.text()).toBe(plain.text());
  });
});
