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

interface BelongsParts {
  readonly api: Pick<Api, "member">;
  readonly places: Pick<Places, "serverOf">;
}

type ToldMember =
  | NonNullable<GatewayMessageCreateDispatchData["member"]>
  | APIInteractionGuildMember;

/**
 * Discord tells who a server's member is with what he or she does there; of direct messages there
 * is nothing to be told.
 */
export const belongsAs = (member: ToldMember | undefined, isBot = false): Belongs => ({
  groups: async () => (member ?? notOnServer("shows roles")).roles,
  membership: async () => membershipOf(member ?? notOnServer("tells members"), isBot),
});

/** Of direct messages as above. */
export const belongsIn = (parts: BelongsParts, { id }: Person, place: Place): Belongs => ({
  groups: async () => (await memberNow(parts, id, place))?.roles ?? [],
  membership: async () => {
    const member = await memberNow(parts, id, place);
    return member ? membershipOf(member, member.user.bot) : { is: "nobody" };
  },
});

/** Nothing for who has left the server, or was never there. */
async function memberNow(
  { api, places }: BelongsParts,
  user: string,
  place: Place,
): Promise<APIGuildMember | undefined> {
  const server = (await places.serverOf(place)) ?? notOnServer("shows roles");
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

function notOnServer(what: string): never {
  throw new ChatError({ kind: "bot" }, `Discord ${what} on a server alone, not in direct messages`);
}
