/** Names that a reader meets in more than one place. */
import type { CodeFile } from "./code.ts";

/**
 * Exported names that are declared in more than one of these files, each with the files. What is
 * only passed on (`export … from`, or imported and exported) is no second meaning.
 */
export function namesWithTwoMeanings(files: readonly CodeFile[]): string[] {
  const declared = files.flatMap((file) => namesOf(file).map((name) => ({ name, in: file.path })));
  return [...Map.groupBy(declared, ({ name }) => name)]
    .filter(([, places]) => places.length > 1)
    .map(([name, places]) => `${name}: ${places.map((place) => place.in).join(", ")}`);
}

function namesOf({ module }: CodeFile): string[] {
  const own = module.staticExports
    .flatMap(({ entries }) => entries)
    .filter(({ moduleRequest }) => moduleRequest === null)
    .flatMap(({ exportName }) => exportName.name ?? []);
  return [...new Set(own)];
}
