import type { Clock } from "../../src/clock.ts";
import type { PlatformLog } from "../../src/log.ts";
import type { Proxies } from "../../src/network/proxies.ts";

export interface SocketMode {
  /** `xapp-…`, with the scope `connections:write`. */
  readonly appToken: string;
}

export interface HttpMode {
  readonly signingSecret: string;
  readonly port: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Told the port once it is open. */
  readonly listening?: (port: number) => void;
}

export interface Common {
  /** `xoxb-…`. */
  readonly botToken: string;
  /** Ids of the channels where the bot should be; looked at when it starts. */
  readonly channels: readonly string[];
  /** The slash command, as long as nobody has used it. Default: that of the manifest. */
  readonly command?: string | undefined;
  /** For GovSlack, a proxy or a test server. Default `https://slack.com/api/`. */
  readonly apiUrl?: string | undefined;
  /** For all calls to Slack and for its sockets. Default: none. */
  readonly proxies?: Proxies;
  /** IANA name, for the times in what notifications and screen readers get. Default: UTC. */
  readonly timeZone?: string;
  readonly clock: Clock;
  readonly log: PlatformLog;
  /** For each call to Slack. Default 10 s. */
  readonly timeoutMs?: number;
  /** A socket that does not answer a ping for so long is given up. Default 5 s. */
  readonly pingTimeoutMs?: number;
}

export type SlackOptions = Common & (SocketMode | HttpMode);

export const defaultTimeoutMs = 10_000;
export const defaultPingTimeoutMs = 5000;
