/**
 * The bodies that EM answers with, in either format and every dialect, as one neutral tree.
 *
 * Names are lower case, because EM 13 writes JSON names in camel case and others do not. XML
 * attributes and child elements are siblings, as they are in EM's own JSON. What is null, `xsi:nil`
 * or absent is absent; numbers and booleans are their text.
 */
import { readXml } from "./xml.ts";

export type Wire = string | readonly Wire[] | Fields;
/** Has no prototype, so that no name in a body can mean anything but itself. */
export interface Fields {
  readonly [name: string]: Wire;
}

export type Format = "xml" | "json";

/** How EM is spoken to, and speaks. */
export interface Manner {
  readonly format: Format;
  /** Names in JSON begin small, as those of EM 13 do. */
  readonly camelCase: boolean;
}

export interface Document extends Manner {
  /** The root element of XML; JSON has none. */
  readonly root?: string;
  readonly body: Wire;
}

/**
 * A body makes no sense. The message says what came, like `an HTML page`, and quotes nothing of it.
 */
export class BodyError extends Error {
  constructor(whatCame: string) {
    super(whatCame);
    this.name = "BodyError";
  }
}

const DEEPEST = 100;
const HTML = /^<(?:!doctype\s+)?html\b/i;

/**
 * Reads a body by what it is, not by what was asked for: EM before 9.5 U4 answers XML whatever it
 * is asked.
 */
export function parseBody(text: string): Document {
  const body = text.trimStart();
  if (body === "") throw new BodyError("an empty answer");
  if (HTML.test(body)) throw new BodyError("an HTML page");
  if (body.startsWith("<")) return fromXml(body);
  if (body.startsWith("{") || body.startsWith("[")) return fromJson(body);
  throw new BodyError("plain text");
}

function fromXml(text: string): Document {
  const parsed = attempt(() => readXml(text), "cut, broken or hostile XML");
  const [root = "", value] = Object.entries(parsed)[0] ?? [];
  return { format: "xml", camelCase: false, root, body: neutral(value, 0) ?? "" };
}

function fromJson(text: string): Document {
  const parsed = attempt<unknown>(() => JSON.parse(text), "cut or broken JSON");
  const [name = ""] = Object.keys(parsed ?? {});
  return { format: "json", camelCase: /^[a-z]/.test(name), body: neutral(parsed, 0) ?? "" };
}

function attempt<T>(parse: () => T, whatCame: string): T {
  try {
    return parse();
  } catch {
    throw new BodyError(whatCame);
  }
}

function neutral(value: unknown, depth: number): Wire | undefined {
  if (depth > DEEPEST) throw new BodyError("data nested too deeply");
  if (value === null || value === undefined) return undefined;
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.flatMap((item) => neutral(item, depth + 1) ?? []);
  return neutralFields(value, depth);
}

/** The few names that come again and again, in lower case: a new text is slow as a name. */
const names = new Map<string, string>();
const MOST_NAMES = 1000;

function lowered(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (names.size < MOST_NAMES) names.set(name, lower);
  return lower;
}

function neutralFields(value: object, depth: number): Fields | undefined {
  const fields = new Bare();
  for (const [name, inner] of Object.entries(value)) {
    const wire = neutral(inner, depth + 1);
    if (wire !== undefined) fields[lowered(name)] = wire;
  }
  return fields.nil === "true" ? undefined : fields;
}

/** Inherits nothing; objects of a class are made and read in a quarter of the time of such as have none. */
class Bare {
  [name: string]: Wire;
}
Reflect.deleteProperty(Bare.prototype, "constructor");
Object.setPrototypeOf(Bare.prototype, null);

/**
 * The items of a list, however EM wraps it: doubled (`"Links": {"Links": […]}`), single, with one
 * item or none, under whatever inner name. A wrapper is what has no text of its own.
 */
export function items(wire: Wire | undefined): Fields[] {
  if (wire === undefined || typeof wire === "string") return [];
  if (isList(wire)) return wire.flatMap(items);
  return isItem(wire) ? [wire] : Object.values(wire).flatMap(items);
}

function isItem(fields: Fields): boolean {
  for (const name in fields) {
    const wire = fields[name];
    if (typeof wire === "string" && wire.trim() !== "") return true;
  }
  return false;
}

function isList(wire: readonly Wire[] | Fields): wire is readonly Wire[] {
  return Array.isArray(wire);
}

export function isFields(wire: Wire | undefined): wire is Fields {
  return typeof wire === "object" && !isList(wire);
}
