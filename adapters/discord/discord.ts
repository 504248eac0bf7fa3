/**
 * Discord behind the chat port.
 *
 * place: a text channel, or a thread in one. mention: what makes Discord tell us what was written,
 * without a privileged intent. interaction: a slash command, a press or a form; it must be answered
 * within three seconds, and can be for 15 minutes. gateway: the connection over which events come;
 * everything that the bot does goes over REST instead.
 */

import type { Client } from "discord.js";
import { addressed } from "../../src/chat/addressed.ts";
import type { Card, ChatPort, Handlers, Health, Place } from "../../src/chat/port.ts";
import { createApi } from "./api.ts";
import { draw } from "./draw.ts";
import { toChatError } from "./errors.ts";
import { createGateway } from "./gateway.ts";
import { takeInteraction } from "./interactions.ts";
import { createForms, createSeen } from "./memory.ts";
import type { Me } from "./mention.ts";
import { takeMessage } from "./messages.ts";
import type { DiscordOptions } from "./options.ts";
import { faultsIn, inviteLink, lackingIn } from "./permissions.ts";
import { createPlaces } from "./places.ts";
import { createRegistrar } from "./register.ts";
import { createSpeaker } from "./speak.ts";

export type { DiscordOptions } from "./options.ts";
export { inviteLink } from "./permissions.ts";

const silent: Handlers = { commands: [], incoming: async () => undefined, complete: () => [] };

function meIn(client: Client | undefined, guild: string | undefined): Me | undefined {
  if (!client?.user) return undefined;
  const { id, username: name } = client.user;
  const role = guild ? client.guilds.cache.get(guild)?.roles.botRoleFor(id)?.id : undefined;
  return role ? { id, name, role } : { id, name };
}

export function createDiscordPort(options: DiscordOptions): ChatPort {
  const { channels, clock, log } = options;
  const running = new Set<Promise<void>>();
  const seen = createSeen(clock);
  const forms = createForms();
  let handlers = silent;
  let stopping: Promise<void> | undefined;
  let introduced = false;
  let toldFaults = "";

  const gateway = createGateway(options, {
    message: (message) => take(message.id, () => takeMessage({ ...parts(), speaker, me }, message)),
    interaction: (interaction) => take(interaction.id, () => takeInteraction(parts(), interaction)),
    changed,
  });
  const lacking = (channel: string) => {
    const client = gateway.client();
    return client ? lackingIn(client, channel).join(", ") : "";
  };
  const api = createApi(options, lacking);
  const places = createPlaces(api, gateway.client);
  const drawn = (card: Card) => {
    forms.remember(card);
    const name = gateway.client()?.user.username;
    const before = name === undefined ? "/failover " : `@${name} `;
    return draw(
      addressed(card, before, handlers.commands),
      card.picker ? handlers.complete("", 25) : [],
    );
  };
  const myId = async () => gateway.client()?.user.id ?? (await api.application()).bot?.id;
  const speaker = createSpeaker({ api, places, clock, drawn, me: myId });
  const register = createRegistrar(api, log, channels);
  const listensIn = (place: Place) => channels.includes(place.channel);
  const me = (guild: string | undefined) => meIn(gateway.client(), guild);
  const parts = () => ({
    api,
    clock,
    forms,
    handlers,
    places,
    drawn,
    listensIn,
    postInstead: speaker.post,
  });

  /**
   * Once for each delivery, and only while not stopping. Nothing that fails here may reach
   * discord.js.
   */
  function take(delivery: string, run: () => Promise<void>): void {
    if (stopping || seen(delivery)) return;
    const work = run().catch((error: unknown) => {
      log.warn({ delivery }, toChatError(error, "take what somebody sent").message);
    });
    running.add(work);
    void work.finally(() => running.delete(work));
  }

  function introduce({ user, application }: Client<true>): void {
    introduced = true;
    log.info(
      {},
      `Discord knows the bot as ${user.username}; to add it to a server: ${inviteLink(application.id)}`,
    );
  }

  function changed(client: Client<true>): void {
    if (!introduced) introduce(client);
    void register(client, handlers.commands);
    const faults = faultsIn(client, channels).join("; ");
    if (faults === toldFaults) return;
    toldFaults = faults;
    if (faults === "")
      log.info({}, "The bot has all permissions that it needs in its Discord channels");
    else
      log.warn(
        {},
        `In Discord the bot ${faults}. Grant that, or use ${inviteLink(client.application.id)}`,
      );
  }

  async function start(given: Handlers): Promise<void> {
    handlers = given;
    await gateway.open();
  }

  async function drain(): Promise<void> {
    await Promise.all(running);
    await gateway.close();
    api.close();
  }

  function health(): Health {
    const state = gateway.state();
    if (state.kind === "refused") return { ok: false, state: state.reason };
    if (stopping || state.kind === "closed")
      return { ok: false, state: "Not connected to Discord" };
    if (state.kind !== "ready") return { ok: false, state: "Connecting to Discord" };
    const client = gateway.client();
    const faults = client ? faultsIn(client, channels) : [];
    const but = faults.length > 0 ? `, but the bot ${faults.join("; ")}` : "";
    return { ok: true, state: `Connected to Discord${but}` };
  }

  return {
    platform: "discord",
    start,
    stop: () => {
      stopping ??= drain();
      return stopping;
    },
    post: speaker.post,
    edit: speaker.edit,
    attach: speaker.attach,
    threadUnder: speaker.threadUnder,
    health,
  };
}
