/**
 * A thing that has parts of its own, as a session has its VMs. Of one that has changed since the last
 * answer, only those parts are read that have changed, too.
 */
import { type ListNames, piecesOf } from "./pieces.ts";

export interface TextAndThing<Thing> {
  readonly text: string;
  readonly thing: Thing;
}

/** The same thing as it was read last, whatever is said of it now. */
export type LastRead<Thing> = (now: Thing) => TextAndThing<Thing> | undefined;

/** Throws `BodyError`. */
export type ReadOne<Thing> = (text: string, last?: LastRead<Thing>) => Thing;

export interface PartsReading<Thing, Part> extends ListNames {
  readonly readOne: ReadOne<Part>;
  partsOf(thing: Thing): readonly Part[];
  withParts(thing: Thing, parts: readonly Part[]): Thing;
}

/** `readOne`: reads the whole thing. */
export const inParts =
  <Thing, Part>(readOne: ReadOne<Thing>, reading: PartsReading<Thing, Part>): ReadOne<Thing> =>
  (text, last) => {
    const pieces = last && piecesOf(text, reading);
    const thing = pieces && readOne(pieces.around);
    const before = thing && last(thing);
    if (!before) return readOne(text);
    const known = readBefore(before, reading);
    const parts = pieces.entities.map((piece) => known.get(piece) ?? reading.readOne(piece));
    return reading.withParts(thing, parts);
  };

/** None where it cannot be told which text each of them was read from. */
function readBefore<Thing, Part>(
  { text, thing }: TextAndThing<Thing>,
  reading: PartsReading<Thing, Part>,
): ReadonlyMap<string, Part> {
  const [parts, texts] = [reading.partsOf(thing), piecesOf(text, reading)?.entities ?? []];
  if (parts.length !== texts.length) return new Map();
  return new Map(parts.map((part, index) => [texts[index] ?? "", part]));
}
