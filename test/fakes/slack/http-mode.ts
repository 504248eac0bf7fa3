/**
 * HTTP mode: each payload is a signed request to the bot.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */

import { createHmac } from "node:crypto";
import { performance } from "node:perf_hooks";
import { acknowledgementWithinMs, type Envelope, type Outcome, type Way } from "./deliveries.ts";

export interface HttpWayOptions {
  readonly url: string;
  readonly signingSecret: string;
  /** When Slack dates what it sends. Default: by the real clock. */
  readonly now?: () => number;
  /** Lets go of what is not acknowledged sooner than Slack does. */
  readonly letGo?: AbortSignal;
}

export interface SignedRequest {
  readonly body: string;
  readonly headers: Record<string, string>;
}

const asForm = (fields: Record<string, unknown>) =>
  new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();

function bodyOf({ type, payload }: Envelope): { body: string; mediaType: string } {
  if (type === "events_api")
    return { body: JSON.stringify(payload), mediaType: "application/json" };
  const fields = type === "slash_commands" ? payload : { payload: JSON.stringify(payload) };
  return { body: asForm(fields), mediaType: "application/x-www-form-urlencoded" };
}

export function signed(
  envelope: Envelope,
  signingSecret: string,
  atS = Math.floor(Date.now() / 1000),
): SignedRequest {
  const { body, mediaType } = bodyOf(envelope);
  const signature = createHmac("sha256", signingSecret).update(`v0:${atS}:${body}`).digest("hex");
  return {
    body,
    headers: {
      "content-type": mediaType,
      "x-slack-request-timestamp": String(atS),
      "x-slack-signature": `v0=${signature}`,
      ...(envelope.retry > 0 ? { "x-slack-retry-num": String(envelope.retry) } : {}),
    },
  };
}

export const createHttpWay = ({
  url,
  signingSecret,
  now = Date.now,
  letGo = new AbortController().signal,
}: HttpWayOptions): Way => ({
  deliver: async (envelope): Promise<Outcome> => {
    const since = performance.now();
    const signal = AbortSignal.any([letGo, AbortSignal.timeout(acknowledgementWithinMs)]);
    try {
      const answer = await fetch(url, {
        method: "POST",
        ...signed(envelope, signingSecret, Math.floor(now() / 1000)),
        signal,
      });
      const text = await answer.text();
      if (answer.status !== 200) return { acknowledged: false };
      const afterMs = performance.now() - since;
      return {
        acknowledged: true,
        afterMs,
        ...(text.startsWith("{") ? { answer: JSON.parse(text) } : {}),
      };
    } catch {
      return { acknowledged: false };
    }
  },
});
