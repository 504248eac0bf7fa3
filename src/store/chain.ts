/**
 * Chains of entries that bear each other out: whoever changes or removes one must change all after
 * it.
 */
import { createHash } from "node:crypto";
import type { ChainLink } from "./store.ts";

/** `before`: the hash of the entry before, empty for the first. */
export const linkHash = (before: string, text: string) =>
  createHash("sha256").update(`${before}\n${text}`).digest("hex");

/**
 * The first entry that does not fit the one before it, or undefined where all do. `before`: the hash
 * of the entry before them. Default: they are the first of their chain.
 */
export function firstBadLink(links: readonly ChainLink[], before = ""): ChainLink | undefined {
  let last = before;
  for (const link of links) {
    if (link.hash !== linkHash(last, link.text)) return link;
    last = link.hash;
  }
  return undefined;
}
