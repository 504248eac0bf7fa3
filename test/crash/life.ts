/** One life of the bot's process: from its birth to its end, or to a kill -9. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { Card } from "../../src/chat/port.ts";
import type { Life } from "../fakes/bot-child.ts";

/** One JSON line of the terminal. */
export interface Said {
  readonly kind: "post" | "edit" | "reply" | "thread";
  readonly key?: string;
  readonly id: string;
  readonly card: Card;
}

/** Besides the commit that a life may be told to die at: killed from outside, at whatever it does then. */
export type Kill =
  | { readonly at: "time"; readonly afterMs: number }
  | { readonly at: "line"; readonly lines: number }
  | { readonly at: "moment"; readonly come: Promise<void> };

export interface Lived {
  readonly said: readonly Said[];
  readonly killed: boolean;
  /** What it wrote on standard error, and its exit code where it ended by itself and not well. */
  readonly complaints: string;
}

const child = join(import.meta.dirname, "../fakes/bot-child.ts");
/** A life that takes longer than this hangs. Of real time. */
const LONGEST_MS = 90_000;

/** `born` is called once the process is there and time should go on. */
export async function live(
  life: Life,
  lines: readonly string[],
  kill: Kill | undefined,
  born: () => void,
): Promise<Lived> {
  const bot = spawn(process.execPath, [child, JSON.stringify(life)], { timeout: LONGEST_MS });
  const exited = once(bot, "exit");
  const complaints = text(bot.stderr);
  const said: Said[] = [];
  const timers: NodeJS.Timeout[] = [];
  const die = () => bot.kill("SIGKILL");
  if (kill?.at === "moment") void kill.come.then(die);
  bot.stdin.on("error", () => undefined);
  bot.stdin.end(lines.map((line) => `${line}\n`).join(""));
  for await (const line of createInterface({ input: bot.stdout })) {
    const read = whole(line);
    if (read === "born") born();
    if (read === "born" && kill?.at === "time") timers.push(setTimeout(die, kill.afterMs));
    if (read === "born" || read === undefined) continue;
    said.push(read);
    if (kill?.at === "line" && said.length === kill.lines) die();
  }
  const [code, signal] = await exited;
  for (const timer of timers) clearTimeout(timer);
  const killed = signal === "SIGKILL";
  const ending = killed || code === 0 ? "" : `ended with ${code ?? signal}\n`;
  return { said, killed, complaints: `${ending}${await complaints}` };
}

/** Nothing where the process died while it wrote this line. */
function whole(line: string): Said | "born" | undefined {
  try {
    const read = JSON.parse(line);
    return read.kind === "born" ? "born" : read;
  } catch {
    return undefined;
  }
}
