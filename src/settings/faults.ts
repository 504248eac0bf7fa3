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
