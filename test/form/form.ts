/**
 * Prints figures of the code as a table: `npm run form`, or `npm run form -- <folder>` for another
 * tree with `src` and `adapters` in it.
 *
 * Measured is what is shipped but for the sandbox, which is a house of its own; no tests, no
 * fixtures. Each is counted as a reader meets it:
 *
 * - lines: all, blank ones too. Of a length, tabs and wide characters are one column.
 * - functions: those with a block body, arrows and methods too, from the first word to the closing
 *   brace; one within another counts for itself and within the other.
 * - cyclomatic: 1, and 1 more for each `if`, `? :`, `case` (not `default`), loop, `catch`, `&&`,
 *   `||` and `??`; not those of functions within it.
 * - comment lines: those that hold nothing but a comment, of all lines.
 * - `x as T`: without `as const`.
 * - median and p90: the value in the middle, and the one that nine tenths do not exceed.
 * - circles: ways from a file (or folder) back to it, by imports of any kind, types included; 0 is
 *   exact, above it each import that closes a circle is counted once.
 * - upward arrows: imports that do not lead down the list in layers.ts.
 * - names with two meanings: exported names that more than one file declares.
 *
 * Cognitive complexity is the linter's to judge, see biome.json.
 */
import { join } from "node:path";
import { readCode, shippedIn } from "./code.ts";
import { type Figure, figuresOf } from "./figures.ts";

const [root = join(import.meta.dirname, "../..")] = process.argv.slice(2);
const measured = shippedIn(root).filter((path) => !path.startsWith("src/sandbox/"));
const figures = figuresOf(measured.map((path) => readCode(root, path)));

process.stdout.write(`${tableOf(figures).join("\n")}\n`);

function tableOf(rows: readonly Figure[]): string[] {
  const widest = Math.max(...rows.map(({ what }) => what.length));
  const row = (what: string, value: string) => `| ${what.padEnd(widest)} | ${value} |`;
  return [
    row("", "here"),
    `| ${"-".repeat(widest)} | --- |`,
    ...rows.map(({ what, value }) => row(what, value)),
  ];
}
