/**
 * What Discord and its client throw, as the one error of the port. Built from named fields alone:
 * no token, no address.
 */

import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import { ChatError, type ChatFailure } from "../../src/chat/port.ts";
import { whyNotReached } from "../../src/network/reach.ts";
import { forFiles } from "./permissions.ts";

/** Discord's own error codes that decide something here; from its page on status codes. */
export const codes = {
  unknownChannel: 10003,
  unknownGuild: 10004,
  unknownMember: 10007,
  unknownMessage: 10008,
  unknownUser: 10013,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  explicitContent: 20009,
  slowmode: 20016,
  flaggedAsSpam: 20026,
  writingTooFast: 20028,
  tooManyOldEdits: 30046,
  unauthorized: 40001,
  accountUnverified: 40002,
  directMessagesTooFast: 40003,
  tooLarge: 40005,
  switchedOff: 40006,
  alreadyAnswered: 40060,
  resourceLimited: 40062,
  internalNetwork: 40333,
  missingAccess: 50001,
  notMine: 50005,
  emptyMessage: 50006,
  noDirectMessages: 50007,
  noMessagesHere: 50008,
  missingPermissions: 50013,
  invalidToken: 50014,
  noThreadsHere: 50024,
  invalidAccessToken: 50025,
  webhookTokenDead: 50027,
  invalidForm: 50035,
  threadArchived: 50083,
  invalidJson: 50109,
  overloaded: 130000,
  cannotReadHistory: 160002,
  threadExists: 160004,
  threadLocked: 160005,
  tooManyThreads: 160006,
  blockedByAutoMod: 200000,
  titleBlockedByAutoMod: 200001,
} as const;

/** A refusal by Discord, with its code. */
class DiscordRefusal extends ChatError {
  readonly code: number;

  constructor(failure: ChatFailure, message: string, code: number) {
    super(failure, message);
    this.code = code;
  }
}

export const isRefusal = (error: unknown, ...wanted: readonly number[]): boolean =>
  error instanceof DiscordRefusal && wanted.includes(error.code);

/** Asked again so much later, in milliseconds, where Discord does not say when. */
const laterMs = 60_000;
const soonMs = 5000;

const kinds: readonly (readonly [ChatFailure, readonly number[]])[] = [
  [
    { kind: "message" },
    [
      codes.explicitContent,
      codes.tooLarge,
      codes.emptyMessage,
      codes.invalidForm,
      codes.invalidJson,
      codes.blockedByAutoMod,
      codes.titleBlockedByAutoMod,
    ],
  ],
  [
    { kind: "message", gone: true },
    [
      codes.unknownMessage,
      codes.unknownWebhook,
      codes.unknownInteraction,
      codes.webhookTokenDead,
      codes.alreadyAnswered,
      codes.notMine,
      codes.threadArchived,
      codes.threadLocked,
    ],
  ],
  [{ kind: "place", gone: true }, [codes.unknownChannel, codes.unknownGuild]],
  [
    { kind: "place" },
    [
      codes.missingAccess,
      codes.missingPermissions,
      codes.noDirectMessages,
      codes.noMessagesHere,
      codes.noThreadsHere,
      codes.cannotReadHistory,
    ],
  ],
  [
    { kind: "bot" },
    [
      codes.flaggedAsSpam,
      codes.unauthorized,
      codes.accountUnverified,
      codes.invalidToken,
      codes.invalidAccessToken,
    ],
  ],
  [
    { kind: "moment", afterMs: laterMs },
    [codes.tooManyOldEdits, codes.tooManyThreads, codes.switchedOff],
  ],
  [
    { kind: "moment", afterMs: soonMs },
    [
      codes.slowmode,
      codes.writingTooFast,
      codes.directMessagesTooFast,
      codes.resourceLimited,
      codes.internalNetwork,
      codes.overloaded,
      codes.threadExists,
    ],
  ],
];

/** Every code that is listed here, with whose trouble it is. */
export const listedCodes: ReadonlyMap<number, ChatFailure> = new Map(
  kinds.flatMap(([failure, listed]) => listed.map((code) => [code, failure])),
);

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

/** How long Discord asks to wait, in milliseconds, if it does. */
function waitFor({ rawError }: DiscordAPIError): number | undefined {
  const seconds = "retry_after" in rawError ? Number(rawError.retry_after) : Number.NaN;
  return seconds > 0 ? Math.ceil(seconds * 1000) : undefined;
}

function fromRefusal(
  error: DiscordAPIError,
  doing: string,
  lacking: string,
  token: string,
): ChatError {
  const code = Number(error.code);
  if (error.status === 401) return new DiscordRefusal({ kind: "bot" }, tokenRefused, code);
  if (!Number.isInteger(code)) return nonsense(doing, error.status);
  if (code === codes.missingPermissions) return lackingRefusal(doing, lacking);
  const cause =
    causes[code] ?? `Discord says "${firstLine(error.message).replaceAll(token, "[hidden]")}"`;
  const sentence = `Cannot ${doing} as ${cause} (Discord's code ${code})`;
  const afterMs = waitFor(error);
  if (afterMs !== undefined) return new DiscordRefusal({ kind: "moment", afterMs }, sentence, code);
  return new DiscordRefusal(listedCodes.get(code) ?? { kind: "moment" }, sentence, code);
}

function lackingRefusal(doing: string, lacking: string): DiscordRefusal {
  const what = lacking || "a permission that Discord does not name";
  const kind = lacking === forFiles ? "message" : "place";
  return new DiscordRefusal(
    { kind },
    `Cannot ${doing} as the bot lacks ${what}`,
    codes.missingPermissions,
  );
}

/** A page, where Discord would have answered with JSON. */
export class NotDiscord extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`Something else than Discord answered ${status}`);
    this.name = "NotDiscord";
    this.status = status;
  }
}

/** What no Discord says: a proxy on the way, or Discord's own when it is in trouble. */
export const nonsense = (doing: string, status: number): ChatError =>
  new ChatError(
    { kind: "moment", perhapsDone: true },
    `Cannot tell whether Discord did it (${doing}): something else than Discord answered ${status}`,
  );

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
  if (error instanceof NotDiscord) return nonsense(doing, error.status);
  if (error instanceof DiscordAPIError) return fromRefusal(error, doing, lacking, token);
  if (error instanceof RateLimitError) {
    const waitMs = Math.max(1, Math.ceil(error.retryAfter), Math.ceil(error.sublimitTimeout));
    const sentence = `Cannot ${doing} yet as Discord's rate limit is used up for ${waitMs} ms`;
    return new ChatError({ kind: "moment", afterMs: waitMs }, sentence);
  }
  if (withoutToken(error)) return new ChatError({ kind: "bot" }, tokenRefused);
  if (error instanceof HTTPError) {
    return new ChatError(
      { kind: "moment", perhapsDone: true },
      `Cannot tell whether Discord did it (${doing}): it answered ${error.status}`,
    );
  }
  return new ChatError(
    { kind: "moment", perhapsDone: true },
    `Cannot ${doing} as Discord cannot be reached: ${networkCause(error)}`,
  );
}

function networkCause(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  if (error.name === "AbortError") return "no answer in time";
  const far = whyNotReached(error);
  if (far !== undefined) return far;
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string"
    ? code
    : "code" in error
      ? String(error.code)
      : "the connection failed";
}
