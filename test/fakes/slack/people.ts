/** What people do, as the payloads that Slack makes of it. */

import type { types } from "@slack/bolt";
import type { Delivery, Envelope } from "./deliveries.ts";
import { optionsRefusal } from "./limits.ts";
import type { Message, World } from "./world.ts";

export interface Who {
  readonly user?: string;
  readonly channel?: string;
  readonly thread?: string;
  /** What the slash command is called. Default: as in the manifest. */
  readonly as?: string;
  /** The workspace of whoever does it. Default: that of the bot. */
  readonly team?: string;
  /** By whose installation of the app it comes. Default: that of the bot's workspace. */
  readonly installed?: string;
}

export interface Saying {
  /** When it was said, by Slack's clock. */
  readonly at?: number;
  /** Like `thread_broadcast`, `file_share` and `me_message`. */
  readonly subtype?: string;
}

export interface Offered {
  readonly text: string;
  readonly value: string;
}

/**
 * What people do in the workspace. Alice does it in the war room, unless somebody or somewhere else
 * is named.
 */
export interface People {
  /** `/failover <text>`. */
  command(text: string, who?: Who): Promise<Delivery>;
  /** `@failover <text>`, or the text as it stands where it holds `@failover` itself. */
  mention(text: string, who?: Who & Saying): Promise<Delivery>;
  /** A direct message of alice's. */
  direct(text: string, more?: Record<string, unknown>): Promise<Delivery>;
  /**
   * Somebody edits what he or she has said: a mention comes again, with an event id of its own; of a
   * direct message the bot is told how it was and how it is.
   */
  edit(said: Delivery, text: string): Promise<Delivery>;
  /**
   * The newest button with this token is pressed, and its form filled in where there is one and
   * `text` is given.
   */
  press(token: string, text?: string, who?: Who & { readonly at?: number }): Promise<Delivery>;
  submit(form: { readonly id: string }, text: string, who?: Who): Promise<Delivery>;
  /** What the newest picker offers for what is typed. Throws where Slack would not show it. */
  suggest(token: string, typed: string): Promise<Offered[]>;
  pick(token: string, value: string, who?: Who): Promise<Delivery>;
  /** What comes as an event without being one, like `app_rate_limited`. */
  notice(payload: Record<string, unknown>): Promise<Delivery>;
  /** Any event of the Events API. */
  event(event: Record<string, unknown>): Promise<Delivery>;
}

interface ButtonNode {
  readonly type: string;
  readonly action_id: string;
  readonly value?: string;
}

/** The one input of a form, by its ids. */
function inputOf({ blocks }: types.ModalView): {
  block_id?: string | undefined;
  action_id?: string | undefined;
} {
  for (const block of blocks)
    if (block.type === "input" && "element" in block)
      return { block_id: block.block_id, action_id: block.element.action_id };
  return {};
}

export interface PeopleOptions {
  readonly world: World;
  deliver(type: Envelope["type"], payload: Record<string, unknown>): Promise<Delivery>;
  newTrigger(user: string): string;
  responseUrl(channel: string, user: string): string;
  /** Resolves after the next attempt to open a form. */
  formOpened(): Promise<void>;
}

const tokenOf = ({ value = "" }: ButtonNode): string => {
  if (!value.startsWith("{")) return value;
  return JSON.parse(value).token;
};

const elementsOf = ({ blocks }: Message): { block: string; element: ButtonNode }[] =>
  blocks.flatMap((block, index) =>
    block.type === "actions"
      ? block.elements.map((element) => ({
          block: block.block_id ?? `b${index}`,
          element: element as unknown as ButtonNode,
        }))
      : [],
  );

export function createPeople({
  world,
  deliver,
  newTrigger,
  responseUrl,
  formOpened,
}: PeopleOptions): People {
  const { clock } = world;
  const common = { token: "legacy", team_id: "T0ABC", api_app_id: "A0FAILOVER" };
  const nameOf = (user: string) => world.people.get(user) ?? user;

  async function command(
    text: string,
    { user = "U0ALICE", channel = "C0WAR", as = "/failover", team = "T0ABC" }: Who = {},
  ): Promise<Delivery> {
    return deliver("slash_commands", {
      ...common,
      team_id: team,
      command: as,
      text,
      user_id: user,
      user_name: nameOf(user),
      channel_id: channel,
      channel_name: world.channels.get(channel)?.name,
      trigger_id: newTrigger(user),
      response_url: responseUrl(channel, user),
    });
  }

  const event = (inner: Record<string, unknown>, installed = "T0ABC"): Promise<Delivery> =>
    deliver("events_api", {
      ...common,
      type: "event_callback",
      event_id: world.nextId("Ev"),
      event_time: Math.floor(clock.now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: installed, user_id: world.botUser, is_bot: true },
      ],
      is_ext_shared_channel: world.channels.get(String(inner.channel))?.sharedWith !== undefined,
      event: inner,
    });

  const tsAt = (at: number) => `${Math.floor(at / 1000)}.${world.nextId("").padStart(6, "0")}`;

  /** Of somebody of another workspace, `team` may be that of the channel. */
  const teamOf = ({ team }: Who) =>
    team === undefined
      ? { team: "T0ABC" }
      : { team: "T0ABC", user_team: team, source_team: team, user_profile: { team } };

  const mentioning = (text: string) => {
    const me = `<@${world.botUser}>`;
    return text.includes("@failover") ? text.replaceAll("@failover", me) : `${me} ${text}`;
  };

  function mention(text: string, who: Who & Saying = {}): Promise<Delivery> {
    const { user = "U0ALICE", channel = "C0WAR", thread, at = clock.now(), subtype } = who;
    const ts = tsAt(at);
    const inThread = thread === undefined ? {} : { thread_ts: thread };
    const how = subtype === undefined ? {} : { subtype };
    const whose = teamOf(who);
    const said = { ...how, user, channel, text: mentioning(text), ts, ...whose, ...inThread };
    world.said.push({ ...said });
    return event({ type: "app_mention", ...said, event_ts: ts }, who.installed);
  }

  function direct(text: string, more: Record<string, unknown> = {}): Promise<Delivery> {
    const ts = tsAt(clock.now());
    const to = { channel: "D0ALICE", channel_type: "im" };
    return event({ type: "message", user: "U0ALICE", text, ts, event_ts: ts, ...to, ...more });
  }

  function edit({ envelope }: Delivery, text: string): Promise<Delivery> {
    const before = envelope.payload.event as Record<string, unknown>;
    const edited = { user: before.user, ts: tsAt(clock.now()) };
    const kept = world.said.find(({ ts }) => ts === before.ts);
    if (kept) Object.assign(kept, { text: mentioning(text), edited });
    if (before.type === "app_mention")
      return event({ ...before, text: mentioning(text), edited, event_ts: edited.ts });
    const { channel, channel_type, ...previous_message } = before;
    return event({
      ...{ type: "message", subtype: "message_changed", hidden: true },
      ...{ channel, channel_type, ts: edited.ts, event_ts: edited.ts },
      message: { ...previous_message, text, edited },
      previous_message,
    });
  }

  function found(isMeant: (one: { block: string; element: ButtonNode }) => boolean) {
    for (const message of world.messages.toReversed()) {
      const one = elementsOf(message).find(isMeant);
      if (one) return { message, ...one };
    }
    throw new Error("No message shows that");
  }

  function act(
    { message, block, element }: ReturnType<typeof found>,
    { user = "U0ALICE", at = clock.now(), team = "T0ABC" }: Who & { at?: number },
    more: Record<string, unknown>,
  ): Promise<Delivery> {
    const { channel, ts } = message;
    const isAnswered = world.messages.some((other) => other.thread === ts);
    const thread = message.thread ?? (isAnswered ? ts : undefined);
    const inThread = thread === undefined ? {} : { thread_ts: thread };
    return deliver("interactive", {
      ...common,
      type: "block_actions",
      user: { id: user, username: nameOf(user), team_id: team },
      team: { id: "T0ABC", domain: "abc" },
      trigger_id: newTrigger(user),
      response_url: responseUrl(channel, user),
      channel: { id: channel, name: world.channels.get(channel)?.name },
      container: {
        type: "message",
        message_ts: ts,
        channel_id: channel,
        is_ephemeral: !!message.onlyFor,
        ...inThread,
      },
      message: { ts, text: message.text, ...inThread },
      actions: [{ ...element, ...more, block_id: block, action_ts: tsAt(at) }],
    });
  }

  async function press(
    token: string,
    text?: string,
    who: Who & { at?: number } = {},
  ): Promise<Delivery> {
    const one = found(({ element }) => element.type === "button" && tokenOf(element) === token);
    const opened = formOpened();
    const pressed = await act(one, who, {});
    if (
      text === undefined ||
      !one.element.action_id.startsWith("ask") ||
      !pressed.outcome.acknowledged
    )
      return pressed;
    await opened;
    const form = world.forms.at(-1);
    if (!form) throw new Error("No form was opened");
    return submit(form, text, who);
  }

  function submit(
    { id }: { readonly id: string },
    text: string,
    { user = "U0ALICE", team = "T0ABC" }: Who = {},
  ): Promise<Delivery> {
    const form = world.forms.find((one) => one.id === id);
    if (!form) throw new Error(`No form ${id} is open`);
    const { block_id = "", action_id = "" } = inputOf(form.view);
    return deliver("interactive", {
      ...common,
      type: "view_submission",
      user: { id: user, name: nameOf(user), team_id: team },
      team: { id: "T0ABC", domain: "abc" },
      trigger_id: newTrigger(user),
      view: {
        ...form.view,
        id: form.id,
        hash: "hash",
        state: {
          values: { [block_id]: { [action_id]: { type: "plain_text_input", value: text } } },
        },
      },
    });
  }

  const picker = (token: string) =>
    found(({ block, element }) => element.type === "external_select" && block === `pick:${token}`);

  async function suggest(token: string, typed: string) {
    const { block, element, message } = picker(token);
    const { outcome } = await deliver("interactive", {
      ...common,
      type: "block_suggestion",
      action_id: element.action_id,
      block_id: block,
      value: typed,
      user: { id: "U0ALICE", name: "alice" },
      team: { id: "T0ABC", domain: "abc" },
      container: { type: "message", message_ts: message.ts, channel_id: message.channel },
      channel: { id: message.channel },
    });
    const options = (outcome.acknowledged ? outcome.answer?.options : undefined) as
      | { text: { text: string }; value: string }[]
      | undefined;
    const refusal = options ? optionsRefusal(options) : "nobody answered";
    if (!options || refusal) throw new Error(`Slack would not show these options: ${refusal}`);
    return options.map(({ text, value }) => ({ text: text.text, value }));
  }

  const pick = (token: string, value: string, who: Who = {}) =>
    act(picker(token), who, { selected_option: { value } });

  const notice = (payload: Record<string, unknown>) =>
    deliver("events_api", { ...common, ...payload });

  return { notice, command, mention, direct, edit, press, submit, suggest, pick, event };
}
