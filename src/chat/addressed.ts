import type { Card, CommandHint, Line, Row } from "./port.ts";

/**
 * The card with `before` put before every command in it that is to be typed, for platforms where a
 * line reaches the bot only if it begins so, like `/failover `. What is to be typed and is no
 * command, such as a name, stays as it is.
 */
export function addressed(
  card: Card,
  before: string,
  commands: readonly Pick<CommandHint, "name">[],
): Card {
  const verbs = new Set(commands.map(({ name }) => name));
  const typed = (text: string) =>
    verbs.has(text.split(" ", 1)[0] ?? "") ? `${before}${text}` : text;
  const line = (given: Line): Line =>
    typeof given === "string"
      ? given
      : given.map((span) =>
          typeof span === "object" && "type" in span ? { type: typed(span.type) } : span,
        );
  const row = (given: Row): Row => ({ ...given, detail: line(given.detail) });
  return {
    ...card,
    lines: card.lines.map(line),
    ...(card.rows ? { rows: card.rows.map(row) } : {}),
    ...(card.next === undefined ? {} : { next: line(card.next) }),
    ...(card.footer === undefined ? {} : { footer: line(card.footer) }),
  };
}
