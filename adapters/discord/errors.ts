/**
 * What Discord and its client throw, as the one error of the port. Built from named fields alone:
 * no token, no address.
 */

import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import { ChatError, type ChatFailure } from "../../src/chat/port.ts";

/** Discord's own error codes that decide something here; from its page on status codes. */
export const codes = {
  unknownChannel: 10003,
  unknownGuild: 10004,
  unknownMessage: 10008,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  explicitContent: 20009,
  tooManyOldEdits: 30046,
  tooLarge: 40005,
  alreadyAnswered: 40060,
  missingAccess: 50001,
  missingPermissions: 50013,
  noThreadsHere: 50024,
  webhookTokenDead: 50027,
  invalidForm: 50035,
  threadArchived: 50083,
  cannotReadHistory: 160002,
  threadExists: 160004,
  threadLocked: 160005,
  tooManyThreads: 160006,
  blockedByAutoMod: 200000,
} as const;

/** A refusal by Discord, with its code. */
class DiscordRefusal extends ChatError {
  readonly code: number;

  constructor(failure: ChatFailure, message: string, code: number, afterMs = 0) {
    super(failure, message, afterMs);
    this.code = code;
  }
}

export const isRefusal = (error: unknown, ...wanted: readonly number[]): boolean =>
  error instanceof DiscordRefusal && wanted.includes(error.code);

const goneCodes: readonly number[] = [
  codes.unknownChannel,
  codes.unknownGuild,
  codes.unknownMessage,
  codes.unknownWebhook,
  codes.unknownInteraction,
  codes.webhookTokenDead,
  codes.threadArchived,
  codes.threadLocked,
];

const laterMs = 60_000;

const causes: Record<number, string> = {
  [codes.unknownChannel]: "the channel or thread is no more",
  [codes.unknownGuild]: "the server is no more, or the bot was removed from it",
  [codes.unknownMessage]: "the message is no more",
  [codes.tooManyOldEdits]: "Discord lets messages older than an hour be edited only rarely",
  [codes.tooLarge]: "it is too large; Discord takes at most 10 MiB",
  [codes.missingAccess]: "the bot cannot see the channel; give it View Channel there",
  [codes.cannotReadHistory]: "the bot lacks Read Message History there",
  [codes.threadArchived]: "the thread is archived and could not be reopened",
  [codes.threadLocked]: "the thread is locked",
  [codes.tooManyThreads]: "the server has as many active threads as Discord allows; archive some",
};

/** The sentence about a token that Discord does not take. */
export const tokenRefused =
  "Discord refuses the bot's token; it was reset or mistyped. Set DISCORD_TOKEN to the present one and restart";

/** How long to wait, where waiting helps. */
function waitFor({ rawError }: DiscordAPIError, code: number): number | undefined {
  const seconds = "retry_after" in rawError ? Number(rawError.retry_after) : Number.NaN;
  if (seconds > 0) return Math.ceil(seconds * 1000);
  return code === codes.tooManyOldEdits || code === codes.tooManyThreads ? laterMs : undefined;
}

function fromRefusal(
  error: DiscordAPIError,
  doing: string,
  lacking: string,
  token: string,
): DiscordRefusal {
  const code = Number(error.code);
  if (error.status === 401) return new DiscordRefusal("not-allowed", tokenRefused, code);
  if (code === codes.missingPermissions) {
    const what = lacking || "a permission that Discord does not name";
    const failure = lacking === "Attach Files" ? "refused" : "not-allowed";
    return new DiscordRefusal(failure, `Cannot ${doing} as the bot lacks ${what}`, code);
  }
  const cause =
    causes[code] ?? `Discord says "${firstLine(error.message).replaceAll(token, "[hidden]")}"`;
  const sentence = `Cannot ${doing} as ${cause} (Discord's code ${code})`;
  const waitMs = waitFor(error, code);
  if (waitMs !== undefined) return new DiscordRefusal("retry-after", sentence, code, waitMs);
  return new DiscordRefusal(failureOf(code), sentence, code);
}

function failureOf(code: number): ChatFailure {
  if (code === codes.tooLarge) return "refused";
  return goneCodes.includes(code) ? "gone" : "not-allowed";
}

const firstLine = (text: string) => text.split("\n", 1)[0] ?? "";

/** How the client of discord.js says that an earlier 401 took its token away. */
const withoutToken = (error: unknown) =>
  error instanceof Error && error.message.startsWith("Expected token to be set");

/** Stands in for a token where none can have been sent. */
const NO_TOKEN = "\0";

/**
 * `doing` follows "Cannot "; `lacking` names the permissions that the bot lacks where it was done.
 * `token`: what was sent with the request, and is not shown even if Discord repeats it.
 */
export function toChatError(
  error: unknown,
  doing: string,
  lacking = "",
  token = NO_TOKEN,
): ChatError {
  if (error instanceof ChatError) return error;
  if (error instanceof DiscordAPIError) return fromRefusal(error, doing, lacking, token);
  if (error instanceof RateLimitError) {
    const waitMs = Math.max(1, Math.ceil(error.retryAfter), Math.ceil(error.sublimitTimeout));
    const sentence = `Cannot ${doing} yet as Discord's rate limit is used up for ${waitMs} ms`;
    return new ChatError("retry-after", sentence, waitMs);
  }
  if (withoutToken(error)) return new ChatError("not-allowed", tokenRefused);
  if (error instanceof HTTPError) {
    return new ChatError(
      "unknown",
      `Cannot tell whether Discord did it (${doing}): it answered ${error.status}`,
    );
  }
  return new ChatError(
    "unknown",
    `Cannot ${doing} as Discord cannot be reached: ${networkCause(error)}`,
  );
}

function networkCause(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  if (error.name === "AbortError") return "no answer in time";
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string"
    ? code
    : "code" in error
      ? String(error.code)
      : "the connection failed";
}
