import type { Card } from "./port.ts";

/** The remark on a message whose earlier attempt may have arrived as well. */
export const perhapsTwiceRemark = "(Perhaps posted twice)";

/** The card with that remark as its last line. */
export const perhapsTwice = (card: Card): Card => ({
  ...card,
  lines: [...card.lines, perhapsTwiceRemark],
});
