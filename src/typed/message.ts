/**
 * What a whole message wants of the bot. A verb that orders or decides is taken only where the
 * message is that line and nothing else; verbs that look are also found among courtesies, in a code
 * block, and above further lines.
 */
import { afterCourtesy, type Courtesy } from "../chat/courtesy.ts";
import { tidy } from "../chat/same-name.ts";
import { parseCommand, type TypedCommand } from "./line.ts";

/** What a message may be read as. */
export type ReadAs =
  | ({ readonly is: "command" } & TypedCommand)
  | { readonly is: "courtesy"; readonly courtesy: Courtesy }
  /** It orders or decides, but other words stand around it. */
  | { readonly is: "order-among-others"; readonly verb: string }
  | { readonly is: "several-commands" }
  | { readonly is: "too-long"; readonly length: number }
  | { readonly is: "unknown"; readonly verb: string };

interface Verb {
  readonly name: string;
  readonly section: string;
  /** What follows it is all of the message. */
  readonly whole?: true;
}

/**
 * In UTF-16 units: room for a long reason. Slack takes 40,000 of anybody, Discord 4,000; what is longer
 * than this is not read at all.
 */
export const LONGEST_MESSAGE = 10_000;

export function readMessage(text: string, verbs: readonly Verb[]): ReadAs {
  if (text.length > LONGEST_MESSAGE) return { is: "too-long", length: text.length };
  const whole = parseCommand(text);
  const found = verbs.find(({ name }) => name === (whole.verb || "help"));
  if (found?.section === "order" || found?.whole) return { is: "command", ...whole };
  const lines = linesOf(text);
  if (found && lines.length < 2) return looking(found.name, whole.rest);
  return lines.length < 2 ? readLine(lines[0] ?? "", whole.verb, verbs) : readLines(lines, verbs);
}

/** A reading verb on one line and talk below it; two commands are not chosen from. */
function readLines([first = "", ...others]: readonly string[], verbs: readonly Verb[]): ReadAs {
  const isCommand = (line: string) =>
    ["command", "order-among-others"].includes(readLine(line, "", verbs).is);
  const read = readLine(first, parseCommand(first).verb, verbs);
  return read.is === "command" && others.some(isCommand) ? { is: "several-commands" } : read;
}

function readLine(line: string, unknown: string, verbs: readonly Verb[]): ReadAs {
  const { courtesy, rest } = afterCourtesy(tidy(line));
  if (courtesy !== undefined && rest === "") return { is: "courtesy", courtesy };
  const { verb, rest: after } = parseCommand(rest);
  const name = verb.replace(/(?<![,:;?])[,:;?]+$/, "");
  const found = verbs.find((one) => one.name === name);
  if (!found) return { is: "unknown", verb: unknown };
  return found.section === "order"
    ? { is: "order-among-others", verb: name }
    : looking(name, after);
}

/** `status, please` is about no plan of that name. */
function looking(verb: string, rest: string): ReadAs {
  const { courtesy, rest: after } = afterCourtesy(rest);
  return { is: "command", verb, rest: courtesy !== undefined && after === "" ? "" : rest };
}

/** Without blank lines and the fences of code blocks, with a language or without. */
const linesOf = (text: string): string[] =>
  text
    .replace(/^(\s*```)[a-z]*\n/i, "$1\n")
    .replaceAll("```", "\n")
    .split("\n")
    .filter((line) => line.trim() !== "");
