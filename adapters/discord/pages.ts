/** An answer of which each row is to be read, in as many messages as that takes. */
import type { Card } from "../../src/chat/port.ts";
import { standsWhole } from "./draw.ts";

/** What is left then is counted. */
const pagesMost = 5;

/** The first has the card's lines, the last what follows its rows. */
export function paged(card: Card): readonly Card[] {
  const pages = card.whole ? pagesOf(card, pagesMost) : [card];
  return pages.map((page, i) =>
    i === 0 ? page : { ...page, title: `Goes on (${i + 1} of ${pages.length}): ${page.title}` },
  );
}

function pagesOf(card: Card, most: number): Card[] {
  const { tone, title, rows = [] } = card;
  if (most === 1 || rows.length < 2 || standsWhole(card)) return [card];
  const { next, footer, buttons, picker, ...first } = card;
  const count = fitting(first, rows.length);
  const rest = { tone, title, lines: [], next, footer, buttons, picker, rows: rows.slice(count) };
  return [{ ...first, rows: rows.slice(0, count) }, ...pagesOf(rest, most - 1)];
}

/** So many of its rows stand whole; one at least, so that it comes to an end. */
function fitting(card: Card, most: number): number {
  const fits = (count: number) => standsWhole({ ...card, rows: card.rows?.slice(0, count) ?? [] });
  let count = 1;
  while (count < most && fits(count + 1)) count += 1;
  return count;
}
