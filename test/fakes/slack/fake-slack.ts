/**
 * A Slack for tests, on 127.0.0.1: its Web API over HTTP, its Socket Mode over WebSockets, and its
 * signed requests. It enforces what Slack enforces and keeps what people would see. People act
 * through its methods.
 */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../../src/clock.ts";
import { type Called, createApi } from "./api.ts";
import type { Delivery, Envelope, Outcome, Way } from "./deliveries.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createHttpWay, type HttpWayOptions } from "./http-mode.ts";
import { createPasses } from "./passes.ts";
import { createPeople, type People } from "./people.ts";
import { createMeter, type Meter } from "./rates.ts";
import { transcript } from "./reading.ts";
import { createSockets, type Sockets } from "./socket-mode.ts";
import { createWorld, renameChannel, type World } from "./world.ts";

export interface FakeSlack extends People {
  /** For `apiUrl`. */
  readonly url: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly world: World;
  readonly faults: Faults;
  readonly sockets: Sockets;
  readonly calls: readonly Called[];
  /** Everything that was sent to the bot, oldest first. */
  readonly deliveries: readonly Delivery[];
  /** From now on, payloads are posted there instead of going over sockets. */
  useHttp(options: Omit<HttpWayOptions, "signingSecret">): void;
  /** The same envelope once more, as Slack does when it believes that it was not acknowledged. */
  again(delivery: Delivery): Promise<Delivery>;
  /**
   * A channel with all that stands in it gets another id, and the bot is told; from now on there is
   * none with the old one.
   */
  changeChannelId(old: string, now: string): Promise<Delivery>;
  /** Somebody deletes a message. */
  remove(ts: string): void;
  /** What a channel looks like to a person. */
  transcript(channel?: string): string;
  /** How often each method was called. */
  callCounts(): Record<string, number>;
  close(): Promise<void>;
}

export interface FakeSlackOptions {
  readonly clock: Clock;
  /** Scopes of the installed app. */
  readonly scopes: readonly string[];
  /** How long a trigger opens a form, by the clock. Default 3 s, as in Slack. */
  readonly triggerForMs?: number;
  /** How often what may be called. Default: as Slack has it. */
  readonly meter?: Meter;
}

export async function createFakeSlack({
  clock,
  scopes,
  triggerForMs,
  meter = createMeter(clock),
}: FakeSlackOptions): Promise<FakeSlack> {
  const world = createWorld(clock, scopes);
  const faults = createFaults();
  const calls: Called[] = [];
  const deliveries: Delivery[] = [];
  const waitingForForm: (() => void)[] = [];
  const [botToken, appToken, signingSecret] = [
    "xoxb-fake-bot",
    "xapp-fake-app",
    "fake-signing-secret",
  ];
  let origin = "";

  const passes = createPasses(world, triggerForMs);
  const server = createApi({
    world,
    faults,
    calls,
    botToken,
    appToken,
    meter,
    lent: { useTrigger: passes.useTrigger, addressFor: (path) => origin + path },
    newSocketAddress: () => sockets.newAddress(origin),
    respond: passes.respond,
    answered: ({ method }) => {
      if (method === "views.open") for (const resolve of waitingForForm.splice(0)) resolve();
    },
  });
  const sockets = createSockets(server, world.nextId);
  let way: Way = sockets;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function deliver(
    type: Envelope["type"],
    payload: Record<string, unknown>,
  ): Promise<Delivery> {
    return sendEnvelope({ id: world.nextId("envelope"), type, payload, retry: 0 });
  }

  async function sendEnvelope(envelope: Envelope): Promise<Delivery> {
    const outcome: Outcome = await way.deliver(envelope);
    const delivery = { envelope, outcome };
    deliveries.push(delivery);
    return delivery;
  }

  const people = createPeople({
    world,
    deliver,
    newTrigger: passes.newTrigger,
    responseUrl: (channel, user) => `${origin}/response/${passes.newAddress(channel, user)}`,
    formOpened: () => new Promise((resolve) => void waitingForForm.push(resolve)),
  });

  return {
    url: `${origin}/api/`,
    botToken,
    appToken,
    signingSecret,
    world,
    faults,
    sockets,
    calls,
    deliveries,
    useHttp: (options) => {
      way = createHttpWay({ ...options, signingSecret });
    },
    ...people,
    again: ({ envelope }) => sendEnvelope({ ...envelope, retry: envelope.retry + 1 }),
    changeChannelId: (old, now) => {
      renameChannel(world, old, now);
      const ids = { old_channel_id: old, new_channel_id: now };
      return people.event({ type: "channel_id_changed", ...ids, event_ts: world.nextTs() });
    },
    remove: (ts) => {
      world.messages.splice(
        world.messages.findIndex((message) => message.ts === ts),
        1,
      );
    },
    transcript: (channel = "C0WAR") => transcript(world, channel),
    callCounts: () => {
      const counts: Record<string, number> = {};
      for (const { method } of calls) counts[method] = (counts[method] ?? 0) + 1;
      return counts;
    },
    close: async () => {
      sockets.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
