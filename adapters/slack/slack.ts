/**
 * Slack, on the port of src/chat/port.ts.
 *
 * Socket Mode where there is an app-level token, HTTP where there is a signing secret. Everything that arrives is
 * acknowledged first; calls to Slack are made once, each with a time limit, and fail with `ChatError`.
 */

import type { App, Receiver } from "@slack/bolt";
import {
  type Audience,
  type Card,
  ChatError,
  type ChatPort,
  type Handlers,
  type Person,
} from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import { type Call, createCall } from "./call.ts";
import { chosen, mostOptions, options as optionsOf } from "./choices.ts";
import { formIn, modal } from "./form.ts";
import { createGroups } from "./groups.ts";
import { createCondition } from "./health.ts";
import { createHttp } from "./http.ts";
import { createInFlight } from "./in-flight.ts";
import type { Asking, Happened, Pressing, TypedText } from "./incoming.ts";
import { createListener, type Ears } from "./listener.ts";
import type { Log } from "./log.ts";
import { createNames } from "./names.ts";
import { createPosting } from "./posting.ts";
import { type Faults, type Identity, identify, lookAt } from "./probe.ts";
import { createReply } from "./reply.ts";
import { createSeen } from "./seen.ts";
import { createSockets } from "./sockets.ts";

export interface SocketMode {
  /** `xapp-…`, with the scope `connections:write`. */
  readonly appToken: string;
}

export interface HttpMode {
  readonly signingSecret: string;
  readonly port: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Told the port once it is open. */
  readonly listening?: (port: number) => void;
}

interface Common {
  /** `xoxb-…`. */
  readonly botToken: string;
  /** Ids of the channels where the bot should be; looked at when it starts. */
  readonly channels: readonly string[];
  /** For GovSlack, a proxy or a test server. Default `https://slack.com/api/`. */
  readonly apiUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** For each call to Slack. Default 10 s. */
  readonly timeoutMs?: number;
  /** A socket that does not answer a ping for so long is given up. Default 5 s. */
  readonly pingTimeoutMs?: number;
}

export type SlackOptions = Common & (SocketMode | HttpMode);

interface Transport {
  readonly receiver: Receiver;
  /** How the bot listens, in a sentence; nothing while it does not. */
  connection(): string | undefined;
}

const defaultTimeoutMs = 10_000;
const defaultPingTimeoutMs = 5000;

function httpTransport(options: Common & HttpMode): Transport {
  const http = createHttp(options);
  const sentence = "Slack reaches the bot over HTTP";
  return { receiver: http, connection: () => (http.isListening() ? sentence : undefined) };
}

function socketTransport(options: Common & SocketMode): Transport {
  const { timeoutMs = defaultTimeoutMs, pingTimeoutMs = defaultPingTimeoutMs } = options;
  const sockets = createSockets({ ...options, timeoutMs, pingTimeoutMs });
  const connection = () => {
    const open = sockets.open();
    return open === 0 ? undefined : `Connected to Slack over ${open === 1 ? "1 socket" : `${open} sockets`}`;
  };
  return { receiver: sockets, connection };
}

const transportOf = (options: SlackOptions): Transport =>
  "appToken" in options ? socketTransport(options) : httpTransport(options);

/** What the handlers need of one delivery: who, where, when, and ways to answer. */
function createArrivals(call: Call, { clock, timeoutMs = defaultTimeoutMs }: SlackOptions) {
  const names = createNames(call, clock);
  const groupsOf = createGroups(call, clock);
  const reply = createReply({ call, now: clock.now, timeoutMs });

  async function person({ userId, userName }: Happened): Promise<Person> {
    const name = userName ? names.learn(userId, userName) : await names.of(userId);
    return { platform: "slack", id: userId, name };
  }

  return async (happened: Happened) => ({
    delivery: happened.delivery,
    at: happened.at ?? clock.now(),
    from: await person(happened),
    place: happened.place,
    groups: () => groupsOf(happened.userId),
    reply: (card: Card, audience?: Audience) => reply(happened, card, audience),
  });
}

/** Opens a button's form before anything else; where that fails, the person is told why. */
async function openForm(
  call: Call,
  asking: Asking,
  tell: (sentence: string) => Promise<void>,
): Promise<void> {
  const form = formIn(asking.value);
  if (!form) return tell("This button is of another version of the bot; ask again");
  try {
    await call("views.open", { trigger_id: asking.trigger, view: modal(form, asking.place) });
  } catch (error) {
    await tell(
      error instanceof ChatError ? error.message : "The form could not be opened; press the button again",
    );
  }
}

/** Who the bot is; nothing where Slack cannot be asked now. Throws where Slack refuses the token. */
async function ownIdentity(call: Call, log: Log, report: (faults: Faults) => void): Promise<Identity> {
  try {
    const { identity, faults } = await identify(call);
    report(faults);
    return identity;
  } catch (error) {
    if (error instanceof ChatError && error.failure === "not-allowed") throw error;
    log.error(`Slack could not be asked who the bot is: ${String(error)}`);
    return {};
  }
}

export function createSlackPort(options: SlackOptions): ChatPort {
  const { clock, log, timeoutMs = defaultTimeoutMs } = options;
  const transport = transportOf(options);
  const condition = createCondition(transport.connection);
  const { tokenTaken } = condition;
  const call = createCall({ botToken: options.botToken, apiUrl: options.apiUrl, timeoutMs, log, tokenTaken });
  const posting = createPosting({ call, clock, timeoutMs });
  const arrived = createArrivals(call, options);
  const isNew = createSeen(clock);
  const inFlight = createInFlight();
  let identity: Identity = {};
  let app: App | undefined;
  let stopped: Promise<void> | undefined;

  /** Does work for a delivery that is seen for the first time. Nothing waits for it but a stop. */
  function handle({ delivery }: Happened, work: () => Promise<void>): void {
    if (!isNew(delivery)) return;
    void inFlight.run(() =>
      work().catch((error) => log.error(`Something of Slack's was not handled: ${String(error)}`)),
    );
  }

  /** What is missing is said once, and stays in the health. */
  function report(faults: Faults): void {
    for (const [about, sentence] of faults) {
      log.warn(sentence);
      condition.fault(about, sentence);
    }
  }

  const ears = ({ incoming, complete }: Handlers): Ears => ({
    typed: (typed: TypedText) =>
      handle(typed, async () => incoming({ kind: "typed", ...(await arrived(typed)), text: typed.text })),
    pressed: (pressing: Pressing) =>
      handle(pressing, async () => {
        const { token, text } = pressing;
        await incoming({
          kind: "pressed",
          ...(await arrived(pressing)),
          token,
          ...(text === undefined ? {} : { text }),
        });
      }),
    asked: (asking: Asking) =>
      handle(asking, async () => {
        const tell = async (sentence: string) =>
          (await arrived(asking)).reply({ tone: "warning", title: sentence, lines: [] }, "sender");
        await openForm(call, asking, tell);
      }),
    nameOf: (value) => chosen(value, complete),
    suggest: (typed) => optionsOf(complete(typed, mostOptions)),
  });

  async function start(handlers: Handlers): Promise<void> {
    identity = await ownIdentity(call, log, report);
    app = createListener({
      receiver: transport.receiver,
      botToken: options.botToken,
      identity: () => identity,
      ears: ears(handlers),
      isListening: () => stopped === undefined,
      log,
    });
    await app.start();
    report(await lookAt(call, options.channels));
  }

  async function end(): Promise<void> {
    await app?.stop();
    await inFlight.drained();
  }

  return {
    platform: "slack",
    start,
    stop: () => {
      stopped ??= end();
      return stopped;
    },
    ...posting,
    threadUnder: async ({ place, id }) => ({ ...place, thread: place.thread ?? id }),
    health: condition.health,
  };
}
