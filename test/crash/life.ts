/** One life of the bot's process: from its birth to its end, or to a kill -9. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { Life, Sign } from "../fakes/bot-child.ts";
import type { Stage } from "./stage.ts";

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
}

interface Circumstances {
  readonly stage: Stage;
  readonly kill: Kill | undefined;
  /** The process is there, and its time began at this time of the machine. */
  born(at: number): void;
  /** What people do once the bot listens; they have done all when it resolves. */
  meet(over: AbortSignal): Promise<void>;
}

const child = join(import.meta.dirname, "../fakes/bot-child.ts");
/** A life that takes longer than this hangs. Of real time. */
const LONGEST_MS = 90_000;
/** What was compiled in one life need not be compiled in the next. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "failover-bot-crash-cache") };

export async function live(life: Life, { stage, kill, born, meet }: Circumstances): Promise<Lived> {
  const bot = spawn(process.execPath, [child, JSON.stringify(life)], { timeout: LONGEST_MS, env });
  const exited = once(bot, "exit");
  const complaints = text(bot.stderr);
  const over = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const die = () => bot.kill("SIGKILL");
  bot.stdin.on("error", () => undefined);
  stage.enter(bot.stdin);
  if (kill?.at === "moment") void kill.come.then(die);
  for await (const line of createInterface({ input: bot.stdout })) {
    const sign = signIn(line);
    if (sign?.kind === "born") born(sign.at);
    if (sign?.kind === "born" && kill?.at === "time") timers.push(setTimeout(die, kill.afterMs));
    if (sign?.kind === "listening") void meet(over.signal).then(() => bot.stdin.end());
    if (!sign) stage.hear(line);
  }
  over.abort();
  const [code, signal] = await exited;
  for (const timer of timers) clearTimeout(timer);
  const killed = signal === "SIGKILL";
  const ending = killed || code === 0 ? "" : `ended with ${code ?? signal}\n`;
  return { killed, complaints: `${ending}${await complaints}` };
}

/** Nothing where the line is no sign of life, or the process died while it wrote it. */
function signIn(line: string): Sign | undefined {
  try {
    const read = JSON.parse(line);
    return read.kind === "born" || read.kind === "listening" ? read : undefined;
  } catch {
    return undefined;
  }
}
