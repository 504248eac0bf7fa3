import { cleanText } from "../../src/chat/clean.ts";
import type { Handlers } from "../../src/chat/port.ts";

const mostNames = 20;

/** Names with blanks are quoted; a name to be confirmed is typed as it is. */
const asTyped = (verb: string, name: string) =>
  name.includes(" ") && verb !== "confirm" ? `"${name}"` : name;

function verbsLike(typed: string, handlers: Handlers): string[] {
  const names = handlers.commands.map(({ name }) => name);
  return names.filter((name) => name.startsWith(typed.toLowerCase()));
}

/**
 * Whole lines that the person may have begun to type: verbs first, then names of plans and sessions
 * after a verb.
 */
function completions(line: string, handlers: Handlers): string[] {
  const [, verb = "", rest] = /^(\S*)(?:\s(.*))?$/.exec(line.trimStart()) ?? [];
  if (rest === undefined) return verbsLike(verb, handlers).map((name) => `${name} `);
  if (verb.toLowerCase() === "help")
    return verbsLike(rest, handlers).map((name) => `${verb} ${name}`);
  const takesMore = handlers.commands.some(
    ({ name, usage }) => name === verb.toLowerCase() && usage !== "",
  );
  if (!takesMore) return [];
  const names = handlers.complete(rest.trimStart().replace(/^["“]/, ""), mostNames);
  return names.map((name) => `${verb} ${asTyped(verb.toLowerCase(), cleanText(name))}`);
}

/** The longest beginning that all have. */
function commonBeginning([first = "", ...others]: readonly string[]): string {
  let common = first;
  for (const other of others) {
    while (!other.startsWith(common)) common = common.slice(0, -1);
  }
  return common;
}

/**
 * For readline: completes the line as far as all its completions agree. Where they do not agree any
 * further, they are shown by `list` (readline's own list would be written over by the live area).
 */
export const completer =
  (handlers: Handlers, list: (lines: readonly string[]) => void) =>
  (line: string): [string[], string] => {
    const found = completions(line, handlers);
    const common = commonBeginning(found);
    const further = common.toLowerCase() !== line.toLowerCase() && common.length >= line.length;
    if (found.length === 1 || further) return [[common], line];
    if (found.length > 0) list(found.map((one) => `  ${one}`));
    return [[], line];
  };
