/**
 * Messages as Slack tells of them, in events and where they are read later. Every payload is
 * checked.
 */

import * as v from "valibot";
import { instantOfTs, originFrom, placeIn, type TypedText } from "./happened.ts";
import { type Called, lineToBot } from "./unescape.ts";

const spoken = v.object({
  user: v.optional(v.string()),
  text: v.optional(v.string(), ""),
  ts: v.string(),
  thread_ts: v.optional(v.string()),
  subtype: v.optional(v.string()),
  bot_id: v.optional(v.string()),
  edited: v.optional(v.object({ ts: v.string() })),
  /** Of a message that was answered in a thread. */
  reply_count: v.optional(v.number()),
  team: v.nullish(v.string()),
  user_team: v.nullish(v.string()),
  source_team: v.nullish(v.string()),
  user_profile: v.nullish(v.object({ team: v.nullish(v.string()) })),
});

const told = v.object({ messages: v.optional(v.array(spoken), []) });

/** Of an answer of Slack's that holds some. */
export const messagesOf = (answer: unknown): Spoken[] => v.parse(told, answer).messages;

const eventBody = v.object({
  authorizations: v.nullish(
    v.array(
      v.object({
        user_id: v.string(),
        is_bot: v.optional(v.boolean()),
        team_id: v.nullish(v.string()),
        enterprise_id: v.nullish(v.string()),
      }),
    ),
  ),
  event: v.object({
    ...spoken.entries,
    channel: v.string(),
    channel_type: v.optional(v.string()),
    event_ts: v.optional(v.string()),
    message: v.optional(spoken),
    previous_message: v.optional(v.object({ text: v.optional(v.string(), "") })),
  }),
});

export type Spoken = v.InferOutput<typeof spoken>;
type EventBody = v.InferOutput<typeof eventBody>;

/** Of messages that people write: to the channel too, with a file, or of what they do. */
const subtypesOfPeople = ["thread_broadcast", "file_share", "me_message"];

const isOfPerson = ({ user, bot_id, subtype }: Spoken): boolean =>
  user !== undefined &&
  bot_id === undefined &&
  (subtype === undefined || subtypesOfPeople.includes(subtype));

/** Whom Slack has sent it to, where it says so. */
const receiverOf = ({ authorizations }: EventBody) =>
  authorizations?.find(({ is_bot }) => is_bot)?.user_id;

/**
 * The workspaces of who wrote it. In a channel that workspaces share, `team` may be any of them: it
 * counts where nothing else is said of the person.
 */
function teamsOf({ team, user_team, source_team, user_profile }: Spoken): readonly string[] {
  const { teams } = originFrom(user_team, source_team, user_profile?.team);
  return teams.length > 0 ? teams : originFrom(team).teams;
}

/** The workspaces by whose installation it comes. */
const installedIn = ({ authorizations }: EventBody): readonly string[] =>
  originFrom(
    ...(authorizations ?? []).flatMap(({ team_id, enterprise_id }) => [team_id, enterprise_id]),
  ).teams;

/**
 * A mention or direct message by a person; nothing for what bots and joins cause, and for an edit
 * that left the words as they were, as a link does that is unfolded. The same message is one
 * delivery, however often and in whatever event it comes.
 */
export function fromEvent(body: unknown, called: Called): TypedText | undefined {
  const parsed = v.parse(eventBody, body);
  const said = messageIn(parsed.event, { ...called, id: receiverOf(parsed) ?? called.id });
  return said && { ...said, installed: installedIn(parsed) };
}

function messageIn(event: EventBody["event"], me: Called): TypedText | undefined {
  if (event.subtype !== "message_changed")
    return fromMessage(event.channel, event, me, event.event_ts);
  const { channel, message, previous_message, event_ts } = event;
  const isSame = message?.edited === undefined || message.text === previous_message?.text;
  return message && !isSame ? fromMessage(channel, message, me, event_ts) : undefined;
}

/** One message of a channel, as something said to the bot. */
export function fromMessage(
  channel: string,
  message: Spoken,
  called: Called,
  at = message.edited?.ts ?? message.ts,
): TypedText | undefined {
  const { user, ts, thread_ts, text, edited } = message;
  if (user === undefined || !isOfPerson(message)) return undefined;
  return {
    delivery: edited ? `edit:${channel}:${ts}:${edited.ts}` : `said:${channel}:${ts}`,
    at: instantOfTs(at),
    userId: user,
    teams: teamsOf(message),
    installed: [],
    place: placeIn(channel, thread_ts === ts ? undefined : thread_ts),
    text: lineToBot(text, called),
    markup: text,
    withNames: (nameOf) => lineToBot(text, called, nameOf),
    ...(edited ? { edited: true } : {}),
  };
}

export const isDirectMessage = (body: unknown): boolean =>
  v.parse(eventBody, body).event.channel_type === "im";
