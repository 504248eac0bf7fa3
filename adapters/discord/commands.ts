/**
 * The command table as one slash command, `/failover`, with a subcommand for each verb, and what
 * people fill in as the line that they would have typed. One root command leaves the server's list
 * of commands short.
 */

import {
  type APIApplicationCommand,
  type APIApplicationCommandInteractionDataOption,
  type APIApplicationCommandStringOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord.js";
import type { CommandHint, CommandOption } from "../../src/chat/port.ts";
import { clampedPlain } from "./text.ts";

const rootName = "failover";
export const rootCommand = `/${rootName}`;

/** Whether a command is what people type as the bot's own. */
export const isRoot = ({ name, type }: Pick<APIApplicationCommand, "name" | "type">): boolean =>
  name === rootName && type === ApplicationCommandType.ChatInput;

type RootCommand = RESTPostAPIChatInputApplicationCommandsJSONBody;
export type FilledIn = readonly APIApplicationCommandInteractionDataOption[] | undefined;

/** Subcommands of a command, and options of a subcommand. */
const optionsMost = 25;

/** Discord takes lower-case letters, digits, `-` and `_`, 32 at most. */
const discordName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_-]+/gu, "-")
    .slice(0, 32);

const described = (summary: string): string => clampedPlain(summary, 100).trim() || "…";

const drawOption = (option: CommandOption): APIApplicationCommandStringOption => ({
  type: ApplicationCommandOptionType.String,
  name: discordName(option.name),
  description: described(option.summary),
  required: option.required,
  ...(option.takes === "plan" ? { autocomplete: true } : {}),
});

/** Discord wants what is required to stand first. */
const drawSubcommand = (hint: CommandHint): APIApplicationCommandSubcommandOption => ({
  type: ApplicationCommandOptionType.Subcommand,
  name: discordName(hint.name),
  description: described(hint.summary),
  options: hint.options
    .toSorted((a, b) => Number(b.required) - Number(a.required))
    .slice(0, optionsMost)
    .map(drawOption),
});

export const drawCommand = (hints: readonly CommandHint[]): RootCommand => ({
  type: ApplicationCommandType.ChatInput,
  name: rootName,
  description: "Failover plans: see how they are, start them, follow them",
  contexts: [InteractionContextType.Guild],
  options: hints.slice(0, optionsMost).map(drawSubcommand),
});

interface AnyOption {
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly required?: boolean | undefined;
  readonly autocomplete?: boolean | undefined;
  readonly options?: readonly AnyOption[] | undefined;
}

/** What makes one option another one, without what Discord adds or leaves out. */
const essence = (option: AnyOption): unknown[] => [
  option.type,
  option.name,
  option.description,
  option.required ?? false,
  option.autocomplete ?? false,
  (option.options ?? []).map(essence),
];

const wholeEssence = (command: RootCommand | APIApplicationCommand): string =>
  JSON.stringify([
    command.type ?? ApplicationCommandType.ChatInput,
    command.name,
    "description" in command ? command.description : "",
    ((command.options ?? []) as readonly AnyOption[]).map(essence),
  ]);

/** Whether a server already has exactly this command of ours and no other. */
export const alreadyThere = (ours: RootCommand, there: readonly APIApplicationCommand[]): boolean =>
  there.length === 1 && there.every((command) => wholeEssence(command) === wholeEssence(ours));

function filled(options: FilledIn, name: string): string | undefined {
  const option = options?.find((candidate) => candidate.name === name);
  return option?.type === ApplicationCommandOptionType.String ? option.value : undefined;
}

/**
 * A plan's name is quoted; a double quote within it becomes a single one, which the core reads as
 * the same.
 */
function typedOption(option: CommandOption, filledIn: FilledIn): string | undefined {
  const value = filled(filledIn, discordName(option.name))?.trim();
  if (!value) return undefined;
  const told = option.takes === "plan" ? `"${value.replaceAll('"', "'")}"` : value;
  return option.word ? `${option.word} ${told}` : told;
}

/**
 * The line that somebody would have typed for what they filled in, its parts in the order of the
 * table.
 */
export function typedLine(hints: readonly CommandHint[], filledIn: FilledIn): string {
  const chosen = filledIn?.[0];
  if (chosen?.type !== ApplicationCommandOptionType.Subcommand) return "";
  const hint = hints.find(({ name }) => discordName(name) === chosen.name);
  if (!hint) return chosen.name;
  const parts = hint.options.map((option) => typedOption(option, chosen.options));
  return [hint.name, ...parts.filter((part) => part !== undefined)].join(" ");
}

/** What has been typed so far into the option that wants to be completed. */
export function typedSoFar(filledIn: FilledIn): string {
  const chosen = filledIn?.[0];
  const options =
    chosen?.type === ApplicationCommandOptionType.Subcommand ? chosen.options : undefined;
  const focused = options?.find((option) => "focused" in option && option.focused);
  return focused?.type === ApplicationCommandOptionType.String ? focused.value : "";
}
