/** What is said to somebody who typed or pressed something, as data; `answering.ts` says it. */
import type { Arriving, Audience, Card, Pressed } from "../chat/port.ts";
import type { AnyCommand, Outcome, Refused } from "../commands/command.ts";
import { notAllowedCard, tooOldCard } from "../messages/answers.ts";
import { refusedWords } from "../messages/audit-words.ts";
import { pickedLine } from "../messages/picker.ts";
import type { Denial } from "../records/asker.ts";
import type { AuditEntry } from "../records/audit-entry.ts";
import { readMessage } from "../typed/message.ts";

export interface Reaction {
  /** Absent where the card of a question or run, which is in view, says it all. */
  readonly card?: Card | undefined;
  /** Default: everyone; of a refusal: the sender. */
  readonly audience?: Audience | undefined;
  /** Plan ids in the order shown, so that their numbers can be typed. */
  readonly listed?: readonly string[] | undefined;
  /** What was asked for was not done, or failed. */
  readonly refused?: Refused | undefined;
  /** What was done, for the audit log. */
  readonly done?: Pick<AuditEntry, "deed" | "what">;
}

/** Of a command. A refusal of which it says no more was of something that nothing fits. */
export function reactionTo(
  { card, audience, listed, refused }: Outcome & { is: "reply" },
  verb: string,
): Reaction {
  const said = { card, audience, listed };
  if (refused === true) return { ...said, refused: nothingFits(verb, card).refused };
  return {
    ...said,
    refused: typeof refused === "string" ? { kind: "not-done", what: refused } : refused,
  };
}

export const forbidden = (verb: string, why: Denial): Reaction => ({
  card: notAllowedCard(verb, why),
  refused: { kind: "not-done", what: refusedWords(verb, { is: "denied", why }) },
});

/** `wanted`: a verb or the word of a button. */
export const nothingFits = (wanted: string, card: Card): Reaction => ({
  card,
  refused: { kind: "nothing-fits", what: `${wanted}: ${card.title}` },
});

export const cameLate = (wanted: string, typedAt: number, now: number): Reaction => ({
  card: tooOldCard(typedAt),
  refused: {
    kind: "not-done",
    what: refusedWords(wanted, { is: "late", byMs: now - typedAt }),
  },
});

/** The verb that was typed or chosen, or that a button has; nothing where there is no such verb. */
export function verbOf(incoming: Arriving, commands: readonly AnyCommand[]): string | undefined {
  const verb = incoming.kind === "typed" ? typedVerb(incoming.text, commands) : verbOn(incoming);
  return commands.find(({ name }) => name === verb)?.name;
}

function typedVerb(text: string, commands: readonly AnyCommand[]): string | undefined {
  const read = readMessage(text, commands);
  return read.is === "command" ? read.verb : undefined;
}

const verbOn = ({ token }: Pick<Pressed, "token">) =>
  (pickedLine(token) ?? token).split(/[: ]/, 1)[0];
