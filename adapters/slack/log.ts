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

/** A request that Slack has not answered: whoever asked says so, with what it was for. */
const saidElsewhere = /^(?:http request failed|Failed to retrieve a new WSS URL)/;

function keep(tell: (sentence: string) => void, words: readonly unknown[]): void {
  if (!saidElsewhere.test(String(words[0]))) tell(said(words));
}

/**
 * Bolt's log in ours: its warnings and errors, without secrets. Its lower levels hold payloads, and
 * are not kept.
 */
export const boltLogger = (log: PlatformLog): Logger => ({
  debug: () => {},
  info: () => {},
  warn: (...words) => keep((sentence) => log.warn(sentence), words),
  error: (...words) => keep((sentence) => log.error(sentence), words),
  setLevel: () => {},
  getLevel: () => BoltLogLevel.WARN,
  setName: () => {},
});
