import type { Logger } from "@slack/bolt";
import type { PlatformLog } from "../../src/log.ts";
import { BoltLogLevel } from "./bolt.ts";

/** Tokens, tickets of sockets and addresses that answer in a channel's name. */
const secrets =
  /xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=[?&]ticket=)[^&\s"']+|\/(?:commands|actions|response)\/[^\s"']+/g;

export const withoutSecrets = (text: string): string => text.replace(secrets, "[hidden]");

const said = (words: readonly unknown[]) =>
  withoutSecrets(
    `Slack's SDK says: ${words.map((word) => (word instanceof Error ? word.message : String(word))).join(" ")}`,
  );

/**
 * Bolt's log in ours: its warnings and errors, without secrets. Its lower levels hold payloads, and
 * are not kept.
 */
export const boltLogger = (log: PlatformLog): Logger => ({
  debug: () => {},
  info: () => {},
  warn: (...words) => log.warn(said(words)),
  error: (...words) => log.error(said(words)),
  setLevel: () => {},
  getLevel: () => BoltLogLevel.WARN,
  setName: () => {},
});
