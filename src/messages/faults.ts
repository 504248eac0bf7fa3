/** What is told where something failed: EM, the bot's state, or the bot itself. */
import type { Card, Line } from "../chat/port.ts";
import type { EmFailure } from "../em/errors.ts";
import { spelledOut } from "./spelled-out.ts";
import { allOf, list, sentence, type } from "./words.ts";

export interface CommandFault {
  readonly is: EmFailure | "state" | "bot";
  /** In the words of what failed; absent where it has none that are for people. */
  readonly why?: string;
  readonly perhapsDone: boolean;
  /** Of several things that EM was asked: those that it had done before. */
  readonly before?: readonly string[];
}

const said: Readonly<Record<CommandFault["is"], string>> = {
  unreachable: "EM does not answer",
  "timed-out": "EM does not answer in time",
  certificate: "EM's certificate is not trusted",
  unauthorized: "EM refuses the bot's logon",
  forbidden: "the bot's EM account may not do that",
  "not-found": "EM does not know it",
  rejected: "EM refuses it",
  busy: "EM does not answer now",
  "server-error": "EM reports a fault of its own",
  unreadable: "EM's answer cannot be read",
  state: "the bot's state cannot be read or saved",
  bot: "the bot has a fault",
};

/** `wanted`: what failed, such as a verb. `reference` is found in the log. */
export const faultCard = (wanted: string, fault: CommandFault, reference: string): Card =>
  spelledOut({
    tone: "bad",
    title: `${wanted}: ${said[fault.is]}`,
    lines: [
      sentence(fault.why ?? "Something unexpected went wrong in the bot"),
      fault.perhapsDone ? "It may or may not have been carried out." : changedBefore(fault),
    ],
    next: nextOf(fault),
    footer: `Reference ${reference}`,
  });

const changedBefore = ({ before = [] }: CommandFault) =>
  before.length === 0 ? "Nothing was changed." : `Carried out before that: ${list(before)}.`;

/** What the audit log says of something that EM was asked and that did not end well. */
export function undoneWords(wanted: string, { is, perhapsDone, before = [] }: CommandFault) {
  const how = perhapsDone ? "it may or may not have been carried out" : "it was not carried out";
  const done = before.length === 0 ? "" : `. Carried out before that: ${allOf(before)}`;
  return `${wanted}: ${said[is]}; ${how}${done}`;
}

function nextOf({ is, perhapsDone }: CommandFault): Line {
  if (perhapsDone)
    return ["Look with ", type("status"), " whether it runs before you do it again."];
  switch (is) {
    case "unreachable":
    case "timed-out":
    case "busy":
    case "server-error":
    case "unreadable":
      return ["Try again in a minute; ", type("doctor"), " looks for the cause."];
    case "certificate":
    case "unauthorized":
    case "forbidden":
      return [type("doctor"), " says what else is wrong with the logon."];
    case "state":
      return [type("doctor"), " looks at the state."];
    case "not-found":
    case "rejected":
      return [type("status"), " shows what EM has now."];
    case "bot":
      return "Try again; the bot's log has the cause under this reference.";
    default:
      return is satisfies never;
  }
}
