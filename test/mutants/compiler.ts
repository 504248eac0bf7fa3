import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Mistaken {
  readonly id: string;
  readonly file: string;
  readonly mistaken: string;
}

/**
 * Those that do not compile. Each stands as a file of its own beside the one that it is a copy of,
 * so that one run tells of all; what nobody imports is not wrong for being unused.
 */
export function refusedByCompiler(
  mutants: readonly Mistaken[],
  root: string,
  scratch: string,
): ReadonlySet<string> {
  const folder = join(scratch, "compiled");
  mkdirSync(folder);
  for (const part of ["src", "adapters", "tsconfig.json", "package.json"])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const { id, file, mistaken } of mutants)
    writeFileSync(join(folder, file.replace(/\.ts$/, `.mutant${id}.ts`)), mistaken);
  const lenient = ["--noUnusedLocals", "false", "--noUnusedParameters", "false"];
  const { stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", ".", ...lenient], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  return new Set([...stdout.matchAll(/\.mutant(\d+)\.ts\(/g)].map(([, id = ""]) => id));
}
