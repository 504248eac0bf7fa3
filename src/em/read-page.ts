/** Reads a page of a query in turns, and of what was read before only what has changed since. */
import type { Turn } from "../clock.ts";
import type { ListDecoder, Page, PageDecoder } from "./decode.ts";
import type { LastRead } from "./parts.ts";
import { piecesOf } from "./pieces.ts";
import { BodyError, type Document, parseBody } from "./wire.ts";

/** What a page held when it was read last: each thing by the text it was read from. */
export type ReadBefore<Thing> = Map<string, Thing>;

export interface Identified {
  readonly id: string;
}

/** So many pages are remembered; those that every look asks for are few. */
const MOST_PAGES = 20;

/** What the pages held that were read last, by their addresses. */
export function knownPages<Thing>(): (address: string) => ReadBefore<Thing> {
  const pages = new Map<string, ReadBefore<Thing>>();
  return (address) => {
    const known = pages.get(address) ?? new Map();
    pages.delete(address);
    pages.set(address, known);
    for (const oldest of pages.keys()) if (pages.size > MOST_PAGES) pages.delete(oldest);
    return known;
  };
}

/**
 * `known` is looked at, and afterwards holds the things of this page; a thing whose text has not changed
 * is the same object as before. Throws `BodyError`.
 */
export async function readPage<Thing extends Identified>(
  text: string,
  reading: PageDecoder<Thing>,
  turn: Turn,
  known: ReadBefore<Thing> = new Map(),
): Promise<Page<Thing>> {
  return (await readInPieces(text, reading, turn, known)) ?? reading.read(parseBody(text));
}

/** Reads a list that is all of an answer, in turns. Throws `BodyError`. */
export async function readList<Thing extends Identified>(
  text: string,
  { read, ...reading }: ListDecoder<Thing>,
  turn: Turn,
): Promise<Thing[]> {
  const asPage = {
    ...reading,
    read: (document: Document) => ({ things: read(document), pages: 1 }),
  };
  return [...(await readPage(text, asPage, turn)).things];
}

/** Nothing where it cannot be cut, or some piece makes no sense: the whole then shows what is wrong. */
async function readInPieces<Thing extends Identified>(
  text: string,
  reading: PageDecoder<Thing>,
  turn: Turn,
  known: ReadBefore<Thing>,
): Promise<Page<Thing> | undefined> {
  const pieces = piecesOf(text, reading, known.keys());
  if (!pieces) return undefined;
  const { around, entities } = pieces;
  try {
    const { pages, things: others } = reading.read(parseBody(around), entities.length);
    const read = await readEach(entities, reading, turn, known);
    known.clear();
    for (const [piece, thing] of read) known.set(piece, thing);
    return { things: [...read.map(([, thing]) => thing), ...others], pages };
  } catch (error) {
    if (error instanceof BodyError) return undefined;
    throw error;
  }
}

async function readEach<Thing extends Identified>(
  entities: readonly string[],
  reading: PageDecoder<Thing>,
  turn: Turn,
  known: ReadBefore<Thing>,
): Promise<[piece: string, thing: Thing][]> {
  const read: [string, Thing][] = [];
  const last = lastRead(known);
  for (const piece of entities) {
    read.push([piece, known.get(piece) ?? reading.readOne(piece, last)]);
    await turn();
  }
  return read;
}

function lastRead<Thing extends Identified>(known: ReadBefore<Thing>): LastRead<Thing> | undefined {
  if (known.size === 0) return undefined;
  const byId = new Map([...known].map(([text, thing]) => [thing.id, { text, thing }]));
  return ({ id }) => byId.get(id);
}
