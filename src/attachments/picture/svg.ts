/** SVG as text: well formed, whatever the strings hold. */

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element around what is SVG already; attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : ` ${key}="${escaped(shown(value))}"`))
    .join("");
  if (children.length === 0) return `<${name}${written}/>`;
  return `<${name}${written}>${children.join("")}</${name}>`;
}

/** Text as the content of an element. */
export const characters = (text: string): string => escaped(text);

/** A tenth of a unit is less than anybody sees. */
const shown = (value: string | number): string =>
  typeof value === "number" ? String(Math.round(value * 10) / 10) : value;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** What XML 1.0 allows in no document, not even as a reference. */
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(forbidden, "")
    .replace(/[&<>"']/g, (sign) => entities[sign] ?? "");
