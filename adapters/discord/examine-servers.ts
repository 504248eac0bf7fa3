/** What the doctor looks at in the servers of the channels: slash commands, and who is on call. */
import type { DoctorCheck } from "../../src/chat/check.ts";
import { failureSentence } from "../../src/chat/failure-sentence.ts";
import { isRoot, rootCommand } from "./commands.ts";
import { codes, isRefusal } from "./errors.ts";
import { type Examined, whyUnasked } from "./examine-channels.ts";
import { mayMentionAll } from "./permissions.ts";

/** The bot keeps its command in each server; a global one of the same name stands beside it. */
export async function examineCommands(
  bot: Examined,
  servers: readonly string[],
): Promise<DoctorCheck[]> {
  const refused = await Promise.all(servers.map((server) => commandRefused(bot, server)));
  return [...refused.flat(), ...(await globalCommand(bot))];
}

const about = "Discord slash command";

async function commandRefused(
  { api, application, invite }: Examined,
  server: string,
): Promise<DoctorCheck[]> {
  try {
    await api.commands(application, server);
    return [];
  } catch (error) {
    if (!isRefusal(error, codes.missingAccess)) return [unread(error)];
    const says = `The bot may have none in the server ${server}; mentions work without`;
    return [{ about, verdict: "warning", says, cure: `invite it again with ${invite}` }];
  }
}

async function globalCommand({ api, application }: Examined): Promise<DoctorCheck[]> {
  try {
    const twin = (await api.globalCommands(application)).find(isRoot);
    if (!twin) return [];
    const says = `The application has a global ${rootCommand} beside the one of each server: people see two, and the bot does not keep the global one up to date`;
    const cure = `delete the global one: DELETE /applications/${application}/commands/${twin.id} of Discord's API, with the bot's token`;
    return [{ about, verdict: "warning", says, cure }];
  } catch (error) {
    return [unread(error)];
  }
}

const unread = (error: unknown): DoctorCheck => ({
  about,
  verdict: "warning",
  says: `It could not be looked at: ${whyUnasked(error)}`,
});

export async function discordOnCallChecks(
  bot: Examined,
  servers: readonly string[],
  channels: readonly string[],
  onCall: readonly string[],
): Promise<DoctorCheck[]> {
  if (servers.length === 0) return [];
  const checks: DoctorCheck[] = [];
  for (const id of onCall) checks.push(...(await examineCalled(bot, servers, channels, id)));
  return checks;
}

async function examineCalled(
  bot: Examined,
  servers: readonly string[],
  channels: readonly string[],
  named: string,
): Promise<DoctorCheck[]> {
  const about = `Discord on call ${named}`;
  const role = /^role:(.+)$/.exec(named)?.[1];
  try {
    const found =
      role === undefined
        ? await personFault(bot, servers, named)
        : await roleFault(bot, servers, channels, role);
    return found ? [{ about, verdict: "warning", ...found }] : [];
  } catch (error) {
    const says = `Whether it can be called could not be asked: ${failureSentence(error, "Discord gave no answer")}`;
    return [{ about, verdict: "warning", says }];
  }
}

type Fault = Pick<DoctorCheck, "says" | "cure">;

const correct = "correct the id in ON_CALL";

async function personFault(
  { api }: Examined,
  servers: readonly string[],
  id: string,
): Promise<Fault | undefined> {
  const found = await Promise.all(servers.map((server) => isFound(api.member(server, id))));
  if (found.includes(true)) return undefined;
  return { says: "ON_CALL names somebody who is not in the bot's server", cure: correct };
}

/** Rejects where Discord does not tell. */
export async function isFound(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (isRefusal(error, codes.unknownMember, codes.unknownUser, codes.unknownChannel))
      return false;
    throw error;
  }
}

async function roleFault(
  bot: Examined,
  servers: readonly string[],
  channels: readonly string[],
  id: string,
): Promise<Fault | undefined> {
  const all = await Promise.all(servers.map((server) => bot.api.server(server)));
  const role = all.flatMap(({ roles }) => roles).find((one) => one.id === id);
  if (!role) return { says: "ON_CALL names a role that is not in the bot's server", cure: correct };
  if (role.mentionable || (await mayMention(bot, channels, id))) return undefined;
  const says = `Nobody is called: the bot may not mention the role ${role.name}`;
  const cure = 'switch "Allow anyone to @mention this role" on in its settings';
  return { says, cure };
}

/** In every channel of the role's server. */
async function mayMention(
  { api, me }: Examined,
  channels: readonly string[],
  role: string,
): Promise<boolean> {
  const may = async (id: string) => {
    const channel = await api.channel(id).catch(() => undefined);
    if (!channel || !("guild_id" in channel) || !channel.guild_id) return true;
    const server = await api.server(channel.guild_id);
    if (!server.roles.some((one) => one.id === role)) return true;
    return mayMentionAll(channel, server, await api.member(server.id, me));
  };
  return !(await Promise.all(channels.map(may))).includes(false);
}
