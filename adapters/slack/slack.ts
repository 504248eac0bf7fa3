/**
 * Slack, on the port of src/chat/port.ts.
 *
 * Socket Mode where there is an app-level token, HTTP where there is a signing secret. Everything
 * that arrives is acknowledged first; calls to Slack are made once, each with a time limit, and
 * fail with `ChatError`.
 */

import type { App } from "@slack/bolt";
import { addressed } from "../../src/chat/addressed.ts";
import { failureSentence } from "../../src/chat/failure-sentence.ts";
import { createInFlight, type InFlight } from "../../src/chat/in-flight.ts";
import type { Pace } from "../../src/chat/pace.ts";
import { type PlatformTime, platformTime } from "../../src/chat/platform-time.ts";
import type { Card, ChatPort, Handlers, Place } from "../../src/chat/port.ts";
import { createDeliveryFilter } from "../../src/chat/redelivery.ts";
import { isTroubleOf } from "../../src/chat/trouble.ts";
import type { Clock } from "../../src/clock.ts";
import type { PlatformLog } from "../../src/log.ts";
import { fetchBy, type Ways, waysThrough } from "../../src/network/dispatcher.ts";
import { type SlackMessage, slackMessage } from "./blocks.ts";
import { createCall, type SlackCall } from "./call.ts";
import { createGroups, DECIDING_MS } from "./groups.ts";
import { createEars } from "./handlers.ts";
import type { Happened, TypedText } from "./happened.ts";
import { type Condition, createCondition } from "./health.ts";
import { createHome, type Home } from "./home.ts";
import { createListener, type Ears } from "./listener.ts";
import { slashCommand } from "./methods.ts";
import { readMissed } from "./missed.ts";
import { defaultTimeoutMs, type SlackOptions } from "./options.ts";
import { createPeople, type SlackPeople } from "./people.ts";
import { createPosting } from "./posting.ts";
import { type Identity, identify, probeChannels, type Shortcomings } from "./probe.ts";
import { type Transport, transportOf } from "./transport.ts";
import type { Called } from "./unescape.ts";

interface OwnNames {
  userId?: string;
  /** Of the bot's user, as people see it. */
  name: string;
  /** The slash command, with its slash. */
  command: string;
}

interface State {
  readonly botToken: string;
  readonly channels: readonly string[];
  readonly clock: Clock;
  readonly timeZone: string;
  readonly time: PlatformTime;
  readonly log: PlatformLog;
  readonly timeoutMs: number;
  readonly ways: Ways | undefined;
  readonly fetch: typeof fetch;
  readonly receiver: Transport["receiver"];
  connection(): string | undefined;
  readonly condition: Condition;
  readonly call: SlackCall;
  readonly home: Home;
  readonly people: SlackPeople;
  readonly groupsOf: ReturnType<typeof createGroups>;
  readonly inFlight: InFlight;
  isNew(delivery: string): boolean;
  commands: Handlers["commands"];
  /** How the bot is called, as far as Slack has told. */
  readonly own: OwnNames;
  readonly stopping: AbortController;
  app: App | undefined;
  stopped: Promise<void> | undefined;
}

/**
 * Slack takes about one post a second in a channel, and 50 edits a minute in a workspace; some is
 * left for what people ask. https://docs.slack.dev/apis/web-api/rate-limits
 */
const pace: Pace = {
  posts: { burst: 4, everyMs: 1050, of: "channel" },
  edits: { burst: 8, everyMs: 1450, of: "platform" },
  /** A call is given up after ten seconds, and may be carried out all the same. */
  lateEditMs: 30_000,
};

/** So often Slack is asked whether it takes the token. */
const askEveryMs = 60_000;

/** For so long Slack may send again what it believes was not acknowledged. */
const repeatsWithinMs = 10 * 60_000;

export function createSlackPort(options: SlackOptions): ChatPort {
  const state = stateOf(options);
  const { call, timeoutMs, fetch, condition } = state;
  return {
    platform: "slack",
    pace,
    start: (handlers) => start(state, handlers),
    stop: () => stop(state),
    ...createPosting({ call, timeoutMs, fetch, draw: (card, place) => draw(state, card, place) }),
    threadUnder: async ({ place, id }) => ({ ...place, thread: place.thread ?? id }),
    belongs: ({ id }) => ({
      groups: () => state.groupsOf(id, DECIDING_MS),
      membership: () => state.people.membership(id, DECIDING_MS),
    }),
    health: condition.health,
  };
}

function stateOf(options: SlackOptions): State {
  const { botToken, channels, apiUrl, clock, log, timeoutMs = defaultTimeoutMs } = options;
  const { receiver, connection, beside } = transportOf(options);
  const condition = createCondition(connection, beside);
  const time = platformTime(clock);
  const ways = waysThrough(options.proxies);
  const fetch = fetchBy(ways);
  const call = createCall({ botToken, apiUrl, timeoutMs, fetch, time, log, condition });
  const home = createHome(call);
  return {
    botToken,
    channels,
    clock,
    timeZone: options.timeZone ?? "UTC",
    log,
    timeoutMs,
    receiver,
    connection,
    condition,
    ways,
    fetch,
    call,
    home,
    people: createPeople(call, clock, home),
    groupsOf: createGroups(call, clock),
    time,
    inFlight: createInFlight(),
    isNew: createDeliveryFilter(clock, repeatsWithinMs),
    commands: [],
    own: { name: "failover", command: options.command ?? slashCommand },
    stopping: new AbortController(),
    app: undefined,
    stopped: undefined,
  };
}

/** Slack has no slash commands in threads. */
function draw({ commands, timeZone, own }: State, card: Card, { thread }: Place): SlackMessage {
  const before = thread === undefined ? `${own.command} ` : `@${own.name} `;
  return slackMessage(addressed(card, before, commands), timeZone);
}

const calledAs = ({ own }: State): Called => ({
  id: own.userId,
  calls: [`@${own.name}`, own.command],
});

async function start(state: State, handlers: Handlers): Promise<void> {
  const { receiver, botToken, log, call, home, people, groupsOf, clock, time, timeoutMs, fetch } =
    state;
  state.commands = handlers.commands;
  const identity = await ownIdentity(state);
  const ears = createEars(
    {
      ...{ call, home, people, groupsOf },
      clock,
      time,
      timeoutMs,
      fetch,
      draw: (card, place) => draw(state, card, place),
      called: () => calledAs(state),
      calledBy: (command) => {
        state.own.command = command;
      },
      once: (happened, work) => once(state, happened, work),
    },
    handlers,
  );
  const isListening = () => state.stopped === undefined;
  state.app = createListener({ receiver, botToken, identity, ears, isListening, log });
  await state.app.start();
  void askNowAndThen(state);
  state.inFlight.begin(() => hearOn(state, handlers, ears));
  report(state, await probeChannels(call, state.channels, state.own.name));
}

/** So often it is looked whether the bot hears, and saved until when all was heard. */
const markEveryMs = 30_000;

/**
 * Reads what was missed at the start, and where no way to Slack was open in between. Ends when the
 * adapter stops; never rejects.
 */
async function hearOn(state: State, handlers: Handlers, ears: Ears): Promise<void> {
  const { clock, time, stopping, connection, log } = state;
  const { signal } = stopping;
  for (let heard = false; !signal.aborted; ) {
    const hears = connection() !== undefined;
    const now = clock.now() + (time.offsetMs() ?? 0);
    if (hears && !heard)
      await catchUp(state, handlers, ears, now).catch((error: unknown) =>
        log.warn(`What was said while the bot was away is not known: ${String(error)}`),
      );
    if (hears && !signal.aborted) await handlers.allHeard("slack", now);
    heard = hears;
    await clock.sleep(markEveryMs, signal).catch(() => undefined);
  }
}

async function catchUp(state: State, handlers: Handlers, ears: Ears, now: number): Promise<void> {
  const { call, clock, log, channels, stopping, isNew } = state;
  const take = async (typed: TypedText) => {
    if (!isNew(typed.delivery)) return;
    await ears
      .missed(typed)
      .catch((error: unknown) =>
        log.error(`Something of Slack's was not handled: ${String(error)}`),
      );
  };
  const parts = { call, clock, log, channels, take, signal: stopping.signal };
  await readMissed({ ...parts, called: ears.called }, await handlers.lastHeard("slack"), now);
}

/** A token may be taken away while nobody says anything; the answer is the health's business. */
async function askNowAndThen({ call, clock, stopping: { signal } }: State): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(askEveryMs, signal).catch(() => undefined);
    if (!signal.aborted) await call("auth.test", {}).catch(() => undefined);
  }
}

/**
 * Who the bot is; nothing where Slack cannot be asked now. Throws where Slack refuses the token.
 */
async function ownIdentity(state: State): Promise<Identity> {
  try {
    const { identity, name, own, faults } = await identify(state.call);
    state.home.learn(own);
    report(state, faults);
    state.own.name = name ?? state.own.name;
    if (identity.botUserId) state.own.userId = identity.botUserId;
    return identity;
  } catch (error) {
    if (isTroubleOf(error, "bot")) throw error;
    state.log.error(
      `Slack could not be asked who the bot is: ${failureSentence(error, String(error))}`,
    );
    return {};
  }
}

/** What is missing is said once, and stays in the health. */
function report({ log, condition }: State, faults: Shortcomings): void {
  for (const [about, sentence] of faults) {
    log.warn(sentence);
    condition.fault(about, sentence);
  }
}

/** Does work for a delivery that is seen for the first time. Nothing waits for it but a stop. */
function once({ isNew, inFlight, log }: State, { delivery }: Happened, work: () => Promise<void>) {
  if (!isNew(delivery)) return;
  const unhandled = (error: unknown) =>
    log.error(`Something of Slack's was not handled: ${String(error)}`);
  inFlight.begin(() => work().catch(unhandled));
}

function stop(state: State): Promise<void> {
  state.stopped ??= end(state);
  return state.stopped;
}

async function end({ app, inFlight, stopping, ways }: State): Promise<void> {
  stopping.abort();
  await app?.stop();
  await inFlight.drained();
  ways?.drop();
}
