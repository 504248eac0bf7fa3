/** A message of Discord's as something typed to the bot, if it is. */

import { type GatewayMessageCreateDispatchData, MessageType, SnowflakeUtil } from "discord.js";
import { calledLine } from "../../src/chat/called.ts";
import type { Card, Person } from "../../src/chat/port.ts";
import { rootCommand } from "./commands.ts";

/** Who the bot is where the message was written. */
export interface Me {
  readonly id: string;
  readonly name: string;
  /** The role that Discord made for the bot; mentioning it means the bot. */
  readonly role?: string;
}

type Message = GatewayMessageCreateDispatchData;

const spoken: readonly MessageType[] = [MessageType.Default, MessageType.Reply];

/**
 * Whether a person calls the bot: by mention, nickname mention, its role, a reply that notifies it,
 * or face to face.
 */
export function isForMe(message: Message, me: Me): boolean {
  if (message.author.bot || message.webhook_id || !spoken.includes(message.type)) return false;
  const byRole = me.role !== undefined && message.mention_roles.includes(me.role);
  return (
    message.guild_id === undefined || byRole || message.mentions.some(({ id }) => id === me.id)
  );
}

/**
 * Discord gives the content only with a mention of the bot itself; of its role it may give none. What
 * is written to the bot alone may be empty, beside a file.
 */
export const cameEmpty = (message: Message): boolean =>
  message.content === "" && message.guild_id !== undefined;

/**
 * Whether a message of before was changed. Where an address in it was unfolded, or it was pinned,
 * Discord says no more than that it was changed before, or never.
 */
export const editedAt = ({ edited_timestamp }: Message): number | undefined =>
  edited_timestamp ? Date.parse(edited_timestamp) : undefined;

/** Names on the server by their ids; nothing where one is not known. */
export interface ServerNames {
  channel(id: string): string | undefined;
  role(id: string): string | undefined;
}

const mention = /(<@[!&]?\d+>)/;
const marked = /<(@!?|@&|#)(\d+)>|<(\/[^<>:]+):\d+>|<a?(:\w+:)\d+>/g;

/** The line in what was written, as `calledLine` finds it; others by their names, never by an id. */
export function textFor(message: Message, me: Me, names: ServerNames): string {
  const mine = [`<@${me.id}>`, `<@!${me.id}>`, `<@&${me.role}>`];
  const people = new Map(
    message.mentions.map((user) => [user.id, user.global_name ?? user.username]),
  );
  const nameOf = (kind: string, id: string) => {
    if (kind === "#") return `#${names.channel(id) ?? "a channel"}`;
    return `@${kind === "@&" ? (names.role(id) ?? "a role") : (people.get(id) ?? "somebody")}`;
  };
  const words = (text: string) =>
    text.replace(marked, (_, kind, id, command, emoji) => command ?? emoji ?? nameOf(kind, id));
  const pieces = [""];
  for (const part of message.content.split(mention))
    if (mine.includes(part)) pieces.push("");
    else pieces.push(`${pieces.pop() ?? ""}${part}`);
  return calledLine(pieces.map(words), [`@${me.name}`, rootCommand]);
}

interface Named {
  readonly id: string;
  readonly username: string;
  readonly global_name: string | null;
}

export const personOf = (user: Named, nick?: string | null): Person => ({
  platform: "discord",
  id: user.id,
  name: nick || user.global_name || user.username,
});

/** When something happened, by Discord's clock, which stands in every id. */
export const happenedAt = (id: string): number => SnowflakeUtil.timestampFrom(id);

export const howToCall = (me: Me): Card => ({
  tone: "question",
  title: "I was called, but what was written did not reach me",
  lines: [
    [
      "Write ",
      { type: `@${me.name} status` },
      " with my own name rather than a role's, or use ",
      { type: `${rootCommand} status` },
    ],
  ],
});

export const notHere = (channel: string): Card => ({
  tone: "warning",
  title: "I am not set up for this place",
  lines: [
    ["I answer in the channels that my setting ", { type: "DISCORD_CHANNELS" }, " names."],
    ["The id of this one is ", { type: channel }, "."],
  ],
});
