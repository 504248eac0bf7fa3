/**
 * What a day costs on which nobody asks for anything: the program as it is started, in Slack and
 * Discord at once, with a day of EM in a minute and a half. It counts the CPU time and the memory
 * of the process (the simulated EM is in it), its questions to EM, and its calls to the platforms,
 * beside what its start alone costs in the same run. Sockets are kept alive in real time, so that
 * of their pings only the share of a minute and a half is in it.
 *
 *     node test/bench/idle-day.ts
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { systemClock } from "../../src/clock.ts";
import { startDiscord } from "../fakes/discord/discord.ts";
import { appScopes } from "../fakes/slack/app-scopes.ts";
import { createFakeSlack } from "../fakes/slack/fake-slack.ts";
import { freePort } from "./programs.ts";

const SPEED = 1000;
const DAY_MS = 86_400_000;

/** The next minute: once within the run, as a day has one. */
const nextMinute = new Date(Date.now() + 60_000);
const digestAt = `${nextMinute.getUTCMinutes()} ${nextMinute.getUTCHours()} * * *`;

const slack = await createFakeSlack({ clock: systemClock, scopes: appScopes });
const discord = await startDiscord(systemClock);
const folder = mkdtempSync(join(tmpdir(), "failover-bot-idle-"));
const port = await freePort();
const program = spawn(
  process.execPath,
  [join(import.meta.dirname, "../../src/main.ts"), "--speed", String(SPEED)],
  {
    cwd: folder,
    env: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_CHANNELS: "C0WAR",
      SLACK_API_URL: slack.url,
      DISCORD_TOKEN: discord.token,
      DISCORD_CHANNELS: discord.channel.id,
      DISCORD_API_URL: discord.apiUrl,
      ANNOUNCE_IN: `slack:C0WAR, discord:${discord.channel.id}`,
      DIGEST_AT: digestAt,
      HEALTH_PORT: String(port),
      LOG_LEVEL: "warn",
      STATE_URL: `sqlite:${folder}/state.db`,
    },
    stdio: ["ignore", "inherit", "inherit"],
  },
);

interface Cost {
  readonly cpuS: number;
  readonly peakMb: number;
  readonly questions: number;
  readonly slack: Readonly<Record<string, number>>;
  readonly discord: Readonly<Record<string, number>>;
}

async function costSoFar(): Promise<Cost> {
  const figures = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const sum = (name: string) =>
    [...figures.matchAll(new RegExp(`^${name}(?:\\{.*\\})? ([\\d.e+]+)$`, "gm"))].reduce(
      (total, [, figure]) => total + Number(figure),
      0,
    );
  const peakKb = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${program.pid}/status`, "utf8"))?.[1];
  return {
    cpuS: sum("process_cpu_seconds_total"),
    peakMb: Number(peakKb) / 1024,
    questions: sum("failover_bot_em_request_seconds_count"),
    slack: slack.callCounts(),
    discord: discord.callsPerRoute(),
  };
}

const told = (
  calls: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>> = {},
) =>
  Object.entries(calls)
    .map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ") || "none";

await slack.sockets.reached(2);
while (discord.commands.length === 0) await setTimeout(50);
await setTimeout(1000);
const start = await costSoFar();
await setTimeout(DAY_MS / SPEED);
const day = await costSoFar();
program.kill("SIGTERM");
await new Promise((resolve) => program.once("exit", resolve));
await slack.close();
await discord.close();
rmSync(folder, { recursive: true });

const cpuS = day.cpuS - start.cpuS;
process.stdout.write(`start: ${start.cpuS.toFixed(1)} s CPU, ${start.questions} questions to EM
  Slack: ${told(start.slack)}
  Discord: ${told(start.discord)}
idle day: ${cpuS.toFixed(1)} s CPU (${(cpuS / start.cpuS).toFixed(1)} times the start), ${day.peakMb.toFixed(0)} MB at most, ${day.questions - start.questions} questions to EM
  Slack: ${told(day.slack, start.slack)}
  Discord: ${told(day.discord, start.discord)}
`);
