/** To somebody whose line or press was heard and not acted on, as the bot was restarted. */
import type { Card, Line } from "../chat/port.ts";
import type { Order } from "../records/order.ts";
import type { Received } from "../records/received.ts";
import { quoted, type } from "./words.ts";

/** `order`: of the question whose button was pressed; absent where it was typed, or is forgotten. */
export function undoneCard({ from, said, asked }: Received, order: Order | undefined): Card {
  const { what, again } = saidWords(said, order);
  return {
    tone: "warning",
    title: asked
      ? "The bot was restarted before it had EM's answer to what you sent"
      : "The bot was restarted before it acted on what you sent",
    lines: [what, asked ? "Whether EM did it is not known." : "Nothing was done."],
    next: again,
    notify: [from],
  };
}

function saidWords(said: Received["said"], order: Order | undefined): { what: Line; again: Line } {
  if (said.is === "typed")
    return { what: ["You typed ", type(said.line), "."], again: "Type it again." };
  if (said.is === "pressed-on-run")
    return { what: `You pressed ${runLabels[said.button]}.`, again: "Press it again." };
  const plan = order ? ` of the question about ${quoted(order.plan.name)}` : "";
  return {
    what: `You pressed ${labelOf(said.decision, order)}${plan}.`,
    again: "Press it again, if the question is still open.",
  };
}

const runLabels = { unwatch: "Stop watching", vms: "Show all VMs" } as const;

function labelOf(decision: "confirm" | "cancel", order: Order | undefined): string {
  if (decision === "cancel") return "Cancel";
  return order && order.needs.approvals > 0 ? "Approve" : "Confirm";
}

/** For the audit log. */
export const unactedWords = ({ said, asked }: Received): string =>
  `${wordsOf(said)}: The bot was restarted before ${asked ? "it had EM's answer" : "it acted on it"}`;

function wordsOf(said: Received["said"]): string {
  if (said.is === "typed") return said.line;
  return said.is === "pressed" ? `${said.decision} ${said.order}` : `${said.button} ${said.watch}`;
}
