/** Draws runs as their reports show them. By hand: `node test/pictures/runs.ts <folder>` */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPictures } from "../../src/attachments/picture/pictures.ts";
import { systemClock } from "../../src/clock.ts";
import { allWell, oneFailed, silenceAndTakeOver, twoHundred, ZONE } from "./run-facts.ts";

const runs = {
  "all-well": allWell(),
  "one-failed": oneFailed(),
  "silence-and-take-over": silenceAndTakeOver(),
  "two-hundred": twoHundred(),
};

const [, , folder] = process.argv;
if (folder === undefined) throw new Error("Say where to: node test/pictures/runs.ts <folder>");
mkdirSync(folder, { recursive: true });
const pictures = createPictures({ clock: systemClock, timeZone: ZONE });
for (const [name, facts] of Object.entries(runs)) {
  const began = performance.now();
  const png = await pictures.png(facts);
  const tookMs = Math.round(performance.now() - began);
  writeFileSync(join(folder, `${name}.png`), png);
  process.stdout.write(`${name}.png: ${Math.ceil(png.length / 1000)} KB in ${tookMs} ms\n`);
}
await pictures.close();
