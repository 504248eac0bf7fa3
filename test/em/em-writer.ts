/** Writes things as EM does, in each of its formats and dialects, for tests of what reads them. */

export type Dialect = "xml" | "JSON of 9.5 U4" | "JSON of 10 to 12" | "JSON of 13";
export const DIALECTS: readonly Dialect[] = [
  "xml",
  "JSON of 9.5 U4",
  "JSON of 10 to 12",
  "JSON of 13",
];
export const JSON_DIALECTS = DIALECTS.slice(1);

/** Names that begin with `@` are attributes in XML; JSON knows no difference. */
export interface Thing {
  readonly [name: string]: Value;
}
type Value = string | number | boolean | Date | null | Thing | List;

/**
 * `element`: of each item in XML. `inner`: the second level of JSON; without it JSON has a plain
 * array.
 */
export interface List {
  readonly items: readonly Thing[];
  readonly element: string;
  readonly inner?: string;
}

export const listOf = (element: string, items: readonly Thing[], inner?: string): List =>
  inner === undefined ? { items, element } : { items, element, inner };

export function write(root: string, thing: Thing, dialect: Dialect): string {
  if (dialect === "xml")
    return `<?xml version="1.0" encoding="utf-8"?>\n${element(root, thing, NAMESPACE)}`;
  return `\uFEFF${JSON.stringify(jsonThing(thing, dialect))}`;
}

export const mediaTypeOf = (dialect: Dialect) =>
  dialect === "xml" ? "application/xml" : "application/json";

const NAMESPACE =
  ' xmlns="http://www.veeam.com/ent/v1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

function element(name: string, thing: Thing, namespace = ""): string {
  const entries = Object.entries(thing).filter(([, value]) => value !== null);
  const attributes = entries.filter(([key]) => key.startsWith("@"));
  const children = entries.filter(([key]) => !key.startsWith("@"));
  const written = attributes
    .map(([key, value]) => ` ${key.slice(1)}="${escaped(String(value))}"`)
    .join("");
  const content = children.map(([key, value]) => child(key, value)).join("\n  ");
  return content
    ? `<${name}${namespace}${written}>\n  ${content}\n</${name}>`
    : `<${name}${namespace}${written} />`;
}

function child(name: string, value: Value): string {
  if (value instanceof Date) return `<${name}>${trimmedTime(value, "")}</${name}>`;
  if (value === null || typeof value !== "object")
    return `<${name}>${escaped(String(value))}</${name}>`;
  if (!isList(value)) return element(name, value);
  const items = value.items.map((item) => element(value.element, item)).join("\n");
  return items ? `<${name}>\n${items}\n</${name}>` : `<${name} />`;
}

const escaped = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replaceAll("/", "&#x2F;")
    .replace(/[\t\n\r\u0080-\u00FF]/g, (char) => `&#${char.charCodeAt(0)};`);

function jsonThing(thing: Thing, dialect: Dialect): Record<string, unknown> {
  const entries = Object.entries(thing).filter(
    ([, value]) => value !== null || dialect !== "JSON of 9.5 U4",
  );
  return Object.fromEntries(
    entries.map(([key, value]) => [jsonKey(key, dialect), json(value, dialect)]),
  );
}

function jsonKey(key: string, dialect: Dialect): string {
  const plain = key.replace("@", "");
  if (dialect !== "JSON of 13") return plain;
  const [upper = ""] = /^[A-Z]+(?![a-z])|^[A-Z]/.exec(plain) ?? [];
  return upper.toLowerCase() + plain.slice(upper.length);
}

function json(value: Value, dialect: Dialect): unknown {
  if (value instanceof Date) return trimmedTime(value, dialect === "JSON of 13" ? "457" : "");
  if (value === null || typeof value !== "object") return value;
  if (!isList(value)) return jsonThing(value, dialect);
  const items = value.items.map((item) => jsonThing(item, dialect));
  return value.inner === undefined ? items : { [jsonKey(value.inner, dialect)]: items };
}

const isList = (value: Thing | List): value is List => Array.isArray(value.items);

/** Without trailing zeros of the fraction, as EM writes it; `finer`: digits beyond milliseconds. */
function trimmedTime(at: Date, finer: string): string {
  const [seconds, fraction = ""] = at.toISOString().replace("Z", "").split(".");
  const digits = `${fraction}${finer}`.replace(/0+$/, "");
  return `${seconds}${digits && `.${digits}`}Z`;
}
