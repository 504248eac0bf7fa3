import { instant, type Link, type Member, type Node, type Value } from "./tree.ts";

/** The three ways in which EM has written JSON. */
export interface JsonStyle {
  readonly keys: "PascalCase" | "camelCase";
  readonly nulls: "written" | "omitted";
  readonly fractionDigits: 0 | 3 | 6;
}

type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };
type Entries = (readonly [key: string, is: Json | undefined])[];

export function writeJson(root: Node, style: JsonStyle): string {
  return JSON.stringify(objectOf(root, style));
}

/**
 * A body of keys and values that is no resource; its nulls are always written, as in EM's errors.
 */
export function writeBareJson(entries: Entries, style: JsonStyle): string {
  return JSON.stringify(assemble(entries, { ...style, nulls: "written" }));
}

function objectOf(of: Node, style: JsonStyle): Json {
  const own: Entries = [
    ...of.members.map((member) => [member.name, memberOf(member, style)] as const),
    ...(of.attributes ?? []).map(([name, is]) => [name, scalarOf(is, style)] as const),
  ];
  return assemble([...own, ...identity(of, style)], style);
}

function identity(of: Node, style: JsonStyle): Entries {
  const uid = ["UID", of.uid] as const;
  const name = ["Name", of.name] as const;
  const links = ["Links", of.links?.map((each) => linkOf(each, style)) ?? null] as const;
  const address: Entries = [
    ["Href", of.href ?? null],
    ["Type", of.type ?? null],
  ];
  switch (of.form) {
    case "plain":
      return of.links === undefined ? [name] : [links, name];
    case "resource":
      return [name, uid, links, ...address];
    case "reference":
      return [links, uid, name, ...address];
  }
}

function memberOf(member: Member, style: JsonStyle): Json | undefined {
  switch (member.kind) {
    case "value":
      return scalarOf(member.value, style);
    case "node":
      return member.node === null ? null : objectOf(member.node, style);
    case "link":
      return member.link === null ? null : linkOf(member.link, style);
    case "items":
      return listOf(member.items, undefined, style);
    case "list":
      return listOf(member.items, member.inner, style);
  }
}

function listOf(items: readonly Node[], inner: string | undefined, style: JsonStyle): Json {
  const array = items.map((item) => objectOf(item, style));
  return inner === undefined ? array : assemble([[inner, array]], style);
}

function linkOf(of: Link, style: JsonStyle): Json {
  return assemble(
    [
      ["Rel", of.rel],
      ["Href", of.href],
      ["Name", of.name ?? null],
      ["Type", of.type ?? null],
    ],
    style,
  );
}

function scalarOf(is: Value, style: JsonStyle): Json | undefined {
  return typeof is === "object" && is !== null ? instant(is.time, style.fractionDigits) : is;
}

function assemble(entries: Entries, style: JsonStyle): Json {
  const kept = entries.filter(
    ([, is]) => is !== undefined && (is !== null || style.nulls === "written"),
  );
  return Object.fromEntries(kept.map(([key, is]) => [keyOf(key, style), is]));
}

function keyOf(key: string, style: JsonStyle): string {
  return style.keys === "camelCase" ? camelCase(key) : key;
}

/**
 * As .NET does it: the leading capitals become small, but for the last one before a small letter.
 */
export function camelCase(key: string): string {
  return key.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+/, (capitals) => capitals.toLowerCase());
}
