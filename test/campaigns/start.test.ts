/** The entry, as every Node starts it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";

/** A stand-in for the bot, which tells how it was started. */
const standIn = `
  const [wish, ...rest] = process.argv.slice(2);
  process.on("SIGTERM", () => { console.log("asked to end"); process.exit(5); });
  process.on("SIGINT", () => { console.log("interrupted"); process.exit(6); });
  if (wish === "warn") {
    process.emitWarning("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
    process.emitWarning("Telepathy is an experimental feature", "ExperimentalWarning");
    process.emitWarning("The disk is nearly full");
  } else if (wish === "wait") {
    setInterval(() => {}, 1000);
    console.log("waiting");
  } else if (wish === "options") console.log(JSON.stringify(process.execArgv));
  else if (wish === "die") process.kill(process.pid, "SIGKILL");
  else {
    console.log(JSON.stringify({ node: process.versions.node, words: [wish, ...rest] }));
    process.exitCode = 3;
  }
`;

const inPackage = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A copy of the entry beside the stand-in, with or without a Node of its own. */
function project({ bundled }: { readonly bundled: boolean }): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-start-"));
  folders.push(folder);
  mkdirSync(join(folder, "src"));
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "src/main.ts"), standIn);
  for (const file of ["src/start.mjs", "src/typescript.mjs"])
    copyFileSync(join(import.meta.dirname, "../..", file), join(folder, file));
  if (!bundled) return folder;
  const node = join(folder, "node_modules/.bin/node");
  writeFileSync(node, `#!/bin/sh\nexec "${process.execPath}" "$@"\n`);
  chmodSync(node, 0o755);
  return folder;
}

/** Starts the copy with this Node, which says that it is of another version. */
function startAs(version: string, folder: string, words: readonly string[]) {
  const pretend = `Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`;
  const args = [
    "--import",
    `data:text/javascript,${pretend}`,
    join(folder, "src/start.mjs"),
    ...words,
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  /** It passes that on to the one that it started. */
  onTestFinished(() => void child.kill("SIGTERM"));
  return { child, errors: text(child.stderr), exited: once(child, "exit") };
}

async function outcome(
  version: string,
  { bundled }: { readonly bundled: boolean },
  ...words: string[]
) {
  const { child, errors, exited } = startAs(version, project({ bundled }), words);
  const output = text(child.stdout);
  const [code, signal] = await exited;
  return { code, signal, output: await output, errors: await errors };
}

describe("the entry", () => {
  it.each(["22.19.0", "22.23.3", "24.0.0", "24.21.0", "26.0.0", "28.1.0"])(
    "goes on with the caller's Node where that is %s",
    async (version) => {
      const { code, output } = await outcome(version, { bundled: true }, "--speed", "20");
      expect(JSON.parse(output)).toEqual({ node: version, words: ["--speed", "20"] });
      expect(code).toBe(3);
    },
  );

  it.each(["12.22.0", "18.20.4", "20.20.2", "22.18.0", "23.5.0", "25.1.0"])(
    "starts again with its own Node where the caller's is %s, with the same words and exit code",
    async (version) => {
      const { code, output } = await outcome(version, { bundled: true }, "--scenario", "vm-fails");
      expect(JSON.parse(output)).toEqual({
        node: process.versions.node,
        words: ["--scenario", "vm-fails"],
      });
      expect(code).toBe(3);
    },
  );

  it("says in one sentence what is needed where no Node is fit, and ends with 2", async () => {
    const { code, output, errors } = await outcome("20.20.2", { bundled: false });
    expect(code).toBe(2);
    expect(output).toBe("");
    expect(errors).toMatch(
      /^failover-bot needs Node 22\.19 .* but this is 20\.20\.2: .* npm ci .*\n$/,
    );
  });

  it.each([
    ["SIGTERM", "asked to end", 5],
    ["SIGINT", "interrupted", 6],
  ] as const)("passes %s on to the Node that it started", async (signal, words, exitCode) => {
    const { child, exited } = startAs("20.20.2", project({ bundled: true }), ["wait"]);
    let output = "";
    for await (const chunk of child.stdout) {
      output += chunk;
      if (output === "waiting\n") child.kill(signal);
    }
    expect(output).toBe(`waiting\n${words}\n`);
    expect(await exited).toEqual([exitCode, null]);
  });

  it("ends by the signal that ended the Node that it started", async () => {
    expect(await outcome("20.20.2", { bundled: true }, "die")).toMatchObject({
      code: null,
      signal: "SIGKILL",
    });
  });

  it("hides the warning that the store's database is experimental, and no other", async () => {
    const { errors } = await outcome("22.19.0", { bundled: true }, "warn");
    expect(errors).not.toContain("SQLite");
    expect(errors).toContain("Telepathy is an experimental feature");
    expect(errors).toContain("The disk is nearly full");
  });

  it("starts its own Node with the options of npm start", async () => {
    const { output } = await outcome("20.20.2", { bundled: true }, "options");
    const options = JSON.parse(output).join(" ");
    expect(options).not.toBe("");
    expect(inPackage.scripts.start).toBe(`node ${options} src/start.mjs`);
  });

  it("takes the versions that package.json promises", () => {
    const { engines } = inPackage;
    expect(engines.node).toBe("^22.19.0 || ^24.0.0 || >=26.0.0");
  });
});
