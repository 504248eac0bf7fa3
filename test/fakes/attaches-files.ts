/** Whether the bot attaches anything yet: only then may it ask platforms for the right to. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesUnder, isCode } from "../form/code.ts";

const root = join(import.meta.dirname, "../..");
const queues = "src/speech/topics.ts";

export const attachesFiles: boolean = filesUnder(root, "src")
  .filter((path) => isCode(path) && path !== queues)
  .some((path) => readFileSync(join(root, path), "utf8").includes("queueFile("));
