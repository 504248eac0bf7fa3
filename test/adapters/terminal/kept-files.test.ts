/** Files that the bot gives to the person at the terminal. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepFile } from "../../../adapters/terminal/kept-files.ts";
import type { Attachment } from "../../../src/chat/port.ts";
import { channel, folder, terminalRig } from "./rig.ts";

const file = (name: string, text = "All is well"): Attachment => ({
  name,
  mediaType: "text/markdown",
  bytes: Buffer.from(text),
  text,
});

describe("a file that is kept", () => {
  it("is in the folder, which is made with those above it, and is alone there", async () => {
    const inside = join(folder(), "data", "files");
    const path = await keepFile(inside, file("report.md"));
    expect(path).toBe(join(inside, "report.md"));
    expect(readFileSync(path, "utf8")).toBe("All is well");
    expect(readdirSync(inside)).toEqual(["report.md"]);
  });

  it("never takes the place of another", async () => {
    const inside = folder();
    writeFileSync(join(inside, "report.md"), "mine");
    mkdirSync(join(inside, "report-2.md"));
    const path = await keepFile(inside, file("report.md"));
    expect(basename(path)).toBe("report-3.md");
    expect(readFileSync(join(inside, "report.md"), "utf8")).toBe("mine");
  });

  it("that was kept before is not kept twice", async () => {
    const inside = folder();
    const paths = [await keepFile(inside, file("a.md")), await keepFile(inside, file("a.md"))];
    expect(new Set(paths).size).toBe(1);
    expect(readdirSync(inside)).toEqual(["a.md"]);
  });

  it.each([
    ["../../etc/passwd", "etc-passwd"],
    ["..", "file"],
    ["", "file"],
    [".bashrc", "bashrc"],
    ["-rf", "rf"],
    ["/etc/cron.d/x", "etc-cron.d-x"],
    ["C:\\Windows\\x.bat", "C--Windows-x.bat"],
    ["a\nb\u0000c\u202ed.md", "a bcd.md"],
    ["$(reboot) `id`;x.md", "-(reboot) -id--x.md".replace(/^-/, "")],
    ["Übersicht März.md", "Übersicht März.md"],
    [`${"ü".repeat(300)}.md`, `${"ü".repeat(90)}.md`],
  ])("called %j is written as %j", async (name, written) => {
    const inside = folder();
    expect(basename(await keepFile(inside, file(name)))).toBe(written);
    expect(readdirSync(inside)).toEqual([written]);
  });

  it("is refused where it cannot be written, with why", async () => {
    const inside = join(folder(), "files");
    writeFileSync(inside, "no folder");
    await expect(keepFile(inside, file("report.md"))).rejects.toMatchObject({
      failure: { kind: "message" },
      message: `Cannot write "report.md" in the folder ${inside} (EEXIST)`,
    });
  });
});

describe("a terminal that tells of a file", () => {
  it("tells of it in its thread", async () => {
    const rig = terminalRig("plain");
    await rig.start();
    await rig.terminal.attach({ ...channel, thread: "t" }, file("report.md"), "key-1");
    const path = join(rig.files, "report.md");
    expect(rig.screen.raw()).toBe(`| File report.md: ${path}\n| All is well\n`);
  });

  it("does not write it again for the next process, which says that it may tell of it twice", async () => {
    const first = terminalRig("plain");
    await first.start();
    await first.terminal.attach(channel, file("report.md"), "key-1");
    const next = terminalRig("plain", { files: first.files });
    await next.start();
    await next.terminal.attach(channel, file("report.md"), "key-1", true);
    expect(next.screen.raw()).toContain("report.md\n(Perhaps posted twice)\nAll is well\n");
    expect(readdirSync(first.files)).toEqual(["report.md"]);
  });

  it("writes nothing where nothing can be said", async () => {
    const rig = terminalRig("plain", { files: join(folder(), "files") });
    await expect(rig.terminal.attach(channel, file("a"), "key-1")).rejects.toMatchObject({
      failure: { kind: "bot" },
    });
    expect(existsSync(rig.files)).toBe(false);
    await rig.start();
    await rig.terminal.attach(channel, file("a"), "key-1");
    expect(readdirSync(rig.files)).toEqual(["a"]);
  });
});
