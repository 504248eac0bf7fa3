/**
 * The client of discord.js as this bot wants it: no privileged intent, little memory, and no fatal
 * surprise.
 */

import {
  Client,
  type ClientOptions,
  Events,
  GatewayDispatchEvents,
  GatewayIntentBits,
  Options,
} from "discord.js";
import type { Clock } from "../../src/clock.ts";
import type { PlatformLog } from "../../src/log.ts";
import type { DiscordOptions } from "./options.ts";
import { restOptions } from "./rest.ts";

/**
 * None of them is privileged: Discord delivers the content of messages that mention the bot without
 * one.
 */
const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
];

const identifyEveryMs = 5000;
/**
 * One identification in five seconds, on a clock that is passed in; Discord resets tokens that
 * exceed its limits.
 */
function identifyPace(clock: Clock) {
  let lastAt = Number.NEGATIVE_INFINITY;
  const waitForIdentify = async (_shard: number, signal: AbortSignal) => {
    const waitMs = lastAt + identifyEveryMs - clock.elapsed();
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    lastAt = clock.elapsed();
  };
  return { waitForIdentify };
}

/**
 * Only what the permissions need is remembered: servers, channels, roles, and the bot as a member.
 */
const clientOptions = (options: DiscordOptions): ClientOptions => ({
  intents,
  makeCache: Options.cacheWithLimits({
    MessageManager: 0,
    ReactionManager: 0,
    PresenceManager: 0,
    ThreadMemberManager: 0,
    VoiceStateManager: 0,
    GuildMemberManager: {
      maxSize: 0,
      keepOverLimit: (member) => member.id === member.client.user.id,
    },
    UserManager: { maxSize: 0, keepOverLimit: (user) => user.id === user.client.user?.id },
  }),
  ws: { buildIdentifyThrottler: () => identifyPace(options.clock) },
  rest: restOptions(options),
});

/**
 * discord.js 14.28.1 reads the session of a connection when it hears RESUMED, and throws where an
 * invalid session, which came right behind, has already taken it away; nothing catches that. It
 * gets a session to read for just that moment.
 */
function surviveLostSession(client: Client): void {
  client.ws.on(GatewayDispatchEvents.Resumed, (_data: unknown, shardId: number) => {
    const shard: unknown = client.ws.shards.get(shardId);
    const holder = shard as { sessionInfo: { sequence: number } | null } | undefined;
    if (holder?.sessionInfo !== null) return;
    holder.sessionInfo = { sequence: 0 };
    client.once(Events.ShardResume, () => {
      holder.sessionInfo = null;
    });
  });
}

/**
 * A packet of a shape that discord.js does not know makes it throw where nothing catches, which
 * would end the process. What the bot itself hears of a packet has been heard before that.
 */
function survivePackets(client: Client, log: PlatformLog): void {
  const handle: unknown = Reflect.get(client.ws, "handlePacket");
  if (typeof handle !== "function") return;
  Reflect.set(client.ws, "handlePacket", (...given: unknown[]) => {
    try {
      return Reflect.apply(handle, client.ws, given);
    } catch (error) {
      log.error(
        { error: String(error) },
        "Discord sent something that discord.js does not understand",
      );
      return true;
    }
  });
}

export function createClient(options: DiscordOptions): Client {
  const client = new Client(clientOptions(options));
  surviveLostSession(client);
  survivePackets(client, options.log);
  return client;
}
