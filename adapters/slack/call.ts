import type { PlatformTime } from "../../src/chat/platform-time.ts";
import { isTroubleOf } from "../../src/chat/trouble.ts";
import type { PlatformLog } from "../../src/log.ts";
import { webApi } from "./bolt.ts";
import { chatErrorOf, isTokenRefused } from "./errors.ts";
import { type Condition, isSpeech } from "./health.ts";
import { boltLogger } from "./log.ts";
import type { Answers, SlackMethod } from "./methods.ts";

/** Calls one method of Slack's Web API, once. Throws `ChatError` alone. */
export type SlackCall = <Method extends SlackMethod>(
  method: Method,
  args: Record<string, unknown>,
) => Promise<Answers[Method]>;

export interface CallOptions {
  readonly botToken: string;
  /** Of the Web API, like `https://slack.com/api/`, the default. */
  readonly apiUrl?: string | undefined;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  /** Slack's clock, told of each answer. */
  readonly time: Pick<PlatformTime, "heard">;
  readonly log: PlatformLog;
  /** Told of every call that went well, and of whatever keeps the bot from speaking anywhere. */
  readonly condition: Pick<Condition, "wentWell" | "tokenRefused" | "silenced">;
}

/** Without the SDK's own retries: what to do about a failure is the outbox's business. */
export const clientOptions = ({
  apiUrl,
  timeoutMs,
}: Pick<CallOptions, "apiUrl" | "timeoutMs">) => ({
  timeout: timeoutMs,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
});

const channelIn = ({ channel }: Record<string, unknown>) =>
  typeof channel === "string" ? channel : undefined;

export function createCall(options: CallOptions): SlackCall {
  const logger = boltLogger(options.log);
  const client = new webApi.WebClient(options.botToken, {
    ...clientOptions(options),
    logger,
    fetch: noting(options),
  });
  return (method, args) => callOnce(client, options.condition, method, args);
}

/** The SDK hides the headers of answers. */
const noting =
  ({ time, fetch }: Pick<CallOptions, "time" | "fetch">): typeof fetch =>
  async (...asked) => {
    const response = await fetch(...asked);
    if (response.ok) time.heard(response.headers.get("date"));
    return response;
  };

async function callOnce<Method extends SlackMethod>(
  client: webApi.WebClient,
  condition: CallOptions["condition"],
  method: Method,
  args: Record<string, unknown>,
): Promise<Answers[Method]> {
  try {
    const answer = await client.apiCall(method, args);
    condition.wentWell(method, channelIn(args));
    return answer as Answers[Method];
  } catch (error) {
    if (isTokenRefused(error)) condition.tokenRefused();
    const failed = chatErrorOf(error, { method, channel: channelIn(args) });
    if (isSpeech(method) && isTroubleOf(failed, "bot")) condition.silenced(failed.message);
    throw failed;
  }
}
