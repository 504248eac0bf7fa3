import type { Card, CommandHint } from "./port.ts";
import { withSpans } from "./spans.ts";

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
  return withSpans(card, (span) => ("type" in span ? { type: typed(span.type) } : span));
}
