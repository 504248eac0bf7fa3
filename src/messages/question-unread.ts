/** To somebody who would confirm what he or she cannot have read. */
import type { Card } from "../chat/port.ts";
import type { Order } from "../records/order.ts";
import { howToConfirm, questionCard } from "./question.ts";
import { placeWords, quoted } from "./words.ts";

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
