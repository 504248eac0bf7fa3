/** The code of a folder, read once: its text, its syntax tree and its comments. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, posix, relative } from "node:path";
import { type Comment, type EcmaScriptModule, type Program, parseSync } from "oxc-parser";

export interface CodeFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly tree: Program;
  /** What it imports and exports by statements. */
  readonly module: EcmaScriptModule;
  readonly comments: readonly Comment[];
}

/** Every file under a folder, as a path from the root; none where there is no such folder. */
export function filesUnder(root: string, folder: string): string[] {
  const top = join(root, folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(relative(root, entry.parentPath), entry.name))
    .sort();
}

export const isCode = (path: string) => [".ts", ".mjs"].includes(extname(path));

/** What is shipped: `src` and `adapters`. */
export const shippedIn = (root: string): string[] =>
  ["src", "adapters"].flatMap((folder) => filesUnder(root, folder)).filter(isCode);

/** Throws where a file cannot be parsed. */
export function readCode(root: string, path: string): CodeFile {
  const text = readFileSync(join(root, path), "utf8");
  const { program, module, comments, errors } = parseSync(path, text);
  const [error] = errors;
  if (error) throw new Error(`Cannot read "${path}" as code: ${error.message}`);
  return { path, text, tree: program, module, comments };
}
