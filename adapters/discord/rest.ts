/**
 * The REST client of discord.js, and between it and the network what it does not see through: what
 * is no answer of Discord's, and requests to wait that do not say for how long.
 */

import { DefaultRestOptions, type RateLimitData, REST, type ResponseLike } from "discord.js";
import { type PlatformTime, platformTime } from "../../src/chat/platform-time.ts";
import { ChatError } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import { type Ways, waysThrough } from "../../src/network/dispatcher.ts";
import { NotDiscord } from "./errors.ts";
import type { DiscordOptions } from "./options.ts";

export interface Rest {
  readonly rest: REST;
  /** False from a refusal of the token until Discord takes it again. */
  isTokenTaken(): boolean;
  /** Discord's clock, by its answers. */
  readonly time: PlatformTime;
}

/** The window of Discord's usual limit, five messages in five seconds, and some. */
const waitAtMostMs = 5500;
const timeoutMs = 15_000;
/** After a request to wait that does not say for how long; twice as long each time in a row. */
const firstPauseMs = 5000;
const longestPauseMs = 300_000;
/** discord.js adds some to each wait, and counts seconds of its own. */
const apartMs = 2000;

interface State {
  readonly clock: Clock;
  readonly ways: Ways | undefined;
  readonly time: PlatformTime;
  isTokenTaken: boolean;
  /** Nothing is asked before, by `Clock.elapsed`. */
  quietUntil: number;
  /** Requests to wait without a time, in a row. */
  vague: number;
  /** No wait that Discord has asked for lasts longer, by `Clock.elapsed`. */
  limitedUntil: number;
}

export function createRest(options: DiscordOptions): Rest {
  const state = stateOf(options);
  const rest = new REST({
    ...restOptions(options, state),
    timeout: timeoutMs,
    rejectOnRateLimit: (limit) => isTooLong(state, rest, limit),
  });
  const { token } = options;
  return { rest: rest.setToken(token), isTokenTaken: () => state.isTokenTaken, time: state.time };
}

const stateOf = ({ clock, proxies }: DiscordOptions): State => ({
  clock,
  ways: waysThrough(proxies),
  time: platformTime(clock),
  isTokenTaken: true,
  quietUntil: 0,
  vague: 0,
  limitedUntil: 0,
});

/**
 * discord.js keeps limits by the wall clock: where that was set back, they would hold for as long.
 * What is longer than Discord has asked for is forgotten, and asked for again soon.
 */
function isTooLong(state: State, rest: REST, { retryAfter, sublimitTimeout }: RateLimitData) {
  const waitMs = Math.max(retryAfter, sublimitTimeout);
  const leftMs = Math.max(0, state.limitedUntil - state.clock.elapsed());
  if (waitMs <= leftMs + apartMs) return waitMs > waitAtMostMs;
  rest.handlers.clear();
  Object.assign(rest, { globalReset: -1, globalDelay: null });
  throw askedToWait(leftMs);
}

function noteLimit(state: State, { headers }: ResponseLike): void {
  const seconds = ["x-ratelimit-reset-after", "retry-after"].map((name) =>
    Number(headers.get(name)),
  );
  const until = state.clock.elapsed() + Math.max(...seconds.filter(Number.isFinite)) * 1000;
  state.limitedUntil = Math.max(state.limitedUntil, until);
}

/** Also for the client of the gateway, which asks over REST where its gateway is. */
export const restOptions = (options: DiscordOptions, state = stateOf(options)) => ({
  ...(options.apiUrl ? { api: options.apiUrl } : {}),
  retries: 0,
  makeRequest: (url: string, asked: Asked) => exchange(state, url, asked),
});

type Asked = Parameters<typeof DefaultRestOptions.makeRequest>[1];

async function exchange(state: State, url: string, asked: Asked): Promise<ResponseLike> {
  const quietMs = state.quietUntil - state.clock.elapsed();
  if (quietMs > 0) throw askedToWait(quietMs);
  const response = await DefaultRestOptions.makeRequest(url, byWays(state, await flat(asked)));
  const isSigned = new Headers(asked.headers as Record<string, string>).has("authorization");
  if (isSigned) state.isTokenTaken = response.status !== 401;
  if (response.status === 429) return limited(state, response);
  state.vague = 0;
  noteLimit(state, response);
  const type = response.headers.get("content-type") ?? "";
  const isRead = response.status === 204 || type.startsWith("application/json");
  if (response.ok && !isRead) throw new NotDiscord(response.status);
  if (isRead) state.time.heard(response.headers.get("date"));
  return response;
}

/** The undici of discord.js is another than ours; each takes the other's ways. */
const byWays = ({ ways }: State, asked: Asked): Asked =>
  ways ? Object.assign({}, asked, { dispatcher: ways.dispatcher }) : asked;

/**
 * Some refusals, such as 30046 for edits of old messages, come as a 429 with a code of their own
 * and no time to wait for. discord.js takes any 429 for the rate limit of its route, and would ask
 * again and again without a pause; so it would where no time stands in the headers.
 */
async function limited(state: State, response: ResponseLike): Promise<ResponseLike> {
  const text = await response.text();
  const { code, retry_after } = fieldsOf(text);
  const headers = new Headers([...response.headers]);
  if (Number(code ?? 0) !== 0) return new Response(text, { status: 400, headers });
  const seconds = headers.get("retry-after") ?? retry_after;
  if (!(Number(seconds ?? Number.NaN) >= 0)) throw pausing(state);
  state.vague = 0;
  headers.set("retry-after", String(seconds));
  const answer = new Response(text, { status: 429, headers });
  noteLimit(state, answer);
  return answer;
}

function fieldsOf(text: string): { code?: unknown; retry_after?: unknown } {
  try {
    const fields: unknown = JSON.parse(text);
    return typeof fields === "object" && fields !== null ? fields : {};
  } catch {
    return {};
  }
}

/** It is the address that is limited then: all calls wait. */
function pausing(state: State): ChatError {
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** state.vague);
  state.vague += 1;
  state.quietUntil = state.clock.elapsed() + pauseMs;
  return askedToWait(pauseMs);
}

const askedToWait = (afterMs: number) =>
  new ChatError({ kind: "moment", afterMs }, "Discord, or what stands before it, asks to wait");

/**
 * Forms as the bytes that they become. Bolt brings an undici of its own, through which all requests
 * of the process go once it is loaded, and that one fails at the forms of discord.js.
 */
async function flat(asked: Asked): Promise<Asked> {
  if (!(asked.body instanceof FormData)) return asked;
  const form = new Response(asked.body);
  const type = form.headers.get("content-type") ?? "";
  const headers = { ...asked.headers, "content-type": type } as NonNullable<Asked["headers"]>;
  return { ...asked, body: new Uint8Array(await form.arrayBuffer()), headers };
}
