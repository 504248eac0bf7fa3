/**
 * Slash commands, buttons, lists and forms. Each is answered or deferred before anything else
 * happens; a handler is called only after Discord has taken that answer, since otherwise the person
 * has been told that it failed.
 */

import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
  ApplicationCommandType,
  ComponentType,
  InteractionResponseType,
  InteractionType,
} from "discord.js";
import type { Handlers, Place } from "../../src/chat/port.ts";
import { isPerhapsSaid } from "../../src/chat/trouble.ts";
import type { Clock } from "../../src/clock.ts";
import { type BelongsParts, belongsAs, belongsIn } from "./belongs.ts";
import { typedLine, typedSoFar } from "./commands.ts";
import { choosable, drawForm, readControlId } from "./controls.ts";
import { codes, isRefusal } from "./errors.ts";
import type { Forms } from "./memory.ts";
import { happenedAt, notHere, personOf } from "./mention.ts";
import { answeredByOther, type Others } from "./others.ts";
import { asPlace } from "./places.ts";
import { createReplies, type ReplyParts } from "./replies.ts";

export interface InteractionParts extends ReplyParts, Omit<BelongsParts, "api"> {
  readonly clock: Clock;
  readonly forms: Forms;
  readonly handlers: Handlers;
  readonly others: Others;
  listensIn(place: Place): boolean;
}

type Component = APIMessageComponentInteraction;
type Submission = APIModalSubmitInteraction;

const ephemeral = 64;
const nobody = { id: "", username: "somebody", global_name: null };

function placeOf({ channel }: APIInteraction): Place {
  const parent = channel && "thread_metadata" in channel ? channel.parent_id : undefined;
  return asPlace(channel?.id ?? "", parent ? { parent } : {});
}

function labelOf({ message, data }: Component): string {
  const rows = message.components ?? [];
  const parts = rows.flatMap((row) => (row.type === ComponentType.ActionRow ? row.components : []));
  const pressed = parts.find((part) => "custom_id" in part && part.custom_id === data.custom_id);
  return pressed && "label" in pressed && pressed.label ? pressed.label : "Answer";
}

/** The first text of a form, whichever of Discord's two shapes of forms it has. */
function textIn({ data }: Submission): string {
  const inputs = data.components.flatMap((part) =>
    "component" in part ? [part.component] : "components" in part ? part.components : [],
  );
  const input = inputs.find(
    (candidate) => "value" in candidate && typeof candidate.value === "string",
  );
  return input && "value" in input && typeof input.value === "string" ? input.value : "";
}

/**
 * The first answer, tried twice. Where the first try was lost on the way, "already answered" means
 * by us; else it means that another process has this interaction.
 */
async function answer(
  { api, others }: Pick<InteractionParts, "api" | "others">,
  { id, token }: APIInteraction,
  body: object,
): Promise<void> {
  try {
    await api.answer(id, token, body);
  } catch (error) {
    if (isRefusal(error, codes.alreadyAnswered)) others.noticed(answeredByOther);
    if (!isPerhapsSaid(error)) throw error;
    await api.answer(id, token, body).catch((again: unknown) => {
      if (!isRefusal(again, codes.alreadyAnswered)) throw again;
    });
  }
}

const suggest = (
  parts: InteractionParts,
  interaction: APIApplicationCommandAutocompleteInteraction,
) => {
  const listens = parts.listensIn(placeOf(interaction));
  const names = listens ? parts.handlers.complete(typedSoFar(interaction.data.options), 25) : [];
  const choices = choosable(names).map((name) => ({ name, value: name }));
  const type = InteractionResponseType.ApplicationCommandAutocompleteResult;
  return answer(parts, interaction, { type, data: { choices } });
};

const refuseHere = (parts: InteractionParts, interaction: APIInteraction) =>
  answer(parts, interaction, {
    type: InteractionResponseType.ChannelMessageWithSource,
    data: { ...parts.drawn(notHere(placeOf(interaction).channel)), flags: ephemeral },
  });

type Said =
  | { readonly kind: "typed"; readonly text: string }
  | { readonly kind: "pressed"; readonly token: string; readonly text?: string };

/** Defers, and then lets the handler do what was asked. */
async function hand(
  parts: InteractionParts,
  interaction: APIInteraction,
  said: Said,
): Promise<void> {
  const { id, member, user } = interaction;
  const place = placeOf(interaction);
  const from = personOf(member?.user ?? user ?? nobody, member?.nick);
  await parts.handlers.arriving({ delivery: id, from, place, ...said });
  const command = said.kind === "typed";
  const type = command
    ? InteractionResponseType.DeferredChannelMessageWithSource
    : InteractionResponseType.DeferredMessageUpdate;
  await answer(parts, interaction, { type });
  const { reply, end } = createReplies(parts, interaction, place, command);
  await parts.handlers.incoming({
    delivery: id,
    at: parts.clock.now() - parts.api.time.ageMs(happenedAt(id)),
    datedAt: happenedAt(id),
    from,
    place,
    ...(member ? belongsAs(member, member.user.bot) : belongsIn(parts, from, place)),
    reply,
    ...said,
  });
  await end();
}

const handCommand = (
  parts: InteractionParts,
  interaction: APIChatInputApplicationCommandInteraction,
) =>
  hand(parts, interaction, {
    kind: "typed",
    text: typedLine(parts.handlers.commands, interaction.data.options),
  });

async function handPress(
  parts: InteractionParts,
  interaction: Component | Submission,
  text?: string,
) {
  const control = readControlId(interaction.data.custom_id);
  if (!control) return;
  const said = text === undefined ? {} : { text };
  await hand(parts, interaction, { kind: "pressed", token: control.token, ...said });
}

async function handComponent(parts: InteractionParts, interaction: Component): Promise<void> {
  const { data } = interaction;
  const control = readControlId(data.custom_id);
  if (control?.kind !== "ask")
    return handPress(parts, interaction, "values" in data ? data.values[0] : undefined);
  const form = drawForm(control.token, parts.forms.of(control.token, labelOf(interaction)));
  await answer(parts, interaction, { type: InteractionResponseType.Modal, data: form });
}

const isSlashCommand = (
  interaction: APIInteraction,
): interaction is APIChatInputApplicationCommandInteraction =>
  interaction.type === InteractionType.ApplicationCommand &&
  interaction.data.type === ApplicationCommandType.ChatInput;

/** Rejects with `ChatError` where Discord did not take the answer; then nothing was done. */
export async function takeInteraction(
  parts: InteractionParts,
  interaction: APIInteraction,
): Promise<void> {
  if (interaction.type === InteractionType.ApplicationCommandAutocomplete)
    return suggest(parts, interaction);
  const isDirect = interaction.guild_id === undefined;
  if (!isDirect && !parts.listensIn(placeOf(interaction))) return refuseHere(parts, interaction);
  if (interaction.type === InteractionType.MessageComponent)
    return handComponent(parts, interaction);
  if (interaction.type === InteractionType.ModalSubmit) {
    return handPress(parts, interaction, textIn(interaction));
  }
  if (isSlashCommand(interaction)) return handCommand(parts, interaction);
}
