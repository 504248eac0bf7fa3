/**
 * What somebody typed, without Slack's markup.
 * https://docs.slack.dev/messaging/formatting-message-text
 */

import { calledLine } from "../../src/chat/called.ts";

const token = /<([^<>|]*)(?:\|([^<>]*))?>/g;
const mention = /(<@[UW][A-Z0-9]+(?:\|[^<>]*)?>)/;

const decoded: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** Names of people, channels and groups by their ids; nothing where one is not known. */
export type NameOf = (id: string) => string | undefined;

const nobodyKnown: NameOf = () => undefined;

const broadcast = (inner: string, label: string | undefined, nameOf: NameOf): string => {
  const group = /^!subteam\^(\w+)/.exec(inner)?.[1];
  if (label) return label;
  return `@${group === undefined ? inner.slice(1) : (nameOf(group) ?? "a group")}`;
};

/** One `<…>` as the person saw it, never an id. A link that Slack made of a word is that word again. */
function wordOf(inner: string, label: string | undefined, nameOf: NameOf): string {
  const name = label || nameOf(inner.slice(1));
  if (inner.startsWith("@")) return `@${name ?? "somebody"}`;
  if (inner.startsWith("#")) return `#${name ?? "a channel"}`;
  if (inner.startsWith("!")) return broadcast(inner, label, nameOf);
  return label ?? inner.replace(/^mailto:/, "");
}

/** Tokens and entities as they were typed. */
export const typedWords = (text: string, nameOf = nobodyKnown): string =>
  text
    .replace(token, (_, inner: string, label: string | undefined) => wordOf(inner, label, nameOf))
    .replace(/&(?:lt|gt|amp);/g, (entity) => decoded[entity] ?? entity)
    .trim();

/** Whom a message is for, and how people call it. */
export interface Called {
  /** Of the bot; absent where Slack has not told it: then a mention at the beginning is its. */
  readonly id?: string | undefined;
  readonly calls: readonly string[];
}

/** The line in a message that mentions the bot, as `calledLine` finds it. */
export function lineToBot(text: string, { id, calls }: Called, nameOf = nobodyKnown): string {
  const pieces = [""];
  for (const part of text.split(mention)) {
    const isMine =
      isMention(part, id) ||
      (id === undefined && pieces.join("").trim() === "" && mention.test(part));
    if (isMine) pieces.push("");
    else pieces.push(`${pieces.pop() ?? ""}${part}`);
  }
  return calledLine(
    pieces.map((piece) => typedWords(piece, nameOf)),
    calls,
  );
}

export const mentions = (text: string, { id }: Called): boolean =>
  text.split(mention).some((part) => isMention(part, id));

const isMention = (part: string, id: string | undefined) =>
  id !== undefined && (part === `<@${id}>` || part.startsWith(`<@${id}|`));

/** Ids in a message that Slack gives without the name; the first few. */
export function namelessIn(text: string, most: number): string[] {
  const nameless = /<(?:[@#]|!subteam\^)([A-Z0-9]+)\|?>/g;
  return [...new Set([...text.matchAll(nameless)].map(([, id = ""]) => id))].slice(0, most);
}
