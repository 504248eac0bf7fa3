/** What Slack's errors mean to a caller of the port, as sentences that name the cure. */

import { webApi } from "@slack/bolt";
import { ChatError, type ChatFailure } from "../../src/chat/port.ts";
import { withoutSecrets } from "./log.ts";
import type { SlackMethod } from "./methods.ts";

/** What was being done, and to what; words of the sentences. */
export interface Attempt {
  readonly method: SlackMethod | "files.upload" | "apps.connections.open";
  readonly channel?: string | undefined;
}

/** Asked again so much later where Slack does not say when. */
const rateLimitMs = 30_000;
const unreachableMs = 5000;

type Meaning = readonly [ChatFailure, (channel: string) => string];

const token = "the bot token is no longer valid; install the app again and set SLACK_BOT_TOKEN";
const channelGone = (channel: string) => `Slack knows no channel ${channel} that the bot can see`;
const messageGone = (channel: string) => `The message in channel ${channel} is no longer there`;
const notMember = (channel: string) =>
  `The bot is not a member of channel ${channel}; type /invite @failover there`;
const restricted = (channel: string) =>
  `The rules of the workspace do not let the bot post in channel ${channel}; an administrator can allow it`;
const tokenRefused = () => `Slack refuses the bot: ${token}`;

const meanings: Record<string, Meaning> = {
  channel_not_found: ["gone", channelGone],
  is_archived: [
    "gone",
    (channel) => `Channel ${channel} is archived; unarchive it, or name another one`,
  ],
  is_inactive: [
    "gone",
    (channel) => `Channel ${channel} is archived; unarchive it, or name another one`,
  ],
  message_not_found: ["gone", messageGone],
  thread_not_found: ["gone", messageGone],
  cant_update_message: [
    "gone",
    (channel) => `The message in channel ${channel} is not the bot's to edit`,
  ],
  edit_window_closed: [
    "gone",
    (channel) => `Slack lets nobody edit the message in channel ${channel} any more`,
  ],
  user_not_in_channel: ["gone", (channel) => `The person is not in channel ${channel}`],
  not_in_channel: ["not-allowed", notMember],
  restricted_action: ["not-allowed", restricted],
  restricted_action_read_only_channel: ["not-allowed", restricted],
  restricted_action_thread_only_channel: ["not-allowed", restricted],
  restricted_action_non_threadable_channel: ["not-allowed", restricted],
  invalid_auth: ["not-allowed", tokenRefused],
  not_authed: ["not-allowed", tokenRefused],
  token_revoked: ["not-allowed", tokenRefused],
  token_expired: ["not-allowed", tokenRefused],
  account_inactive: ["not-allowed", tokenRefused],
  expired_trigger_id: [
    "gone",
    () => "Slack let the form open for three seconds only; press the button again",
  ],
  trigger_expired: [
    "gone",
    () => "Slack let the form open for three seconds only; press the button again",
  ],
  exchanged_trigger_id: ["gone", () => "The form has been opened already"],
  trigger_exchanged: ["gone", () => "The form has been opened already"],
  plan_upgrade_required: [
    "not-allowed",
    () => "Slack has user groups on paid plans only; name people by id instead",
  ],
  file_upload_size_restricted: ["refused", () => "Slack takes no file that large here"],
  file_uploads_disabled: ["refused", () => "The rules of the workspace allow no files"],
  file_uploads_except_images_disabled: [
    "refused",
    () => "The rules of the workspace allow no files but pictures",
  ],
  file_type_not_allowed: [
    "refused",
    () => "The rules of the workspace do not allow this file type",
  ],
  slack_connect_file_upload_sharing_blocked: [
    "refused",
    () => "The rules of a connected workspace allow no files in this channel",
  ],
  file_not_found: ["retry-after", () => "Slack does not know the file that it was sent"],
  ratelimited: ["retry-after", () => "Slack asks to wait"],
  rate_limited: ["retry-after", () => "Slack asks to wait"],
  internal_error: ["unknown", () => "Slack had an error of its own; perhaps it was done"],
  fatal_error: ["unknown", () => "Slack had an error of its own; perhaps it was done"],
  service_unavailable: ["unknown", () => "Slack is not available; perhaps it was done"],
  team_added_to_org: ["unknown", () => "The workspace is being moved; perhaps it was done"],
  request_timeout: ["unknown", () => "Slack did not get the whole question; perhaps it was done"],
};

/** Errors that say that the bot's token is of no use. */
const tokenErrors = new Set([
  "invalid_auth",
  "not_authed",
  "token_revoked",
  "token_expired",
  "account_inactive",
]);

export const isTokenRefused = (error: unknown): boolean =>
  error instanceof webApi.WebAPIPlatformError && tokenErrors.has(error.data.error);

function platformError(error: webApi.WebAPIPlatformError, { method, channel }: Attempt): ChatError {
  const name = withoutSecrets(error.data.error);
  if (name === "missing_scope") {
    const needed = "needed" in error.data ? ` "${withoutSecrets(String(error.data.needed))}"` : "";
    const cure = "add it to the app (manifest.yml has it) and install the app again";
    return new ChatError(
      method.startsWith("files.") ? "refused" : "not-allowed",
      `Slack does not allow ${method} without the scope${needed}; ${cure}`,
    );
  }
  const [failure, sentence] = meanings[name] ?? [
    "not-allowed",
    () => `Slack refuses ${method}: ${name}`,
  ];
  return new ChatError(
    failure,
    sentence(channel ?? "it"),
    failure === "retry-after" ? rateLimitMs : 0,
  );
}

const unreachableCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** The first code in a chain of causes; fetch hides the socket's error as its cause. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string" && unreachableCodes.has(error.code))
    return error.code;
  return codeOf(error instanceof webApi.WebAPIRequestError ? error.original : error.cause);
}

const limited = (afterMs: number) =>
  new ChatError("retry-after", `Slack asks to wait for ${Math.ceil(afterMs / 1000)} s`, afterMs);

/** Whatever the SDK threw, as the one error of the port. Holds no token, address or payload. */
export function chatErrorOf(error: unknown, attempt: Attempt): ChatError {
  if (error instanceof ChatError) return error;
  if (error instanceof webApi.WebAPIRateLimitedError)
    return limited(Math.max(1, error.retryAfter) * 1000);
  if (error instanceof webApi.WebAPIPlatformError) return platformError(error, attempt);
  if (error instanceof webApi.WebAPIHTTPError)
    return new ChatError(
      "unknown",
      `Slack answered ${attempt.method} with status ${error.statusCode}`,
    );
  const code = codeOf(error);
  if (code) return new ChatError("retry-after", `Slack cannot be reached (${code})`, unreachableMs);
  if (error instanceof Error && error.message.startsWith("Retry header"))
    return limited(rateLimitMs);
  const what =
    error instanceof webApi.WebAPIRequestError ? error.original.message : "no reason is known";
  return new ChatError(
    "unknown",
    withoutSecrets(`Slack did not answer ${attempt.method} (${what}); perhaps it was done`),
  );
}
