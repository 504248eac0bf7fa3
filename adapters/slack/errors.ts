/** What Slack's errors mean to a caller of the port, as sentences that name the cure. */

import { ChatError, type ChatFailure } from "../../src/chat/port.ts";
import { reasonOf, whyNotReached } from "../../src/network/reach.ts";
import { webApi } from "./bolt.ts";
import { withoutSecrets } from "./log.ts";
import type { SlackMethod } from "./methods.ts";

/** What was being done, and to what; words of the sentences. */
export interface Attempt {
  readonly method: SlackMethod | "files.upload" | "apps.connections.open";
  readonly channel?: string | undefined;
}

/** Asked again so much later, in milliseconds, where Slack does not say when. */
const rateLimitMs = 30_000;
const unreachableMs = 5000;

/** Follows "Slack refuses <method>: "; where there is nothing to say, Slack's own name does. */
type Sentence = (channel: string) => string;
type Meanings = Readonly<Record<string, Sentence | undefined>>;

const token = "the bot token is no longer valid; install the app again and set SLACK_BOT_TOKEN";
const messageGone = (channel: string) => `The message in channel ${channel} is no longer there`;
const archived = (channel: string) =>
  `Channel ${channel} is archived; unarchive it, or name another one`;
const restricted = (channel: string) =>
  `The rules of the workspace do not let the bot post in channel ${channel}; an administrator can allow it`;
const nobody = () => "Nobody by that id can be written to in Slack";
const tokenRefused = () => `Slack refuses the bot: ${token}`;
const formLate = () => "Slack let the form open for three seconds only; press the button again";
const formOpened = () => "The form has been opened already";

/** The message is not taken as it is. */
const ofMessage: Meanings = {
  invalid_blocks: () => "Slack does not take the layout of the message",
  invalid_blocks_format: () => "Slack does not take the layout of the message",
  msg_blocks_too_long: () => "The message is too long for Slack",
  msg_too_long: () => "The message is too long for Slack",
  attachment_payload_limit_exceeded: () => "The message is too long for Slack",
  too_many_attachments: undefined,
  too_many_contact_cards: undefined,
  no_text: () => "The message says nothing that Slack could show",
  metadata_too_large: undefined,
  metadata_must_be_sent_from_app: undefined,
  invalid_metadata_format: undefined,
  invalid_metadata_schema: undefined,
  markdown_text_conflict: undefined,
  file_upload_size_restricted: () => "Slack takes no file that large here",
  file_uploads_disabled: () => "The rules of the workspace allow no files",
  file_uploads_except_images_disabled: () =>
    "The rules of the workspace allow no files but pictures",
  file_type_not_allowed: () => "The rules of the workspace do not allow this file type",
  slack_connect_file_upload_sharing_blocked: () =>
    "The rules of a connected workspace allow no files in this channel",
};

/** The message, or what it hangs on, is no more. */
const ofLostMessage: Meanings = {
  message_not_found: messageGone,
  thread_not_found: messageGone,
  cant_update_message: (channel) => `The message in channel ${channel} is not the bot's to edit`,
  edit_window_closed: (channel) =>
    `Slack lets nobody edit the message in channel ${channel} any more`,
  expired_trigger_id: formLate,
  trigger_expired: formLate,
  user_not_found: nobody,
  user_not_visible: nobody,
  user_disabled: nobody,
  cannot_dm_bot: nobody,
  exchanged_trigger_id: formOpened,
  trigger_exchanged: formOpened,
};

/** Nothing can be said there. It may be otherwise later: archived channels come back. */
const ofPlace: Meanings = {
  channel_not_found: (channel) => `Slack knows no channel ${channel} that the bot can see`,
  is_archived: archived,
  is_inactive: archived,
  user_not_in_channel: (channel) => `The person is not in channel ${channel}`,
  not_in_channel: (channel) =>
    `The bot is not a member of channel ${channel}; add it there with /invite and its name`,
  restricted_action: restricted,
  restricted_action_read_only_channel: restricted,
  restricted_action_thread_only_channel: restricted,
  restricted_action_non_threadable_channel: restricted,
  cannot_reply_to_message: undefined,
  channel_type_not_supported: undefined,
  messages_tab_disabled: () => "Direct messages to the bot are switched off in its App Home",
  slack_connect_blocked: undefined,
  team_not_found: undefined,
};

/** Nothing can be said anywhere in the workspace. */
const ofBot: Meanings = {
  invalid_auth: tokenRefused,
  not_authed: tokenRefused,
  token_revoked: tokenRefused,
  token_expired: tokenRefused,
  account_inactive: tokenRefused,
  app_uninstalled: tokenRefused,
  not_allowed_token_type: tokenRefused,
  access_denied: undefined,
  accesslimited: undefined,
  ekm_access_denied: () => "The administrators of the workspace have suspended posting",
  enterprise_is_restricted: undefined,
  no_permission: undefined,
  org_login_required: undefined,
  team_access_not_granted: () => "The app is not allowed in this workspace",
  two_factor_setup_required: undefined,
  plan_upgrade_required: () =>
    "Slack has user groups on paid plans only; name people by id instead",
};

const perhaps = (what: string) => () => `${what}; perhaps it was done`;

/** Nobody knows whether it was done. */
const ofLostAnswer: Meanings = {
  internal_error: perhaps("Slack had an error of its own"),
  fatal_error: perhaps("Slack had an error of its own"),
  service_unavailable: perhaps("Slack is not available"),
  team_added_to_org: perhaps("The workspace is being moved"),
  request_timeout: perhaps("Slack did not get the whole question"),
};

/** Later it may go well. */
const ofMoment: Meanings = {
  ratelimited: () => "Slack asks to wait",
  rate_limited: () => "Slack asks to wait",
  message_limit_exceeded: () => "The workspace posts more than Slack allows",
  external_channel_migrating: (channel) => `Channel ${channel} is being moved by Slack`,
  file_not_found: () => "Slack does not know the file that it was sent",
};

const kinds: readonly (readonly [ChatFailure, Meanings])[] = [
  [{ kind: "message" }, ofMessage],
  [{ kind: "message", gone: true }, ofLostMessage],
  [{ kind: "place" }, ofPlace],
  [{ kind: "bot" }, ofBot],
  [{ kind: "moment", perhapsDone: true }, ofLostAnswer],
  [{ kind: "moment", afterMs: rateLimitMs }, ofMoment],
];

/** Every name of an error that is listed here, with whose trouble it is. */
export const listedErrors: Readonly<Record<string, ChatFailure>> = Object.fromEntries(
  kinds.flatMap(([failure, meanings]) => Object.keys(meanings).map((name) => [name, failure])),
);

const sentenceOf = (name: string): Sentence | undefined =>
  kinds.map(([, meanings]) => meanings[name]).find((sentence) => sentence !== undefined);

/** Errors that say that the bot's token is of no use. */
const tokenErrors = new Set([
  "invalid_auth",
  "not_authed",
  "token_revoked",
  "token_expired",
  "account_inactive",
  "app_uninstalled",
]);

export const isTokenRefused = (error: unknown): boolean =>
  error instanceof webApi.WebAPIPlatformError && tokenErrors.has(error.data.error);

/** The SDK takes a page, such as a proxy's, for the name of an error. */
const isName = (text: unknown) => typeof text === "string" && /^\w{1,100}$/.test(text);

const nonsenseFor = (method: string) =>
  new ChatError(
    { kind: "moment", perhapsDone: true },
    `Cannot tell whether Slack did ${method}: something else than Slack answered`,
  );

function platformError(error: webApi.WebAPIPlatformError, { method, channel }: Attempt): ChatError {
  if (!isName(error.data.error)) return nonsenseFor(method);
  const name = withoutSecrets(error.data.error);
  if (name === "missing_scope") {
    const needed = "needed" in error.data ? ` "${withoutSecrets(String(error.data.needed))}"` : "";
    const cure = "add it to the app (manifest.yml has it) and install the app again";
    return new ChatError(
      { kind: method.startsWith("files.") ? "message" : "bot" },
      `Slack does not allow ${method} without the scope${needed}; ${cure}`,
    );
  }
  const failure = listedErrors[name] ?? { kind: "moment" };
  const sentence = sentenceOf(name)?.(channel ?? "it") ?? `Slack refuses ${method}: ${name}`;
  return new ChatError(failure, sentence);
}

/** In a chain of causes; fetch hides the socket's error as its cause, and the SDK fetch's. */
function whySlackIsFar(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const why = whyNotReached(error);
  if (why !== undefined) return why;
  return whySlackIsFar(error instanceof webApi.WebAPIRequestError ? error.original : error.cause);
}

const limited = (afterMs: number) =>
  new ChatError(
    { kind: "moment", afterMs },
    `Slack asks to wait for ${Math.ceil(afterMs / 1000)} s`,
  );

const isVagueLimit = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith("Retry header");

/** For how long Slack has asked to wait, in milliseconds; 0 where it has not. */
export function retryAfterOf(error: unknown): number {
  if (error instanceof webApi.WebAPIRateLimitedError) return Math.max(1, error.retryAfter) * 1000;
  return isVagueLimit(error) ? rateLimitMs : 0;
}

/** Whatever the SDK threw, as the one error of the port. Holds no token, address or payload. */
export function chatErrorOf(error: unknown, attempt: Attempt): ChatError {
  if (error instanceof ChatError) return error;
  const afterMs = retryAfterOf(error);
  if (afterMs > 0) return limited(afterMs);
  if (error instanceof webApi.WebAPIPlatformError) return platformError(error, attempt);
  if (error instanceof webApi.WebAPIHTTPError)
    return new ChatError(
      { kind: "moment", perhapsDone: true },
      `Slack answered ${attempt.method} with status ${error.statusCode}`,
    );
  const far = whySlackIsFar(error);
  if (far !== undefined)
    return new ChatError(
      { kind: "moment", afterMs: unreachableMs },
      `Slack cannot be reached: ${far}`,
    );
  const what =
    error instanceof webApi.WebAPIRequestError ? reasonOf(error.original) : "no reason is known";
  return new ChatError(
    { kind: "moment", perhapsDone: true },
    withoutSecrets(`Slack did not answer ${attempt.method} (${what}); perhaps it was done`),
  );
}
