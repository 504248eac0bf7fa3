/**
 * How Slack and Discord say no, and what else may come instead of their answers, as their own pages
 * list it. What each means to the bot is for its adapters to say.
 */

export interface ChatAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

type Answers = readonly [ChatAnswer, ...ChatAnswer[]];

/** Of one platform, by what is the matter. None of it was carried out, but for `nonsense`. */
export interface Words {
  readonly outage: Answers;
  readonly tokenRefused: Answers;
  readonly gone: Answers;
  readonly closed: Answers;
  /** Later it may go well. */
  readonly later: Answers;
  /** The message is not taken as it is. */
  readonly message: Answers;
  /** What no page lists, or no call of this kind may get. */
  readonly unknown: Answers;
  /** Says nothing of whether it was done. */
  readonly nonsense: Answers;
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): ChatAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

const page = (status: number, headers: Record<string, string> = {}): ChatAnswer => ({
  status,
  headers: { "content-type": "text/html; charset=UTF-8", ...headers },
  body: "<!doctype html><title>Attention required!</title>error code: 1015",
});

const empty = (status: number): ChatAnswer => ({ status, body: "" });

/** Slack's error of this name. */
export const slackNo = (error: string, more: object = {}): ChatAnswer =>
  json(200, { ok: false, error, ...more });

export const slackYes = (answer: object): ChatAnswer => json(200, { ok: true, ...answer });

/** Discord's error of this code. */
export const discordNo = (status: number, code: number, message: string): ChatAnswer =>
  json(status, { code, message });

export const discordYes = (answer: unknown, headers = {}): ChatAnswer => json(200, answer, headers);

const slackLimit = (seconds: string | undefined) =>
  json(
    429,
    { ok: false, error: "ratelimited" },
    seconds === undefined ? {} : { "retry-after": seconds },
  );

/** https://docs.slack.dev/reference/methods/chat.postMessage */
export const slackWords: Words = {
  outage: [
    page(502),
    page(503),
    empty(500),
    slackNo("service_unavailable"),
    slackNo("internal_error"),
    slackNo("fatal_error"),
  ],
  tokenRefused: [
    slackNo("invalid_auth"),
    slackNo("not_authed"),
    slackNo("token_revoked"),
    slackNo("token_expired"),
    slackNo("account_inactive"),
    slackNo("missing_scope", { needed: "chat:write", provided: "commands" }),
  ],
  gone: [slackNo("channel_not_found")],
  closed: [
    slackNo("is_archived"),
    slackNo("not_in_channel"),
    slackNo("restricted_action"),
    slackNo("restricted_action_read_only_channel"),
    slackNo("slack_connect_blocked"),
  ],
  later: [
    slackLimit("1"),
    slackLimit("5"),
    slackLimit("30"),
    slackLimit(undefined),
    slackLimit("soon"),
    slackNo("ratelimited"),
    slackNo("rate_limited"),
    slackNo("message_limit_exceeded"),
    slackNo("external_channel_migrating"),
  ],
  message: [
    slackNo("invalid_blocks"),
    slackNo("invalid_blocks_format"),
    slackNo("msg_blocks_too_long"),
    slackNo("msg_too_long"),
    slackNo("no_text"),
    slackNo("too_many_attachments"),
    slackNo("metadata_too_large"),
  ],
  unknown: [
    slackNo("a_name_of_next_year"),
    slackNo("invalid_arguments"),
    slackNo("method_deprecated"),
    slackNo("team_added_to_org"),
    slackNo("duplicate_message_not_found"),
  ],
  nonsense: [
    page(200),
    page(502),
    page(403),
    empty(200),
    { status: 200, body: "null" },
    { status: 200, body: "[]" },
    { status: 200, body: '{"ok":' },
    json(200, {}),
    json(200, { ok: false }),
    json(408, {}),
  ],
};

const discordLimit = (seconds: number, headers: Record<string, string> = {}): ChatAnswer =>
  json(
    429,
    { message: "You are being rate limited.", retry_after: seconds, global: false },
    { "retry-after": String(Math.ceil(seconds)), ...headers },
  );

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes */
export const discordWords: Words = {
  outage: [
    page(502),
    page(503),
    page(522),
    empty(500),
    json(500, { message: "500: Internal Server Error", code: 0 }),
    discordNo(503, 130000, "API resource is currently overloaded. Try again a little later"),
  ],
  tokenRefused: [
    discordNo(401, 0, "401: Unauthorized"),
    discordNo(403, 40001, "Unauthorized. Provide a valid token and try again"),
    discordNo(401, 50014, "Invalid authentication token provided"),
    empty(401),
  ],
  gone: [discordNo(404, 10003, "Unknown Channel"), discordNo(404, 10004, "Unknown Guild")],
  closed: [
    discordNo(403, 50001, "Missing Access"),
    discordNo(403, 50013, "You lack permissions to perform that action"),
    discordNo(400, 50008, "Cannot send messages in a non-text channel"),
  ],
  later: [
    discordLimit(0.4),
    discordLimit(3),
    discordLimit(30),
    discordLimit(2, { "x-ratelimit-global": "true" }),
    discordLimit(4, { "x-ratelimit-scope": "shared" }),
    page(429),
    page(429, { "retry-after": "7" }),
    json(429, { message: "The write action you are performing is too fast.", code: 20028 }),
    discordNo(429, 20016, "This action cannot be performed due to slowmode rate limit"),
    discordNo(403, 40333, "internal network error"),
    discordNo(400, 40062, "Service resource is being rate limited"),
    discordNo(403, 160006, "Maximum number of active threads reached"),
  ],
  message: [
    discordNo(400, 50035, "Invalid Form Body"),
    discordNo(400, 50006, "Cannot send an empty message"),
    discordNo(413, 40005, "Request entity too large"),
    discordNo(400, 200000, "Message was blocked by automatic moderation"),
    discordNo(403, 20009, "Explicit content cannot be sent to the desired recipient(s)"),
    discordNo(400, 50109, "The request body contains invalid JSON."),
  ],
  unknown: [
    discordNo(400, 999_999, "A refusal of next year"),
    discordNo(403, 0, "403: Forbidden"),
    json(400, { message: "400: Bad Request" }),
    json(418, { code: "teapot", message: "no" }),
    empty(404),
    page(404),
  ],
  nonsense: [page(200), page(403), page(502), empty(200), empty(408), json(200, "ok")],
};
