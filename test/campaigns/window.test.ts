/** A newcomer's first minutes: the real program in a real terminal of 80 columns and 24 rows. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createScreen } from "../fakes/screen.ts";
import { newFolder } from "../program/program.ts";

const PLAN = "ABC Company Failover Plan";
const main = join(import.meta.dirname, "../../src/main.ts");

/** `script` gives a process a terminal; not every machine has it. */
function hasScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}

function atTerminal(flags: string, env: Readonly<Record<string, string>> = {}) {
  const folder = newFolder();
  const program = `stty rows 24 cols 80 && exec "${process.execPath}" "${main}" ${flags}`;
  const child = spawn("script", ["-qfec", program, "/dev/null"], {
    cwd: folder,
    env: {
      ...{ PATH: process.env.PATH, TERM: "xterm-256color", SHELL: "/bin/sh" },
      STATE_URL: `sqlite:${folder}/state.db`,
      ...env,
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const screen = createScreen(80, 24);
  child.stdout.setEncoding("utf8").on("data", (text) => screen.write(text));
  const seeing = async (words: RegExp) => {
    while (!words.test(screen.seen().join("\n"))) await once(child.stdout, "data");
    return screen.seen();
  };
  return {
    seeing,
    type: (line: string) => child.stdin.write(`${line}\r`),
    ended: once(child, "close"),
  };
}

it.runIf(hasScript())(
  "reads each answer as a whole beside the run that goes on, and leaves with quit",
  { timeout: 60_000 },
  async () => {
    const { seeing, type, ended } = atTerminal("--speed 4");
    await seeing(/The log is in .*failover-bot\.log/);
    type(`start "${PLAN}"`);
    const asked = await seeing(/· closes in 5 min\n>$/);
    expect(asked.at(-2)).toBe(`[question] Start failover plan "${PLAN}"? · closes in 5 min`);
    expect(asked).toContain(`[question] Start failover plan "${PLAN}"?`);
    type(`confirm ${PLAN}`);
    await seeing(/EM has started the failover session/);
    type("status");
    const answered = await seeing(/> status\n.*failover-bot \d.*\n>$/s);
    expect(answered.slice(answered.indexOf("> status"))[1]).toBe("[running] 1 failover running");
    expect(answered.filter((line) => line.startsWith("[running] Starting: "))).toHaveLength(1);
    expect(answered.at(-1)).toBe(">");
    type("quit");
    expect(await ended).toEqual([0, null]);
  },
);

it.runIf(hasScript())(
  "sees no line of the log while EM cannot be reached",
  { timeout: 60_000 },
  async () => {
    const env = { EM_URL: "https://127.0.0.1:1", EM_USERNAME: "bot", EM_PASSWORD: "long-canary" };
    const { seeing, type, ended } = atTerminal("", env);
    await seeing(/The log is in/);
    type("plans");
    const seen = await seeing(/Reference \w+/);
    expect(seen.filter((line) => line.includes("{") || / UTC (?:warn|error): /.test(line))).toEqual(
      [],
    );
    type("quit");
    await ended;
  },
);
