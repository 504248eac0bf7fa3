/**
 * Slack's payloads as what somebody typed or pressed. Every payload is checked: nothing of Slack's
 * is taken for granted.
 */

import * as v from "valibot";
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

const slash = v.object({
  text: v.optional(v.string(), ""),
  user_id: v.string(),
  user_name: v.optional(v.string()),
  channel_id: v.string(),
  trigger_id: v.string(),
  response_url: v.optional(v.string()),
  team_id: v.optional(v.string()),
});

/**
 * https://docs.slack.dev/interactivity/implementing-slash-commands. Slack has none in threads, and
 * does not say when.
 */
export function fromCommand(body: unknown): TypedText {
  const { text, user_id, user_name, channel_id, trigger_id, response_url, team_id } = v.parse(
    slash,
    body,
  );
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

const user = v.object({
  id: v.string(),
  name: v.optional(v.string()),
  username: v.optional(v.string()),
  team_id: v.nullish(v.string()),
});

const actionBody = v.object({
  user,
  trigger_id: v.string(),
  response_url: v.optional(v.string()),
  channel: v.optional(v.object({ id: v.string() })),
  container: v.optional(
    v.object({
      channel_id: v.optional(v.string()),
      message_ts: v.optional(v.string()),
      thread_ts: v.optional(v.string()),
    }),
  ),
  message: v.optional(v.object({ ts: v.optional(v.string()), thread_ts: v.optional(v.string()) })),
  actions: v.pipe(
    v.array(
      v.object({
        action_id: v.string(),
        block_id: v.optional(v.string(), ""),
        action_ts: v.string(),
        value: v.optional(v.string()),
        selected_option: v.nullish(v.object({ value: v.string() })),
      }),
    ),
    v.minLength(1),
  ),
});

type ActionBody = v.InferOutput<typeof actionBody>;
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
  const parsed = v.parse(actionBody, body);
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

const submission = v.object({
  user,
  view: v.object({
    id: v.string(),
    private_metadata: v.string(),
    state: v.object({
      values: v.record(
        v.string(),
        v.record(v.string(), v.object({ value: v.nullish(v.string()) })),
      ),
    }),
  }),
});

/** A form is submitted once: its view's id is the id of the delivery. Slack does not say when. */
export function fromForm(body: unknown): Pressing {
  const { user: by, view } = v.parse(submission, body);
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

const outline = v.object({
  command: v.optional(v.string()),
  type: v.optional(v.string()),
  event: v.optional(v.object({ type: v.string() })),
  actions: v.optional(v.array(v.object({ action_id: v.string() }))),
});

/** Whatever somebody has typed or pressed; nothing where it is something else, or not understood. */
export function saidIn(
  body: unknown,
  called: Called,
  nameOf: (value: string) => string,
): TypedText | Pressing | undefined {
  try {
    const { command, type, event, actions } = v.parse(outline, body);
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

const moveBody = v.object({
  event: v.object({
    type: v.literal("channel_id_changed"),
    old_channel_id: v.pipe(v.string(), v.minLength(1)),
    new_channel_id: v.pipe(v.string(), v.minLength(1)),
  }),
});

/** https://docs.slack.dev/reference/events/channel_id_changed; nothing where it is something else. */
export function moveIn(body: unknown): Move | undefined {
  const read = v.safeParse(moveBody, body);
  if (!read.success) return undefined;
  const { old_channel_id, new_channel_id } = read.output.event;
  return { from: placeIn(old_channel_id), to: placeIn(new_channel_id) };
}

const suggestion = v.object({ value: v.optional(v.string(), "") });

/** What somebody has typed into a picker so far. */
export const typedIn = (body: unknown): string => v.parse(suggestion, body).value;
