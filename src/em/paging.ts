import type { Page } from "./decode.ts";

interface Dated {
  readonly id: string;
  readonly createdAt: number;
}

/** What is looked for, and when no further page is needed. */
interface Search<Thing> {
  wanted(thing: Thing): boolean;
  /** Default: all. */
  readonly limit?: number | undefined;
  /** Of what was wanted so far, newest first. */
  enough?: ((found: readonly Thing[]) => boolean) | undefined;
  /** So many pages are asked for at once, when the first has told how many there are. Default: 1. */
  readonly atOnce?: number;
}

/**
 * All things of a query that is sorted newest first, or the newest `limit` of them. Something new
 * at EM moves what was on one page to the next; what comes twice is taken once. Pages that bring
 * nothing new are the last.
 */
export async function allPages<Thing extends Dated>(
  askPage: (page: number) => Promise<Page<Thing>>,
  { wanted, limit = Number.POSITIVE_INFINITY, enough = () => false, atOnce = 1 }: Search<Thing>,
): Promise<Thing[]> {
  const seen = new Map<string, Thing>();
  for (let asked = 0, pages = 1; ; ) {
    const left = Math.min(atOnce, pages - asked);
    const answers = await Promise.all(
      Array.from({ length: left }, (_, i) => askPage(asked + i + 1)),
    );
    asked += left;
    pages = Math.max(...answers.map((answer) => answer.pages));
    const before = seen.size;
    for (const { things } of answers)
      for (const thing of things) if (!seen.has(thing.id)) seen.set(thing.id, thing);
    const found = [...seen.values()].filter(wanted);
    const isLast = asked >= pages || seen.size === before;
    if (isLast || found.length >= limit || enough(found)) return newest(found, limit);
  }
}

export function newest<Thing extends Dated>(
  things: readonly Thing[],
  limit = Number.POSITIVE_INFINITY,
): Thing[] {
  return things.toSorted((one, other) => other.createdAt - one.createdAt).slice(0, limit);
}
