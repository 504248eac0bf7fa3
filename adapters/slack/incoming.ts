/**
 * Slack's payloads as what somebody typed or pressed. Every payload is checked: nothing of Slack's
 * is taken for granted.
 */

import { z } from "zod";
import type { Place } from "../../src/chat/port.ts";
import { type FormOrigin, inputAction, inputBlock, originIn } from "./form.ts";
import { type Called, lineToBot, type NameOf, typedWords } from "./unescape.ts";

/** What happened, in the adapter's words; `at` is absent where Slack does not say when. */
export interface Happened {
  readonly delivery: string;
  readonly at?: number;
  readonly userId: string;
  /** Absent where the payload holds the id alone. */
  readonly userName?: string | undefined;
  readonly place: Place;
  readonly responseUrl?: string | undefined;
}

export interface TypedText extends Happened {
  /** Without names that Slack would have to be asked for. */
  readonly text: string;
  /** What Slack has told, where names are to be found for ids in it. */
  readonly markup?: string;
  /** The same with those names. */
  withNames?(nameOf: NameOf): string;
  /** A message of before was edited into this. */
  readonly edited?: true;
  /** It was read after it had been missed. */
  readonly missed?: true;
}

export interface Pressing extends Happened {
  readonly token: string;
  readonly text?: string;
}

/** A button whose form is to be opened. */
export interface FormAsked extends Happened {
  readonly value: string;
  readonly trigger: string;
}

/** Slack's `1732168800.123456`, in milliseconds. */
export const instantOfTs = (ts: string): number => Math.floor(Number(ts) * 1000);

const place = (channel: string, thread?: string): Place => ({
  platform: "slack",
  channel,
  ...(thread === undefined ? {} : { thread }),
});

const slash = z.object({
  text: z.string().default(""),
  user_id: z.string(),
  user_name: z.string().optional(),
  channel_id: z.string(),
  trigger_id: z.string(),
  response_url: z.string().optional(),
});

/**
 * https://docs.slack.dev/interactivity/implementing-slash-commands. Slack has none in threads, and
 * does not say when.
 */
export function fromCommand(body: unknown): TypedText {
  const { text, user_id, user_name, channel_id, trigger_id, response_url } = slash.parse(body);
  return {
    delivery: `command:${trigger_id}`,
    userId: user_id,
    userName: user_name,
    place: place(channel_id),
    responseUrl: response_url,
    text: typedWords(text),
  };
}

const spoken = z.object({
  user: z.string().optional(),
  text: z.string().default(""),
  ts: z.string(),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  bot_id: z.string().optional(),
  edited: z.object({ ts: z.string() }).optional(),
  /** Of a message that was answered in a thread. */
  reply_count: z.number().optional(),
});

const told = z.object({ messages: z.array(spoken).default([]) });

/** Of an answer of Slack's that holds some. */
export const messagesOf = (answer: unknown): Spoken[] => told.parse(answer).messages;

const eventBody = z.object({
  authorizations: z
    .array(z.object({ user_id: z.string(), is_bot: z.boolean().optional() }))
    .nullish(),
  event: spoken.extend({
    channel: z.string(),
    channel_type: z.string().optional(),
    event_ts: z.string().optional(),
    message: spoken.optional(),
    previous_message: z.object({ text: z.string().default("") }).optional(),
  }),
});

export type Spoken = z.infer<typeof spoken>;
type EventBody = z.infer<typeof eventBody>;

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
 * A mention or direct message by a person; nothing for what bots and joins cause, and for an edit
 * that left the words as they were, as a link does that is unfolded. The same message is one
 * delivery, however often and in whatever event it comes.
 */
export function fromEvent(body: unknown, called: Called): TypedText | undefined {
  const parsed = eventBody.parse(body);
  const { event } = parsed;
  const me = { ...called, id: receiverOf(parsed) ?? called.id };
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
    place: place(channel, thread_ts === ts ? undefined : thread_ts),
    text: lineToBot(text, called),
    markup: text,
    withNames: (nameOf) => lineToBot(text, called, nameOf),
    ...(edited ? { edited: true } : {}),
  };
}

export const isDirectMessage = (body: unknown): boolean =>
  eventBody.parse(body).event.channel_type === "im";

const user = z.object({
  id: z.string(),
  name: z.string().optional(),
  username: z.string().optional(),
});

const actionBody = z.object({
  user,
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel: z.object({ id: z.string() }).optional(),
  container: z
    .object({
      channel_id: z.string().optional(),
      message_ts: z.string().optional(),
      thread_ts: z.string().optional(),
    })
    .optional(),
  message: z.object({ ts: z.string().optional(), thread_ts: z.string().optional() }).optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        block_id: z.string().default(""),
        action_ts: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});

type ActionBody = z.infer<typeof actionBody>;
type Action = ActionBody["actions"][number];

/**
 * A press within a thread says so in its message, or, for messages that only one person sees, in
 * its container. A root message bears its own timestamp as that of its thread once somebody has
 * answered it; it stands in the channel.
 */
function placeOf({ channel, container, message }: ActionBody): Place {
  const thread = message?.thread_ts ?? container?.thread_ts;
  const isRoot = thread !== undefined && thread === (message?.ts ?? container?.message_ts);
  return place(channel?.id ?? container?.channel_id ?? "", isRoot ? undefined : thread);
}

function actionIn(body: unknown): { happened: Happened; action: Action; trigger: string } {
  const parsed = actionBody.parse(body);
  const { user: from, actions, container, message, response_url, trigger_id } = parsed;
  const action = actions[0] as Action;
  const on = container?.message_ts ?? message?.ts ?? "";
  const happened = {
    delivery: `press:${action.action_ts}:${from.id}:${on}:${action.block_id}:${action.action_id}`,
    at: instantOfTs(action.action_ts),
    userId: from.id,
    userName: from.username ?? from.name,
    place: placeOf(parsed),
    responseUrl: response_url,
  };
  return { happened, action, trigger: trigger_id };
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function fromPress(body: unknown): Pressing {
  const { happened, action } = actionIn(body);
  return { ...happened, token: action.value ?? "" };
}

export function fromAsk(body: unknown): FormAsked {
  const { happened, action, trigger } = actionIn(body);
  return { ...happened, value: action.value ?? "", trigger };
}

/**
 * A choice in a picker, whose token is the id of its block; nothing where the choice was taken
 * back.
 */
export function fromPick(body: unknown, nameOf: (value: string) => string): Pressing | undefined {
  const { happened, action } = actionIn(body);
  const value = action.selected_option?.value;
  if (value === undefined) return undefined;
  return { ...happened, token: action.block_id.replace(/^pick:/, ""), text: nameOf(value) };
}

const submission = z.object({
  user,
  view: z.object({
    id: z.string(),
    private_metadata: z.string(),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))),
    }),
  }),
});

/** A form is submitted once: its view's id is the id of the delivery. Slack does not say when. */
export function fromForm(body: unknown): Pressing {
  const { user: from, view } = submission.parse(body);
  const origin: FormOrigin = originIn(view.private_metadata);
  return {
    delivery: `form:${view.id}`,
    userId: from.id,
    userName: from.username ?? from.name,
    place: place(origin.channel, origin.thread),
    token: origin.token,
    text: view.state.values[inputBlock]?.[inputAction]?.value ?? "",
  };
}

const outline = z.object({
  command: z.string().optional(),
  type: z.string().optional(),
  event: z.object({ type: z.string() }).optional(),
  actions: z.array(z.object({ action_id: z.string() })).optional(),
});

/** Whatever somebody has typed or pressed; nothing where it is something else, or not understood. */
export function saidIn(
  body: unknown,
  called: Called,
  nameOf: (value: string) => string,
): TypedText | Pressing | undefined {
  try {
    const { command, type, event, actions } = outline.parse(body);
    if (command !== undefined) return fromCommand(body);
    if (event?.type === "app_mention" || (event?.type === "message" && isDirectMessage(body)))
      return fromEvent(body, called);
    if (type === "view_submission") return fromForm(body);
    const action = actions?.[0]?.action_id;
    if (action?.startsWith("press-")) return fromPress(body);
    return action === "pick" ? fromPick(body, nameOf) : undefined;
  } catch {
    return undefined;
  }
}

/** A channel that has another id from now on. */
export interface Move {
  readonly from: Place;
  readonly to: Place;
}

const moveBody = z.object({
  event: z.object({
    type: z.literal("channel_id_changed"),
    old_channel_id: z.string().min(1),
    new_channel_id: z.string().min(1),
  }),
});

/** https://docs.slack.dev/reference/events/channel_id_changed; nothing where it is something else. */
export function moveIn(body: unknown): Move | undefined {
  const { data } = moveBody.safeParse(body);
  if (!data) return undefined;
  const { old_channel_id, new_channel_id } = data.event;
  return { from: place(old_channel_id), to: place(new_channel_id) };
}

const suggestion = z.object({ value: z.string().default("") });

/** What somebody has typed into a picker so far. */
export const typedIn = (body: unknown): string => suggestion.parse(body).value;
