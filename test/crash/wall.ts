/** How the wall clock of a bot's process is moved, while the machine's own stays. */
import type { ChildProcess } from "node:child_process";
import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WallMove } from "../fakes/bot-child.ts";

/** For one life. */
export interface Wall {
  /** What the process needs to be born with. */
  readonly env: Readonly<Record<string, string>>;
  /** Forward, or back where it is negative. */
  move(bot: ChildProcess, byMs: number): void;
}

/** Always possible: the bot is told, and asks a clock that keeps to it. */
export const byMessage: Wall = {
  env: {},
  move: (bot, byMs) => {
    const move: WallMove = { moveWallByMs: byMs };
    if (bot.connected) bot.send(move, () => undefined);
  },
};

/** libfaketime, which answers in the place of the machine's clock; absent where it is not installed. */
const [library] = globSync("/usr/lib/{*/,}faketime/libfaketimeMT.so.1");
export const hasMachineWall = library !== undefined;

/** The bot's process sees another time of the machine; the time that only goes on stays as it is. */
export function byMachine(folder: string): Wall {
  const file = join(folder, "wall-clock");
  let movedMs = 0;
  const write = () => {
    const seconds = movedMs / 1000;
    writeFileSync(file, `${seconds < 0 ? "" : "+"}${seconds}\n`);
  };
  write();
  return {
    env: {
      LD_PRELOAD: library ?? "",
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
    },
    move: (_, byMs) => {
      movedMs += byMs;
      write();
    },
  };
}
