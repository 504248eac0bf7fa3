/** What the real program loads, as a process of its own: only what its settings want. */
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { aDiscord } from "../program/platforms.ts";
import { type Finished, pipe, type Start, start } from "../program/program.ts";

/** Writes the address of each module that is loaded to standard error, after a mark. */
const teller = `import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) {
  process.stderr.write("loaded " + url + "\\n");
  return next(url, context);
} });`;

const telling = (env: Start["env"] = {}): Start => ({
  env: { ...env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(teller)}` },
});

const parts = {
  "the terminal": "/adapters/terminal/",
  Slack: "/adapters/slack/",
  "Slack's package": "/node_modules/@slack/",
  Discord: "/adapters/discord/",
  "Discord's package": "/node_modules/discord.js/",
  "the sandbox": "/src/sandbox/",
};

function loadedBy({ errors }: Finished): string[] {
  const loaded = errors.split("\n").filter((line) => line.startsWith("loaded "));
  const isLoaded = ([, path]: [string, string]) => loaded.some((line) => line.includes(path));
  return Object.entries(parts)
    .filter(isLoaded)
    .map(([name]) => name);
}

describe("the program loads", () => {
  it("the terminal and the sandbox, and no platform, where nothing is set", async () => {
    const finished = await pipe([], telling());
    expect(finished.code).toBe(0);
    expect(loadedBy(finished)).toEqual(["the terminal", "the sandbox"]);
  });

  it("the platform that is set, and neither terminal nor sandbox beside an EM", async () => {
    const em = await startSandbox();
    onTestFinished(() => em.close());
    const { env } = await aDiscord();
    const { url, username, password } = em;
    const login = { EM_URL: url, EM_USERNAME: username, EM_PASSWORD: password };
    const program = start(telling({ ...env, ...login }));
    await program.complaining(/"msg":"serving"/);
    program.kill("SIGTERM");
    const finished = await program.finished;
    expect(finished.code).toBe(0);
    expect(loadedBy(finished)).toEqual(["Discord", "Discord's package"]);
  });

  it("the sandbox's tables alone for help, which tells of them", async () => {
    const finished = await pipe([], { ...telling(), flags: ["--help"] });
    expect(finished.code).toBe(0);
    expect(finished.output).toContain("all-well");
    expect(loadedBy(finished)).toEqual(["the sandbox"]);
    expect(finished.errors).not.toContain("/src/sandbox/sandbox.ts");
  });
});
