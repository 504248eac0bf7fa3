import type { Clock } from "../../src/clock.ts";

export interface DiscordLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface DiscordOptions {
  /** The bot's token, without the word "Bot". */
  readonly token: string;
  /** Ids of the channels where the bot listens; their threads belong to them. */
  readonly channels: readonly string[];
  /** For a proxy or a test server: what stands before `/v10`. Default: Discord's own. */
  readonly apiUrl?: string;
  readonly clock: Clock;
  readonly log: DiscordLog;
}
