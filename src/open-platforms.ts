/** The chat platforms in the settings. A platform's package is loaded only where it is configured. */
import type { ChatPort } from "./chat/port.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";

export async function openPlatforms({ slack, discord }: Config, clock: Clock, log: Log): Promise<ChatPort[]> {
  const ports: ChatPort[] = [];
  if (slack) {
    const { createSlackPort } = await import("../adapters/slack/slack.ts");
    const { mode, ...rest } = slack;
    ports.push(createSlackPort({ ...rest, ...mode, clock, log }));
  }
  if (discord) {
    const { createDiscordPort } = await import("../adapters/discord/discord.ts");
    ports.push(createDiscordPort({ ...discord, clock, log }));
  }
  return ports;
}
