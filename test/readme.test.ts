/**
 * The pages say what the program does today: what can be drawn from the program is drawn from it,
 * and compared.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTerminal } from "../adapters/terminal/terminal.ts";
import type { Incoming } from "../src/chat/port.ts";
import { steadyClock } from "../src/clock.ts";
import { allCommands } from "../src/commands/all.ts";
import { connectEm } from "../src/em/connect.ts";
import { createLog } from "../src/log.ts";
import { welcomeCard } from "../src/messages/welcome.ts";
import { assemble } from "../src/program/bot-process.ts";
import { dialects } from "../src/sandbox/dialects.ts";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import { scenarioNames, scenarios } from "../src/sandbox/scenarios.ts";
import { readConfig } from "../src/settings/config.ts";
import { flagRows } from "../src/settings/flags.ts";
import { settingRows } from "../src/settings/settings.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import { besideStore } from "./fakes/beside-store.ts";
import { fakeClock } from "./fakes/clock.ts";
import { masked } from "./fakes/masked.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const readme = read("README.md");

const PLAN = "ABC Company Failover Plan";
const typedLines = ["status", "plans", `start "${PLAN}"`, `confirm ${PLAN}`];
const LOOK_MS = 5000;

/**
 * The whole bot at the plain terminal, on the sandbox, with a clock that moves when it is told to.
 */
async function conversation(lines: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-readme-"));
  const clock = fakeClock();
  /** As it is without flags. */
  const [dialect] = dialects.slice(-1);
  const sandbox = await startSandbox({ now: clock.now, ...(dialect ? { dialect } : {}) });
  const store = openSqliteStore(join(folder, "state.db"), clock.now);
  onTestFinished(async () => {
    await store.close();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });
  const { url, username, password } = sandbox;
  const em = connectEm({ url, username, password, clock });
  const under = {
    em,
    emKey: "sandbox",
    sandbox: true,
    clock: steadyClock(clock),
    close: async () => undefined,
  };
  const { terminal, input, shown } = plainTerminal(clock, join(folder, "reports"));
  const config = readConfig({}, [], () => "", { scenarios: [""], dialects: [""] });
  const log = createLog({ secrets: [], level: "silent" });
  const place = { platform: "terminal", channel: "terminal" } as const;
  const { bot, outbox, watcher } = assemble({
    ...besideStore(),
    config,
    under,
    store,
    ports: [terminal],
    announceIn: [place],
    log,
  });
  const incoming = async (heard: Incoming) => {
    await bot.incoming(heard);
    await outbox.flush();
  };
  await terminal.start({ ...bot, incoming });
  await terminal.post(place, welcomeCard({ origin: em.origin, sandbox: true }, PLAN), "welcome");
  input.end(lines.map((line) => `${line}\n`).join(""));
  await terminal.ended;
  while ((await store.all("topics")).length > 0) {
    clock.advance(LOOK_MS);
    await watcher.tick();
    await outbox.flush();
  }
  return shown();
}

function plainTerminal(clock: ReturnType<typeof fakeClock>, files: string) {
  const input = new PassThrough();
  let text = "";
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const person = { id: "anna", name: "anna" };
  const terminal = createTerminal({
    input,
    output,
    face: "plain",
    person,
    clock,
    timeZone: "UTC",
    colour: false,
    files,
  });
  return { terminal, input, shown: () => text.replaceAll(files, "data/reports") };
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
const code = (text: string) => (text === "" ? "" : `\`${text.replaceAll("|", "\\|")}\``);

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}

const choices: Readonly<Record<string, string>> = { dialect: `: ${dialects.join(", ")}` };
const flagCells = flagRows.map(([typed, summary]) => {
  const [, name = ""] = /--(\S+)/.exec(typed) ?? [];
  return [code(typed), cell(`${summary}${choices[name] ?? ""}`)];
});
const either = (names: string) => names.split(" or ").map(code).join(" or ");

/** What is drawn, and on which page it stands. */
const drawn = {
  "adapters/terminal/README.md": {
    transcript: async () =>
      `\`\`\`text\n$ npm start\n${(await conversation(typedLines)).trimEnd()}\n\`\`\``,
  },
  "src/sandbox/README.md": {
    scenarios: async () =>
      table(
        ["Scenario", "What happens"],
        scenarioNames.map((name) => [code(name), cell(scenarios[name].summary)]),
      ),
  },
  "src/commands/README.md": {
    verbs: async () =>
      table(
        ["Verb", "What it does"],
        allCommands.map(({ name, usage, summary }) => [
          code(`${name} ${usage}`.trim()),
          cell(summary),
        ]),
      ),
  },
  "src/settings/README.md": {
    settings: async () =>
      table(
        ["Setting", "Default", "What it is"],
        settingRows.map((row) => [either(row.name), code(row.default), cell(row.summary)]),
      ),
    flags: async () => table(["Flag", "What it does"], flagCells),
  },
} as const;

type Drawings = Readonly<Record<string, () => Promise<string>>>;

/**
 * Where the page differs from the program in no more than ids, the version and the speed of this
 * machine, it stays as it is.
 */
const steady = (text: string) =>
  masked(text)
    .replaceAll(/answered in [\d.]+ m?s/g, "answered in …")
    .replaceAll(/failover-bot \d+\.\d+\.\d+/g, "failover-bot …");

async function renewed(path: string, drawings: Drawings): Promise<string> {
  let now = read(path);
  for (const [name, draw] of Object.entries(drawings)) {
    const section = new RegExp(`(<!-- made: ${name} -->\n)([\\s\\S]*?)(\n?<!-- end -->)`);
    const [, begin = "", stands = ""] =
      section.exec(now) ?? expect.fail(`${path} has no place for ${name}`);
    const fresh = await draw();
    const kept = steady(stands) === steady(fresh) ? stands : fresh;
    now = now.replace(section, () => `${begin}${kept}\n<!-- end -->`);
  }
  return now;
}

describe("the README", () => {
  it("opens with the two commands that a newcomer needs", () => {
    const [, commands = ""] = /```sh\n([\s\S]*?)```/.exec(readme) ?? [];
    expect(commands.split("\n").map((line) => line.split("#")[0]?.trim())).toEqual([
      "npm ci && npm start",
      "npm ci && npm test",
      "",
    ]);
  });

  it("names only verbs that people can type", () => {
    const [, typed = ""] = /## What people type\n([\s\S]*?)\n## /.exec(readme) ?? [];
    const verbs = [...typed.matchAll(/`([a-z]+)`/g)].map(([, verb]) => verb);
    expect(verbs.length).toBeGreaterThan(5);
    const known: readonly string[] = allCommands.map(({ name }) => name);
    expect(verbs.filter((verb = "") => !known.includes(verb))).toEqual([]);
  });

  it("names every script that there is to run", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = [...readme.matchAll(/npm (?:run )?(start|test|check|crash|format)\b/g)].map(
      ([, name]) => name,
    );
    for (const name of named) expect(scripts).toHaveProperty([name ?? ""]);
  });
});

describe.each(Object.entries(drawn))("%s", (path, drawings) => {
  it("shows what the program says today; -u writes it anew", async () => {
    await expect(await renewed(path, drawings)).toMatchFileSnapshot(join(root, path));
  });
});
