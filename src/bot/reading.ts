/** The command in a message, and what is said where there is none. */
import { closest, distance } from "fastest-levenshtein";
import type { Card } from "../chat/port.ts";
import type { AnyCommand } from "../commands/command.ts";
import { unknownVerbCard } from "../messages/answers.ts";
import {
  aloneCard,
  courtesyCard,
  editedCard,
  oneAtATimeCard,
  tooLongCard,
} from "../messages/not-read.ts";
import type { ReadAs } from "../typed/message.ts";
import { nothingFits, type Reaction } from "./reaction.ts";

/** A command and what follows its verb; nothing where the message is none. */
export function commandIn(
  read: ReadAs,
  commands: readonly AnyCommand[],
): { readonly command: AnyCommand; readonly rest: string } | undefined {
  if (read.is !== "command") return undefined;
  const command = commands.find(({ name }) => name === read.verb);
  return command && { command, rest: read.rest };
}

/** An answer to what is no command; only a courtesy is no refusal. */
export function notRead(read: ReadAs, commands: readonly AnyCommand[]): Reaction {
  switch (read.is) {
    case "courtesy":
      return { card: courtesyCard(read.courtesy), audience: "sender" };
    case "too-long":
      return nothingRead(tooLongCard(read.length));
    case "several-commands":
      return nothingRead(oneAtATimeCard);
    case "order-among-others":
      return nothingFits(read.verb, aloneCard(read.verb));
    case "command":
    case "unknown":
      return nothingRead(unknownVerbCard(read.verb, nearestVerb(read.verb, commands)));
    default:
      return read satisfies never;
  }
}

/**
 * What was said before is no longer what stands there, and nobody confirms by an edit. Only where it
 * is a command now somebody may wait for it.
 */
export const toEdited = (read: ReadAs): Reaction =>
  read.is === "command" || read.is === "order-among-others"
    ? nothingFits(read.verb, editedCard)
    : {};

const nothingRead = (card: Card): Reaction => ({
  card,
  refused: { kind: "nothing-fits", what: card.title },
});

/**
 * A verb that gives orders is suggested only for what begins like it: somebody in a hurry may type
 * what is suggested.
 */
function nearestVerb(verb: string, commands: readonly AnyCommand[]): string | undefined {
  const begun = commands.find(({ name }) => verb.length > 1 && name.startsWith(verb));
  if (begun) return begun.name;
  const verbs = commands
    .filter(
      ({ name, permission }) => permission !== "order" || name.slice(0, 2) === verb.slice(0, 2),
    )
    .map(({ name }) => name);
  const nearest = closest(verb, verbs);
  return distance(verb, nearest) <= 2 ? nearest : undefined;
}
