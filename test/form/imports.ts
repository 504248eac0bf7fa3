/** Who imports whom, and the ways that lead back to where they began. */
import { dirname, posix } from "node:path";
import { type StringLiteral, Visitor } from "oxc-parser";
import type { CodeFile } from "./code.ts";

export interface Import {
  readonly from: string;
  /** A path from the root, or the name of a package. */
  readonly to: string;
  /** Gone when the program runs. */
  readonly typeOnly: boolean;
  /** Loaded only when it is asked for. */
  readonly onDemand: boolean;
}

type Kind = Pick<Import, "typeOnly" | "onDemand">;

const VALUE: Kind = { typeOnly: false, onDemand: false };
const TYPE: Kind = { typeOnly: true, onDemand: false };
const DEMAND: Kind = { typeOnly: false, onDemand: true };

/**
 * By `import`, by `export … from`, by `import("…")` and as a type within the code. A statement is
 * of types alone where it says so itself: of `import { type A }` the loading stays.
 */
export function importsOf({ path, tree }: CodeFile): Import[] {
  const found: Import[] = [];
  const add = (to: string, kind: Kind) =>
    void found.push({ from: path, to: resolved(path, to), ...kind });
  const again = (source: StringLiteral | null, kind: "type" | "value") => {
    if (source) add(source.value, kind === "type" ? TYPE : VALUE);
  };
  new Visitor({
    ImportDeclaration: ({ source, importKind }) => again(source, importKind ?? "value"),
    ExportNamedDeclaration: ({ source, exportKind }) => again(source, exportKind ?? "value"),
    ExportAllDeclaration: ({ source, exportKind }) => again(source, exportKind ?? "value"),
    TSImportType: ({ source }) => again(source, "type"),
    ImportExpression: ({ source }) => {
      if (source.type === "Literal" && typeof source.value === "string") add(source.value, DEMAND);
    },
  }).visit(tree);
  return found;
}

const resolved = (from: string, to: string) =>
  to.startsWith(".") ? posix.join(dirname(from), to) : to;

const isInside = ({ to }: Import) => to.startsWith("src/") || to.startsWith("adapters/");

/** `src/em/retry.ts` is of `src/em`, `src/log.ts` of itself. */
export const partOf = (path: string) => path.split("/").slice(0, 2).join("/");

interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Between two parts, one for each import. */
export const betweenParts = (imports: readonly Import[]): Import[] =>
  imports.filter((one) => isInside(one) && partOf(one.from) !== partOf(one.to));

/** Ways from a file back to it, each told once, from where it was entered; types count. */
export const circlesOfFiles = (imports: readonly Import[]): string[] =>
  circles(imports.filter(isInside));

/** The same between folders. */
export const circlesOfFolders = (imports: readonly Import[]): string[] =>
  circles(betweenParts(imports).map(({ from, to }) => ({ from: partOf(from), to: partOf(to) })));

function circles(edges: readonly Edge[]): string[] {
  const next = Map.groupBy(edges, ({ from }) => from);
  const found: string[] = [];
  const done = new Set<string>();
  function follow(at: string, way: readonly string[]): void {
    if (way.includes(at)) found.push([...way.slice(way.indexOf(at)), at].join(" → "));
    if (done.has(at)) return;
    done.add(at);
    const targets = new Set(next.get(at)?.map(({ to }) => to));
    for (const to of targets) follow(to, [...way, at]);
  }
  for (const from of next.keys()) follow(from, []);
  return found;
}
