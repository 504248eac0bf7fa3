/**
 * Discord behind the chat port.
 *
 * place: a text channel, or a thread in one. mention: what makes Discord tell us what was written,
 * without a privileged intent. interaction: a slash command, a press or a form; it must be answered
 * within three seconds, and can be for 15 minutes. gateway: the connection over which events come;
 * everything that the bot does goes over REST instead.
 */

import "./gateway-socket.ts";

import type { Client, GatewayMessageCreateDispatchData } from "discord.js";
import { addressed } from "../../src/chat/addressed.ts";
import { createInFlight, type InFlight } from "../../src/chat/in-flight.ts";
import type { Pace } from "../../src/chat/pace.ts";
import type { Card, ChatPort, Handlers, Health, Place } from "../../src/chat/port.ts";
import { createDeliveryFilter } from "../../src/chat/redelivery.ts";
import { type Api, createApi } from "./api.ts";
import { belongsIn } from "./belongs.ts";
import { rootCommand } from "./commands.ts";
import { type Drawn, draw } from "./draw.ts";
import { toChatError } from "./errors.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { goThrough } from "./gateway-socket.ts";
import { type InteractionParts, takeInteraction } from "./interactions.ts";
import { createForms, type Forms } from "./memory.ts";
import type { Me, ServerNames } from "./mention.ts";
import { deliveryOf, type MessageParts, takeMessage } from "./messages.ts";
import { takeMissed } from "./missed.ts";
import type { DiscordOptions } from "./options.ts";
import { createOthers, type Others } from "./others.ts";
import { faultsIn, inviteLink, lackingFor, unavailableServers } from "./permissions.ts";
import { createPlaces, type Places } from "./places.ts";
import { createRegistrar, type Registrar, serversOf } from "./register.ts";
import { createSpeaker, type Speaker } from "./speak.ts";

export type { DiscordOptions } from "./options.ts";
export { inviteLink } from "./permissions.ts";

/**
 * Five in five seconds in a channel; what that lets through too early discord.js puts off, as it
 * reads Discord's headers. https://docs.discord.com/developers/topics/rate-limits
 */
const pace: Pace = {
  posts: { burst: 5, everyMs: 1000, of: "channel" },
  edits: { burst: 5, everyMs: 1000, of: "channel" },
  /** A call is given up after 20.5 seconds at most, and may be carried out all the same. */
  lateEditMs: 30_000,
};

/** An interaction can be answered for so long. */
const repeatsWithinMs = 15 * 60_000;

const silent: Handlers = {
  commands: [],
  arriving: async () => undefined,
  moved: async () => undefined,
  incoming: async () => undefined,
  complete: () => [],
  lastHeard: async () => ({ threads: [] }),
  allHeard: async () => undefined,
};

interface State {
  readonly options: DiscordOptions;
  readonly gateway: Gateway;
  readonly api: Api;
  readonly places: Places;
  readonly speaker: Speaker;
  readonly register: Registrar;
  readonly isNew: (delivery: string) => boolean;
  readonly forms: Forms;
  readonly others: Others;
  readonly inFlight: InFlight;
  readonly closing: AbortController;
  handlers: Handlers;
  stopping: Promise<void> | undefined;
  /** So many sessions have begun. */
  sessions: number;
  /** What was said before the session of this number has been read. */
  readBefore: number;
  introduced: boolean;
  /** What was logged last of what the bot may not do. */
  toldFaults: string;
}

export function createDiscordPort(options: DiscordOptions): ChatPort {
  const state = prepare(options);
  const { post, edit, attach, threadUnder, find } = state.speaker;
  return {
    platform: "discord",
    pace,
    start: (handlers) => start(state, handlers),
    stop: () => stop(state),
    post,
    edit,
    attach,
    threadUnder,
    find,
    belongs: (person, place) => belongsIn(messageParts(state), person, place),
    health: () => besideOthers(state, health(state)),
  };
}

function prepare(options: DiscordOptions): State {
  goThrough(options.proxies);
  const { channels, clock, log } = options;
  const gateway = createGateway(options, {
    message: (message) =>
      take(state, deliveryOf(message), () => takeMessage(messageParts(state), message)),
    interaction: (interaction) =>
      take(state, interaction.id, () => takeInteraction(interactionParts(state), interaction)),
    renewed: (client) => state.inFlight.begin(() => catchUp(state, client)),
    changed: (client) => changed(state, client),
  });
  const closing = new AbortController();
  const api = createApi(options, (channel, hasFile) => lackingNow(gateway, channel, hasFile));
  const places = createPlaces(api, gateway.client);
  const speaker = createSpeaker({
    ...{ api, places },
    drawn: (card) => drawn(state, card),
    me: () => myId(state),
  });
  const state: State = {
    ...{ options, gateway, api, places, speaker, closing },
    register: createRegistrar({ api, clock, log, channels, signal: closing.signal }),
    isNew: createDeliveryFilter(clock, repeatsWithinMs),
    forms: createForms(),
    others: createOthers(clock),
    inFlight: createInFlight(),
    handlers: silent,
    stopping: undefined,
    sessions: 0,
    readBefore: 0,
    introduced: false,
    toldFaults: "",
  };
  return state;
}

async function start(state: State, handlers: Handlers): Promise<void> {
  state.handlers = handlers;
  state.inFlight.begin(() => markNowAndThen(state));
  await state.gateway.open();
}

/** So often it is saved until when all was heard. */
const markEveryMs = 30_000;

const discordNow = ({ options: { clock }, api: { time } }: State) =>
  clock.now() + (time.offsetMs() ?? 0);

async function markNowAndThen(state: State): Promise<void> {
  const { options, closing, gateway } = state;
  while (!closing.signal.aborted) {
    await options.clock.sleep(markEveryMs, closing.signal).catch(() => undefined);
    const hears = gateway.state().kind === "ready" && state.readBefore === state.sessions;
    if (hears && !closing.signal.aborted)
      await state.handlers.allHeard("discord", discordNow(state));
  }
}

/** Reads what was said before this session, once for each. */
async function catchUp(state: State, client: Client<true>): Promise<void> {
  const { options, api, closing, handlers } = state;
  const session = ++state.sessions;
  const now = discordNow(state);
  const take = (message: GatewayMessageCreateDispatchData) => takeLate(state, message);
  const parts = { ...options, api, signal: closing.signal, take };
  try {
    await takeMissed(parts, client, await handlers.lastHeard("discord"), now);
    await handlers.allHeard("discord", now);
    if (session === state.sessions) state.readBefore = session;
  } catch (error) {
    options.log.warn({ error: String(error) }, "What was said while the bot was away is not known");
  }
}

async function takeLate(state: State, message: GatewayMessageCreateDispatchData): Promise<void> {
  if (state.stopping || !state.isNew(deliveryOf(message))) return;
  await takeMessage(messageParts(state), message, true).catch((error: unknown) =>
    state.options.log.warn(toChatError(error, "take what somebody sent").message),
  );
}

function stop(state: State): Promise<void> {
  state.stopping ??= drain(state);
  return state.stopping;
}

async function drain({ inFlight, gateway, api, closing }: State): Promise<void> {
  closing.abort();
  await inFlight.drained();
  await gateway.close();
  api.close();
}

/**
 * Once for each delivery, and only while not stopping. Nothing that fails here may reach
 * discord.js.
 */
function take(state: State, delivery: string, run: () => Promise<void>): void {
  const { isNew, inFlight, options } = state;
  if (state.stopping || !isNew(delivery)) return;
  const untaken = (error: unknown) =>
    options.log.warn({ delivery }, toChatError(error, "take what somebody sent").message);
  inFlight.begin(() => run().catch(untaken));
}

const listensIn = ({ options }: State, { channel }: Place): boolean =>
  options.channels.includes(channel);

const messageParts = (state: State): MessageParts => ({
  clock: state.options.clock,
  api: state.api,
  places: state.places,
  speaker: state.speaker,
  handlers: state.handlers,
  others: state.others,
  home: () => home(state),
  me: (guild) => meIn(state.gateway.client(), guild),
  names: (guild) => namesOn(state.gateway.client(), guild),
  listensIn: (place) => listensIn(state, place),
});

const interactionParts = (state: State): InteractionParts => ({
  api: state.api,
  places: state.places,
  home: () => home(state),
  clock: state.options.clock,
  forms: state.forms,
  handlers: state.handlers,
  others: state.others,
  drawn: (card) => drawn(state, card),
  listensIn: (place) => listensIn(state, place),
  postInstead: state.speaker.post,
});

function meIn(client: Client<true> | undefined, guild: string | undefined): Me | undefined {
  if (!client) return undefined;
  const { id } = client.user;
  const name = nameOn(client, guild);
  const role = guild ? client.guilds.cache.get(guild)?.roles.botRoleFor(id)?.id : undefined;
  return role ? { id, name, role } : { id, name };
}

/** What the bot is called on a server, or by itself. */
const nameOn = (client: Client<true>, guild: string | undefined): string =>
  client.guilds.cache.get(guild ?? "")?.members.me?.displayName ?? client.user.displayName;

const namesOn = (client: Client | undefined, guild: string | undefined): ServerNames => {
  const server = client?.guilds.cache.get(guild ?? "");
  return {
    channel: (id) => server?.channels.cache.get(id)?.name,
    role: (id) => server?.roles.cache.get(id)?.name,
  };
};

const myId = async ({ gateway, api }: State): Promise<string | undefined> =>
  gateway.client()?.user.id ?? (await api.application()).bot?.id;

function lackingNow(gateway: Gateway, channel: string, hasFile: boolean): string {
  const client = gateway.client();
  return client ? lackingFor(client, channel, hasFile).join(", ") : "";
}

function home({ gateway, options }: State): string | undefined {
  const client = gateway.client();
  return client && theServer(client, options.channels);
}

/** The one server of these channels; nothing where there are several. */
function theServer(client: Client<true>, channels: readonly string[]): string | undefined {
  const [server, ...others] = serversOf(client, channels);
  return others.length === 0 ? server : undefined;
}

function drawn({ forms, gateway, handlers, options }: State, card: Card): Drawn {
  forms.remember(card);
  const client = gateway.client();
  const before = client
    ? `@${nameOn(client, theServer(client, options.channels))} `
    : `${rootCommand} `;
  return draw(
    addressed(card, before, handlers.commands),
    card.picker ? handlers.complete("", 25) : [],
  );
}

function changed(state: State, client: Client<true>): void {
  if (!state.introduced) introduce(state, client);
  void state.register(client, state.handlers.commands);
  const faults = faultsIn(client, state.options.channels).join("; ");
  if (faults === state.toldFaults) return;
  state.toldFaults = faults;
  tellFaults(state, client, faults);
}

function introduce(state: State, { user, application }: Client<true>): void {
  state.introduced = true;
  state.options.log.info(
    `Discord knows the bot as ${user.username}; to add it to a server: ${inviteLink(application.id)}`,
  );
}

function tellFaults({ options: { log } }: State, { application }: Client<true>, faults: string) {
  if (faults === "") log.info("The bot has all permissions that it needs in its Discord channels");
  else log.warn(`In Discord the bot ${faults}. Grant that, or use ${inviteLink(application.id)}`);
}

function besideOthers({ others }: State, found: Health): Health {
  const beside = others.beside();
  return beside === undefined ? found : { ...found, beside };
}

/** Hearing and speaking: it is well where both go. */
function health({ gateway, api, stopping, options }: State): Health {
  const connection = gateway.state();
  if (connection.kind === "refused") return { ok: false, state: connection.reason };
  if (stopping || connection.kind === "closed")
    return { ok: false, state: "Not connected to Discord" };
  if (connection.kind !== "ready") return { ok: false, state: "Connecting to Discord" };
  const silence = api.silence();
  if (silence !== undefined) return { ok: false, state: silence, silent: true };
  const client = gateway.client();
  const silent = client ? unavailableServers(client, options.channels) : [];
  if (silent.length > 0)
    return {
      ok: false,
      state: `Discord has an outage in its server ${silent.join(", ")}`,
      silent: true,
    };
  const faults = client ? faultsIn(client, options.channels) : [];
  const but = faults.length > 0 ? `, but the bot ${faults.join("; ")}` : "";
  return { ok: true, state: `Connected to Discord${but}` };
}
