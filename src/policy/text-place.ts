/** Where a part of a policy stands in its text, so that a fault can be found there. */
import { createRequire } from "node:module";
import type * as yaml from "yaml";

/** Loaded with the first policy that is read: without a policy file it is for nothing. */
export const loadYaml = (): typeof yaml => createRequire(import.meta.url)("yaml");

/** Both counted from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** From the whole down to a part: keys, and numbers in lists, counted from 0. */
export type PartPath = readonly (string | number)[];

export function placeAt(text: string, offset: number): TextPlace {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/** Where a part begins; of one that is not there, what would hold it. What has a key begins there. */
export function offsetOf(document: yaml.Document, path: PartPath): number {
  let offset = beginOf(document.contents) ?? 0;
  let node: unknown = document.contents;
  for (const step of path) {
    const found = stepInto(node, step, document);
    if (!found) break;
    offset = found.offset ?? offset;
    node = found.node;
  }
  return offset;
}

interface Found {
  readonly node: unknown;
  readonly offset: number | undefined;
}

function stepInto(from: unknown, step: string | number, document: yaml.Document) {
  const { isAlias, isMap, isSeq, isScalar } = loadYaml();
  const node = isAlias(from) ? from.resolve(document) : from;
  if (isSeq(node) && typeof step === "number") return itemOf(node.items[step]);
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  return pair && { node: pair.value, offset: beginOf(pair.key) };
}

const itemOf = (item: unknown): Found | undefined =>
  item === undefined ? undefined : { node: item, offset: beginOf(item) };

function beginOf(node: unknown): number | undefined {
  return loadYaml().isNode(node) ? node.range?.[0] : undefined;
}
