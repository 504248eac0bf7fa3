import type { Clock } from "../../src/clock.ts";
import type { PlatformLog } from "../../src/log.ts";
import type { Proxies } from "../../src/network/proxies.ts";

export interface DiscordOptions {
  /** The bot's token, without the word "Bot". */
  readonly token: string;
  /** Ids of the channels where the bot listens; their threads belong to them. */
  readonly channels: readonly string[];
  /** For a proxy or a test server: what stands before `/v10`. Default: Discord's own. */
  readonly apiUrl?: string;
  /** For REST and the gateway. Default: none. */
  readonly proxies?: Proxies;
  readonly clock: Clock;
  readonly log: PlatformLog;
}
