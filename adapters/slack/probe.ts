/**
 * The look around at the start: who the bot is, what it may do, and whether it is where the
 * settings say.
 */

import type { webApi } from "@slack/bolt";
import { failureSentence } from "../../src/chat/failure-sentence.ts";
import type { SlackCall } from "./call.ts";
import { ownIn } from "./home.ts";
import { lossWithout } from "./methods.ts";

export interface Identity {
  readonly botId?: string;
  readonly botUserId?: string;
}

/** What is missing: what it concerns, and a sentence that says the cure. */
export type Shortcomings = readonly (readonly [about: string, sentence: string])[];

function missingScopes(granted: readonly string[]): Shortcomings {
  const cure = "add the scope to the app and install it again";
  return Object.entries(lossWithout)
    .filter(([scope]) => !granted.includes(scope))
    .map(([scope, loss]) => [scope, `Without the scope ${scope}, ${loss}; ${cure}`]);
}

function faultOf(
  channel: string,
  found: webApi.ConversationsInfoResponse["channel"],
  bot: string,
): string | undefined {
  const name = found?.name ? `${channel} (#${found.name})` : channel;
  if (found?.is_archived)
    return `Channel ${name} is archived; unarchive it, or take it out of SLACK_CHANNELS`;
  if (found?.is_im || found?.is_member !== false) return undefined;
  return `The bot is not a member of channel ${name}; type /invite @${bot} there`;
}

/** Whoever is in it reads what the bot says there. */
function sharedFault(
  channel: string,
  found: webApi.ConversationsInfoResponse["channel"],
): Shortcomings {
  if (!found?.is_ext_shared && !found?.is_pending_ext_shared) return [];
  const teams = found.connected_team_ids ?? [];
  const named = teams.length > 0 ? ` (${teams.join(", ")})` : "";
  const name = found.name ? `${channel} (#${found.name})` : channel;
  return [
    [
      `${channel} shared`,
      `Channel ${name} is shared with other workspaces${named}: their people read what the bot says there, and may do what the policy opens to external or to slack:T…`,
    ],
  ];
}

async function channelFaults(call: SlackCall, channel: string, bot: string): Promise<Shortcomings> {
  try {
    const answer = await call("conversations.info", { channel });
    const sentence = faultOf(channel, answer.channel, bot);
    const own: Shortcomings = sentence === undefined ? [] : [[channel, sentence]];
    return [...own, ...sharedFault(channel, answer.channel)];
  } catch (error) {
    return [
      [
        channel,
        `Channel ${channel} could not be checked: ${failureSentence(error, String(error))}`,
      ],
    ];
  }
}

/** As people see it; a bot that was renamed keeps its handle. */
async function shownName(call: SlackCall, id: string | undefined): Promise<string | undefined> {
  if (!id) return undefined;
  const { user } = await call("users.info", { user: id });
  return user?.profile?.display_name || user?.real_name;
}

interface Identified {
  readonly identity: Identity;
  readonly name: string | undefined;
  readonly own: readonly string[];
  readonly faults: Shortcomings;
}

/**
 * Who the bot is, what it is called, its workspaces, and the scopes that it lacks. Throws
 * `ChatError`: `bot` where Slack refuses the token.
 */
export async function identify(call: SlackCall): Promise<Identified> {
  const answer = await call("auth.test", {});
  const { bot_id, user_id, user, response_metadata } = answer;
  const scopes = response_metadata?.scopes;
  return {
    identity: { ...(bot_id ? { botId: bot_id } : {}), ...(user_id ? { botUserId: user_id } : {}) },
    name: (await shownName(call, user_id).catch(() => undefined)) ?? user,
    own: ownIn(answer),
    faults: scopes ? missingScopes(scopes) : [],
  };
}

/**
 * Which of the channels the bot cannot see or is no member of; `bot` is its name. They are asked one after the other;
 * never throws.
 */
export async function probeChannels(
  call: SlackCall,
  channels: readonly string[],
  bot: string,
): Promise<Shortcomings> {
  const faults: Shortcomings[] = [];
  for (const channel of channels) faults.push(await channelFaults(call, channel, bot));
  return faults.flat();
}
