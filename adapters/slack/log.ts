import { type Logger, LogLevel } from "@slack/bolt";

/** Where the adapter says what a person who runs the bot should know; a pino logger is one. */
export interface Log {
  info(sentence: string): void;
  warn(sentence: string): void;
  error(sentence: string): void;
}

/** Tokens, tickets of sockets and addresses that answer in a channel's name. */
const secrets =
  /xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=[?&]ticket=)[^&\s"']+|https?:\/\/[^\s"']*\/(?:commands|actions|response)\/[^\s"']+/g;

export const withoutSecrets = (text: string): string => text.replace(secrets, "[hidden]");

const said = (words: readonly unknown[]) =>
  withoutSecrets(
    `Slack's SDK says: ${words.map((word) => (word instanceof Error ? word.message : String(word))).join(" ")}`,
  );

/**
 * Bolt's log in ours: its warnings and errors, without secrets. Its lower levels hold payloads, and
 * are not kept.
 */
export const boltLogger = (log: Log): Logger => ({
  debug: () => {},
  info: () => {},
  warn: (...words) => log.warn(said(words)),
  error: (...words) => log.error(said(words)),
  setLevel: () => {},
  getLevel: () => LogLevel.WARN,
  setName: () => {},
});
