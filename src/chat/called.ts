/** The line in a message that calls the bot. */
import { afterCourtesy } from "./courtesy.ts";

const PAUSE = /^[\s,.:;!]+/;

/**
 * `pieces`: the message, parted where it mentions the bot. A mention at either end, or behind a mere
 * greeting, has led to the bot and is gone; elsewhere it is a word of the sentence. `calls`: what
 * people write to call the bot where it is no mention, like `@failover`; the first stands for it.
 */
export function calledLine(pieces: readonly string[], calls: readonly string[]): string {
  const said = pieces.map((piece) => piece.trim());
  const begin = said.findIndex((piece) => piece.replace(PAUSE, "") !== "");
  const end = said.findLastIndex((piece) => piece.replace(PAUSE, "") !== "");
  const [first = "", ...others] = said.slice(begin < 0 ? said.length : begin, end + 1);
  const opening = begin > 0 ? first.replace(PAUSE, "") : first;
  const isGreeting = others.length > 0 && afterCourtesy(opening).rest === "";
  const further = isGreeting ? [others.shift()?.replace(PAUSE, "") ?? ""] : [];
  const line = [[opening, ...further].join(" "), ...others].join(` ${calls[0] ?? ""} `);
  return withoutCall(line, calls);
}

/** Without a call that was written out. */
function withoutCall(line: string, calls: readonly string[]): string {
  const [word = ""] = line.split(/[\s,:]/, 1);
  const isCall = calls.some((call) => call.toLowerCase() === word.toLowerCase());
  return isCall ? line.slice(word.length).replace(PAUSE, "") : line;
}
