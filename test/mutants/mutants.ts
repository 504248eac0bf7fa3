/**
 * Makes every small mistake that Stryker knows, one at a time, in the rooms that decide, order,
 * watch and speak, and looks whether the tests of the room notice it.
 *
 *     npm run mutants                 all rooms
 *     npm run mutants -- orders bot   these
 *
 * Prints each mistake that nobody noticed and the score of each room; ends with 1 where a mistake
 * lives that the list in `survivors.ts` does not explain, or a score is too low. What the compiler
 * refuses is no mistake that anybody could make.
 */
import { hunt, type Mutant } from "./hunt.ts";
import { rooms } from "./rooms.ts";
import { isExplained, LEAST_SCORE } from "./survivors.ts";

const wanted = process.argv.slice(2);
const chosen = rooms.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const indented = (text: string) => text.replaceAll("\n", "\n    ");
const inWords = ({ file, line, code, was, becomes }: Mutant) =>
  `${file}:${line} ${code}\n  - ${indented(was)}\n  + ${indented(becomes)}`;
const percent = (part: number, whole: number) => ((part / Math.max(1, whole)) * 100).toFixed(1);

let isWell = true;
for (const room of chosen) {
  const { noticed, living, refused } = await hunt(room);
  const unexplained = living.filter((mutant) => !isExplained(mutant));
  for (const mutant of unexplained) process.stdout.write(`${inWords(mutant)}\n`);
  const all = noticed + living.length;
  const score = (noticed / Math.max(1, all)) * 100;
  process.stdout.write(
    `${room.name}: ${noticed} of ${all} noticed, ${percent(noticed, all)} %; ${living.length - unexplained.length} explained, ${unexplained.length} not; ${refused} refused by the compiler\n`,
  );
  isWell &&= unexplained.length === 0 && score >= LEAST_SCORE;
}
process.exitCode = isWell ? 0 : 1;
