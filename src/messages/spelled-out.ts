/** "EM", for whoever reads of it for the first time. */
import { plainCard } from "../chat/plain.ts";
import type { Card } from "../chat/port.ts";
import { spansOf } from "../chat/spans.ts";

/** As small print, on a card that has no better place for it. */
export const EM_IS = "EM: Enterprise Manager";

/** With what "EM" is, where the card says "EM" and does not spell it out. */
export function spelledOut(card: Card): Card {
  const text = plainCard(card, { now: 0, timeZone: "UTC" });
  if (!/\bEM\b/.test(text) || text.includes("Enterprise Manager (EM)")) return card;
  const before = card.footer === undefined ? [] : [...spansOf(card.footer), " · "];
  return { ...card, footer: [...before, EM_IS] };
}
