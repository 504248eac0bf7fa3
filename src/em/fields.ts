/**
 * What EM's fields are made of: times, ids, words, flags, links. Each kind reads the text of a
 * neutral tree (wire.ts) and says in three words what is wrong with it; decode.ts builds the things
 * of types.ts from them.
 *
 * They are plain functions: a tick may read ten thousand VMs, and a schema library takes ten times
 * as long for each as parsing their JSON does.
 */
import type { Known, Ref } from "./types.ts";
import { type Fields, isFields, items, type Wire } from "./wire.ts";

/** Makes something of a field, of nothing where the field is absent; throws `FieldError`. */
export type Reader<Thing> = (wire: Wire | undefined) => Thing;

/** What a reading makes. */
type Read<One> = One extends Reader<infer Thing> ? Thing : never;

/** A field is wrong; the message says how, in three words. */
export class FieldError extends Error {
  /** From the outermost thing to the field, by the names that EM writes. */
  where: readonly string[] = [];

  constructor(fault: string) {
    super(fault);
    this.name = "FieldError";
  }
}

type Shape = Readonly<Record<string, Reader<unknown>>>;
type ReadShape<Fields extends Shape> = { readonly [Name in keyof Fields]: Read<Fields[Name]> };

/**
 * A thing of EM's by the names that EM writes, whatever their case in the body. An empty element
 * has no fields.
 */
export function entity<Of extends Shape>(shape: Of): Reader<ReadShape<Of>> {
  const fields = Object.entries(shape).map(([name, read]) => ({
    name,
    key: name.toLowerCase(),
    read,
  }));
  return (wire) => {
    const from = fieldsOf(wire);
    const thing: Record<string, unknown> = {};
    for (const { name, key, read } of fields) thing[name] = readAs(name, read, from[key]);
    return thing as ReadShape<Of>;
  };
}

function readAs<Thing>(name: string, read: Reader<Thing>, wire: Wire | undefined): Thing {
  try {
    return read(wire);
  } catch (error) {
    if (error instanceof FieldError) error.where = [name, ...error.where];
    throw error;
  }
}

const NO_FIELDS: Fields = Object.create(null);

function fieldsOf(wire: Wire | undefined): Fields {
  if (isFields(wire)) return wire;
  if (typeof wire === "string" && wire.trim() === "") return NO_FIELDS;
  throw new FieldError("is wrong");
}

/** What is read, made into something else. */
export const made =
  <Before, After>(read: Reader<Before>, make: (before: Before) => After): Reader<After> =>
  (wire) =>
    make(read(wire));

/** Nothing where there is nothing. */
export const optional =
  <Thing>(read: Reader<Thing>): Reader<Thing | undefined> =>
  (wire) =>
    wire === undefined ? undefined : read(wire);

const present: Reader<string> = (wire) => {
  if (typeof wire === "string") return wire;
  throw new FieldError(wire === undefined ? "is missing" : "is no text");
};

/** Text as it stands, with its blanks; empty where EM says nothing. */
export const text: Reader<string> = (wire) => (wire === undefined ? "" : present(wire));

/** Text that says something, or nothing at all. */
export const remark = made(text, (said) => (said.trim() === "" ? undefined : said));

/** True only where EM says so. */
export const flag = made(text, (said) => /^(true|1)$/i.test(said.trim()));

/** A whole number, 0 where there is none. */
export const countField = made(text, (said) => Math.trunc(Number(said)) || 0);

export const percent = made(countField, (said) => Math.min(100, Math.max(0, said)));

/** One of the words we know, in our spelling; any other is kept as it is. */
export function word<Words extends string>(...known: readonly Words[]): Reader<Known<Words>> {
  const spelled = new Map(known.map((one) => [one.toLowerCase(), one]));
  return made(present, (said): Known<Words> => {
    const plain = said.trim();
    return spelled.get(plain.toLowerCase()) ?? `unknown:${plain}`;
  });
}

/** As EM writes most of them. */
const PLAIN_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/i;
/** EM writes 1753-01-01, the oldest day of SQL Server, for "never", and .NET the year 1. */
const NEVER_UNTIL = Date.UTC(1800, 0);

/**
 * An instant in milliseconds, or undefined for EM's "never". Without a zone it is UTC. NaN if it is
 * no time.
 */
export function instantOf(said: string): number | undefined {
  const at = Date.parse(PLAIN_TIME.test(said) ? said : plainTime(said));
  return at < NEVER_UNTIL ? undefined : at;
}

function plainTime(said: string): string {
  const [, day, time, fraction = "", zone = "Z"] = TIME.exec(said.trim()) ?? [];
  if (!day) return "";
  return `${day}T${time}.${fraction.padEnd(3, "0").slice(0, 3)}${withColon(zone)}`;
}

const withColon = (zone: string) => zone.toUpperCase().replace(/^(.\d\d)(\d\d)$/, "$1:$2");

function time(said: string): number | undefined {
  const at = instantOf(said);
  if (Number.isNaN(at)) throw new FieldError("is no time");
  return at;
}

/** An instant that may be absent, empty or "never". */
export const moment = made(text, (said) => (said.trim() === "" ? undefined : time(said)));

/** An instant that must be there. */
export const instantField = made(present, (said): number => {
  const at = time(said);
  if (at === undefined) throw new FieldError("is no time");
  return at;
});

const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const PLAIN_GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const GUID_LENGTH = 36;

/**
 * The last GUID in a UID or in the path of an address, bare and in lower case. UIDs without one
 * exist.
 */
export function guidIn(said: string): string | undefined {
  const end = said.slice(-GUID_LENGTH);
  if (PLAIN_GUID.test(end) && !said.includes("?")) return end.toLowerCase();
  const [path = ""] = said.split("?");
  return path.match(GUID)?.at(-1)?.toLowerCase();
}

/** The id of a thing, from its UID or else its address. Throws `FieldError`. */
export function idOf(thing: { readonly UID: string; readonly Href: string }): string {
  const id = guidIn(thing.UID) ?? guidIn(thing.Href);
  if (!id) throw new FieldError("has no id");
  return id;
}

export interface EntityLink {
  readonly Rel: string;
  readonly Href: string;
  readonly Type: string;
  readonly Name: string;
}

const linkShape: Reader<EntityLink> = entity({ Rel: text, Href: text, Type: text, Name: text });

/** A list of things, however EM wraps it; empty where there is none. */
export const listField =
  <Item>(item: Reader<Item>): Reader<Item[]> =>
  (wire) =>
    items(wire).map(item);

export const links = listField(linkShape);

/** What a link leads to, by id and name; undefined where its address holds no id. */
export function refOf(link: EntityLink | undefined): Ref | undefined {
  const id = link && guidIn(link.Href);
  return id ? { id, name: link.Name } : undefined;
}

/** The first link that leads to a resource, by the words in its address and its type. */
export function linkTo(
  all: readonly EntityLink[],
  rel: string,
  resource: RegExp,
): EntityLink | undefined {
  return all.find(
    (link) => sameWord(link.Rel, rel) && (resource.test(link.Type) || resource.test(link.Href)),
  );
}

export const sameWord = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** The same without members that are undefined, so that absent is always absent. */
export function known<Thing extends object>(thing: Thing): Thing {
  const said: Partial<Thing> = {};
  for (const name in thing) if (thing[name] !== undefined) said[name] = thing[name];
  return said as Thing;
}

/** One link on its own, outside a list of links. */
export const ownLink = optional(linkShape);
