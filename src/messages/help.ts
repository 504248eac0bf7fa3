/** What somebody can type here, and who somebody is to the bot. */
import type { Card, CommandHint, Line, MessageRef, Person, Span } from "../chat/port.ts";
import type { Actor, Allowed } from "../records/asker.ts";
import type { Order } from "../records/order.ts";
import { denialWords, unreadableWords } from "./denials.ts";
import { spelledOut } from "./spelled-out.ts";
import { capital, usageOf } from "./usage.ts";
import { at, list, quoted, sentence, type, who } from "./words.ts";

interface Verb extends CommandHint {
  readonly details: readonly string[];
  readonly section: Section;
}

export interface OpenTo {
  readonly command: Verb;
  readonly allowed: Allowed;
}

export interface HelpFacts {
  readonly all: readonly OpenTo[];
  readonly held: readonly { readonly order: Order; readonly ref?: MessageRef }[];
  readonly sandbox: boolean;
  readonly person: Person;
  /** Name and version of the bot. */
  readonly bot: string;
}

/** What holds without a policy file. */
export const withoutPolicy =
  "There is no policy file (POLICY_FILE). Chats may only read, in the channels of SLACK_CHANNELS and DISCORD_CHANNELS; at the terminal all is open.";

const sections: readonly (readonly [Section, title: string, after: string])[] = [
  ["look", "Look", ""],
  ["order", "Order", " – nothing is sent before it is approved"],
  ["keep", "Housekeeping", ""],
];

/** What this person can do here; and what not, and why. Each verb can be typed as it stands. */
export function helpCard({ all, held, sandbox, person, bot }: HelpFacts): Card {
  return spelledOut({
    tone: "plain",
    title: sandbox
      ? "What you can type (this is the sandbox: nothing real happens)"
      : "What you can type",
    lines: [...openLines(all), ...closedLines(all), ...held.map(heldLine)],
    next: [
      type("help start"),
      " says more about one verb. A plan is named by its name, a part of it, its number in the last list, or name @ tenant.",
    ],
    footer: ["For ", who(person), ` · ${bot}`],
  });
}

function openLines(all: readonly OpenTo[]): Line[] {
  return sections.flatMap(([section, title, after]): Line[] => {
    const verbs = all.filter(({ allowed, command }) => allowed.ok && command.section === section);
    const spans = verbs.flatMap(({ command }, i): Span[] => [
      i === 0 ? ": " : ", ",
      type(command.name),
    ]);
    return verbs.length === 0 ? [] : [[{ strong: title }, ...spans, after]];
  });
}

/** A plan has one order at a time: while one holds it, there is no other. */
function heldLine({ order, ref }: HelpFacts["held"][number]): Line {
  const { plan, by, askedAt, id, phase } = order;
  const link: Span[] = ref?.link ? [" ", { link: ref.link, text: "Open it" }, "."] : [];
  const held = phase.is === "asked" ? "waits for approval" : "is on its way or runs";
  return [
    `Closed for now: plan ${quoted(plan.name)}. Its order ${id} ${held}, asked by `,
    who(by),
    " ",
    at(askedAt),
    ".",
    ...link,
  ];
}

/** Verbs that are closed for one reason, in one line. */
function closedLines(all: readonly OpenTo[]): Line[] {
  const reasons = new Map<string, string[]>();
  for (const { command, allowed } of all)
    if (!allowed.ok) {
      const why = denialWords(allowed.why);
      reasons.set(why, [...(reasons.get(why) ?? []), command.name]);
    }
  return [...reasons].map(
    ([why, verbs]): Line => [`Closed to you here: ${list(verbs, 20)}. ${sentence(why)}`],
  );
}

export function verbHelpCard({ command, allowed }: OpenTo): Card {
  const closed = allowed.ok ? [] : [`Closed to you here. ${sentence(denialWords(allowed.why))}`];
  return spelledOut({
    tone: "plain",
    title: usageOf(command),
    lines: [sentence(capital(command.summary)), ...command.details, ...closed],
  });
}

/** The ids stand as a policy names them. */
export function whoamiCard({ person, place, groups }: Actor, human: string): Card {
  const account = `${person.platform}:${person.id}`;
  const here = place.platform === "terminal" ? "terminal" : `${place.platform}:${place.channel}`;
  const told =
    "unreadable" in groups
      ? `cannot be read: ${unreadableWords(groups)}`
      : list(groups) || "none that a rule asks for";
  return {
    tone: "plain",
    title: `You are ${person.name}`,
    lines: [
      human === account ? "The policy has no name for you." : `The policy calls you ${human}.`,
      `Groups: ${sentence(told)}`,
      ["In a policy your account is ", type(account), ", this place ", type(here), "."],
    ],
  };
}

/**
 * Where help shows a verb: what is looked at, what changes the estate, and what keeps the bot and
 * EM in order.
 */
export type Section = "look" | "order" | "keep";
