/**
 * What can be pressed under a message, and what its `custom_id` says. It holds the card's token and
 * a word for the kind.
 */

import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIComponentInMessageActionRow,
  type APIModalInteractionResponseCallbackData,
  ButtonStyle,
  ComponentType,
  TextInputStyle,
} from "discord.js";
import type { Button, Card, Form, Picker } from "../../src/chat/port.ts";
import { clampedPlain } from "./text.ts";

export type ControlRow = APIActionRowComponent<APIComponentInMessageActionRow>;
export type ControlKind = "do" | "ask" | "pick";

const buttonsPerRow = 5;
const rowsPerMessage = 5;
const customIdMax = 100;
const labelMax = 80;
const choicesMax = 25;
/** Labels and values of choices. */
const choiceMax = 100;

const styles = {
  plain: ButtonStyle.Secondary,
  primary: ButtonStyle.Primary,
  danger: ButtonStyle.Danger,
} satisfies Record<Button["style"], ButtonStyle>;

const controlId = (kind: ControlKind, token: string) => `${kind}:${token}`.slice(0, customIdMax);

/** The kind and the token that a `custom_id` of ours holds; nothing for what is not ours. */
export function readControlId(id: string): { kind: ControlKind; token: string } | undefined {
  const [, kind, token] = /^(do|ask|pick):(.+)$/s.exec(id) ?? [];
  if ((kind !== "do" && kind !== "ask" && kind !== "pick") || token === undefined) return undefined;
  return { kind, token };
}

const drawButton = (button: Button): APIButtonComponentWithCustomId => ({
  type: ComponentType.Button,
  style: styles[button.style],
  label: clampedPlain(button.label, labelMax).trim() || "…",
  custom_id: controlId(button.asks ? "ask" : "do", button.token),
});

/** Discord refuses a message in which one `custom_id` stands twice. */
const distinct = (buttons: readonly Button[]): Button[] => [
  ...new Map(buttons.map((button) => [button.token, button])).values(),
];

const buttonRows = (buttons: readonly Button[], rows: number): ControlRow[] =>
  Array.from({ length: Math.min(rows, Math.ceil(buttons.length / buttonsPerRow)) }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: buttons.slice(row * buttonsPerRow, (row + 1) * buttonsPerRow).map(drawButton),
  }));

/** What is chosen must come back whole, so that longer names are left to be typed. */
export const choosable = (names: readonly string[]): string[] =>
  [...new Set(names)]
    .filter((name) => name.trim() !== "" && name.length <= choiceMax)
    .slice(0, choicesMax);

function pickerRow(picker: Picker, names: readonly string[]): ControlRow[] {
  const options = choosable(names).map((name) => ({
    label: clampedPlain(name, choiceMax) || "…",
    value: name,
  }));
  if (options.length === 0) return [];
  const select = {
    type: ComponentType.StringSelect as const,
    custom_id: controlId("pick", picker.token),
    placeholder: clampedPlain(picker.label, 150),
    options,
  };
  return [{ type: ComponentType.ActionRow, components: [select] }];
}

/** Five rows at most: the buttons, then the list to choose from, which `choices` fills. */
export function drawControls(card: Card, choices: readonly string[]): ControlRow[] {
  const picker = card.picker ? pickerRow(card.picker, choices) : [];
  return [...buttonRows(distinct(card.buttons ?? []), rowsPerMessage - picker.length), ...picker];
}

/** Discord names the button that sends the form itself; `form.submit` is not shown. */
export const drawForm = (token: string, form: Form): APIModalInteractionResponseCallbackData => ({
  custom_id: controlId("ask", token),
  title: clampedPlain(form.title, 45).trim() || "…",
  components: [
    {
      type: ComponentType.Label,
      label: clampedPlain(form.label, 45).trim() || "…",
      ...(form.hint ? { description: clampedPlain(form.hint, 100) } : {}),
      component: {
        type: ComponentType.TextInput,
        custom_id: "text",
        style: TextInputStyle.Short,
        required: true,
        max_length: 1000,
      },
    },
  ],
});
