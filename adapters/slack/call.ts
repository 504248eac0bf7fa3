import { webApi } from "@slack/bolt";
import { chatErrorOf, isTokenRefused } from "./errors.ts";
import { boltLogger, type Log } from "./log.ts";
import type { Answers, SlackMethod } from "./methods.ts";

/** Calls one method of Slack's Web API, once. Throws `ChatError` alone. */
export type Call = <Method extends SlackMethod>(
  method: Method,
  args: Record<string, unknown>,
) => Promise<Answers[Method]>;

export interface CallOptions {
  readonly botToken: string;
  /** Of the Web API, like `https://slack.com/api/`, the default. */
  readonly apiUrl?: string | undefined;
  readonly timeoutMs: number;
  readonly log: Log;
  /** Told after every call whether Slack took the token. */
  tokenTaken(taken: boolean): void;
}

/** Without the SDK's own retries: what to do about a failure is the outbox's business. */
export const clientOptions = ({ apiUrl, timeoutMs }: Pick<CallOptions, "apiUrl" | "timeoutMs">) => ({
  timeout: timeoutMs,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
});

export function createCall(options: CallOptions): Call {
  const logger = boltLogger(options.log);
  const client = new webApi.WebClient(options.botToken, { ...clientOptions(options), logger });
  return async <Method extends SlackMethod>(method: Method, args: Record<string, unknown>) => {
    try {
      const answer = await client.apiCall(method, args);
      options.tokenTaken(true);
      return answer as Answers[Method];
    } catch (error) {
      if (isTokenRefused(error)) options.tokenTaken(false);
      throw chatErrorOf(error, {
        method,
        channel: typeof args.channel === "string" ? args.channel : undefined,
      });
    }
  };
}
