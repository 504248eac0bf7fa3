/** What the adapter remembers while it runs; none of it must survive. */

import type { Button, Card, Form } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";

const repeatsWithinMs = 15 * 60_000;
const formsMost = 2000;

/** Says of an id whether it was seen in the last quarter of an hour, and remembers it. */
export function createSeen(clock: Clock): (id: string) => boolean {
  const seenAt = new Map<string, number>();

  function forgetOld(): void {
    for (const [id, at] of seenAt) {
      if (clock.now() - at < repeatsWithinMs) return;
      seenAt.delete(id);
    }
  }

  return (id) => {
    forgetOld();
    if (seenAt.has(id)) return true;
    seenAt.set(id, clock.now());
    return false;
  };
}

export interface Forms {
  remember(card: Card): void;
  /** The form of a button. After a restart it is made from the button's label. */
  of(token: string, label: string): Form;
}

/** Discord wants the form at once when a button is pressed, and carries only the token back. */
export function createForms(): Forms {
  const forms = new Map<string, Form>();
  return {
    remember: ({ buttons = [] }) => {
      for (const button of buttons) keep(forms, button);
    },
    of: (token, label) => forms.get(token) ?? formFor(label),
  };
}

function keep(forms: Map<string, Form>, { token, asks }: Button): void {
  if (!asks) return;
  forms.delete(token);
  forms.set(token, asks);
  const [oldest] = forms.keys();
  if (forms.size > formsMost && oldest !== undefined) forms.delete(oldest);
}

const formFor = (label: string): Form => ({
  title: label,
  label: "What the message asks for",
  submit: label,
});
