/**
 * What EM's fields are made of: times, ids, words, flags, links. Each kind reads the text of a
 * neutral tree (wire.ts) and says in three words what is wrong with it; decode.ts builds the things
 * of types.ts from them.
 */
import { z } from "zod";
import type { Known, Ref } from "./types.ts";
import { isFields, items, type Wire } from "./wire.ts";

/**
 * A thing of EM's by the names that EM writes, whatever their case in the body. An empty element
 * has no fields.
 */
export function entity<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape);
  return z.preprocess((wire) => spelled(wire as Wire | undefined, names), z.object(shape));
}

function spelled(wire: Wire | undefined, names: readonly string[]): unknown {
  if (typeof wire === "string" && wire.trim() === "") return {};
  if (!isFields(wire)) return wire;
  return Object.fromEntries(names.map((name) => [name, wire[name.toLowerCase()]]));
}

const present = z.string({
  error: (issue) => (issue.input === undefined ? "is missing" : "is no text"),
});

/** Text as it stands, with its blanks; empty where EM says nothing. */
export const text = present.default("");

/** Text that says something, or nothing at all. */
export const remark = text.transform((said) => (said.trim() === "" ? undefined : said));

/** True only where EM says so. */
export const flag = text.transform((said) => /^(true|1)$/i.test(said.trim()));

/** A whole number, 0 where there is none. */
export const countField = text.transform((said) => Math.trunc(Number(said)) || 0);

export const percent = countField.transform((said) => Math.min(100, Math.max(0, said)));

/** One of the words we know, in our spelling; any other is kept as it is. */
export function word<Words extends string>(...known: readonly Words[]) {
  return present.transform((said): Known<Words> => {
    const plain = said.trim();
    const match = known.find((one) => one.toLowerCase() === plain.toLowerCase());
    return match ?? `unknown:${plain}`;
  });
}

const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/i;
/** EM writes 1753-01-01, the oldest day of SQL Server, for "never", and .NET the year 1. */
const NEVER_UNTIL = Date.UTC(1800, 0);

/**
 * An instant in milliseconds, or undefined for EM's "never". Without a zone it is UTC. NaN if it is
 * no time.
 */
export function instantOf(said: string): number | undefined {
  const [, day, time, fraction = "", zone = "Z"] = TIME.exec(said.trim()) ?? [];
  if (!day) return Number.NaN;
  const at = Date.parse(`${day}T${time}.${fraction.padEnd(3, "0").slice(0, 3)}${withColon(zone)}`);
  return at < NEVER_UNTIL ? undefined : at;
}

const withColon = (zone: string) => zone.toUpperCase().replace(/^(.\d\d)(\d\d)$/, "$1:$2");

const time = (said: string, context: z.RefinementCtx) => {
  const at = instantOf(said);
  if (Number.isNaN(at)) context.addIssue("is no time");
  return at;
};

/** An instant that may be absent, empty or "never". */
export const moment = text.transform((said, context) =>
  said.trim() === "" ? undefined : time(said, context),
);

/** An instant that must be there. */
export const instantField = present.transform((said, context) => {
  const at = time(said, context);
  if (at === undefined) context.addIssue("is no time");
  return at ?? Number.NaN;
});

const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/**
 * The last GUID in a UID or in the path of an address, bare and in lower case. UIDs without one
 * exist.
 */
export function guidIn(said: string): string | undefined {
  const [path = ""] = said.split("?");
  return path.match(GUID)?.at(-1)?.toLowerCase();
}

/** The id of a thing, from its UID or else its address. */
export function idOf(thing: { UID: string; Href: string }, context: z.RefinementCtx): string {
  const id = guidIn(thing.UID) ?? guidIn(thing.Href);
  if (!id) context.addIssue("has no id");
  return id ?? "";
}

export interface EntityLink {
  readonly Rel: string;
  readonly Href: string;
  readonly Type: string;
  readonly Name: string;
}

const linkShape = entity({ Rel: text, Href: text, Type: text, Name: text });

/** A list of things, however EM wraps it; empty where there is none. */
export function listField<Item>(item: z.ZodType<Item>) {
  return z.preprocess((wire) => items(wire as Wire | undefined), z.array(item));
}

export const links = listField<EntityLink>(linkShape);

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
  return Object.fromEntries(
    Object.entries(thing).filter(([, value]) => value !== undefined),
  ) as Thing;
}

/** One link on its own, outside a list of links. */
export const ownLink = linkShape.optional();
