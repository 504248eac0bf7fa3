/**
 * Slack, on the port of src/chat/port.ts.
 *
 * Socket Mode where there is an app-level token, HTTP where there is a signing secret. Everything
 * that arrives is acknowledged first; calls to Slack are made once, each with a time limit, and
 * fail with `ChatError`.
 */

import type { App } from "@slack/bolt";
import { addressed } from "../../src/chat/addressed.ts";
import { createInFlight } from "../../src/chat/in-flight.ts";
import { ChatError, type ChatPort, type Handlers } from "../../src/chat/port.ts";
import { createSeen } from "../../src/chat/redelivery.ts";
import { type Draw, slackMessage } from "./blocks.ts";
import { createCall, type SlackCall } from "./call.ts";
import { createEars } from "./handlers.ts";
import { createCondition } from "./health.ts";
import type { Happened } from "./incoming.ts";
import { createListener } from "./listener.ts";
import type { Log } from "./log.ts";
import { slashCommand } from "./methods.ts";
import { defaultTimeoutMs, type SlackOptions } from "./options.ts";
import { createPosting } from "./posting.ts";
import { type Faults, type Identity, identify, probeChannels } from "./probe.ts";
import { transportOf } from "./transport.ts";

/**
 * Who the bot is; nothing where Slack cannot be asked now. Throws where Slack refuses the token.
 */
async function ownIdentity(
  call: SlackCall,
  log: Log,
  report: (faults: Faults) => void,
): Promise<Identity> {
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
  const { botToken, apiUrl, clock, log, timeoutMs = defaultTimeoutMs } = options;
  const { receiver, connection } = transportOf(options);
  const condition = createCondition(connection);
  const call = createCall({ botToken, apiUrl, timeoutMs, log, condition });
  const isNew = createSeen(clock);
  const inFlight = createInFlight();
  let commands: Handlers["commands"] = [];
  let app: App | undefined;
  let stopped: Promise<void> | undefined;

  /** Slack has no slash commands in threads. */
  const draw: Draw = (card, { thread }) =>
    slackMessage(
      addressed(card, thread === undefined ? `${slashCommand} ` : "@failover ", commands),
      clock.now(),
    );

  /** Does work for a delivery that is seen for the first time. Nothing waits for it but a stop. */
  function once({ delivery }: Happened, work: () => Promise<void>): void {
    if (!isNew(delivery)) return;
    const unhandled = (error: unknown) =>
      log.error(`Something of Slack's was not handled: ${String(error)}`);
    void inFlight.run(() => work().catch(unhandled));
  }

  /** What is missing is said once, and stays in the health. */
  function report(faults: Faults): void {
    for (const [about, sentence] of faults) {
      log.warn(sentence);
      condition.fault(about, sentence);
    }
  }

  async function start(handlers: Handlers): Promise<void> {
    commands = handlers.commands;
    const identity = await ownIdentity(call, log, report);
    const ears = createEars({ call, clock, draw, timeoutMs, once }, handlers);
    const isListening = () => stopped === undefined;
    app = createListener({ receiver, botToken, identity, ears, isListening, log });
    await app.start();
    report(await probeChannels(call, options.channels));
  }

  async function end(): Promise<void> {
    await app?.stop();
    await inFlight.drained();
  }

  function stop(): Promise<void> {
    stopped ??= end();
    return stopped;
  }

  return {
    platform: "slack",
    start,
    stop,
    ...createPosting({ call, draw, timeoutMs }),
    threadUnder: async ({ place, id }) => ({ ...place, thread: place.thread ?? id }),
    health: condition.health,
  };
}
