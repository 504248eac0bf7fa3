/** What the adapter remembers while it runs; none of it must survive. */

import { putNewest } from "../../src/chat/newest.ts";
import type { Card, Form } from "../../src/chat/port.ts";

const formsMost = 2000;

export interface Forms {
  remember(card: Card): void;
  /** The form of a button. After a restart it is made from the button's label. */
  of(token: string, label: string): Form;
}

/** Discord wants the form at once when a button is pressed, and carries only the token back. */
export function createForms(): Forms {
  const forms = new Map<string, Form>();
  return {
    remember: (card) => remember(forms, card),
    of: (token, label) => forms.get(token) ?? formFor(label),
  };
}

function remember(forms: Map<string, Form>, { buttons = [] }: Card): void {
  for (const { token, asks } of buttons) if (asks) putNewest(forms, token, asks, formsMost);
}

const formFor = (label: string): Form => ({
  title: label,
  label: "What the message asks for",
  submit: label,
});
