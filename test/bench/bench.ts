/**
 * How fast and how small the whole program is, beside what it is built on: `npm run bench`. What is
 * measured how, the page in this folder says.
 *
 *     npm run bench                        everything
 *     npm run bench -- 500 xml slack       one case
 *     npm run bench -- --quick             short whiles, so that figures are rough
 *     npm run bench -- --write             the tables go into the page, too
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { between } from "./figures.ts";
import type { GroundOptions, Platform } from "./ground.ts";
import { watchedTable } from "./tables.ts";
import { type Lengths, watched } from "./watching.ts";

const SIZES = [1, 10, 100, 500, 1000];
const FORMATS = ["xml", "json"] as const;
const PLATFORMS: readonly Platform[] = ["slack", "discord"];

const WHOLE: Lengths = { quietMs: 15_000, commands: 300, perSecond: 20 };
const QUICK: Lengths = { quietMs: 10_000, commands: 100, perSecond: 20 };

const words = process.argv.slice(2);
const flags = words.filter((word) => word.startsWith("--"));
const wanted = words.filter((word) => !word.startsWith("--"));
const lengths = flags.includes("--quick") ? QUICK : WHOLE;

/** A word narrows down what it names; what no word names is measured in full. */
const chosen = <Choice extends string | number>(choices: readonly Choice[]): readonly Choice[] => {
  const named = choices.filter((choice) => wanted.includes(String(choice)));
  return named.length > 0 ? named : choices;
};

const cases: GroundOptions[] = chosen(SIZES).flatMap((watches) =>
  chosen(FORMATS).flatMap((format) =>
    chosen(PLATFORMS).map((platform) => ({ watches, format, platform })),
  ),
);

const tell = (words: string) => process.stderr.write(`${words}\n`);

const parts: string[] = [];
const rows = [];
for (const one of cases) {
  tell(`${one.watches} watches, ${one.format}, ${one.platform} …`);
  rows.push(...(await watched(one, lengths)));
}
parts.push(watchedTable(rows));

const [cpu] = cpus();
const where = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model ?? "CPU"}, Node ${process.versions.node}`;
const page = [where, ...parts].join("\n\n");
process.stdout.write(`${page}\n`);
if (flags.includes("--write")) {
  const path = join(import.meta.dirname, "README.md");
  writeFileSync(path, between(readFileSync(path, "utf8"), "tables", `\n${page}\n`));
}
process.exit();
