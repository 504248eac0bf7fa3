/** Whole conversations as a script reads them with `--json`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { About } from "../../src/chat/about.ts";
import { steadyClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { assemble } from "../../src/program/bot-process.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { lineFaults } from "../adapters/terminal/line-schema.ts";
import { channel, settled, terminalRig } from "../adapters/terminal/rig.ts";
import { besideStore } from "../fakes/beside-store.ts";
import { testConfig } from "../fakes/bot.ts";
import { paperEm } from "../fakes/paper-em.ts";
import { EM_KEY, finished, over, planOf, pointOf, sessionOf } from "../fakes/quick-bot.ts";

async function jsonBot() {
  const { terminal, input, screen, clock } = terminalRig("json");
  const em = paperEm();
  em.plans = [planOf()];
  em.points = [pointOf("a"), pointOf("b")];
  const state = mkdtempSync(join(tmpdir(), "json-bot-"));
  const store = openSqliteStore(join(state, "state.db"), clock.now);
  onTestFinished(async () => {
    await store.close();
    rmSync(state, { recursive: true });
  });
  const under = {
    ...{ em: em.client, emKey: EM_KEY, sandbox: false, clock: steadyClock(clock) },
    close: async () => undefined,
  };
  const log = createLog({ secrets: [], level: "silent" });
  const { bot, outbox, watcher } = assemble({
    ...besideStore(),
    ...{ config: testConfig, under, store, ports: [terminal], announceIn: [channel], log },
    machine: clock,
  });
  await terminal.start({
    ...bot,
    incoming: async (incoming) => {
      await bot.incoming(incoming);
      await outbox.flush();
    },
  });
  const lines = () => screen.raw().split("\n").filter(Boolean);
  return {
    em,
    lines,
    say: async (line: string) => {
      input.write(`${line}\n`);
      for (let turn = 0; turn < 10; turn++) await settled();
    },
    later: async (seconds: number) => {
      clock.advance(seconds * 1000);
      await watcher.tick();
      await outbox.flush();
    },
    /** What a script needs of each line about a run, each once. */
    runs: () => [...new Set(lines().flatMap(runIn))],
  };
}

type Line = Partial<About> & { readonly kind: string; readonly outcome?: string };

function runIn(line: string): string[] {
  const { run, plan, stands, outcome, action }: Line = JSON.parse(line);
  if (run === undefined) return [];
  return [[run.replace(/-\w+$/, "-…"), plan, action, stands, outcome].filter(Boolean).join(" ")];
}

describe("with --json, a script", () => {
  it("follows a failover by its id from the question to its end, and no line is off the schema", async () => {
    const bot = await jsonBot();
    for (const line of ["status", "plans", "sessions", "help", "nonsense", "start Plan A", "yes"])
      await bot.say(line);
    await bot.say("confirm Plan A");
    await bot.later(0);
    bot.em.tasks = [finished()];
    bot.em.sessions = [sessionOf()];
    await bot.later(5);
    bot.em.sessions = [sessionOf({ state: "Stopped", result: "Success", endedAt: 0 })];
    bot.em.points = over("a", "b");
    for (let look = 0; look < 4; look++) await bot.later(60);
    await bot.say("audit");
    expect(bot.runs()).toEqual([
      "run-… Plan A start asked",
      "run-… Plan A start approved",
      "run-… Plan A start running",
      "run-… Plan A start ended confirmed",
    ]);
    expect(bot.lines().flatMap(lineFaults)).toEqual([]);
  });

  it("is told that a question was dropped, or closed by itself", async () => {
    const bot = await jsonBot();
    await bot.say("start Plan A");
    await bot.say("cancel");
    await bot.say("start Plan A");
    await bot.later(600);
    expect(bot.runs()).toEqual([
      "run-… Plan A start asked",
      "run-… Plan A start ended cancelled",
      "run-… Plan A start ended expired",
    ]);
    expect(bot.lines().flatMap(lineFaults)).toEqual([]);
  });

  it("is told of a run that somebody else began", async () => {
    const bot = await jsonBot();
    await bot.later(5);
    bot.em.sessions = [sessionOf({ createdAt: Date.UTC(2026, 10, 21, 6, 0, 3) })];
    await bot.later(60);
    expect(bot.runs()).toEqual(["watch-… Plan A running"]);
    expect(bot.lines().flatMap(lineFaults)).toEqual([]);
  });
});
