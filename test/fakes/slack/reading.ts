/** A message as a person reads it, and whom it notifies. */

import type { types } from "@slack/bolt";
import type { Message, World } from "./world.ts";

type Node = Record<string, unknown>;

const unescaped = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const mentionToken =
  /<(?:@([UW][A-Z0-9]+)|!subteam\^(S[A-Z0-9]+)|!(channel|here|everyone))(?:\|[^>]*)?>/g;
const dateToken = /<!date\^\d+\^[^|>]*\|([^>]*)>/g;
const linkToken = /<(https?:[^|>]*)\|?([^>]*)>/g;

/** Text that Slack reads for its markup, as it is shown. */
function shownMarkup(text: string, nameOf: (id: string) => string): string {
  const shown = text
    .replaceAll(mentionToken, (_, user, group, all) => `@${nameOf(user ?? group ?? all)}`)
    .replaceAll(dateToken, "$1")
    .replaceAll(linkToken, (_, url, label) => label || url);
  return unescaped(shown);
}

const richWords: Record<string, (element: Node, nameOf: (id: string) => string) => string> = {
  text: ({ text }) => String(text),
  date: ({ fallback }) => String(fallback),
  link: ({ text, url }) => `${text} (${url})`,
  user: ({ user_id }, nameOf) => `@${nameOf(String(user_id))}`,
  usergroup: ({ usergroup_id }, nameOf) => `@${nameOf(String(usergroup_id))}`,
};

function shownNode(node: Node, nameOf: (id: string) => string): string {
  const type = String(node.type);
  if (type === "plain_text") return unescaped(String(node.text));
  if (type === "mrkdwn") return shownMarkup(String(node.text), nameOf);
  if (type === "button") return `[ ${shownNode(node.text as Node, nameOf)} ]`;
  if (type === "external_select") return `[ ${shownNode(node.placeholder as Node, nameOf)} ▾ ]`;
  if (type === "header") return `# ${shownNode(node.text as Node, nameOf)}`;
  if (type === "section") return shownNode(node.text as Node, nameOf);
  const inner = (node.elements as Node[] | undefined) ?? [];
  const parted = type === "context" || type === "actions" ? " " : "";
  return (
    richWords[type]?.(node, nameOf) ?? inner.map((each) => shownNode(each, nameOf)).join(parted)
  );
}

const nameIn = (world: World) => (id: string) => world.people.get(id) ?? id;

/** Block by block, as it stands in the channel. */
export function readable(world: World, { blocks, text, file }: Message): string {
  const nameOf = nameIn(world);
  const said =
    blocks.length === 0
      ? [shownMarkup(text, nameOf)]
      : blocks.map((block) => shownNode(block as unknown as Node, nameOf));
  return [...said, ...(file ? [`📎 ${file.title}`] : [])].join("\n");
}

function* nodesIn(value: unknown): Generator<Node> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Node;
  for (const inner of Object.values(value)) yield* nodesIn(inner);
}

const inMarkup = (text: string): string[] =>
  [...text.matchAll(mentionToken)].map(([, user, group]) => user ?? group ?? "everyone");

function inNode(node: Node): string[] {
  if (node.type === "mrkdwn") return inMarkup(String(node.text));
  if (node.type === "user") return [String(node.user_id)];
  if (node.type === "usergroup") return [String(node.usergroup_id)];
  return node.type === "broadcast" ? ["everyone"] : [];
}

const mereWords = (text: string): string[] =>
  /@(channel|here|everyone)\b/.test(unescaped(text)) ? ["everyone"] : [];

/**
 * Ids of those whom a message notifies, as often as it mentions them; "everyone" for a whole
 * channel.
 */
export function mentionsIn({
  text,
  blocks,
  makesMentions,
}: {
  text: string;
  blocks: types.KnownBlock[];
  makesMentions: boolean;
}): string[] {
  const inBlocks = [...nodesIn(blocks)].flatMap(inNode);
  const inText = [...inMarkup(text), ...(makesMentions ? mereWords(text) : [])];
  return [...inBlocks, ...inText.filter((id) => !inBlocks.includes(id))];
}

const indented = (text: string, by: string) =>
  text
    .split("\n")
    .map((line) => by + line)
    .join("\n");

function heading(world: World, { by, edits, onlyFor, isBroadcast }: Message): string {
  const remarks = [
    ...(edits > 0 ? [`edited ${edits} times`] : []),
    ...(onlyFor ? [`only ${nameIn(world)(onlyFor)} sees it`] : []),
    ...(isBroadcast ? ["also in the channel"] : []),
  ];
  return `${nameIn(world)(by)}${remarks.length > 0 ? ` (${remarks.join(", ")})` : ""}:`;
}

/** A channel from its first message on, threads under their roots. */
export function transcript(world: World, channel: string): string {
  const here = world.messages.filter((message) => message.channel === channel);
  const said = (message: Message, by: string) =>
    `${by}${heading(world, message)}\n${indented(readable(world, message), `${by}  `)}`;
  return here
    .filter(({ thread }) => thread === undefined)
    .map((root) =>
      [
        said(root, ""),
        ...here.filter(({ thread }) => thread === root.ts).map((line) => said(line, "    ")),
      ].join("\n"),
    )
    .join("\n");
}
