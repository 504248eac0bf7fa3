import type { Page } from "./decode.ts";

interface Dated {
  readonly id: string;
  readonly createdAt: number;
}

/**
 * All things of a query that is sorted newest first, or the newest `limit` of them. Something new
 * at EM moves what was on one page to the next; what comes twice is taken once. A page that brings
 * nothing new is the last.
 */
export async function allPages<Thing extends Dated>(
  askPage: (page: number) => Promise<Page<Thing>>,
  wanted: (thing: Thing) => boolean,
  limit = Number.POSITIVE_INFINITY,
): Promise<Thing[]> {
  const seen = new Map<string, Thing>();
  for (let number = 1; ; number += 1) {
    const page = await askPage(number);
    const before = seen.size;
    for (const thing of page.things) if (!seen.has(thing.id)) seen.set(thing.id, thing);
    const found = [...seen.values()].filter(wanted);
    if (number >= page.pages || seen.size === before || found.length >= limit)
      return newest(found, limit);
  }
}

export function newest<Thing extends Dated>(
  things: readonly Thing[],
  limit = Number.POSITIVE_INFINITY,
): Thing[] {
  return things.toSorted((one, other) => other.createdAt - one.createdAt).slice(0, limit);
}
