/** The bot as a package: packed, laid into an empty folder as npm does, and run from there. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { allWell } from "../pictures/run-facts.ts";
import { newFolder } from "../program/program.ts";

const root = join(import.meta.dirname, "../..");
const manifest: {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
} = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const PLAN = "ABC Company Failover Plan";

/** What npm packs, by its own word. */
function pack() {
  const to = newFolder();
  const options = ["pack", "--json", "--offline", "--pack-destination", to];
  const told = execFileSync("npm", options, { cwd: root, encoding: "utf8" });
  const [{ filename, files }] = JSON.parse(told);
  const paths: string[] = files.map(({ path }: { readonly path: string }) => path);
  return { tarball: join(to, filename), paths };
}

/** With the packages of this checkout, since no registry need be there. */
function installed(): string {
  const folder = newFolder();
  const home = join(folder, "node_modules", manifest.name);
  mkdirSync(home, { recursive: true });
  mkdirSync(join(folder, "node_modules/.bin"));
  execFileSync("tar", ["-xzf", pack().tarball, "--strip-components=1", "-C", home]);
  mkdirSync(join(home, "node_modules"));
  for (const name of readdirSync(join(root, "node_modules")).filter((one) => one !== ".bin"))
    symlinkSync(join(root, "node_modules", name), join(home, "node_modules", name));
  for (const [name, file] of Object.entries(manifest.bin))
    symlinkSync(join("..", manifest.name, file), join(folder, "node_modules/.bin", name));
  return folder;
}

/** By `npx`, which finds it in the folder, with the Node of the tests. */
async function npx(folder: string, words: readonly string[], lines: readonly string[] = []) {
  const { PATH = "" } = process.env;
  const withNode = [dirname(process.execPath), PATH].join(delimiter);
  const child = spawn("npx", ["--offline", "--no", "--", manifest.name, ...words], {
    cwd: folder,
    env: { PATH: withNode, HOME: folder, STATE_URL: `sqlite:${folder}/state.db` },
  });
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { output, errors, code };
}

describe("the package", () => {
  it("holds what runs and the pages, and no test, no state and no secret", () => {
    const { paths } = pack();
    const rooms = new Set(paths.map((path) => path.split("/", 1)[0] ?? ""));
    expect([...rooms].sort()).toEqual([
      ".env.example",
      ".github",
      "LICENSE",
      "README.md",
      "adapters",
      "manifest.yml",
      "package.json",
      "src",
    ]);
    const shipped = ["src", "adapters"].flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(?:ts|mjs)$/.test(name))
        .map((name) => `${room}/${name}`),
    );
    expect(shipped.filter((path) => !paths.includes(path))).toEqual([]);
  });

  it("that is installed says its version, and nothing of experiments", async () => {
    expect(await npx(installed(), ["--version"])).toEqual({
      output: `${manifest.name} ${manifest.version}\n`,
      errors: "",
      code: 0,
    });
  });

  it("that is installed fails a plan over in the sandbox, to its end", async () => {
    const lines = ["status", `start "${PLAN}"`, `confirm ${PLAN}`];
    const { output, errors, code } = await npx(installed(), ["--speed", "100"], lines);
    expect(output).toMatch(/^\| \[ok\] Failed over, confirmed/m);
    expect(errors).not.toMatch(/Warning|Error/);
    expect(code).toBe(0);
  });

  it("that is installed draws a run as a picture", () => {
    const folder = installed();
    const src = pathToFileURL(join(folder, "node_modules", manifest.name, "src")).href;
    const code = `
      const { stripTypesWhereInstalled } = await import("${src}/typescript.mjs");
      stripTypesWhereInstalled();
      const { createPictures } = await import("${src}/attachments/picture/pictures.ts");
      const { systemClock: clock } = await import("${src}/clock.ts");
      const pictures = createPictures({ clock, timeZone: "UTC" });
      const png = await pictures.png(${JSON.stringify(allWell())});
      await pictures.close();
      process.stdout.write(Buffer.from(png).toString("latin1", 1, 4));
    `;
    const options = ["--input-type=module", "-e", code];
    expect(execFileSync(process.execPath, options, { encoding: "utf8" })).toBe("PNG");
  });

  it("is started with the Node that lies among the packages beside it, where the caller's is too old", () => {
    const folder = installed();
    const node = join(folder, "node_modules/.bin/node");
    writeFileSync(node, `#!/bin/sh\nexec "${process.execPath}" "$@"\n`, { mode: 0o755 });
    const pretend =
      'Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})';
    const entry = join(folder, "node_modules", manifest.name, "src/start.mjs");
    const options = ["--import", `data:text/javascript,${pretend}`, entry, "--version"];
    expect(execFileSync(process.execPath, options, { encoding: "utf8" })).toBe(
      `${manifest.name} ${manifest.version}\n`,
    );
  });
});
