/**
 * Slack's payloads as what somebody typed or pressed. Every payload is checked: nothing of Slack's
 * is taken for granted.
 */

import { z } from "zod";
import type { Place } from "../../src/chat/port.ts";
import { fromEvent, isDirectMessage } from "./events.ts";
import { type FormOrigin, inputAction, inputBlock, originIn } from "./form.ts";
import {
  type FormAsked,
  type Happened,
  instantOfTs,
  originFrom,
  type Pressing,
  placeIn,
  type TypedText,
} from "./happened.ts";
import { type Called, typedWords } from "./unescape.ts";

const slash = z.object({
  text: z.string().default(""),
  user_id: z.string(),
  user_name: z.string().optional(),
  channel_id: z.string(),
  trigger_id: z.string(),
  response_url: z.string().optional(),
  team_id: z.string().optional(),
});

/**
 * https://docs.slack.dev/interactivity/implementing-slash-commands. Slack has none in threads, and
 * does not say when.
 */
export function fromCommand(body: unknown): TypedText {
  const { text, user_id, user_name, channel_id, trigger_id, response_url, team_id } =
    slash.parse(body);
  return {
    ...originFrom(team_id),
    delivery: `command:${trigger_id}`,
    userId: user_id,
    userName: user_name,
    place: placeIn(channel_id),
    responseUrl: response_url,
    text: typedWords(text),
  };
}

const user = z.object({
  id: z.string(),
  name: z.string().optional(),
  username: z.string().optional(),
  team_id: z.string().nullish(),
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
  return placeIn(channel?.id ?? container?.channel_id ?? "", isRoot ? undefined : thread);
}

function actionIn(body: unknown): { happened: Happened; action: Action; trigger: string } {
  const parsed = actionBody.parse(body);
  const { user: by, actions, container, message, response_url, trigger_id } = parsed;
  const action = actions[0] as Action;
  const on = container?.message_ts ?? message?.ts ?? "";
  const happened = {
    ...originFrom(by.team_id),
    delivery: `press:${action.action_ts}:${by.id}:${on}:${action.block_id}:${action.action_id}`,
    at: instantOfTs(action.action_ts),
    userId: by.id,
    userName: by.username ?? by.name,
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
  const { user: by, view } = submission.parse(body);
  const origin: FormOrigin = originIn(view.private_metadata);
  return {
    ...originFrom(by.team_id),
    delivery: `form:${view.id}`,
    userId: by.id,
    userName: by.username ?? by.name,
    place: placeIn(origin.channel, origin.thread),
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
  return { from: placeIn(old_channel_id), to: placeIn(new_channel_id) };
}

const suggestion = z.object({ value: z.string().default("") });

/** What somebody has typed into a picker so far. */
export const typedIn = (body: unknown): string => suggestion.parse(body).value;
