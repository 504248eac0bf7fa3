/**
 * The structured log: JSON lines, on standard error where nothing else is said. No secret can stand
 * in one, for three reasons.
 * Errors are described by named fields and never dumped, fields with the names of credentials are
 * left out, and every configured secret is replaced in the finished line, by value, wherever it
 * stands.
 */

import { type DestinationStream, type Logger, pino } from "pino";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];
export type Log = Logger;
/** As much of it as a platform uses: a sentence, after its fields where it has some. */
export type PlatformLog = Pick<Log, "info" | "warn" | "error">;

export interface LogOptions {
  /**
   * Never to be read in a log. Give `user:password` besides the password, so that basic
   * authentication is covered.
   */
  readonly secrets: readonly string[];
  readonly level: LogLevel;
  /** Default: standard error, written at once. */
  readonly destination?: DestinationStream;
  /**
   * What happens while nothing is wrong with the program, such as an EM that cannot be reached: its
   * message tells all, and it is logged without a stack. Default: nothing is.
   */
  readonly isExpected?: IsExpected;
}

type IsExpected = (error: Error) => boolean;

/**
 * What LOG_LEVEL says, else "info", else "warn" where lines would stand amid a chat in an
 * interactive terminal.
 */
export const levelFor = (wished: LogLevel | undefined, interactive: boolean): LogLevel =>
  wished ?? (interactive ? "warn" : "info");

const redacted = "[secret]";
const deepest = 6;
const deepestNesting = 4;
const mostFrames = 20;
const credentials =
  /^(authorization|cookie|set-cookie|x-restsvcsessionid|.*password.*|.*secret.*|.*token)$/i;

/** Plain, in an address, in a form, and in base64, with and without its padding. */
function formsOf(secret: string): string[] {
  const inAddress = encodeURIComponent(secret.toWellFormed());
  const strict = inAddress.replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const inForm = new URLSearchParams([["", secret]]).toString().slice(1);
  const addresses = [inAddress, strict, inForm];
  const small = addresses.map((form) =>
    form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  );
  const bytes = [Buffer.from(secret, "utf8"), Buffer.from(secret, "latin1")];
  const inBase64 = bytes.flatMap((each) => [each.toString("base64"), each.toString("base64url")]);
  return [
    secret,
    ...addresses,
    ...small,
    ...inBase64,
    ...inBase64.map((form) => form.replace(/(?<!=)=+$/, "")),
  ];
}

const asInJson = (text: string) => JSON.stringify(text).slice(1, -1);
/**
 * As it stands, and as it stands in JSON, in JSON within JSON, and so on: a line may quote a body
 * that quotes another.
 */
function nestedInJson(text: string): string[] {
  const forms = [text];
  for (let nesting = 1; nesting <= deepestNesting; nesting++)
    forms.push(asInJson(forms.at(-1) ?? text));
  return forms;
}

const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** Shorter ones stand within other words by chance. */
const SURE_LENGTH = 8;
/** A common word, or a number; longer ones are hidden wherever they stand. */
const likeAWord = /^(?:[a-z]{1,9}|\d{1,9})$/i;
const isWordLike = (form: string) => form.length < SURE_LENGTH || likeAWord.test(form);

/** A letter or digit before ends a word where it belongs to a code: of a line break, of a blank. */
const codeBefore = "(?<=\\\\[bfnrt]|\\\\u[\\da-f]{4}|%[\\dA-Fa-f]{2})";
const atWordStart = `(?:(?<![\\p{L}\\p{N}_])|${codeBefore})`;
const atWordEnd = "(?![\\p{L}\\p{N}_])";

const anyOf = (forms: readonly string[]) => `(?:${forms.map(literally).join("|")})`;

function replacing(pattern: RegExp, isWanted: boolean): (text: string) => string {
  return isWanted ? (text) => text.replace(pattern, redacted) : (text) => text;
}

/**
 * A function that replaces every secret in a text, be it plain or JSON, by `[secret]`: as it
 * stands, URL-encoded and in base64. A secret within something else in base64 is not found. One of
 * fewer than eight signs, or a word or number of up to nine, is replaced only where it stands
 * alone: within another word (`unreacha[secret]le`), what is left would give it away.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret !== "").flatMap(formsOf);
  const everyForm = forms.flatMap(nestedInJson);
  const longestFirst = [...new Set(everyForm)].sort((one, other) => other.length - one.length);
  const words = longestFirst.filter(isWordLike);
  const others = longestFirst.filter((form) => !isWordLike(form));
  const everywhere = replacing(new RegExp(anyOf(others), "g"), others.length > 0);
  const alone = new RegExp(`${atWordStart}${anyOf(words)}${atWordEnd}`, "gu");
  const asWords = replacing(alone, words.length > 0);
  return (text) => asWords(everywhere(text));
}

const framesOf = (stack: string | undefined): string[] =>
  (stack ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at "))
    .slice(0, mostFrames);

const field = (error: Error, name: "failure" | "code"): Record<string, unknown> => {
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" || typeof value === "number" ? { [name]: value } : {};
};

interface Describing {
  readonly isExpected: IsExpected;
  readonly withStacks: boolean;
  readonly depth: number;
}

const deeper = (how: Describing): Describing => ({ ...how, depth: how.depth + 1 });

/**
 * An error by named fields alone: requests, answers and headers that libraries hang on their errors
 * are left out.
 */
function describedError(error: Error, outside: Describing): Record<string, unknown> {
  const withStacks = outside.withStacks && !outside.isExpected(error);
  const how = { ...outside, withStacks };
  return {
    name: error.name,
    message: error.message,
    ...field(error, "failure"),
    ...field(error, "code"),
    ...(withStacks ? { stack: framesOf(error.stack) } : {}),
    ...(error.cause === undefined ? {} : { cause: described(error.cause, deeper(how)) }),
    ...(error instanceof AggregateError ? { errors: described(error.errors, deeper(how)) } : {}),
  };
}

/** The value as plain data of limited depth. */
function described(value: unknown, how: Describing): unknown {
  if (typeof value !== "object" || value === null)
    return typeof value === "bigint" ? `${value}` : value;
  if (how.depth > deepest) return "…";
  if (value instanceof Error) return describedError(value, how);
  if (Array.isArray(value)) return value.map((item) => described(item, deeper(how)));
  return describedFields(value, how);
}

function describedFields(value: object, how: Describing): Record<string, unknown> {
  const fields = Object.entries(value).map(([name, inner]): [string, unknown] =>
    credentials.test(name) ? [name, redacted] : [name, described(inner, deeper(how))],
  );
  return Object.fromEntries(fields);
}

export function createLog(options: LogOptions): Log {
  const { secrets, level, destination = pino.destination(2), isExpected = () => false } = options;
  const redact = redactor(secrets);
  const how: Describing = { isExpected, withStacks: true, depth: 0 };
  const formatters = {
    level: (label: string) => ({ level: label }),
    log: (fields: object) => describedFields(fields, how),
    bindings: (fields: object) => describedFields(fields, how),
  };
  /**
   * Errors are described already; pino's own description would take their causes into their
   * messages.
   */
  const serializers = { err: (error: unknown) => error };
  const settings = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters,
    serializers,
  };
  return pino(settings, { write: (line: string) => destination.write(redact(line)) });
}
