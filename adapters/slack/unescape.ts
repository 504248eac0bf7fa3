/**
 * What somebody typed, without Slack's markup.
 * https://docs.slack.dev/messaging/formatting-message-text
 */

const leadingMention = /^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>[\s:,]*/;
const token = /<([^<>|]*)(?:\|([^<>]*))?>/g;

const decoded: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

const broadcast = (inner: string, label: string | undefined): string =>
  label ?? `@${inner.replace(/^!(?:subteam\^)?/, "")}`;

/** One `<…>` as the person saw it. A link that Slack made of a word is that word again. */
function wordOf(inner: string, label: string | undefined): string {
  if (inner.startsWith("@")) return `@${label ?? inner.slice(1)}`;
  if (inner.startsWith("#")) return `#${label ?? inner.slice(1)}`;
  if (inner.startsWith("!")) return broadcast(inner, label);
  return label ?? inner.replace(/^mailto:/, "");
}

/**
 * The typed line: the mention that led to the bot is gone, tokens and entities are as they were
 * typed.
 */
export const typedWords = (text: string): string =>
  text
    .replace(leadingMention, "")
    .replace(token, (_, inner: string, label: string | undefined) => wordOf(inner, label))
    .replace(/&(?:lt|gt|amp);/g, (entity) => decoded[entity] ?? entity)
    .trim();
