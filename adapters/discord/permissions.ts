/** What the bot must be allowed to do in a channel, and the address that grants exactly that. */

import {
  type APIChannel,
  type APIGuild,
  type APIGuildMember,
  type APIOverwrite,
  type Channel,
  type Client,
  PermissionFlagsBits,
} from "discord.js";

const needed = {
  "View Channel": PermissionFlagsBits.ViewChannel,
  "Send Messages": PermissionFlagsBits.SendMessages,
  "Send Messages in Threads": PermissionFlagsBits.SendMessagesInThreads,
  "Create Public Threads": PermissionFlagsBits.CreatePublicThreads,
  "Embed Links": PermissionFlagsBits.EmbedLinks,
  "Read Message History": PermissionFlagsBits.ReadMessageHistory,
  "Attach Files": PermissionFlagsBits.AttachFiles,
};

/** Without it, what is in a file is said in words. */
export const forFiles = "Attach Files" satisfies keyof typeof needed;

const scopes = ["bot", "applications.commands"];

/**
 * Opens Discord's page that adds the bot to a server, with the permissions and scopes that this
 * adapter uses.
 */
export function inviteLink(applicationId: string): string {
  const permissions = Object.values(needed).reduce((all, flag) => all | flag, 0n);
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: scopes.join(" "),
    permissions: String(permissions),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}

const ofServer = (channel: Channel | undefined) =>
  channel && !channel.isDMBased() ? channel : undefined;

/**
 * Names of the permissions that the bot lacks in a channel that it knows; empty where nothing is
 * missing.
 */
function lackingIn(client: Client<true>, channelId: string): string[] {
  const channel = ofServer(client.channels.cache.get(channelId));
  const granted = channel?.permissionsFor(client.user.id);
  if (!granted) return [];
  return Object.entries(needed)
    .filter(([, flag]) => !granted.has(flag))
    .map(([name]) => name);
}

/** What may have kept Discord from taking something: that for files keeps it from files alone. */
export function lackingFor(client: Client<true>, channelId: string, hasFile: boolean): string[] {
  const lacking = lackingIn(client, channelId);
  return hasFile && lacking.includes(forFiles)
    ? [forFiles]
    : lacking.filter((name) => name !== forFiles);
}

const allFlags = Object.values(PermissionFlagsBits).reduce((all, flag) => all | flag, 0n);

/**
 * Names of the permissions that a member lacks in a channel, from what Discord's REST API says, in
 * the order in which Discord applies them.
 * https://discord.com/developers/docs/topics/permissions#permission-overwrites
 */
export function lackingBy(channel: APIChannel, server: APIGuild, member: APIGuildMember): string[] {
  const granted = grantedBy(channel, server, member);
  return Object.entries(needed)
    .filter(([, flag]) => (granted & flag) === 0n)
    .map(([name]) => name);
}

/** Whether a member may mention roles that are not open to all. */
export const mayMentionAll = (channel: APIChannel, server: APIGuild, member: APIGuildMember) =>
  (grantedBy(channel, server, member) & PermissionFlagsBits.MentionEveryone) !== 0n;

function grantedBy(channel: APIChannel, server: APIGuild, { user, roles }: APIGuildMember): bigint {
  const own = [server.id, ...roles];
  const base = server.roles
    .filter(({ id }) => own.includes(id))
    .reduce((all, { permissions }) => all | BigInt(permissions), 0n);
  if (server.owner_id === user.id || (base & PermissionFlagsBits.Administrator) !== 0n)
    return allFlags;
  const overwrites =
    "permission_overwrites" in channel ? (channel.permission_overwrites ?? []) : [];
  const layers = [[server.id], roles, [user.id]];
  return layers.reduce((granted, ids) => overwritten(granted, overwrites, ids), base);
}

/** Of one layer, all denials come before all permissions. */
function overwritten(
  granted: bigint,
  overwrites: readonly APIOverwrite[],
  ids: readonly string[],
): bigint {
  const layer = overwrites.filter(({ id }) => ids.includes(id));
  const denied = layer.reduce((all, { deny }) => all | BigInt(deny), 0n);
  const allowed = layer.reduce((all, { allow }) => all | BigInt(allow), 0n);
  return (granted & ~denied) | allowed;
}

function faultIn(client: Client<true>, channelId: string): string | undefined {
  const channel = ofServer(client.channels.cache.get(channelId));
  if (!channel)
    return `cannot see channel ${channelId} (is the bot in that server, and the id right?)`;
  const lacking = lackingIn(client, channelId);
  return lacking.length > 0 ? `lacks ${lacking.join(", ")} in #${channel.name}` : undefined;
}

/**
 * Names of servers that Discord cannot reach itself now: those of the channels, and all where a
 * channel is not known.
 */
export function unavailableServers(client: Client<true>, channels: readonly string[]): string[] {
  const known = channels.map((id) => ofServer(client.channels.cache.get(id))?.guildId);
  return client.guilds.cache
    .filter(({ id, available }) => !available && (known.includes(id) || known.includes(undefined)))
    .map(({ id, name }) => name || id);
}

/** What stands in the bot's way, channel by channel, each to follow "the bot". */
export const faultsIn = (client: Client<true>, channels: readonly string[]): string[] =>
  channels.map((id) => faultIn(client, id)).filter((fault) => fault !== undefined);
