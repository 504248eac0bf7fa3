/** What the real program loads, as a process of its own: only what its settings want. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { aDiscord, aSlack, closedPort } from "../program/platforms.ts";
import { type Finished, newFolder, pipe, type Start, start } from "../program/program.ts";

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
  Express: "/node_modules/express/",
  "the metrics' library": "/node_modules/prom-client/",
  YAML: "/node_modules/yaml/",
};

const filesOf = ({ errors }: Finished): string[] =>
  errors.split("\n").filter((line) => line.startsWith("loaded file:"));

function loadedBy(finished: Finished): string[] {
  const loaded = filesOf(finished);
  const isLoaded = ([, path]: [string, string]) => loaded.some((line) => line.includes(path));
  return Object.entries(parts)
    .filter(isLoaded)
    .map(([name]) => name);
}

async function anEm(): Promise<NonNullable<Start["env"]>> {
  const em = await startSandbox();
  onTestFinished(() => em.close());
  return { EM_URL: em.url, EM_USERNAME: em.username, EM_PASSWORD: em.password };
}

/** Serves until `meanwhile` is over. */
async function served(env: Start["env"], meanwhile = async () => {}): Promise<Finished> {
  const program = start(telling(env));
  await program.complaining(/"msg":"serving"/);
  await meanwhile();
  program.kill("SIGTERM");
  const finished = await program.finished;
  expect(finished.code).toBe(0);
  return finished;
}

describe("the program loads", () => {
  it("the terminal and the sandbox, and no platform, where nothing is set", async () => {
    const finished = await pipe([], telling());
    expect(finished.code).toBe(0);
    expect(loadedBy(finished)).toEqual(["the terminal", "the sandbox"]);
  });

  it("the platform that is set, and neither terminal nor sandbox beside an EM", async () => {
    const { env } = await aDiscord();
    const finished = await served({ ...env, ...(await anEm()) });
    expect(loadedBy(finished)).toEqual(["Discord", "Discord's package"]);
  });

  it("Slack without what of its package serves others, and EM's client as few files", async () => {
    const { env } = await aSlack();
    const finished = await served({ ...env, ...(await anEm()) });
    expect(loadedBy(finished)).toEqual(["Slack", "Slack's package"]);
    const ofEm = /\/node_modules\/(?:axios|fast-xml-\w+)\//;
    expect(filesOf(finished).filter((line) => ofEm.test(line))).toHaveLength(3);
  });

  it("YAML where there is a policy", async () => {
    const { env } = await aDiscord();
    const policy = join(newFolder(), "policy.yaml");
    writeFileSync(policy, "version: 1\nrules: []\n");
    const finished = await served({ ...env, ...(await anEm()), POLICY_FILE: policy });
    expect(loadedBy(finished)).toEqual(["Discord", "Discord's package", "YAML"]);
  });

  it("the metrics' library where somebody reads the figures, and not for readiness", async () => {
    const { env } = await aDiscord();
    const port = await closedPort();
    const withPort = { ...env, ...(await anEm()), HEALTH_PORT: String(port) };
    const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    const unread = await served(withPort, async () => void (await ask("/readyz")));
    expect(loadedBy(unread)).not.toContain("the metrics' library");
    const read = await served(withPort, async () => {
      expect(await (await ask("/metrics")).text()).toContain("process_cpu_seconds_total");
    });
    expect(loadedBy(read)).toContain("the metrics' library");
  });

  it("the sandbox's tables alone for help, which tells of them", async () => {
    const finished = await pipe([], { ...telling(), flags: ["--help"] });
    expect(finished.code).toBe(0);
    expect(finished.output).toContain("all-well");
    expect(loadedBy(finished)).toEqual(["the sandbox"]);
    expect(finished.errors).not.toContain("/src/sandbox/sandbox.ts");
  });
});
