/** To somebody who would confirm what he or she cannot have read. */
import type { Card, Line, MessageRef, Span } from "../chat/port.ts";
import type { Order } from "../records/order.ts";
import { actionWords } from "./actions.ts";
import { approvalWords, howToConfirm, questionCard } from "./question.ts";
import { at, placeWords, quoted, type } from "./words.ts";

const TITLES = {
  "not-posted": "The question is not posted yet",
  "typed-before": "That was typed before the question was posted",
  "no-answer": "The plan's name alone does not say which question is meant",
} as const;

export function unreadCard(order: Order, why: keyof typeof TITLES): Card {
  return {
    tone: "warning",
    title: `Not approved: ${quoted(order.plan.name)}`,
    lines: [`${TITLES[why]}. Nothing was sent.`],
    next: [
      "Once you have read its card, ",
      ...howToConfirm(order),
      ...(why === "no-answer" ? ["; or type the name as an answer to that card"] : []),
      ".",
    ],
  };
}

/** To somebody who answers with a bare `yes`, `ok` or `confirm`. */
export const stillOpenCard = (order: Order, ref?: MessageRef): Card => ({
  tone: "question",
  title: `${actionWords[order.action].ask} ${quoted(order.plan.name)}? This is still open`,
  lines: [
    [
      "Such an answer decides nothing, and nothing was sent. The question closes ",
      at(order.expiresAt),
      ".",
    ],
    ...linesOf(approvalWords(order)),
  ],
  next: [
    "To confirm it, ",
    ...howToConfirm(order, ref),
    "; to drop it, type ",
    type("cancel"),
    ".",
  ],
});

const linesOf = (words: readonly Span[]): Line[] => (words.length === 0 ? [] : [words]);

/** In a place where it was not asked; whoever confirms from there types the code that it shows. */
export function questionElsewhereCard(order: Order, now: number): Card {
  const { code } = order.confirmation;
  if (code === undefined)
    return {
      tone: "warning",
      title: `Not approved: ${quoted(order.plan.name)} was asked in another place`,
      lines: [`Read the question there and confirm it there: ${placeWords(order.place)}.`],
    };
  const card = questionCard({ ...order, confirmation: { by: "code", code } }, now);
  const where = `It was asked in ${placeWords(order.place)}. Read it first; nothing was approved.`;
  return { ...card, lead: [where, ...(card.lead ?? [])] };
}
