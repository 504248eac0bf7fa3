/** One life of the bot's process: from its birth to its end, or to a kill -9. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Life, Sign } from "../fakes/bot-child.ts";
import type { Absence } from "./away.ts";
import type { Blow, Nemesis, Victim } from "./nemeses.ts";
import type { Stage } from "./stage.ts";
import type { Wall } from "./wall.ts";

/**
 * Besides the commit that a life may be told to die at: killed from outside, at whatever it does
 * then.
 */
export type Kill =
  /** Of real time, from its birth on. */
  | { readonly at: "time"; readonly afterMs: number }
  | { readonly at: "moment"; readonly come: Promise<void> };

export interface Lived {
  readonly killed: boolean;
  /** What it wrote on standard error, and its exit code where it ended by itself and not well. */
  readonly complaints: string;
  /** What befell it while it lived. */
  readonly dealt: readonly Nemesis[];
  /** When it was held up, by a freeze or by the machine's load; by the bot's time. */
  readonly delays: readonly Absence[];
}

interface Circumstances {
  readonly stage: Stage;
  readonly kill: Kill | undefined;
  readonly blows: readonly Blow[];
  readonly wall: Wall;
  /** The process is there, and its time began at this time of the machine. */
  born(at: number): void;
  /** What people do once the bot listens; they have done all when it resolves. */
  meet(over: AbortSignal): Promise<void>;
}

const child = join(import.meta.dirname, "../fakes/bot-child.ts");
/** A life that takes longer than this hangs. Of real time. */
const LONGEST_MS = 90_000;
/** What was compiled in one life need not be compiled in the next. */
export const cache = { NODE_COMPILE_CACHE: join(tmpdir(), "failover-bot-crash-cache") };

interface Spawned {
  readonly process: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

function spawnBot(life: Life, wall: Wall): Spawned {
  const bot = spawn(process.execPath, [child, JSON.stringify(life)], {
    timeout: LONGEST_MS,
    env: { ...process.env, ...cache, ...wall.env },
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  const { stdin, stdout, stderr } = bot;
  if (!stdin || !stdout || !stderr) throw new Error("The bot's process has no pipes");
  return { process: bot, stdin, stdout, stderr };
}

export async function live(life: Life, circumstances: Circumstances): Promise<Lived> {
  const { stage, kill, blows, wall, born, meet } = circumstances;
  const bot = spawnBot(life, wall);
  const exited = once(bot.process, "exit");
  const complaints = text(bot.stderr);
  const over = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const [dealt, delays]: [Nemesis[], Absence[]] = [[], []];
  const die = () => bot.process.kill("SIGKILL");
  bot.stdin.on("error", () => undefined);
  stage.enter(bot.stdin);
  if (kill?.at === "moment") void kill.come.then(die);
  for await (const line of createInterface({ input: bot.stdout })) {
    const sign = signIn(line);
    if (!sign) stage.hear(line);
    else if (sign.kind === "late") delays.push(sign);
    else if (sign.kind === "born") {
      born(sign.at);
      if (kill?.at === "time") timers.push(setTimeout(die, kill.afterMs));
    } else {
      timers.push(...deal(blows, victimOf(bot.process, wall), over.signal, dealt));
      void meet(over.signal).then(() => bot.stdin.end());
    }
  }
  over.abort();
  const [code, signal] = await exited;
  for (const timer of timers) clearTimeout(timer);
  const killed = signal === "SIGKILL";
  const ending = killed || code === 0 ? "" : `ended with ${code ?? signal}\n`;
  return { killed, complaints: `${ending}${await complaints}`, dealt, delays };
}

/** Where freezes overlap, the process goes on when the last of them ends. */
function victimOf(bot: ChildProcess, wall: Wall): Victim {
  let freezes = 0;
  const thaw = () => {
    freezes -= 1;
    if (freezes === 0) bot.kill("SIGCONT");
  };
  return {
    freeze: (forMs) => {
      freezes += 1;
      bot.kill("SIGSTOP");
      setTimeout(thaw, forMs);
    },
    moveClock: (byMs) => wall.move(bot, byMs),
  };
}

/** Gives the timers of what has not begun; `dealt` gets what came about. */
function deal(
  blows: readonly Blow[],
  victim: Victim,
  over: AbortSignal,
  dealt: Nemesis[],
): NodeJS.Timeout[] {
  return blows.map(({ nemesis, afterMs, strike }) =>
    setTimeout(async () => {
      if (await strike(victim, over)) dealt.push(nemesis);
    }, afterMs),
  );
}

/** Nothing where the line is no sign of life, or the process died while it wrote it. */
function signIn(line: string): Sign | undefined {
  try {
    const read = JSON.parse(line);
    return ["born", "listening", "late"].includes(read.kind) ? read : undefined;
  } catch {
    return undefined;
  }
}
