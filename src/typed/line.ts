/**
 * Text as people type it in a chat, on a phone, in a hurry: what a platform or a keyboard put into
 * it is taken out again before anything is read from it.
 */
import { tidy, withoutTrailingDots } from "../chat/same-name.ts";

/** Without the quotes around the whole of it; `"a" and "b"` keeps its own. */
export function unquoted(text: string): string {
  const quoted = /^(["'])((?:(?!\1).)*)\1$/.exec(text.trim());
  return (quoted?.[2] ?? text).trim();
}

const SHORT_LINE = 200;

/** Enough of it to know it again. */
export const shortLine = (text: string): string =>
  [...tidy(text.slice(0, 10 * SHORT_LINE))].slice(0, SHORT_LINE).join("");

export interface TypedCommand {
  readonly verb: string;
  /** What follows the verb, tidied. */
  readonly rest: string;
}

/** The verb, lower case, and the rest; an empty verb where nothing was typed. */
export function parseCommand(text: string): TypedCommand {
  const line = withoutTrailingDots(tidy(text)).replace(/^\//, "");
  const blank = line.indexOf(" ");
  if (blank < 0) return { verb: line.toLowerCase(), rest: "" };
  return { verb: line.slice(0, blank).toLowerCase(), rest: line.slice(blank + 1).trim() };
}

/**
 * Splits `rest` at clause words that stand outside quotes: `splitClauses('"A plan" before 06:00
 * because fire', ["before", "because"])` gives `{ "": "A plan", before: "06:00", because: "fire"
 * }`. The last clause takes all that follows, so a reason may hold any word. A plan whose own name
 * holds a clause word must be quoted.
 */
export function splitClauses<Word extends string>(
  rest: string,
  words: readonly Word[],
): Partial<Record<Word | "", string>> {
  const clauses: Partial<Record<Word | "", string>> = {};
  const last = words.at(-1);
  let open: Word | "" = "";
  let from = 0;
  for (const { word, at, end } of clauseWords(rest, words)) {
    if (open === last && last !== undefined) break;
    if (clauses[word] !== undefined || word === open) continue;
    clauses[open] = unquoted(rest.slice(from, at));
    open = word;
    from = end;
  }
  clauses[open] = unquoted(rest.slice(from));
  return clauses;
}

export interface WordWithin {
  /** What stands between the clause's own word and this one. */
  readonly head: string;
  readonly tail: string;
}

/**
 * Where another clause word stands outside quotes within the last clause, which takes it as text.
 * `wordsWithin('"A plan" because fire before 06:00', "because", "before")` gives one: `fire` and
 * `06:00`.
 */
export function wordsWithin(rest: string, last: string, word: string): WordWithin[] {
  const found = [...clauseWords(rest, [last, word])];
  const opened = found.find((one) => one.word === last);
  if (!opened) return [];
  return found
    .filter((one) => one.word === word && one.at > opened.at)
    .map(({ at, end }) => ({
      head: rest.slice(opened.end, at).trim(),
      tail: rest.slice(end).trim(),
    }));
}

const WORD = /\S+/g;
const CLOSING_QUOTE = /"(?=$|[\s,.;:!?)])/g;

/** Words outside quotes; what is in quotes ends where a quote ends a word. */
function* clauseWords<Word extends string>(rest: string, words: readonly Word[]) {
  const closing = [...rest.matchAll(CLOSING_QUOTE)].map(({ index }) => index);
  let from = 0;
  let next = 0;
  for (const { 0: token, index } of rest.matchAll(WORD)) {
    if (index < from) continue;
    while ((closing[next] ?? Number.POSITIVE_INFINITY) <= index) next++;
    const end = token.startsWith('"') ? closing[next] : undefined;
    if (end !== undefined) from = end + 1;
    const word = words.find((known) => known === token.toLowerCase());
    if (word !== undefined) yield { word, at: index, end: index + token.length };
  }
}
