/** What people do in the server, as the gateway tells it to the bot. */

import { randomUUID } from "node:crypto";
import { channelJson, type FakeGateway, memberJson } from "./gateway.ts";
import type { Answer, FakeInteractions, Interaction } from "./interactions.ts";
import type { Json, Member, Message, World } from "./world.ts";

export interface People {
  /**
   * Writes a message; `@bot`, `@bot-nick` and `@bot-role` in it become mentions. Gives the
   * message's id.
   */
  say(by: Member, channel: string, text: string, more?: { replyTo?: string; at?: number }): string;
  /** Writes to the bot alone, and gives the message's id. */
  direct(by: Member, text: string): string;
  /** Edits a message; Discord tells all of it, as it stands now. */
  edit(by: Member, id: string, text: string): void;
  /** Discord unfolds an address in it, or somebody pins it: all of it is told, as it stood. */
  touch(by: Member, id: string): void;
  /** `/failover <verb>`, with options filled in. Resolves with the bot's first answer. */
  command(
    by: Member,
    channel: string,
    verb: string,
    options?: Record<string, string>,
  ): Promise<Answered>;
  /** What is suggested while somebody types into an option. */
  complete(
    by: Member,
    channel: string,
    verb: string,
    option: string,
    typed: string,
  ): Promise<readonly string[]>;
  /** Presses the button, or opens the list, whose `custom_id` or label is this. */
  press(by: Member, message: Message, control: string): Promise<Answered>;
  choose(by: Member, message: Message, choice: string): Promise<Answered>;
  submit(by: Member, message: Message, form: Json, text: string): Promise<Answered>;
}

interface Answered {
  readonly answer: Answer;
  readonly tookMs: number;
  readonly interaction: Interaction;
}

const kinds = { command: 2, component: 3, autocomplete: 4, submit: 5 };

/** `@bot` and its like as Discord writes them. */
const markedUp = ({ bot, botRole }: World, text: string) =>
  text
    .replaceAll("@bot-role", `<@&${botRole}>`)
    .replaceAll("@bot-nick", `<@!${bot.user.id}>`)
    .replaceAll("@bot", `<@${bot.user.id}>`);

/**
 * What Discord tells of somebody's words: without the privileged intent, the words themselves only
 * to a bot that is mentioned itself, be it by a reply, or written to alone.
 */
export function wordsFor(
  world: World,
  channel: string,
  text: string,
  pinged: readonly Json[] = [],
): Json {
  const { bot, botRole } = world;
  const content = markedUp(world, text);
  const known = [bot, ...world.people.values()];
  const named = known.filter(({ user }) => new RegExp(`<@!?${user.id}>`).test(content));
  const asUser = ({ user }: Member): Json => ({ ...user, discriminator: "0", avatar: null });
  const mentions = [...named.map(asUser), ...pinged];
  const isDirect = world.channel(channel).person !== undefined;
  const isForBot = isDirect || mentions.some((user) => user.id === bot.user.id);
  return {
    content: isForBot ? content : "",
    mentions,
    mention_roles: content.includes(`<@&${botRole}>`) ? [botRole] : [],
  };
}

export function createPeople(
  world: World,
  gateway: FakeGateway,
  interactions: FakeInteractions,
): People {
  function interact(
    by: Member,
    channel: string,
    type: number,
    data: Json,
    more: Json = {},
  ): Promise<Answered> {
    return new Promise((resolve) => {
      const interaction: Interaction = {
        id: world.snowflake(),
        token: randomUUID(),
        channel,
        user: by.user.id,
        startedAt: world.clock.now(),
        answered: (answer, tookMs) => resolve({ answer, tookMs, interaction }),
      };
      interactions.open(interaction);
      gateway.dispatch("INTERACTION_CREATE", {
        id: interaction.id,
        application_id: world.application,
        type,
        token: interaction.token,
        version: 1,
        guild_id: world.guild.id,
        channel_id: channel,
        channel: channelJson(world, world.channel(channel)),
        member: { ...memberJson(by), permissions: "0" },
        locale: "en-GB",
        entitlements: [],
        authorizing_integration_owners: {},
        attachment_size_limit: 10_485_760,
        data,
        ...more,
      });
    });
  }

  const commandData = (verb: string, options: Json[]): Json => ({
    id: "1",
    name: "failover",
    type: 1,
    options: [{ type: 1, name: verb, options }],
  });

  function messageJson(
    by: Member,
    channel: string,
    text: string,
    id: string,
    replyTo?: Message,
    edited: string | null = null,
  ): Json {
    const bot = world.bot.user.id;
    const isDirect = world.channel(channel).person !== undefined;
    const pinged =
      replyTo?.author.id === bot ? [{ ...world.bot.user, discriminator: "0", avatar: null }] : [];
    return {
      id,
      channel_id: channel,
      ...(isDirect ? {} : { guild_id: world.guild.id, member: memberJson(by) }),
      author: { ...by.user, discriminator: "0", avatar: null },
      ...wordsFor(world, channel, text, pinged),
      mention_everyone: false,
      timestamp: new Date(world.clock.now()).toISOString(),
      edited_timestamp: edited,
      ...{ tts: false, attachments: [], embeds: [], components: [], pinned: false, flags: 0 },
      type: replyTo ? 19 : 0,
      ...(replyTo
        ? { message_reference: { type: 0, message_id: replyTo.id, channel_id: channel } }
        : {}),
    };
  }

  const say: People["say"] = (by, channel, text, { replyTo, at } = {}) => {
    const id = world.snowflake(at);
    const answered = world.messages.find((message) => message.id === replyTo);
    world.messages.push({
      id,
      channel,
      author: by.user,
      content: text,
      embeds: [],
      components: [],
      files: [],
      notified: [],
      waiting: false,
      ...(replyTo ? { replyTo } : {}),
    });
    gateway.dispatch("MESSAGE_CREATE", messageJson(by, channel, text, id, answered));
    return id;
  };

  function update(by: Member, id: string): void {
    const message = world.messages.find((one) => one.id === id);
    if (!message) throw new Error(`There is no message ${id}`);
    const { channel, content, editedAt = null } = message;
    const all = messageJson(by, channel, content, id, undefined, editedAt);
    gateway.dispatch("MESSAGE_UPDATE", all);
  }

  function edit(by: Member, id: string, text: string): void {
    const message = world.messages.find((one) => one.id === id);
    if (message) message.content = text;
    if (message) message.editedAt = new Date(world.clock.now()).toISOString();
    update(by, id);
  }

  const controlsOf = (message: Message) =>
    message.components.flatMap((row) => row.components as Json[]);

  function find(message: Message, wanted: string): Json {
    const found = controlsOf(message).find((control) =>
      [control.custom_id, control.label].includes(wanted),
    );
    if (!found) throw new Error(`No control "${wanted}" under the message`);
    return found;
  }

  const under = (message: Message): Json => ({
    message: {
      id: message.id,
      channel_id: message.channel,
      author: { ...message.author, discriminator: "0", avatar: null },
      content: message.content,
      components: message.components,
      ...{
        embeds: [],
        attachments: [],
        mentions: [],
        mention_roles: [],
        mention_everyone: false,
        type: 0,
      },
      ...{
        timestamp: new Date(world.clock.now()).toISOString(),
        edited_timestamp: null,
        tts: false,
        pinned: false,
      },
    },
  });

  function choose(by: Member, message: Message, choice: string): Promise<Answered> {
    const select = controlsOf(message).find((control) => control.type === 3);
    const data = { custom_id: select?.custom_id, component_type: 3, values: [choice] };
    return interact(by, message.channel, kinds.component, data, under(message));
  }

  return {
    say,
    edit,
    touch: update,
    direct: (by, text) => say(by, world.directWith(by.user.id).id, text),
    choose,
    command: (by, channel, verb, options = {}) => {
      const filled = Object.entries(options).map(([name, value]) => ({ type: 3, name, value }));
      return interact(by, channel, kinds.command, commandData(verb, filled));
    },
    complete: async (by, channel, verb, name, value) => {
      const data = commandData(verb, [{ type: 3, name, value, focused: true }]);
      const { answer } = await interact(by, channel, kinds.autocomplete, data);
      return answer.kind === "suggestions" ? answer.choices : [];
    },
    press: (by, message, control) => {
      const data = { custom_id: find(message, control).custom_id, component_type: 2 };
      return interact(by, message.channel, kinds.component, data, under(message));
    },
    submit: (by, message, form, text) => {
      const filled = (form.components as Json[]).map((part) => ({
        type: part.type,
        component: { type: 4, custom_id: (part.component as Json).custom_id, value: text },
      }));
      const data = { custom_id: form.custom_id, components: filled };
      return interact(by, message.channel, kinds.submit, data, under(message));
    },
  };
}
