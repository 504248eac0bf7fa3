/** What Discord says of somebody, with what he or she did or when it is asked. */

import {
  type APIGuildMember,
  type APIInteractionGuildMember,
  type GatewayMessageCreateDispatchData,
  GuildMemberFlags,
} from "discord.js";
import type { Belongs, Membership } from "../../src/chat/belongs.ts";
import { ChatError, type Person, type Place } from "../../src/chat/port.ts";
import type { Api } from "./api.ts";
import { codes, isRefusal } from "./errors.ts";
import type { Places } from "./places.ts";

export interface BelongsParts {
  readonly api: Pick<Api, "member">;
  readonly places: Pick<Places, "serverOf">;
  /** The one server of the bot's channels: direct messages are heard as said by its members. */
  home(): string | undefined;
}

type ToldMember =
  | NonNullable<GatewayMessageCreateDispatchData["member"]>
  | APIInteractionGuildMember;

/** Discord tells who a server's member is with what he or she does there. */
export const belongsAs = (member: ToldMember, isBot = false): Belongs => ({
  groups: async () => member.roles,
  membership: async () => membershipOf(member, isBot),
});

/** In direct messages, what somebody is to the bot's server; unreadable where there are several. */
export const belongsIn = (parts: BelongsParts, { id }: Person, place: Place): Belongs => ({
  groups: async () => (await memberNow(parts, id, place))?.roles ?? [],
  membership: async () => {
    const member = await memberNow(parts, id, place);
    return member ? membershipOf(member, member.user.bot) : { is: "nobody" };
  },
});

/** Nothing for who has left the server, or was never there. */
async function memberNow(
  { api, places, home }: BelongsParts,
  user: string,
  place: Place,
): Promise<APIGuildMember | undefined> {
  const server = (await places.serverOf(place)) ?? home() ?? notOnServer();
  try {
    return await api.member(server, user);
  } catch (error) {
    if (isRefusal(error, codes.unknownMember, codes.unknownUser)) return undefined;
    throw error;
  }
}

/** Who has not passed the server's screening, or may only visit a voice channel, is a guest. */
function membershipOf(
  { pending, flags }: Pick<ToldMember, "pending" | "flags">,
  isBot: boolean | undefined,
): Membership {
  if (isBot) return { is: "bot" };
  const isVisitor = ((flags ?? 0) & GuildMemberFlags.IsGuest) !== 0;
  return { is: pending || isVisitor ? "guest" : "member" };
}

function notOnServer(): never {
  const why = "Discord tells who is who on a server alone, and direct messages may be of several";
  throw new ChatError({ kind: "bot" }, why);
}
