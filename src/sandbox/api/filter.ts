/**
 * Filters of EM's query service: `Name=="ABC Company";(State==Working,State==Starting)`. `;` is AND
 * and binds tighter than `,`, which is OR. Pages "filter" and "Logical Operators" of the reference.
 */

export type FieldKind =
  | { readonly is: "text" | "number" | "time" | "flag" }
  /** Words compare by their place in this list. */
  | { readonly is: "word"; readonly words: readonly string[] };

/** What a thing has in a field, as the filter sees it; undefined where it has nothing. */
export type Comparable = string | number | boolean | undefined;

export type Operator = "==" | "!=" | ">=" | "<=" | ">" | "<";

export type Filter =
  | { readonly all: readonly Filter[] }
  | { readonly any: readonly Filter[] }
  | { readonly field: string; readonly operator: Operator; readonly wanted: string };

/** The request was wrong, in words that EM could use. */
export class BadRequest extends Error {}

const OPERATORS: readonly Operator[] = ["==", "!=", ">=", "<=", ">", "<"];

export function parseFilter(text: string): Filter {
  const reader = { text, at: 0 };
  const filter = anyOf(reader);
  if (!isAtEnd(reader)) throw new BadRequest(`Filter is invalid at position ${reader.at}: ${text}`);
  return filter;
}

interface Reader {
  readonly text: string;
  at: number;
}

const next = (reader: Reader): string => reader.text.charAt(reader.at);

function skipBlanks(reader: Reader): void {
  while (next(reader) === " ") reader.at += 1;
}

function isAtEnd(reader: Reader): boolean {
  skipBlanks(reader);
  return reader.at >= reader.text.length;
}

function take(reader: Reader, sign: string): boolean {
  skipBlanks(reader);
  if (!reader.text.startsWith(sign, reader.at)) return false;
  reader.at += sign.length;
  return true;
}

function anyOf(reader: Reader): Filter {
  const any = [allOf(reader)];
  while (take(reader, ",")) any.push(allOf(reader));
  return any.length === 1 && any[0] ? any[0] : { any };
}

function allOf(reader: Reader): Filter {
  const all = [condition(reader)];
  while (take(reader, ";")) all.push(condition(reader));
  return all.length === 1 && all[0] ? all[0] : { all };
}

function condition(reader: Reader): Filter {
  if (take(reader, "(")) {
    const inner = anyOf(reader);
    if (!take(reader, ")"))
      throw new BadRequest(`Filter lacks a closing parenthesis: ${reader.text}`);
    return inner;
  }
  const field = fieldName(reader);
  const operator = OPERATORS.find((sign) => take(reader, sign));
  if (operator === undefined) throw new BadRequest(`Filter lacks an operator after "${field}"`);
  return { field, operator, wanted: wantedValue(reader) };
}

function fieldName(reader: Reader): string {
  skipBlanks(reader);
  const [name = ""] = /^\w+/.exec(reader.text.slice(reader.at)) ?? [];
  if (name === "")
    throw new BadRequest(`Filter lacks a parameter at position ${reader.at}: ${reader.text}`);
  reader.at += name.length;
  return name;
}

/**
 * Quoted with one quote (or three, where the value itself begins with one), else bare. Within
 * either, two quotes are one. A bare value ends at a separator and loses its blanks.
 */
function wantedValue(reader: Reader): string {
  skipBlanks(reader);
  const rest = reader.text.slice(reader.at);
  const [quotes = ""] = /^"*/.exec(rest) ?? [];
  const isEmpty = quotes === '""' && /^""\s*($|[;,)])/.test(rest);
  const isQuoted = isEmpty || quotes.length % 2 === 1 || quotes.length > 3;
  const [found = ""] = (isQuoted ? /^"(?:[^"]|"")*"/ : /^(?:[^";,)]|"")*/).exec(rest) ?? [];
  if (found === "")
    throw new BadRequest(`Filter lacks a value at position ${reader.at}: ${reader.text}`);
  reader.at += found.length;
  return isQuoted
    ? found.slice(1, -1).replaceAll('""', '"')
    : found.replaceAll('""', '"').replaceAll(" ", "");
}

/**
 * Whether a thing passes. `kindOf` and `valueIn` throw or know nothing of fields that cannot be
 * filtered by.
 */
export function passes(
  filter: Filter,
  kindOf: (field: string) => FieldKind,
  valueIn: (field: string) => Comparable,
): boolean {
  if ("all" in filter) return filter.all.every((each) => passes(each, kindOf, valueIn));
  if ("any" in filter) return filter.any.some((each) => passes(each, kindOf, valueIn));
  const kind = kindOf(filter.field);
  return compares(
    rank(kind, valueIn(filter.field)),
    filter.operator,
    readWanted(kind, filter.field, filter.wanted),
  );
}

/** Throws for parameters and values that make no sense, even if there is nothing to filter. */
export function checkFilter(filter: Filter, kindOf: (field: string) => FieldKind): void {
  if ("all" in filter) for (const each of filter.all) checkFilter(each, kindOf);
  else if ("any" in filter) for (const each of filter.any) checkFilter(each, kindOf);
  else readWanted(kindOf(filter.field), filter.field, filter.wanted);
}

function readWanted(kind: FieldKind, field: string, wanted: string): string | number {
  const found = wantedAs(kind, wanted);
  if (found === undefined)
    throw new BadRequest(`Value "${wanted}" is invalid for parameter ${field}`);
  return found;
}

function wantedAs(kind: FieldKind, wanted: string): string | number | undefined {
  switch (kind.is) {
    case "text":
      return wanted.toLowerCase();
    case "number":
      return /^-?\d+(\.\d+)?$/.test(wanted) ? Number(wanted) : undefined;
    case "time":
      return instantOf(wanted);
    case "flag":
      return { true: 1, false: 0 }[wanted.toLowerCase()];
    case "word":
      return placeOf(kind.words, wanted);
  }
}

/** Without a zone it is UTC. */
function instantOf(wanted: string): number | undefined {
  const isZoned = /(Z|[+-]\d\d:?\d\d)$/i.test(wanted) || !wanted.includes("T");
  const at = Date.parse(isZoned ? wanted : `${wanted}Z`);
  return Number.isNaN(at) ? undefined : at;
}

function placeOf(words: readonly string[], word: string): number | undefined {
  const place = words.findIndex((each) => each.toLowerCase() === word.toLowerCase());
  return place < 0 ? undefined : place;
}

/** What a value is compared and sorted by. */
export function rank(kind: FieldKind, is: Comparable): string | number | undefined {
  if (typeof is === "boolean") return is ? 1 : 0;
  if (typeof is !== "string") return is;
  return kind.is === "word" ? placeOf(kind.words, is) : is.toLowerCase();
}

function compares(
  is: string | number | undefined,
  operator: Operator,
  wanted: string | number,
): boolean {
  if (is === undefined) return operator === "!=";
  switch (operator) {
    case "==":
      return is === wanted;
    case "!=":
      return is !== wanted;
    case ">=":
      return is >= wanted;
    case "<=":
      return is <= wanted;
    case ">":
      return is > wanted;
    case "<":
      return is < wanted;
  }
}
