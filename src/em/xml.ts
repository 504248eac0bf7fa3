import { createRequire } from "node:module";
import type * as parsing from "fast-xml-parser";
import type * as validating from "fast-xml-validator";

/** Both as one file each, which these packages keep for `require`: as modules they are a hundred. */
const require = createRequire(import.meta.url);
const { XMLParser }: typeof parsing = require("fast-xml-parser");
const { SyntaxValidator }: typeof validating = require("fast-xml-validator");

/**
 * XML as plain data: attributes and elements by their names without prefixes, text as it stands.
 * Throws on anything that is not one well-formed document, and on every DOCTYPE: EM never sends
 * one, and entities are declared there.
 */
export function readXml(text: string): Readonly<Record<string, unknown>> {
  SyntaxValidator.validate(text, { multipleRoots: false, invalidCharSequence: { attrLt: true } });
  return parser.parse(text);
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/gi;

/** The parser's own decoder leaves numeric references as they are, and .NET writes them. */
const entityDecoder = {
  decode: (text: string) => (text.includes("&") ? text.replace(REFERENCE, decoded) : text),
  addInputEntities: () => {
    throw new Error("A DOCTYPE is not accepted");
  },
  setExternalEntities: () => {},
  setXmlVersion: () => {},
  reset: () => {},
};

function decoded(reference: string, hex?: string, decimal?: string, name?: string): string {
  if (name) return NAMED[name] ?? reference;
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

const parser = new XMLParser({
  ignoreAttributes: (name) => name === "xmlns",
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  removeNSPrefix: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  jPath: false,
  entityDecoder,
});
