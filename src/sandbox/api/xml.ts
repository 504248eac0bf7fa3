import { instant, type Link, type Member, type Node, type Scalar, type Value } from "./tree.ts";

const NAMESPACES =
  'xmlns="http://www.veeam.com/ent/v1.0" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

export interface XmlStyle {
  /** Whether addresses write their slashes as `&#x2F;`, as names always do. */
  readonly hrefs: "plain" | "numeric";
}

/** A whole document. XML is the same in every version of EM. */
export function writeXml(root: Node, style: XmlStyle): string {
  return `<?xml version="1.0" encoding="utf-8"?>\r\n${element(root.element, root, style, NAMESPACES)}`;
}

function element(name: string, of: Node, style: XmlStyle, extra = ""): string {
  const start = [name, extra, attributesOf(of, style)].filter((part) => part !== "").join(" ");
  const content =
    linksOf(of, style) + of.members.map((member) => writeMember(member, style)).join("");
  return content === "" ? `<${start} />` : `<${start}>${content}</${name}>`;
}

function attributesOf(of: Node, style: XmlStyle): string {
  const own: (readonly [string, Value])[] = [
    ["Type", of.type],
    ["Href", of.href],
    ["Name", of.name],
    ["UID", of.uid],
    ...(of.attributes ?? []),
  ];
  return own
    .filter(([, is]) => is !== undefined && is !== null)
    .map(([name, is]) => attribute(name, is ?? "", style))
    .join(" ");
}

function attribute(name: string, is: Scalar, style: XmlStyle): string {
  const text =
    name === "Href" && style.hrefs === "plain" ? escapeHref(String(is)) : escapeText(shown(is));
  return `${name}="${text}"`;
}

function linksOf(of: Node, style: XmlStyle): string {
  if (of.links === undefined) return "";
  return `<Links>${of.links.map((each) => writeLink("Link", each, style)).join("")}</Links>`;
}

function writeLink(name: string, of: Link, style: XmlStyle): string {
  const attributes: (readonly [string, string | undefined])[] = [
    ["Rel", of.rel],
    ["Type", of.type],
    ["Href", of.href],
    ["Name", of.name],
  ];
  const written = attributes.flatMap(([key, is]) =>
    is === undefined ? [] : [attribute(key, is, style)],
  );
  return `<${name} ${written.join(" ")} />`;
}

function writeMember(member: Member, style: XmlStyle): string {
  switch (member.kind) {
    case "value":
      return writeValue(member.name, member.value);
    case "node":
      return member.node === null ? "" : element(member.name, member.node, style);
    case "link":
      return member.link === null ? "" : writeLink(member.name, member.link, style);
    case "items":
      return writeItems(member.items, style);
    case "list":
      return writeList(member.name, member.items, style);
  }
}

function writeValue(name: string, is: Value): string {
  if (is === undefined || is === null) return "";
  const text = escapeText(shown(is));
  return text === "" ? `<${name} />` : `<${name}>${text}</${name}>`;
}

const writeItems = (items: readonly Node[], style: XmlStyle): string =>
  items.map((item) => element(item.element, item, style)).join("");

function writeList(name: string, items: readonly Node[], style: XmlStyle): string {
  const content = writeItems(items, style);
  return content === "" ? `<${name} />` : `<${name}>${content}</${name}>`;
}

function shown(is: Scalar): string {
  return typeof is === "object" ? instant(is.time, 3) : String(is);
}

const NAMED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * As .NET escapes: the apostrophe, the slash, Latin-1 letters and everything beyond the basic plane
 * by number.
 */
export function escapeText(text: string): string {
  return text.replace(
    /[&<>"'/\t\r\n\u00a0-\u00ff\u{10000}-\u{10ffff}]/gu,
    (found) => NAMED[found] ?? (found === "/" ? "&#x2F;" : `&#${found.codePointAt(0)};`),
  );
}

const escapeHref = (href: string): string => escapeText(href).replaceAll("&#x2F;", "/");
