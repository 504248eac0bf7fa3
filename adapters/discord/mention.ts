/** A message of Discord's as something typed to the bot, if it is. */

import { type GatewayMessageCreateDispatchData, MessageType, SnowflakeUtil } from "discord.js";
import { type Card, ChatError, type Person } from "../../src/chat/port.ts";

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
 * Discord gives the content only with a mention of the bot itself; of its role it may give none.
 */
export const cameEmpty = (message: Message): boolean => message.content === "";

/** What was written, without the mention of the bot; other people by their names. */
export function textFor(message: Message, me: Me): string {
  const mentionOfMe = new RegExp(`<@!?${me.id}>${me.role ? `|<@&${me.role}>` : ""}`, "g");
  const names = new Map(
    message.mentions.map((user) => [user.id, user.global_name ?? user.username]),
  );
  return message.content
    .replace(mentionOfMe, " ")
    .replace(/<@!?(\d+)>/g, (mention, id) => `@${names.get(id) ?? mention}`)
    .replaceAll(/[^\S\n]+/g, " ")
    .trim();
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

/**
 * Discord tells the roles of a server's member with what he or she does there; elsewhere there are
 * none to be read.
 */
export const rolesOf =
  (member: { readonly roles: readonly string[] } | undefined) =>
  async (): Promise<readonly string[]> => {
    if (member) return member.roles;
    throw new ChatError(
      { kind: "bot" },
      "Discord shows roles on a server alone, not in direct messages",
    );
  };

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
      { type: "/failover status" },
    ],
  ],
});

export const notHere: Card = {
  tone: "warning",
  title: "I am not set up for this place",
  lines: [["I answer in the channels that my setting ", { type: "DISCORD_CHANNELS" }, " names."]],
};
