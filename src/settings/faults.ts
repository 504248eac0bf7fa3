import { distance } from "fastest-levenshtein";
import { cleanText } from "../chat/clean.ts";

/** One thing that is wrong with the settings. */
export interface SettingFault {
  /** The variable or flag. */
  readonly name: string;
  /** Like `must be a whole number`. */
  readonly wants: string;
  /** What is there, as it may be shown: never a secret. */
  readonly got: string;
}

const sentence = ({ name, wants, got }: SettingFault) => `${name} ${wants}: it is ${got}`;

/** All that is wrong with the settings, at once; the message has a line for each fault. */
export class ConfigError extends Error {
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    const count =
      faults.length === 1
        ? "one setting is not as it must be"
        : `${faults.length} settings are not as they must be`;
    super([`Cannot start as ${count}`, ...faults.map(sentence)].join("\n  "));
    this.name = "ConfigError";
    this.faults = faults;
  }
}

const longestShown = 80;

/** A value as a fault shows it. */
export function shownValue(text: string): string {
  const clean = cleanText(text);
  return clean.length > longestShown ? `"${clean.slice(0, longestShown)}…"` : `"${clean}"`;
}

/** A value that must not be shown. */
export const hidden = (text: string): string =>
  text.length === 1 ? "something of one character" : `something of ${text.length} characters`;

const QUOTES = "\"'`“”„‘’«»";
const isQuote = (sign: string | undefined) => sign !== undefined && QUOTES.includes(sign);

const where = (what: string, atStart: boolean, atEnd: boolean): string[] => {
  if (atStart && atEnd) return [`${what}s at both ends`];
  if (atStart) return [`a ${what} at its beginning`];
  return atEnd ? [`a ${what} at its end`] : [];
};

/**
 * `, with quotes at both ends`, `, with a blank at its end`: what a copy or a file of variables leaves
 * around a value, and nobody sees; empty where there is nothing.
 */
export function edgesOf(text: string): string {
  const inner = [...text.trim()];
  const found = [
    ...where("quote", isQuote(inner[0]), isQuote(inner.at(-1))),
    ...where("blank", /^\s/.test(text), /\s$/.test(text)),
  ];
  return found.length === 0 ? "" : `, with ${found.join(" and ")}`;
}

/** Whether a value that can be taken so was hardly meant so: a password may end with a quote. */
export const isWrapped = (edges: string): boolean => /quotes at both|blank/.test(edges);

/** An address as a fault shows it: not at all where a password may stand in it. */
export const quotedAddress = (text: string): string =>
  text.includes("@") ? hidden(text) : shownValue(text);

/**
 * The known word that was probably meant: few letters away, or the beginning of one; upper and
 * lower case are one.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const small = word.toLowerCase();
  const [best] = known
    .map((candidate) => ({ candidate, away: apart(small, candidate.toLowerCase()) }))
    .filter(({ away }) => away <= Math.max(1, Math.min(2, small.length / 2)))
    .sort((one, other) => one.away - other.away);
  return best?.candidate;
}

const shortestBeginning = 4;

function apart(word: string, candidate: string): number {
  const begins = candidate.startsWith(word) && word.length >= shortestBeginning;
  return begins ? 1 : distance(word, candidate);
}

/** `, did you mean "plans"?`, or nothing where no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? "" : `, did you mean ${meant}?`;
}
