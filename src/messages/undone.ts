/** To somebody whose line or press was acknowledged and not acted on, as the bot was restarted. */
import type { Card, Line } from "../chat/port.ts";
import type { Order } from "../records/order.ts";
import type { Received } from "../records/received.ts";
import { quoted, type } from "./words.ts";

/** `order`: of the question whose button was pressed; absent where it was typed, or is forgotten. */
export function undoneCard({ from, said }: Received, order: Order | undefined): Card {
  const { what, again } = saidWords(said, order);
  return {
    tone: "warning",
    title: "The bot was restarted before it acted on what you sent",
    lines: [what, "Nothing was done."],
    next: again,
    notify: [from],
  };
}

function saidWords(said: Received["said"], order: Order | undefined): { what: Line; again: Line } {
  if (said.is === "typed")
    return { what: ["You typed ", type(said.line), "."], again: "Type it again." };
  const plan = order ? ` of the question about ${quoted(order.plan.name)}` : "";
  return {
    what: `You pressed ${labelOf(said.decision, order)}${plan}.`,
    again: "Press it again, if the question is still open.",
  };
}

function labelOf(decision: "confirm" | "cancel", order: Order | undefined): string {
  if (decision === "cancel") return "Cancel";
  return order && order.needs.approvals > 0 ? "Approve" : "Confirm";
}

/** For the audit log. */
export const unactedWords = ({ said }: Received): string =>
  `${said.is === "typed" ? said.line : `${said.decision} ${said.order}`}: The bot was restarted before it acted on it`;
